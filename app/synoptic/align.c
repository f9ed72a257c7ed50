// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "align.h"

#include "clock_offset.h"
#include "sample.h"
#include "say.h"
#include "unnamed.h"

#include "sy_source.h"

#include <rte_mbuf.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// What is looked at, all files together and of one file.
#define FRAMES_ALL 400000
#define FRAMES_ONE 200000
#define BYTES_ALL  (UINT64_C(128) << 20)
#define BYTES_ONE  (UINT64_C(64) << 20)
#define AGAIN      8 // times as much, one packet in so many, when that shows nothing in common

#define PAIRS_MAX  32768
#define COMMON_MIN 2

/// All that the comparison needs, so that one place gives it back.
struct align {
	struct read_options *options;
	struct rte_mempool *pool;
	struct sample inputs[SY_PORT_MAX];
	struct sample vantages[SY_VANTAGE_MAX];
	struct clock_pair *pairs;
	int64_t offset_ns[SY_VANTAGE_MAX];
	bool placed[SY_VANTAGE_MAX]; ///< its clock was compared with that of one placed before
};

static bool is_file(const char *path)
{
	struct stat status;

	return strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static uint32_t count_files(const struct read_options *o)
{
	uint32_t files = 0;

	for (uint32_t i = 0; i < o->input_count; i++)
		files += is_file(o->inputs[i].path);
	return files;
}

static struct sample_size size_of_each(uint32_t files, uint32_t times)
{
	return (struct sample_size){
		.frames = times * (files > 2 ? FRAMES_ALL / files : FRAMES_ONE),
		.bytes = times * (files > 2 ? BYTES_ALL / files : BYTES_ONE),
		.sparse = times,
	};
}

static int read_samples(struct align *a, uint32_t files, uint32_t times, struct sy_error *err)
{
	struct sample_size size = size_of_each(files, times);

	for (uint32_t i = 0; i < a->options->input_count; i++) {
		sample_free(&a->inputs[i]);
		if (is_file(a->options->inputs[i].path) &&
			sample_read(&a->inputs[i], a->options->inputs[i].path, a->pool, &size,
				err) != 0)
			return -ENOMEM;
	}
	return 0;
}

static int join_vantages(struct align *a, struct sy_error *err)
{
	for (uint32_t v = 0; v < a->options->vantage_count; v++)
		sample_free(&a->vantages[v]);
	for (uint32_t i = 0; i < a->options->input_count; i++)
		if (sample_add(&a->vantages[a->options->inputs[i].vantage], &a->inputs[i], err) !=
			0)
			return -ENOMEM;
	return 0;
}

static void format_span(char *text, size_t size, uint64_t ns)
{
	if (ns < SY_NS_PER_MS)
		snprintf(text, size, "%.0f µs", (double)ns / SY_NS_PER_US);
	else if (ns < SY_NS_PER_S)
		snprintf(text, size, "%.3f ms", (double)ns / SY_NS_PER_MS);
	else
		snprintf(text, size, "%.3f s", (double)ns / SY_NS_PER_S);
}

static void say_offset(
	const char *name, const char *other, const struct clock_offset *clock, uint32_t packets)
{
	char span[32], doubt[80] = "the fastest packet of the one direction taken to need no time";
	int64_t offset = clock->offset_ns;

	format_span(span, sizeof(span), (uint64_t)(offset < 0 ? -offset : offset));
	if (!clock->one_way) {
		size_t sign = (size_t)snprintf(doubt, sizeof(doubt), "±");

		format_span(doubt + sign, sizeof(doubt) - sign, clock->uncertainty_ns);
	}
	say("clock of %s is %s %s %s's: corrected (%s, %u packets seen at both)", name, span,
		offset < 0 ? "behind" : "ahead of", other, doubt, packets);
}

/// Compares a vantage with one that has its place. 0 or -ENOMEM.
static int place(struct align *a, uint32_t vantage, uint32_t reference)
{
	const char *const *names = a->options->vantage_names;
	struct clock_offset clock;
	struct sample_match match = sample_compare(
		&a->vantages[reference], &a->vantages[vantage], a->pairs, PAIRS_MAX);

	if (match.count < COMMON_MIN)
		return 0;
	if (clock_offset_estimate(
		    a->pairs, match.count < PAIRS_MAX ? match.count : PAIRS_MAX, &clock) != 0)
		return -ENOMEM;
	a->placed[vantage] = true;
	a->offset_ns[vantage] = a->offset_ns[reference];
	if (clock.verdict == CLOCK_APART) {
		a->offset_ns[vantage] += clock.offset_ns;
		say_offset(names[vantage], names[reference], &clock, match.count);
	}
	return 0;
}

/// From the first vantage to those that share packets with it, from these to the next.
/// The number of vantages without a place, or -ENOMEM.
static int place_all(struct align *a)
{
	uint32_t count = a->options->vantage_count;
	int left = 0;

	a->placed[0] = true;
	for (uint32_t round = 1; round < count; round++)
		for (uint32_t v = 1; v < count; v++)
			for (uint32_t r = 0; r < count && !a->placed[v]; r++)
				if (a->placed[r] && place(a, v, r) != 0)
					return -ENOMEM;
	for (uint32_t v = 0; v < count; v++)
		left += !a->placed[v];
	return left;
}

static bool any_cut_short(const struct align *a)
{
	for (uint32_t v = 0; v < a->options->vantage_count; v++)
		if (a->vantages[v].cut_short)
			return true;
	return false;
}

static void say_unplaced(const struct align *a)
{
	for (uint32_t v = 1; v < a->options->vantage_count; v++)
		if (!a->placed[v] && a->vantages[0].count > 0 && a->vantages[v].count > 0)
			say("clock of %s is taken as it is: too few of its packets were seen "
			    "elsewhere",
				a->options->vantage_names[v]);
}

static int align(struct align *a, uint32_t files, struct sy_error *err)
{
	int left, status = read_samples(a, files, 1, err);

	if (status != 0)
		return status;
	if (unnamed_count(a->options) > 1)
		unnamed_resolve(a->options, a->inputs);
	if (a->options->vantage_count < 2)
		return 0;
	status = join_vantages(a, err);
	left = status == 0 ? place_all(a) : 0;
	if (left > 0 && any_cut_short(a)) {
		status = read_samples(a, files, AGAIN, err);
		if (status == 0)
			status = join_vantages(a, err);
		left = status == 0 ? place_all(a) : 0;
	}
	if (left < 0)
		return sy_error_set(err, ENOMEM, "no memory to compare the captures' clocks");
	say_unplaced(a);
	for (uint32_t i = 0; i < a->options->input_count; i++)
		a->options->inputs[i].clock_offset_ns = a->offset_ns[a->options->inputs[i].vantage];
	return status;
}

int align_inputs(struct read_options *options, struct sy_error *err)
{
	uint32_t files = count_files(options);
	struct align *a;
	int status;

	if (files < 2 || (options->vantage_count < 2 && unnamed_count(options) < 2))
		return 0;
	a = calloc(1, sizeof(*a));
	if (a != NULL)
		a->pairs = malloc(PAIRS_MAX * sizeof(a->pairs[0]));
	if (a == NULL || a->pairs == NULL) {
		free(a);
		return sy_error_set(err, ENOMEM, "no memory to compare the captures' clocks");
	}
	a->options = options;
	a->pool = rte_pktmbuf_pool_create("align", SY_SOURCE_BURST_MAX, 0,
		RTE_ALIGN(sizeof(struct sy_frame_meta), RTE_MBUF_PRIV_ALIGN), 0, SOCKET_ID_ANY);
	status = a->pool != NULL
			 ? align(a, files, err)
			 : sy_error_set(err, ENOMEM, "DPDK has no memory for %d packet buffers",
				   SY_SOURCE_BURST_MAX);
	for (uint32_t i = 0; i < SY_PORT_MAX; i++)
		sample_free(&a->inputs[i]);
	for (uint32_t v = 0; v < SY_VANTAGE_MAX; v++)
		sample_free(&a->vantages[v]);
	rte_mempool_free(a->pool);
	free(a->pairs);
	free(a);
	return status;
}
