// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// One line of a kind in each interval.

#include "log_line.h"

#include "sy_time.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct kind {
	char key[96]; // "" = free
	char module[16];
	char last[LOG_TEXT_BYTES]; // the latest text that was held back
	enum sy_config_log_level level;
	uint64_t interval_ns;
	uint64_t written_ns; // when the last line of this kind was written
	uint64_t held;       // since then
};

static struct kind kinds[LOG_KEYS];

// "text (N more like this in the last 60 s)"
static void write_kind(struct kind *kind, const char *text, uint64_t more, uint64_t now_ns)
{
	char line[LOG_TEXT_BYTES];
	char tail[80] = "";
	uint64_t passed_s = (sy_time_since(now_ns, kind->written_ns) + SY_NS_PER_S / 2) /
			    SY_NS_PER_S;

	if (more > 0)
		snprintf(tail, sizeof(tail), " (%llu more like this in the last %llu s)",
			(unsigned long long)more,
			(unsigned long long)(passed_s > 0 ? passed_s : 1));
	snprintf(line, sizeof(line), "%.*s%s", (int)(sizeof(line) - 1 - strlen(tail)), text, tail);
	log_line(kind->level, kind->module, line);
	kind->written_ns = now_ns;
	kind->held = 0;
}

static void write_held(struct kind *kind, uint64_t now_ns)
{
	if (kind->held > 0)
		write_kind(kind, kind->last, kind->held - 1, now_ns);
}

// The entry of a key; a new one is made in place of the one that was silent for longest, which then
// says what it held back. *fresh: it has not written anything yet.
static struct kind *find_kind(const char *key, uint64_t now_ns, bool *fresh)
{
	struct kind *oldest = &kinds[0];

	for (uint32_t i = 0; i < LOG_KEYS; i++) {
		struct kind *kind = &kinds[i];

		// Longer keys are compared as far as they are kept.
		if (kind->key[0] != '\0' && strncmp(kind->key, key, sizeof(kind->key) - 1) == 0) {
			*fresh = false;
			return kind;
		}
		if (oldest->key[0] != '\0' &&
			(kind->key[0] == '\0' || kind->written_ns < oldest->written_ns))
			oldest = kind;
	}
	write_held(oldest, now_ns);
	memset(oldest, 0, sizeof(*oldest));
	snprintf(oldest->key, sizeof(oldest->key), "%s", key);
	*fresh = true;
	return oldest;
}

void log_limited(const char *key, uint64_t interval_ns, enum sy_config_log_level level,
	const char *module, const char *format, ...)
{
	uint64_t now_ns;
	char text[LOG_TEXT_BYTES];
	struct kind *kind;
	va_list args;
	bool fresh;

	if (!log_wants(level))
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);

	now_ns = log_monotonic_ns();
	kind = find_kind(key, now_ns, &fresh);
	kind->level = level;
	kind->interval_ns = interval_ns;
	snprintf(kind->module, sizeof(kind->module), "%s", module);
	if (fresh || sy_time_since(now_ns, kind->written_ns) >= interval_ns) {
		write_kind(kind, text, kind->held, now_ns);
	} else {
		kind->held++;
		memcpy(kind->last, text, sizeof(text));
	}
}

void log_tick(void)
{
	uint64_t now_ns = log_monotonic_ns();

	for (uint32_t i = 0; i < LOG_KEYS; i++)
		if (kinds[i].held > 0 &&
			sy_time_since(now_ns, kinds[i].written_ns) >= kinds[i].interval_ns)
			write_held(&kinds[i], now_ns);
}

void log_flush(void)
{
	uint64_t now_ns = log_monotonic_ns();

	for (uint32_t i = 0; i < LOG_KEYS; i++)
		write_held(&kinds[i], now_ns);
	memset(kinds, 0, sizeof(kinds));
}
