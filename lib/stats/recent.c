// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "recent.h"

#include "minmax.h"

#include <string.h>

// Powers of two of nanoseconds: 69 s, and 11 levels that double it, up to 20 h.
#define FINEST_BITS 36
#define LEVELS      11

#define GONE UINT64_MAX

// Where the bucket of a time begins. A level reaches back to where the next wider bucket but one
// begins: so the later the last failure, the wider each bucket, and none is ever divided between
// two others. That is why the result depends neither on the order nor on the split.
static uint64_t bucket_start(uint64_t ts_ns, uint64_t last_ns)
{
	for (uint32_t level = 0; level < LEVELS; level++) {
		uint32_t bits = FINEST_BITS + level;
		if ((ts_ns >> (bits + 1)) + 1 >= last_ns >> (bits + 1))
			return ts_ns >> bits << bits;
	}
	return GONE;
}

static void bucket_merge(struct sy_recent_bucket *into, const struct sy_recent_bucket *from)
{
	sy_keep_first(&into->first_ns, from->first_ns);
	sy_add_capped(&into->refused, from->refused);
	sy_add_capped(&into->silent, from->silent);
	sy_add_capped(&into->silent_syns, from->silent_syns);
}

// Adds what lies in one bucket, and not after the last failure.
static void put(struct sy_recent *recent, const struct sy_recent_bucket *add)
{
	uint64_t start = bucket_start(add->first_ns, recent->last_ns);
	uint32_t at = recent->count;

	while (at > 0 && bucket_start(recent->bucket[at - 1].first_ns, recent->last_ns) > start)
		at--;
	if (start == GONE)
		return;
	if (at > 0 && bucket_start(recent->bucket[at - 1].first_ns, recent->last_ns) == start) {
		bucket_merge(&recent->bucket[at - 1], add);
		return;
	}
	memmove(&recent->bucket[at + 1], &recent->bucket[at],
		(recent->count - at) * sizeof(recent->bucket[0]));
	recent->bucket[at] = *add;
	recent->count++;
}

static void advance(struct sy_recent *recent, uint64_t last_ns)
{
	uint64_t before_ns = recent->last_ns;
	struct sy_recent old;

	if (last_ns <= before_ns)
		return;
	recent->last_ns = last_ns;
	if (last_ns >> FINEST_BITS == before_ns >> FINEST_BITS)
		return;
	old = *recent;
	memset(recent, 0, sizeof(*recent));
	recent->last_ns = last_ns;
	for (uint32_t i = 0; i < old.count; i++)
		put(recent, &old.bucket[i]);
}

void sy_recent_add(struct sy_recent *recent, const struct sy_recent_bucket *event)
{
	advance(recent, event->first_ns);
	put(recent, event);
}

void sy_recent_merge(struct sy_recent *into, const struct sy_recent *from)
{
	advance(into, from->last_ns);
	for (uint32_t i = 0; i < from->count; i++)
		put(into, &from->bucket[i]);
}

struct sy_recent_bucket sy_recent_after(const struct sy_recent *recent, uint64_t ts_ns)
{
	struct sy_recent_bucket sum = {.first_ns = 0};

	for (uint32_t i = 0; i < recent->count; i++) {
		if (recent->bucket[i].first_ns > ts_ns)
			bucket_merge(&sum, &recent->bucket[i]);
	}
	return sum;
}
