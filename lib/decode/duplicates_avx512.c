// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Fingerprints of eight lanes at a time.

#include "duplicates.h"
#include "fold_avx512.h"

#define LANES 8

static ALWAYS_INLINE __m512i constant(uint64_t value)
{
	return _mm512_set1_epi64((long long)value);
}

/// sy_batch_fingerprint() of eight lanes.
static ALWAYS_INLINE __m512i fingerprints(const struct sy_batch *b, uint32_t i)
{
	__m512i numbers = _mm512_or_si512(
		_mm512_slli_epi64(load_32(b->seq + i), 32), load_32(b->ack + i));
	__m512i rest = _mm512_or_si512(_mm512_slli_epi64(load_16(b->flags + i), 48),
		_mm512_or_si512(_mm512_slli_epi64(load_16(b->ip_id + i), 32),
			load_32(b->payload_bytes + i)));
	__mmask8 swapped = _mm512_test_epi64_mask(load_8(b->bits + i), constant(SY_SEG_SWAP));
	__m512i side = _mm512_mask_mov_epi64(
		constant(SY_PRINT_OTHER), swapped, constant(SY_PRINT_OTHER ^ SY_PRINT_SWAPPED));

	return _mm512_or_si512(fold(_mm512_xor_si512(numbers, _mm512_loadu_si512(b->hash + i)),
				       _mm512_xor_si512(rest, side)),
		constant(1));
}

void sy_duplicates_print_avx512(struct sy_batch *b, const uint8_t *vantage_of_port)
{
	for (uint32_t i = 0; i < b->count; i += LANES) {
		uint8_t vantage[LANES];

		for (uint32_t k = 0; k < LANES; k++)
			vantage[k] = i + k < b->count ? vantage_of_port[b->port[i + k]] : 0;
		__m512i place = _mm512_or_si512(
			_mm512_slli_epi64(load_16(b->checksum + i), 8), load_8(vantage));
		_mm512_store_si512(b->print + i,
			_mm512_xor_si512(fingerprints(b, i),
				_mm512_mullo_epi64(place, constant(SY_DUPLICATE_FACTOR))));
	}
}
