// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_flow.h"

// Inside of lib/flow: flow.c keeps flows and their records, place.c finds room.

/// What is known of a bucket's slots without reading them. A weight is 0 for a free slot, else
/// rank << 14 | age, where an age is last_ns in units of 2^SY_FLOW_AGE_SHIFT ns, from 1 to
/// SY_PLACE_AGES and again from 1. A turn takes 137 s, longer than an attempt waits; a midstream
/// flow that is idle for longer may be taken for a younger one.
struct sy_places {
	_Alignas(32) uint16_t weight[SY_FLOW_BUCKET];
	uint16_t finger[SY_FLOW_BUCKET]; ///< bits of the tag; unspecified for a free slot
};

#define SY_PLACE_AGES       0x3fffu
#define SY_PLACE_RANK_SHIFT 14
#define SY_PLACE_NEW        0xffffu // a weight that was not noted yet: does not give way

struct sy_flow_table {
	struct sy_flow_view view;
	struct sy_places *places; ///< by bucket
	struct sy_attempt *records;
	uint32_t *free_records; ///< stack of record indices
	uint64_t limit;         ///< greatest base
	uint64_t hand;          ///< next slot of the sweep
	uint32_t free_count;
	uint32_t never_used; ///< records from here on were never handed out
	uint32_t record_count;
	uint64_t latest_ns; ///< greatest last_ns that was noted: ages are relative to it
	sy_flow_evict_fn evict;
	void *arg;
	struct sy_flow_counters counters;
};

static inline uint64_t sy_bucket_of(const struct sy_flow_view *view, uint64_t hash)
{
	uint64_t bucket = hash & (view->base - 1);

	return bucket >= view->split ? bucket : hash & (2 * view->base - 1);
}

static inline uint64_t sy_first_bucket(const struct sy_flow_view *view, uint64_t tag)
{
	return sy_bucket_of(view, tag >> 23);
}

static inline uint64_t sy_second_bucket(const struct sy_flow_view *view, uint64_t tag)
{
	return sy_bucket_of(view, tag * UINT64_C(0x9e3779b97f4a7c15) >> 23);
}

/// True when `a` should give way rather than `b`.
static inline bool sy_gives_way(const struct sy_flow *a, const struct sy_flow *b)
{
	return a->rank != b->rank ? a->rank < b->rank : a->last_ns < b->last_ns;
}

/// A slot for a new flow: the home slot; else a free one; else what gives way. NULL = all of
/// SY_RANK_KEEP. place.c
struct sy_flow *sy_place_choose(const struct sy_flow_table *table, uint64_t tag);

/// Notes that a flow of this tag now stands there, or none any more (tag 0). place.c
void sy_place_set(struct sy_flow_table *table, const struct sy_flow *slot, uint64_t tag);

/// The flow of this tag, if it is not at home, or NULL. place.c
struct sy_flow *sy_place_find(const struct sy_flow_table *table, uint64_t tag);

/// Splits one more bucket of a growing table that is a quarter full. place.c
void sy_place_grow(struct sy_flow_table *table);
