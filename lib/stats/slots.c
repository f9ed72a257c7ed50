// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "slots.h"

#include <emmintrin.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WAYS      SY_SLOT_WAYS
#define AGE_SOLID (1u << 31)
#define AGE_SHIFT 30

static uint32_t tag_of(uint64_t hash)
{
	return (uint32_t)(hash >> 32) | 1;
}

static uint32_t first_bucket(const struct sy_slots *slots, uint64_t hash)
{
	return (uint32_t)hash & slots->bucket_mask;
}

static uint32_t second_bucket(const struct sy_slots *slots, uint64_t hash)
{
	return ((uint32_t)hash ^ tag_of(hash) * UINT32_C(0x5bd1e995)) & slots->bucket_mask;
}

static uint32_t age_of(bool solid, uint64_t ts_ns)
{
	return (solid ? AGE_SOLID : 0) | ((uint32_t)(ts_ns >> AGE_SHIFT) & (AGE_SOLID - 1));
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
	slots->buckets = calloc(count / WAYS, sizeof(*slots->buckets));
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
	free(slots->buckets);
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

// Which of the 16 are equal, as bits. SSE2 is in the baseline.
static uint32_t equal_to(const uint32_t values[static WAYS], uint32_t wanted)
{
	const __m128i *four = (const __m128i *)values;
	__m128i same = _mm_set1_epi32((int)wanted);
	__m128i low = _mm_packs_epi32(_mm_cmpeq_epi32(_mm_loadu_si128(four), same),
		_mm_cmpeq_epi32(_mm_loadu_si128(four + 1), same));
	__m128i high = _mm_packs_epi32(_mm_cmpeq_epi32(_mm_loadu_si128(four + 2), same),
		_mm_cmpeq_epi32(_mm_loadu_si128(four + 3), same));

	return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(low, high));
}

uint32_t sy_slots_entry(const struct sy_slots *slots, uint32_t slot)
{
	return slots->buckets[slot / WAYS].entries[slot % WAYS];
}

static uint32_t find_in(const struct sy_slots *slots, uint32_t bucket, uint32_t tag,
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
	const struct sy_slot_bucket *first = &slots->buckets[first_bucket(slots, hash)];

	__builtin_prefetch(first->tags);
	__builtin_prefetch(first->ages, 1);
	__builtin_prefetch(slots->buckets[second_bucket(slots, hash)].tags);
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
	uint32_t tag = tag_of(hash), slot;

	__builtin_prefetch(&slots->buckets[second_bucket(slots, hash)]);
	slot = find_in(slots, first_bucket(slots, hash), tag, match, table, key);
	if (slot == SY_SLOT_NONE)
		slot = find_in(slots, second_bucket(slots, hash), tag, match, table, key);
	return slot;
}

static uint32_t oldest_of(const struct sy_slots *slots, uint32_t bucket)
{
	const uint32_t *ages = slots->buckets[bucket].ages;
	uint32_t least = ages[0];

	for (uint32_t i = 1; i < WAYS; i++)
		least = ages[i] < least ? ages[i] : least;
	return bucket * WAYS + (uint32_t)__builtin_ctz(equal_to(ages, least));
}

static uint32_t *age_at(struct sy_slots *slots, uint32_t slot)
{
	return &slots->buckets[slot / WAYS].ages[slot % WAYS];
}

uint32_t sy_slots_claim(
	struct sy_slots *slots, uint64_t hash, bool solid, uint64_t ts_ns, bool *evicted)
{
	uint32_t first = first_bucket(slots, hash), second = second_bucket(slots, hash);
	uint32_t free_first = equal_to(slots->buckets[first].tags, 0);
	uint32_t free_second = equal_to(slots->buckets[second].tags, 0);
	uint32_t age = age_of(solid, ts_ns);
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
		uint32_t other = oldest_of(slots, second);
		slot = oldest_of(slots, first);
		if (*age_at(slots, other) < *age_at(slots, slot))
			slot = other;
		if ((*age_at(slots, slot) & AGE_SOLID) != 0 || age < *age_at(slots, slot))
			return SY_SLOT_NONE;
		*evicted = true;
	}
	slots->buckets[slot / WAYS].tags[slot % WAYS] = tag_of(hash);
	*age_at(slots, slot) = age;
	return slot;
}

void sy_slots_touch(struct sy_slots *slots, uint32_t slot, bool solid, uint64_t ts_ns)
{
	uint32_t age = age_of(solid, ts_ns);

	// A solid age is greater than any other, so this also makes the entry solid.
	if (age > *age_at(slots, slot))
		*age_at(slots, slot) = age;
}
