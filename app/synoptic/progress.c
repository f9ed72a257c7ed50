// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "progress.h"

#include "sy_source.h"
#include "sy_time.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define FIRST_NS  SY_NS_PER_S
#define REDRAW_NS (200 * SY_NS_PER_MS)
#define BAR_CELLS 30

void progress_start(struct progress *p)
{
	*p = (struct progress){
		.wanted = isatty(STDERR_FILENO), .started_ns = sy_clock_ns(CLOCK_MONOTONIC)};
}

static void draw(const struct sy_source_stats *s, double seconds)
{
	double rate = (double)s->frames / seconds;
	double done, left;
	char bar[BAR_CELLS + 1];

	if (s->bytes_total == 0) {
		fprintf(stderr, "\r\033[K%.1f million packets, %.2f million/s",
			(double)s->frames / 1e6, rate / 1e6);
		return;
	}
	done = (double)s->bytes_done / (double)s->bytes_total;
	done = done > 1 ? 1 : done;
	left = done > 0 ? seconds / done - seconds : 0;
	for (int i = 0; i < BAR_CELLS; i++)
		bar[i] = i < (int)(done * BAR_CELLS) ? '#' : '.';
	bar[BAR_CELLS] = '\0';
	fprintf(stderr, "\r\033[K[%s] %3.0f %%  %.1f million packets, %.2f million/s, %.0f s left",
		bar, done * 100, (double)s->frames / 1e6, rate / 1e6, left);
}

void progress_update(struct progress *p, const struct sy_source *source)
{
	uint64_t now_ns;
	struct sy_source_stats stats;

	if (!p->wanted)
		return;
	now_ns = sy_clock_ns(CLOCK_MONOTONIC);
	if (now_ns - p->started_ns < FIRST_NS || now_ns - p->drawn_ns < REDRAW_NS)
		return;
	sy_source_stats(source, &stats);
	draw(&stats, (double)(now_ns - p->started_ns) / 1e9);
	fflush(stderr);
	p->drawn_ns = now_ns;
	p->shown = true;
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
