// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

// What the AVX-512 kernels of hashes and fingerprints share.

#ifdef __AVX512F__ // nothing without vectors to work with

#include <immintrin.h>
#include <stdint.h>

#define ALWAYS_INLINE inline __attribute__((always_inline))

/// sy_hash_fold() of eight: there is no 64 x 64 bit product in vectors, but four of 32 x 32 bits.
static ALWAYS_INLINE __m512i fold(__m512i a, __m512i b)
{
	const __m512i low_half = _mm512_set1_epi64(0xffffffff);
	__m512i a_high = _mm512_srli_epi64(a, 32), b_high = _mm512_srli_epi64(b, 32);
	__m512i low = _mm512_mul_epu32(a, b), high = _mm512_mul_epu32(a_high, b_high);
	__m512i middle = _mm512_add_epi64(_mm512_mul_epu32(a, b_high), _mm512_srli_epi64(low, 32));
	__m512i carry = _mm512_add_epi64(
		_mm512_mul_epu32(a_high, b), _mm512_and_si512(middle, low_half));

	high = _mm512_add_epi64(high,
		_mm512_add_epi64(_mm512_srli_epi64(middle, 32), _mm512_srli_epi64(carry, 32)));
	low = _mm512_mask_mov_epi32(_mm512_slli_epi64(carry, 32), 0x5555, low);
	return _mm512_xor_si512(low, high);
}

/// Eight 32-bit numbers.
static ALWAYS_INLINE __m512i load_32(const uint32_t *p)
{
	return _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *)(const void *)p));
}

/// Eight 16-bit numbers.
static ALWAYS_INLINE __m512i load_16(const uint16_t *p)
{
	return _mm512_cvtepu16_epi64(_mm_loadu_si128((const __m128i *)(const void *)p));
}

/// Eight bytes.
static ALWAYS_INLINE __m512i load_8(const uint8_t *p)
{
	return _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)(const void *)p));
}

#endif
