// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_duplicates.h"

#include <smmintrin.h>
#include <stdbool.h>
#include <string.h>

#define SETS (1u << 13)
#define WAYS 4

/// Recent packets whose fingerprints fall together, the newest first: one cache line.
struct set {
	uint64_t print[WAYS];  ///< fingerprint with checksum and vantage; 0 = free
	uint64_t ts_ttl[WAYS]; ///< time in ns << 8 | TTL: 56 bits of time wrap after 2 years
};

struct sy_duplicates {
	struct set set[SETS];
};

size_t sy_duplicates_bytes(void)
{
	return sizeof(struct sy_duplicates);
}

/// Hosts that do not count IP IDs send RSTs and pure ACKs that are alike without being the same:
/// those are told apart only by a router's decrement of the TTL.
static bool is_copy(const struct sy_batch *b, uint32_t i, uint8_t ttl_before)
{
	if (b->ip_id[i] == 0 && b->payload_bytes[i] == 0 && !(b->flags[i] & SY_TCP_SYN))
		return b->ttl[i] < ttl_before;
	return b->ttl[i] <= ttl_before;
}

/// The same packet with the same checksum at the same vantage (SEMANTICS 6).
static uint64_t print_of(const struct sy_batch *b, uint32_t i, uint8_t vantage)
{
	return sy_batch_fingerprint(b, i) ^
	       ((uint64_t)b->checksum[i] << 8 | vantage) * UINT64_C(0x9fb21c651e98df24);
}

static struct set *set_of(struct sy_duplicates *memory, uint64_t print)
{
	return &memory->set[(print >> 40) % SETS];
}

/// The way of a packet, or WAYS.
static uint32_t way_of(const struct set *set, uint64_t print)
{
	__m128i wanted = _mm_set1_epi64x((long long)print);
	const __m128i *two = (const __m128i *)set->print;
	__m128i low = _mm_cmpeq_epi64(_mm_load_si128(two), wanted);
	__m128i high = _mm_cmpeq_epi64(_mm_load_si128(two + 1), wanted);
	uint32_t bits = (uint32_t)_mm_movemask_pd(_mm_castsi128_pd(low)) |
			(uint32_t)_mm_movemask_pd(_mm_castsi128_pd(high)) << 2;

	return bits == 0 ? WAYS : (uint32_t)__builtin_ctz(bits);
}

/// The oldest gives way.
static void remember(struct set *set, uint64_t print, uint64_t ts_ttl)
{
	memmove(&set->print[1], &set->print[0], (WAYS - 1) * sizeof(set->print[0]));
	memmove(&set->ts_ttl[1], &set->ts_ttl[0], (WAYS - 1) * sizeof(set->ts_ttl[0]));
	set->print[0] = print;
	set->ts_ttl[0] = ts_ttl;
}

/// True for a duplicate. A packet that is none is remembered, in its old place if it had one.
static bool is_duplicate(
	struct set *set, uint64_t print, const struct sy_batch *b, uint32_t i, uint64_t window_ns)
{
	uint32_t way = way_of(set, print);
	uint64_t now = b->ts_ns[i] << 8;

	if (way == WAYS) {
		remember(set, print, now | b->ttl[i]);
		return false;
	}
	if (now - (set->ts_ttl[way] & ~UINT64_C(0xff)) <= window_ns << 8 &&
		is_copy(b, i, (uint8_t)set->ts_ttl[way]))
		return true;
	set->ts_ttl[way] = now | b->ttl[i];
	return false;
}

void sy_duplicates_mark(struct sy_duplicates *memory, struct sy_batch *batch,
	const uint8_t *vantage_of_port, uint64_t window_ns)
{
	uint64_t prints[SY_BURST_MAX];

	for (uint32_t i = 0; i < batch->count; i++) {
		if (batch->lane[i] != SY_LANE_TCP)
			continue;
		prints[i] = print_of(batch, i, vantage_of_port[batch->port[i]]);
		__builtin_prefetch(set_of(memory, prints[i]), 1);
	}
	for (uint32_t i = 0; i < batch->count; i++) {
		if (batch->lane[i] != SY_LANE_TCP)
			continue;
		if (is_duplicate(set_of(memory, prints[i]), prints[i], batch, i, window_ns)) {
			batch->bucket[i] = SY_BUCKET_DUPLICATE;
			batch->lane[i] = SY_LANE_NONE;
		}
	}
}
