// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Where a flow stands, where a new one finds room, and who gives way to it: told by the bytes
// beside the buckets, so that a flood of new flows reads one slot for each, not both its buckets.

#include "flow_internal.h"

#include <smmintrin.h>

#define ROOMY 3 // free slots that keep a flow in its home bucket

_Static_assert(SY_RANK_KEEP == 3 && SY_FLOW_BUCKET == 8, "a place is two bits and fourteen");

static uint16_t age_of(uint64_t ts_ns)
{
	return (uint16_t)((ts_ns >> SY_FLOW_AGE_SHIFT) % SY_PLACE_AGES + 1);
}

static uint16_t finger_of(uint64_t tag)
{
	return (uint16_t)(tag >> 48); // no bits that choose buckets in tables of this world
}

static struct sy_places *places_of(
	const struct sy_flow_table *table, const struct sy_flow *slot, uint32_t *place)
{
	uint64_t at = (uint64_t)(slot - table->view.slots);

	*place = at % SY_FLOW_BUCKET;
	return &table->places[at / SY_FLOW_BUCKET];
}

void sy_place_set(struct sy_flow_table *table, const struct sy_flow *slot, uint64_t tag)
{
	uint32_t place;
	struct sy_places *places = places_of(table, slot, &place);

	places->weight[place] = tag == 0 ? 0 : SY_PLACE_NEW;
	places->finger[place] = finger_of(tag);
}

void sy_flow_table_note(struct sy_flow_table *table, const struct sy_flow *flow)
{
	uint32_t place;
	struct sy_places *places = places_of(table, flow, &place);

	if (flow->last_ns > table->latest_ns)
		table->latest_ns = flow->last_ns;
	places->weight[place] = (uint16_t)(flow->rank << SY_PLACE_RANK_SHIFT |
					   age_of(flow->last_ns));
}

/// Which of the eight are equal, as bits.
static uint32_t equal_to(const uint16_t values[static SY_FLOW_BUCKET], uint16_t wanted)
{
	__m128i same = _mm_cmpeq_epi16(
		_mm_load_si128((const __m128i *)values), _mm_set1_epi16((short)wanted));

	return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(same, same)) & 0xff;
}

static uint32_t free_places(const struct sy_flow_table *table, uint64_t bucket)
{
	return equal_to(table->places[bucket].weight, 0);
}

/// The place of the lowest rank, the oldest of them, and how it ranks: ages are turned so that the
/// present one is the greatest.
static uint32_t weakest_place(const struct sy_flow_table *table, uint64_t bucket, uint16_t *weight)
{
	__m128i places = _mm_load_si128((const __m128i *)table->places[bucket].weight);
	__m128i ages = _mm_set1_epi16((short)SY_PLACE_AGES);
	__m128i now = _mm_set1_epi16((short)(age_of(table->latest_ns) + 1));
	__m128i behind = _mm_sub_epi16(_mm_and_si128(places, ages), now);
	__m128i turned = _mm_add_epi16(
		behind, _mm_and_si128(_mm_cmpgt_epi16(_mm_setzero_si128(), behind), ages));
	__m128i weights = _mm_or_si128(_mm_andnot_si128(ages, places), turned);
	uint32_t least = (uint32_t)_mm_cvtsi128_si32(_mm_minpos_epu16(weights));

	*weight = (uint16_t)least;
	return least >> 16;
}

static struct sy_flow *slot_at(const struct sy_flow_table *table, uint64_t bucket, uint32_t place)
{
	return &table->view.slots[bucket * SY_FLOW_BUCKET + place];
}

/// A free slot of the home bucket while there are some; else one of the emptier of both buckets
/// (two choices keep buckets from overflowing: Azar et al. 1994); else what gives way in either.
static struct sy_flow *choose_other(const struct sy_flow_table *table, uint64_t tag, uint64_t first)
{
	uint64_t second = sy_second_bucket(&table->view, tag);
	uint32_t free_here = free_places(table, first), free_there, place_here, place_there;
	uint16_t weight_here, weight_there;

	if (__builtin_popcount(free_here) >= ROOMY)
		return slot_at(table, first, (uint32_t)__builtin_ctz(free_here));
	free_there = free_places(table, second);
	if ((free_here | free_there) != 0)
		return __builtin_popcount(free_here) >= __builtin_popcount(free_there)
			       ? slot_at(table, first, (uint32_t)__builtin_ctz(free_here))
			       : slot_at(table, second, (uint32_t)__builtin_ctz(free_there));
	place_here = weakest_place(table, first, &weight_here);
	place_there = weakest_place(table, second, &weight_there);
	if (weight_here >> SY_PLACE_RANK_SHIFT == SY_RANK_KEEP &&
		weight_there >> SY_PLACE_RANK_SHIFT == SY_RANK_KEEP)
		return NULL;
	return weight_there < weight_here ? slot_at(table, second, place_there)
					  : slot_at(table, first, place_here);
}

struct sy_flow *sy_place_choose(const struct sy_flow_table *table, uint64_t tag)
{
	struct sy_flow *home = sy_flow_home(&table->view, tag);

	return home->tag == 0 ? home : choose_other(table, tag, sy_first_bucket(&table->view, tag));
}

static struct sy_flow *find_in(const struct sy_flow_table *table, uint64_t bucket, uint64_t tag)
{
	uint32_t bits = equal_to(table->places[bucket].finger, finger_of(tag));

	for (; bits != 0; bits &= bits - 1) {
		struct sy_flow *slot = slot_at(table, bucket, (uint32_t)__builtin_ctz(bits));
		if (slot->tag == tag)
			return slot;
	}
	return NULL;
}

struct sy_flow *sy_place_find(const struct sy_flow_table *table, uint64_t tag)
{
	struct sy_flow *flow = find_in(table, sy_first_bucket(&table->view, tag), tag);

	return flow != NULL ? flow : find_in(table, sy_second_bucket(&table->view, tag), tag);
}

void sy_flow_table_prefetch_places(const struct sy_flow_table *table, uint64_t tag)
{
	__builtin_prefetch(&table->places[sy_first_bucket(&table->view, tag)], 1);
	__builtin_prefetch(&table->places[sy_second_bucket(&table->view, tag)], 1);
}

struct sy_flow *sy_flow_table_prefetch_slot(
	const struct sy_flow_table *table, uint64_t tag, bool room)
{
	uint64_t bucket = sy_first_bucket(&table->view, tag);
	uint32_t bits = equal_to(table->places[bucket].finger, finger_of(tag));
	struct sy_flow *slot;

	if (bits == 0) {
		bucket = sy_second_bucket(&table->view, tag);
		bits = equal_to(table->places[bucket].finger, finger_of(tag));
	}
	if (bits != 0) {
		slot = slot_at(table, bucket, (uint32_t)__builtin_ctz(bits));
		__builtin_prefetch(slot, 1);
		return slot;
	}
	slot = room ? sy_place_choose(table, tag) : NULL;
	if (slot != NULL)
		__builtin_prefetch(slot, 1);
	return slot;
}

/// Splits one more bucket: those of its flows that now belong to its twin go there, to the same
/// place, which is free because the twin is new.
static void split_bucket(struct sy_flow_table *table)
{
	uint64_t bucket = table->view.split++, twin = bucket + table->view.base;

	for (uint32_t i = 0; i < SY_FLOW_BUCKET; i++) {
		struct sy_flow *from = slot_at(table, bucket, i);
		uint64_t tag = from->tag, first = sy_first_bucket(&table->view, tag);

		// A flow stays near its home, even when its second bucket is the one that was
		// split.
		if (tag == 0 || first == bucket ||
			(first != twin && sy_second_bucket(&table->view, tag) == bucket))
			continue;
		*slot_at(table, twin, i) = *from;
		from->tag = 0;
		table->places[twin].weight[i] = table->places[bucket].weight[i];
		table->places[twin].finger[i] = table->places[bucket].finger[i];
		table->places[bucket].weight[i] = 0;
	}
	if (table->view.split == table->view.base) {
		table->view.base *= 2;
		table->view.split = 0;
	}
}

/// Keeps a growing table under a quarter full, so that also the buckets that wait for their split
/// have room. Splitting one makes 8 slots, room for more flows than came.
void sy_place_grow(struct sy_flow_table *table)
{
	if (table->view.base < table->limit &&
		table->counters.used * 4 > sy_flow_table_slots(table))
		split_bucket(table);
}
