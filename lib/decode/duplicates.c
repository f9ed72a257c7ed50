// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "duplicates.h"

#include "kernels.h"

#include <smmintrin.h>
#include <stdatomic.h>

#define SETS (1u << 13)
#define WAYS 4

/// Recent packets whose fingerprints fall together, the newest first: one cache line.
struct set {
	_Alignas(64) uint64_t print[WAYS]; ///< fingerprint with checksum and vantage; 0 = free
	uint64_t ts_ttl[WAYS]; ///< time in ns << 8 | TTL: 56 bits of time wrap after 2 years
};

struct sy_duplicates {
	struct set set[SETS];
};

size_t sy_duplicates_bytes(void)
{
	return sizeof(struct sy_duplicates);
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
	__m128i *prints = (__m128i *)set->print, *times = (__m128i *)set->ts_ttl;
	__m128i old = _mm_load_si128(prints), old_times = _mm_load_si128(times);

	_mm_store_si128(prints + 1, _mm_alignr_epi8(_mm_load_si128(prints + 1), old, 8));
	_mm_store_si128(times + 1, _mm_alignr_epi8(_mm_load_si128(times + 1), old_times, 8));
	_mm_store_si128(prints, _mm_unpacklo_epi64(_mm_cvtsi64_si128((long long)print), old));
	_mm_store_si128(times, _mm_unpacklo_epi64(_mm_cvtsi64_si128((long long)ts_ttl), old_times));
}

/// What a host may well send twice within the window: an ACK, and a RST without ACK, which answers
/// each segment that comes after the end. A SYN, a FIN or a RST with ACK (it refuses, or ends once)
/// comes again only after a timeout that is far longer.
static bool is_repeatable(const struct sy_batch *b, uint32_t i)
{
	uint16_t flags = b->flags[i];

	return b->payload_bytes[i] == 0 && !(flags & (SY_TCP_SYN | SY_TCP_FIN)) &&
	       (flags & (SY_TCP_RST | SY_TCP_ACK)) != (SY_TCP_RST | SY_TCP_ACK);
}

/// Hosts that do not count IP IDs send packets that are alike without being the same: those are
/// told apart only by a router's decrement of the TTL.
static bool is_copy(const struct sy_batch *b, uint32_t i, uint8_t ttl_before)
{
	if (b->ip_id[i] == 0 && is_repeatable(b, i))
		return b->ttl[i] < ttl_before;
	return b->ttl[i] <= ttl_before;
}

/// A lane that looks like one that was seen at *ts_ttl: marks a duplicate; another one is
/// remembered in the place of the first.
static void judge(struct sy_batch *b, uint32_t i, uint64_t *ts_ttl, uint64_t window_ns)
{
	uint64_t now = b->ts_ns[i] << 8;

	if (now - (*ts_ttl & ~UINT64_C(0xff)) <= window_ns << 8 &&
		is_copy(b, i, (uint8_t)*ts_ttl)) {
		b->bucket[i] = SY_BUCKET_DUPLICATE;
		b->lane[i] = SY_LANE_NONE;
		return;
	}
	*ts_ttl = now | b->ttl[i];
}

static struct set *set_of(struct sy_duplicates *memory, uint64_t print)
{
	return &memory->set[(print >> 40) % SETS];
}

void sy_duplicates_print_scalar(struct sy_batch *batch, const uint8_t *vantage_of_port)
{
	for (uint32_t i = 0; i < batch->count; i++)
		if (batch->lane[i] == SY_LANE_TCP)
			batch->print[i] = sy_duplicate_print(
				batch, i, vantage_of_port[batch->port[i]]);
}

static sy_print_fn *choose_print(void)
{
	// Threads that come first at the same time find the same.
	static _Atomic(sy_print_fn *) chosen;
	sy_print_fn *print = atomic_load_explicit(&chosen, memory_order_relaxed);

	if (print == NULL) {
		print = sy_cpu_lacks_avx512() ? sy_duplicates_print_scalar
					      : sy_duplicates_print_avx512;
		atomic_store_explicit(&chosen, print, memory_order_relaxed);
	}
	return print;
}

void sy_duplicates_look(
	struct sy_duplicates *memory, struct sy_batch *batch, const uint8_t *vantage_of_port)
{
	choose_print()(batch, vantage_of_port);
	for (uint32_t i = 0; i < batch->count; i++)
		if (batch->lane[i] == SY_LANE_TCP)
			__builtin_prefetch(set_of(memory, batch->print[i]), 1);
}

void sy_duplicates_mark(struct sy_duplicates *memory, struct sy_batch *batch, uint64_t window_ns)
{
	for (uint32_t i = 0; i < batch->count; i++) {
		struct set *set;
		uint32_t way;

		if (batch->lane[i] != SY_LANE_TCP)
			continue;
		set = set_of(memory, batch->print[i]);
		way = way_of(set, batch->print[i]);
		if (way == WAYS)
			remember(set, batch->print[i], batch->ts_ns[i] << 8 | batch->ttl[i]);
		else
			judge(batch, i, &set->ts_ttl[way], window_ns);
	}
}
