// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "slots.h"

#include "sy_memory.h"

#include <errno.h>
#include <smmintrin.h>
#include <stdlib.h>
#include <string.h>

#define WAYS      SY_SLOT_WAYS
#define AGE_SOLID 0x8000u
#define AGE_TURN  0x7fffu
#define AGE_SHIFT 31
#define AGE_IDLE  1677    // an hour
#define AGE_AHEAD 0x7f00u // times that run backwards: so far behind means a little ahead

static uint16_t tag_of(uint64_t hash)
{
	return (uint16_t)(hash >> 48 | 1);
}

static uint32_t first_bucket(const struct sy_slots *slots, uint64_t hash)
{
	return (uint32_t)hash & slots->bucket_mask;
}

static uint32_t second_bucket(const struct sy_slots *slots, uint64_t hash)
{
	return ((uint32_t)hash ^ (uint32_t)(hash >> 32 | 1) * UINT32_C(0x5bd1e995)) &
	       slots->bucket_mask;
}

static uint16_t age_of(bool solid, uint64_t ts_ns)
{
	return (uint16_t)((solid ? AGE_SOLID : 0) | (ts_ns >> AGE_SHIFT & AGE_TURN));
}

uint32_t sy_slots_round(uint32_t wanted)
{
	uint32_t count = WAYS;

	while (count < wanted)
		count *= 2;
	return count;
}

size_t sy_slots_bytes(uint32_t count)
{
	return (size_t)count / WAYS * sizeof(struct sy_slot_bucket) + count * sizeof(uint32_t);
}

int sy_slots_init(struct sy_slots *slots, uint32_t count)
{
	memset(slots, 0, sizeof(*slots));
	slots->buckets = sy_memory_map(count / WAYS * sizeof(*slots->buckets));
	slots->used = calloc(count, sizeof(*slots->used));
	slots->bucket_mask = count / WAYS - 1;
	if (slots->buckets == NULL || slots->used == NULL) {
		sy_slots_free(slots);
		return -ENOMEM;
	}
	return 0;
}

void sy_slots_free(struct sy_slots *slots)
{
	if (slots->buckets != NULL)
		sy_memory_unmap(slots->buckets, (slots->bucket_mask + 1) * sizeof(*slots->buckets));
	free(slots->used);
	memset(slots, 0, sizeof(*slots));
}

void sy_slots_reset(struct sy_slots *slots)
{
	for (uint32_t i = 0; i < slots->used_count; i++) {
		uint32_t slot = slots->used[i];
		slots->buckets[slot / WAYS].tags[slot % WAYS] = 0;
		slots->buckets[slot / WAYS].ages[slot % WAYS] = 0;
	}
	slots->used_count = 0;
}

static __m128i load_half(const uint16_t values[static WAYS], int half)
{
	return _mm_load_si128((const __m128i *)values + half);
}

// Which of the 16 are equal, as bits.
static uint32_t equal_to(const uint16_t values[static WAYS], uint16_t wanted)
{
	__m128i same = _mm_set1_epi16((short)wanted);

	return (uint32_t)_mm_movemask_epi8(
		_mm_packs_epi16(_mm_cmpeq_epi16(load_half(values, 0), same),
			_mm_cmpeq_epi16(load_half(values, 1), same)));
}

uint32_t sy_slots_entry(const struct sy_slots *slots, uint32_t slot)
{
	return slots->buckets[slot / WAYS].entries[slot % WAYS];
}

static uint32_t find_in(const struct sy_slots *slots, uint32_t bucket, uint16_t tag,
	sy_slot_match_fn *match, const void *table, const void *key)
{
	for (uint32_t bits = equal_to(slots->buckets[bucket].tags, tag); bits != 0;
		bits &= bits - 1) {
		uint32_t slot = bucket * WAYS + (uint32_t)__builtin_ctz(bits);
		if (match(table, sy_slots_entry(slots, slot), key))
			return slot;
	}
	return SY_SLOT_NONE;
}

void sy_slots_prefetch(const struct sy_slots *slots, uint64_t hash)
{
	__builtin_prefetch(slots->buckets[first_bucket(slots, hash)].tags, 1);
	__builtin_prefetch(slots->buckets[second_bucket(slots, hash)].tags, 1);
}

uint32_t sy_slots_guess(const struct sy_slots *slots, uint64_t hash)
{
	uint32_t bucket = first_bucket(slots, hash);
	uint32_t bits = equal_to(slots->buckets[bucket].tags, tag_of(hash));

	if (bits == 0) {
		bucket = second_bucket(slots, hash);
		bits = equal_to(slots->buckets[bucket].tags, tag_of(hash));
	}
	return bits == 0 ? SY_SLOT_NONE : bucket * WAYS + (uint32_t)__builtin_ctz(bits);
}

uint32_t sy_slots_find(const struct sy_slots *slots, uint64_t hash, sy_slot_match_fn *match,
	const void *table, const void *key)
{
	uint16_t tag = tag_of(hash);
	uint32_t slot;

	__builtin_prefetch(&slots->buckets[second_bucket(slots, hash)]);
	slot = find_in(slots, first_bucket(slots, hash), tag, match, table, key);
	if (slot == SY_SLOT_NONE)
		slot = find_in(slots, second_bucket(slots, hash), tag, match, table, key);
	return slot;
}

static uint16_t *age_at(struct sy_slots *slots, uint32_t slot)
{
	return &slots->buckets[slot / WAYS].ages[slot % WAYS];
}

// How long ago each of eight was used, as a weight: the longest ago is the least. Solid ones are
// greater than the others.
static __m128i weigh(__m128i ages, uint16_t now)
{
	__m128i turn = _mm_set1_epi16((short)AGE_TURN);
	__m128i ago = _mm_and_si128(_mm_sub_epi16(_mm_set1_epi16((short)now), ages), turn);
	__m128i ahead = _mm_cmpgt_epi16(ago, _mm_set1_epi16((short)AGE_AHEAD));
	__m128i weight = _mm_sub_epi16(turn, _mm_andnot_si128(ahead, ago));

	return _mm_or_si128(weight, _mm_and_si128(ages, _mm_set1_epi16((short)AGE_SOLID)));
}

/// The slot of a bucket that was used longest ago, and its weight.
static uint32_t oldest_of(
	const struct sy_slots *slots, uint32_t bucket, uint16_t now, uint16_t *weight)
{
	const uint16_t *ages = slots->buckets[bucket].ages;
	uint32_t low = (uint32_t)_mm_cvtsi128_si32(
		_mm_minpos_epu16(weigh(load_half(ages, 0), now)));
	uint32_t high = (uint32_t)_mm_cvtsi128_si32(
		_mm_minpos_epu16(weigh(load_half(ages, 1), now)));
	bool in_low = (uint16_t)low <= (uint16_t)high;

	*weight = (uint16_t)(in_low ? low : high);
	return bucket * WAYS + (in_low ? low >> 16 : (high >> 16) + WAYS / 2);
}

/// A solid one gives way to a solid one only, and only when it was not used for long.
static bool gives_way(uint16_t weight, bool to_solid)
{
	if (weight > AGE_TURN)
		return to_solid && (weight & AGE_TURN) < AGE_TURN - AGE_IDLE;
	return to_solid || weight < AGE_TURN;
}

uint32_t sy_slots_claim(
	struct sy_slots *slots, uint64_t hash, bool solid, uint64_t ts_ns, bool *evicted)
{
	uint32_t first = first_bucket(slots, hash), second = second_bucket(slots, hash);
	uint32_t free_first = equal_to(slots->buckets[first].tags, 0);
	uint32_t free_second = equal_to(slots->buckets[second].tags, 0);
	uint16_t age = age_of(solid, ts_ns), weight, other_weight;
	uint32_t slot;

	*evicted = false;
	if ((free_first | free_second) != 0) {
		// The emptier bucket, so that both fill evenly.
		if (__builtin_popcount(free_first) >= __builtin_popcount(free_second))
			slot = first * WAYS + (uint32_t)__builtin_ctz(free_first);
		else
			slot = second * WAYS + (uint32_t)__builtin_ctz(free_second);
		slots->buckets[slot / WAYS].entries[slot % WAYS] = slots->used_count;
		slots->used[slots->used_count++] = slot;
	} else {
		uint32_t other = oldest_of(slots, second, age, &other_weight);
		slot = oldest_of(slots, first, age, &weight);
		if (other_weight < weight) {
			slot = other;
			weight = other_weight;
		}
		if (!gives_way(weight, solid))
			return SY_SLOT_NONE;
		*evicted = true;
	}
	slots->buckets[slot / WAYS].tags[slot % WAYS] = tag_of(hash);
	*age_at(slots, slot) = age;
	return slot;
}

void sy_slots_touch(struct sy_slots *slots, uint32_t slot, bool solid, uint64_t ts_ns)
{
	uint16_t *at = age_at(slots, slot), age = age_of(solid, ts_ns);
	uint16_t later = (age - *at) & AGE_TURN;

	if (later != 0 && later < AGE_AHEAD)
		*at = (uint16_t)((*at & AGE_SOLID) | age);
	else if (solid)
		*at |= AGE_SOLID;
}
