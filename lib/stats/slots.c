// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "slots.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WAYS      16u
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
	return 3 * (size_t)count * sizeof(uint32_t) + 64;
}

int sy_slots_init(struct sy_slots *slots, uint32_t count)
{
	memset(slots, 0, sizeof(*slots));
	slots->tags = calloc(count, sizeof(*slots->tags));
	slots->ages = calloc(count, sizeof(*slots->ages));
	slots->used = calloc(count, sizeof(*slots->used));
	slots->bucket_mask = count / WAYS - 1;
	if (slots->tags == NULL || slots->ages == NULL || slots->used == NULL) {
		sy_slots_free(slots);
		return -ENOMEM;
	}
	return 0;
}

void sy_slots_free(struct sy_slots *slots)
{
	free(slots->tags);
	free(slots->ages);
	free(slots->used);
	memset(slots, 0, sizeof(*slots));
}

void sy_slots_reset(struct sy_slots *slots)
{
	for (uint32_t i = 0; i < slots->used_count; i++) {
		slots->tags[slots->used[i]] = 0;
		slots->ages[slots->used[i]] = 0;
	}
	slots->used_count = 0;
}

static uint32_t find_in(const struct sy_slots *slots, uint32_t bucket, uint32_t tag,
	sy_slot_match_fn *match, const void *table, const void *key)
{
	for (uint32_t slot = bucket * WAYS; slot < (bucket + 1) * WAYS; slot++) {
		if (slots->tags[slot] == tag && match(table, slot, key))
			return slot;
	}
	return SY_SLOT_NONE;
}

uint32_t sy_slots_find(const struct sy_slots *slots, uint64_t hash, sy_slot_match_fn *match,
	const void *table, const void *key)
{
	uint32_t tag = tag_of(hash);
	uint32_t slot = find_in(slots, first_bucket(slots, hash), tag, match, table, key);

	if (slot == SY_SLOT_NONE)
		slot = find_in(slots, second_bucket(slots, hash), tag, match, table, key);
	return slot;
}

static uint32_t count_used(const struct sy_slots *slots, uint32_t bucket)
{
	uint32_t count = 0;

	for (uint32_t slot = bucket * WAYS; slot < (bucket + 1) * WAYS; slot++)
		count += slots->tags[slot] != 0;
	return count;
}

static uint32_t free_slot(const struct sy_slots *slots, uint32_t bucket)
{
	uint32_t slot = bucket * WAYS;

	while (slots->tags[slot] != 0)
		slot++;
	return slot;
}

static uint32_t oldest_of(const struct sy_slots *slots, uint32_t bucket, uint32_t oldest)
{
	for (uint32_t slot = bucket * WAYS; slot < (bucket + 1) * WAYS; slot++) {
		if (oldest == SY_SLOT_NONE || slots->ages[slot] < slots->ages[oldest])
			oldest = slot;
	}
	return oldest;
}

uint32_t sy_slots_claim(
	struct sy_slots *slots, uint64_t hash, bool solid, uint64_t ts_ns, bool *evicted)
{
	uint32_t first = first_bucket(slots, hash), second = second_bucket(slots, hash);
	uint32_t in_first = count_used(slots, first), in_second = count_used(slots, second);
	uint32_t age = age_of(solid, ts_ns);
	uint32_t slot;

	*evicted = false;
	if (in_first < WAYS || in_second < WAYS) {
		slot = free_slot(slots, in_first <= in_second ? first : second);
		slots->used[slots->used_count++] = slot;
	} else {
		slot = oldest_of(slots, second, oldest_of(slots, first, SY_SLOT_NONE));
		if ((slots->ages[slot] & AGE_SOLID) != 0 || age < slots->ages[slot])
			return SY_SLOT_NONE;
		*evicted = true;
	}
	slots->tags[slot] = tag_of(hash);
	slots->ages[slot] = age;
	return slot;
}

void sy_slots_touch(struct sy_slots *slots, uint32_t slot, bool solid, uint64_t ts_ns)
{
	uint32_t age = age_of(solid, ts_ns);

	// A solid age is greater than any other, so this also makes the entry solid.
	if (age > slots->ages[slot])
		slots->ages[slot] = age;
}
