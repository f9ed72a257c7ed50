// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "timeline.h"

#include "minmax.h"

#include <string.h>

static void bucket_merge(struct sy_timeline_bucket *into, const struct sy_timeline_bucket *from)
{
	sy_keep_first(&into->first_answered_ns, from->first_answered_ns);
	sy_keep_last(&into->last_answered_ns, from->last_answered_ns);
	sy_keep_first(&into->first_failed_ns, from->first_failed_ns);
	sy_keep_last(&into->last_failed_ns, from->last_failed_ns);
	sy_add_capped(&into->answered, from->answered);
	sy_add_capped(&into->refused, from->refused);
	sy_add_capped(&into->silent, from->silent);
	sy_add_capped(&into->silent_syns, from->silent_syns);
}

// Earliest and latest event; 0 and 0 when empty.
static void range_of(const struct sy_timeline *timeline, uint64_t *first_ns, uint64_t *last_ns)
{
	*first_ns = *last_ns = 0;
	for (uint32_t i = 0; i < SY_TIMELINE_BUCKETS; i++) {
		const struct sy_timeline_bucket *b = &timeline->bucket[i];
		sy_keep_first(first_ns, b->first_answered_ns);
		sy_keep_first(first_ns, b->first_failed_ns);
		sy_keep_last(last_ns, b->last_answered_ns);
		sy_keep_last(last_ns, b->last_failed_ns);
	}
}

// A bucket's events share floor(t / width), so they also share it for any greater width: moving
// whole buckets loses nothing.
static void rebuild(struct sy_timeline *timeline, uint64_t start_ns, uint64_t width_ns)
{
	struct sy_timeline old = *timeline;

	memset(timeline, 0, sizeof(*timeline));
	timeline->start_ns = start_ns;
	timeline->width_ns = width_ns;
	for (uint32_t i = 0; old.width_ns != 0 && i < SY_TIMELINE_BUCKETS; i++) {
		const struct sy_timeline_bucket *b = &old.bucket[i];
		if (b->first_answered_ns == 0 && b->first_failed_ns == 0)
			continue;
		uint64_t at = old.start_ns + i * old.width_ns;
		at = at > start_ns ? (at - start_ns) / width_ns : 0;
		bucket_merge(&timeline->bucket[at], b);
	}
}

// Makes room for the times from first_ns to last_ns.
static void fit(struct sy_timeline *timeline, uint64_t first_ns, uint64_t last_ns)
{
	// More events never need a smaller width.
	uint64_t width_ns = timeline->width_ns != 0 ? timeline->width_ns : SY_NS_PER_MS;
	uint64_t low_ns, high_ns, start_ns;

	if (timeline->width_ns != 0 && first_ns >= timeline->start_ns &&
		(last_ns - timeline->start_ns) / timeline->width_ns < SY_TIMELINE_BUCKETS)
		return;
	range_of(timeline, &low_ns, &high_ns);
	sy_keep_first(&low_ns, first_ns);
	sy_keep_last(&high_ns, last_ns);
	while (high_ns / width_ns - low_ns / width_ns >= SY_TIMELINE_BUCKETS)
		width_ns *= 2;
	start_ns = low_ns - low_ns % width_ns;
	rebuild(timeline, start_ns, width_ns);
}

void sy_timeline_add(
	struct sy_timeline *timeline, uint64_t ts_ns, const struct sy_timeline_bucket *event)
{
	fit(timeline, ts_ns, ts_ns);
	bucket_merge(&timeline->bucket[(ts_ns - timeline->start_ns) / timeline->width_ns], event);
}

void sy_timeline_merge(struct sy_timeline *into, const struct sy_timeline *from)
{
	uint64_t first_ns, last_ns;

	range_of(from, &first_ns, &last_ns);
	if (first_ns == 0)
		return;
	fit(into, first_ns, last_ns);
	for (uint32_t i = 0; i < SY_TIMELINE_BUCKETS; i++) {
		const struct sy_timeline_bucket *b = &from->bucket[i];
		uint64_t at_ns = b->first_answered_ns;
		sy_keep_first(&at_ns, b->first_failed_ns);
		if (at_ns != 0)
			bucket_merge(&into->bucket[(at_ns - into->start_ns) / into->width_ns], b);
	}
}
