// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// 8 lanes of 256-bit vectors; a truth value is a lane of ones.

#include "decode_internal.h"
#include "kernels.h"

#include <immintrin.h>

#define LANES 8
typedef __m256i vec;
typedef __m256i mask;

static ALWAYS_INLINE vec v_all(uint32_t x)
{
	return _mm256_set1_epi32((int)x);
}

static ALWAYS_INLINE vec v_load(const uint32_t *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

static ALWAYS_INLINE vec v_load_8(const uint8_t *p)
{
	return _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(const void *)p));
}

static ALWAYS_INLINE void v_store(uint32_t *p, vec v)
{
	_mm256_storeu_si256((__m256i *)(void *)p, v);
}

static ALWAYS_INLINE vec v_add(vec a, vec b)
{
	return _mm256_add_epi32(a, b);
}

static ALWAYS_INLINE vec v_sub(vec a, vec b)
{
	return _mm256_sub_epi32(a, b);
}

static ALWAYS_INLINE vec v_and(vec a, vec b)
{
	return _mm256_and_si256(a, b);
}

static ALWAYS_INLINE vec v_or(vec a, vec b)
{
	return _mm256_or_si256(a, b);
}

static ALWAYS_INLINE vec v_min(vec a, vec b)
{
	return _mm256_min_epu32(a, b);
}

static ALWAYS_INLINE vec v_max(vec a, vec b)
{
	return _mm256_max_epu32(a, b);
}

static ALWAYS_INLINE vec v_right(vec a, int n)
{
	return _mm256_srli_epi32(a, n);
}

static ALWAYS_INLINE vec v_left(vec a, int n)
{
	return _mm256_slli_epi32(a, n);
}

static ALWAYS_INLINE mask v_equal(vec a, vec b)
{
	return _mm256_cmpeq_epi32(a, b);
}

static ALWAYS_INLINE mask v_at_most(vec a, vec b)
{
	return v_equal(v_min(a, b), a);
}

static ALWAYS_INLINE mask v_any(vec a, vec b)
{
	return v_equal(v_and(a, b), b);
}

static ALWAYS_INLINE vec v_select(mask m, vec a, vec b)
{
	return _mm256_blendv_epi8(b, a, m);
}

static ALWAYS_INLINE vec v_if(mask m, vec a)
{
	return v_and(m, a);
}

static ALWAYS_INLINE mask m_and(mask a, mask b)
{
	return v_and(a, b);
}

static ALWAYS_INLINE mask m_or(mask a, mask b)
{
	return v_or(a, b);
}

static ALWAYS_INLINE mask m_andnot(mask a, mask b)
{
	return _mm256_andnot_si256(a, b);
}

static ALWAYS_INLINE mask m_not(mask a)
{
	return m_andnot(a, v_all(~0u));
}

static ALWAYS_INLINE mask m_select(mask m, mask a, mask b)
{
	return v_select(m, a, b);
}

static ALWAYS_INLINE uint32_t m_bits(mask m)
{
	return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(m));
}

static ALWAYS_INLINE void v_store_sums(const uint8_t **out, const uint8_t *const *base, vec add)
{
	vec low = _mm256_cvtepu32_epi64(_mm256_castsi256_si128(add));
	vec high = _mm256_cvtepu32_epi64(_mm256_extracti128_si256(add, 1));
	_mm256_storeu_si256((__m256i *)(void *)out,
		_mm256_add_epi64(low, _mm256_loadu_si256((const __m256i *)(const void *)base)));
	_mm256_storeu_si256((__m256i *)(void *)(out + 4),
		_mm256_add_epi64(
			high, _mm256_loadu_si256((const __m256i *)(const void *)(base + 4))));
}

static ALWAYS_INLINE vec v_low32(vec a, vec b)
{
	return _mm256_unpacklo_epi32(a, b);
}

static ALWAYS_INLINE vec v_high32(vec a, vec b)
{
	return _mm256_unpackhi_epi32(a, b);
}

static ALWAYS_INLINE vec v_low64(vec a, vec b)
{
	return _mm256_unpacklo_epi64(a, b);
}

static ALWAYS_INLINE vec v_high64(vec a, vec b)
{
	return _mm256_unpackhi_epi64(a, b);
}

static ALWAYS_INLINE vec v_swap(vec a)
{
	return _mm256_shuffle_epi8(a, _mm256_broadcastsi128_si256(_mm_set_epi8(12, 13, 14, 15, 8, 9,
					      10, 11, 4, 5, 6, 7, 0, 1, 2, 3)));
}

static ALWAYS_INLINE vec v_join(const __m128i *p)
{
	return _mm256_inserti128_si256(_mm256_castsi128_si256(p[0]), p[1], 1);
}

static ALWAYS_INLINE void v_store_2x16(uint16_t *high, uint16_t *low, vec v)
{
	// in each half: 8 bytes of low parts, 8 bytes of high parts
	vec parts = _mm256_shuffle_epi8(v, _mm256_broadcastsi128_si256(_mm_set_epi8(15, 14, 11, 10,
						   7, 6, 3, 2, 13, 12, 9, 8, 5, 4, 1, 0)));
	parts = _mm256_permute4x64_epi64(parts, 0xd8);
	_mm_storeu_si128((__m128i *)(void *)low, _mm256_castsi256_si128(parts));
	_mm_storeu_si128((__m128i *)(void *)high, _mm256_extracti128_si256(parts, 1));
}

static ALWAYS_INLINE void v_store_16(uint16_t *p, vec v)
{
	v = _mm256_permute4x64_epi64(_mm256_packus_epi32(v, v), 0xd8);
	_mm_storeu_si128((__m128i *)(void *)p, _mm256_castsi256_si128(v));
}

static ALWAYS_INLINE void v_store_3x8(uint8_t *b0, uint8_t *b1, uint8_t *b2, vec v)
{
	vec parts = _mm256_shuffle_epi8(v, _mm256_broadcastsi128_si256(_mm_set_epi8(15, 11, 7, 3,
						   14, 10, 6, 2, 13, 9, 5, 1, 12, 8, 4, 0)));
	parts = _mm256_permutevar8x32_epi32(parts, _mm256_set_epi32(7, 3, 6, 2, 5, 1, 4, 0));
	__m128i low = _mm256_castsi256_si128(parts);
	_mm_storel_epi64((__m128i *)(void *)b0, low);
	_mm_storel_epi64((__m128i *)(void *)b1, _mm_unpackhi_epi64(low, low));
	_mm_storel_epi64((__m128i *)(void *)b2, _mm256_extracti128_si256(parts, 1));
}

#include "kernel_body.h"

void sy_decode_avx2(const struct sy_burst *burst, struct sy_batch *batch)
{
	decode_burst(burst, batch);
}
