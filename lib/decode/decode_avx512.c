// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// 16 lanes of 512-bit vectors; truth values are in mask registers.

#include "decode_internal.h"
#include "kernels.h"

#include <immintrin.h>

#define LANES 16
typedef __m512i vec;
typedef __mmask16 mask;

static ALWAYS_INLINE vec v_all(uint32_t x)
{
	return _mm512_set1_epi32((int)x);
}

static ALWAYS_INLINE vec v_load(const uint32_t *p)
{
	return _mm512_loadu_si512(p);
}

static ALWAYS_INLINE vec v_load_8(const uint8_t *p)
{
	return _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)(const void *)p));
}

static ALWAYS_INLINE void v_store(uint32_t *p, vec v)
{
	_mm512_storeu_si512(p, v);
}

static ALWAYS_INLINE vec v_add(vec a, vec b)
{
	return _mm512_add_epi32(a, b);
}

static ALWAYS_INLINE vec v_sub(vec a, vec b)
{
	return _mm512_sub_epi32(a, b);
}

static ALWAYS_INLINE vec v_and(vec a, vec b)
{
	return _mm512_and_si512(a, b);
}

static ALWAYS_INLINE vec v_or(vec a, vec b)
{
	return _mm512_or_si512(a, b);
}

static ALWAYS_INLINE vec v_min(vec a, vec b)
{
	return _mm512_min_epu32(a, b);
}

static ALWAYS_INLINE vec v_max(vec a, vec b)
{
	return _mm512_max_epu32(a, b);
}

static ALWAYS_INLINE vec v_right(vec a, unsigned n)
{
	return _mm512_srli_epi32(a, n);
}

static ALWAYS_INLINE vec v_left(vec a, unsigned n)
{
	return _mm512_slli_epi32(a, n);
}

static ALWAYS_INLINE mask v_equal(vec a, vec b)
{
	return _mm512_cmpeq_epi32_mask(a, b);
}

static ALWAYS_INLINE mask v_at_most(vec a, vec b)
{
	return _mm512_cmple_epu32_mask(a, b);
}

static ALWAYS_INLINE mask v_any(vec a, vec b)
{
	return _mm512_test_epi32_mask(a, b);
}

static ALWAYS_INLINE vec v_select(mask m, vec a, vec b)
{
	return _mm512_mask_blend_epi32(m, b, a);
}

static ALWAYS_INLINE vec v_if(mask m, vec a)
{
	return _mm512_maskz_mov_epi32(m, a);
}

static ALWAYS_INLINE mask m_and(mask a, mask b)
{
	return (mask)(a & b);
}

static ALWAYS_INLINE mask m_or(mask a, mask b)
{
	return (mask)(a | b);
}

static ALWAYS_INLINE mask m_not(mask a)
{
	return (mask)~a;
}

static ALWAYS_INLINE mask m_andnot(mask a, mask b)
{
	return (mask)(~a & b);
}

static ALWAYS_INLINE mask m_select(mask m, mask a, mask b)
{
	return (mask)((m & a) | (~m & b));
}

static ALWAYS_INLINE uint32_t m_bits(mask m)
{
	return m;
}

static ALWAYS_INLINE void v_store_sums(const uint8_t **out, const uint8_t *const *base, vec add)
{
	__m512i low = _mm512_cvtepu32_epi64(_mm512_castsi512_si256(add));
	__m512i high = _mm512_cvtepu32_epi64(_mm512_extracti64x4_epi64(add, 1));
	_mm512_storeu_si512(out, _mm512_add_epi64(low, _mm512_loadu_si512(base)));
	_mm512_storeu_si512(out + 8, _mm512_add_epi64(high, _mm512_loadu_si512(base + 8)));
}

static ALWAYS_INLINE vec v_low32(vec a, vec b)
{
	return _mm512_unpacklo_epi32(a, b);
}

static ALWAYS_INLINE vec v_high32(vec a, vec b)
{
	return _mm512_unpackhi_epi32(a, b);
}

static ALWAYS_INLINE vec v_low64(vec a, vec b)
{
	return _mm512_unpacklo_epi64(a, b);
}

static ALWAYS_INLINE vec v_high64(vec a, vec b)
{
	return _mm512_unpackhi_epi64(a, b);
}

static ALWAYS_INLINE vec v_swap(vec a)
{
	return _mm512_shuffle_epi8(a, _mm512_broadcast_i32x4(_mm_set_epi8(12, 13, 14, 15, 8, 9, 10,
					      11, 4, 5, 6, 7, 0, 1, 2, 3)));
}

static ALWAYS_INLINE vec v_join(const __m128i *p)
{
	__m256i lo = _mm256_inserti128_si256(_mm256_castsi128_si256(p[0]), p[1], 1);
	__m256i hi = _mm256_inserti128_si256(_mm256_castsi128_si256(p[2]), p[3], 1);
	return _mm512_inserti64x4(_mm512_castsi256_si512(lo), hi, 1);
}

static ALWAYS_INLINE void v_store_16(uint16_t *p, vec v)
{
	_mm256_storeu_si256((__m256i *)(void *)p, _mm512_cvtepi32_epi16(v));
}

static ALWAYS_INLINE void v_store_2x16(uint16_t *high, uint16_t *low, vec v)
{
	v_store_16(low, v);
	v_store_16(high, v_right(v, 16));
}

static ALWAYS_INLINE void v_store_3x8(uint8_t *b0, uint8_t *b1, uint8_t *b2, vec v)
{
	_mm_storeu_si128((__m128i *)(void *)b0, _mm512_cvtepi32_epi8(v));
	_mm_storeu_si128((__m128i *)(void *)b1, _mm512_cvtepi32_epi8(v_right(v, 8)));
	_mm_storeu_si128((__m128i *)(void *)b2, _mm512_cvtepi32_epi8(v_right(v, 16)));
}

#include "kernel_body.h"

void sy_decode_avx512(const struct sy_burst *burst, struct sy_batch *batch)
{
	decode_burst(burst, batch);
}
