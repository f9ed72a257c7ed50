// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Which entry of a table holds a key: the index only, the entries are the caller's array. Each key
// has two buckets of 16 and may lie in either. Memory comes zeroed from the system and is not
// touched before it is used, nor by a reset.

#define SY_SLOT_NONE UINT32_MAX
#define SY_SLOT_WAYS 16u

/// Two cache lines; the first tells who is there and who gives way.
struct sy_slot_bucket {
	_Alignas(64) uint16_t tags[SY_SLOT_WAYS]; ///< 0 = free
	uint16_t ages[SY_SLOT_WAYS];              ///< bit 15: solid; the rest: last use,
				     ///< in units of 2 s that begin again after 19 hours
	uint32_t entries[SY_SLOT_WAYS]; ///< index of the caller's entry: by order of first use
};

struct sy_slots {
	struct sy_slot_bucket *buckets;
	uint32_t *used; ///< the used slots in order of first use
	uint32_t used_count;
	uint32_t bucket_mask;
};

/// True when the entry of that index has the wanted key.
typedef bool sy_slot_match_fn(const void *table, uint32_t entry, const void *key);

/// The index of a used slot's entry: entries are numbered in the order of their first use, so that
/// a table touches no more memory than it holds. An entry that gives way leaves its index to its
/// heir.
uint32_t sy_slots_entry(const struct sy_slots *slots, uint32_t slot);

/// Number of slots for a wanted one: a power of two, 16 at least.
uint32_t sy_slots_round(uint32_t wanted);

/// 0 or -ENOMEM. `count` as sy_slots_round() gave it.
int sy_slots_init(struct sy_slots *slots, uint32_t count);
void sy_slots_free(struct sy_slots *slots);
void sy_slots_reset(struct sy_slots *slots);

/// Bytes that sy_slots_init() takes at most.
size_t sy_slots_bytes(uint32_t count);

/// The slot of a key, or SY_SLOT_NONE.
uint32_t sy_slots_find(const struct sy_slots *slots, uint64_t hash, sy_slot_match_fn *match,
	const void *table, const void *key);

/// Starts to load the index lines of a hash.
void sy_slots_prefetch(const struct sy_slots *slots, uint64_t hash);

/// The slot that a hash most likely has, by its tag alone, or SY_SLOT_NONE: good enough to
/// prefetch.
uint32_t sy_slots_guess(const struct sy_slots *slots, uint64_t hash);

/// A slot for a key that has none: a free one, else the one that was used longest ago among those
/// that may give way (*evicted is set then; the caller still reads the old entry there). A `solid`
/// one gives way to another solid one only, and only when it was not used for an hour. One that was
/// used in the last 2 s or so gives way to a solid one only: else those of a flood would only push
/// out one another. SY_SLOT_NONE when no one gives way to it.
uint32_t sy_slots_claim(
	struct sy_slots *slots, uint64_t hash, bool solid, uint64_t ts_ns, bool *evicted);

/// Notes that a slot was used.
void sy_slots_touch(struct sy_slots *slots, uint32_t slot, bool solid, uint64_t ts_ns);
