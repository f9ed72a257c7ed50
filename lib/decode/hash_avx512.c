// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Hashes of eight IPv4 lanes at a time. Every lane is taken for IPv4; those of IPv6 are done again
// one by one, and what is not hashed keeps its bits.

#include "fold_avx512.h"
#include "hash.h"

#define LANES 8

static ALWAYS_INLINE __m512i load_endpoint(const uint32_t *addr, const uint16_t *port)
{
	return _mm512_or_si512(_mm512_slli_epi64(load_32(addr), 16), load_16(port));
}

static ALWAYS_INLINE __m512i key_word(const struct sy_hash_key *key, int word)
{
	return _mm512_set1_epi64((long long)key->k[word]);
}

// Returns which sources are the greater endpoint.
static ALWAYS_INLINE uint32_t hash_v4(struct sy_batch *b, uint32_t i, const struct sy_hash_key *key)
{
	__m512i src = load_endpoint(b->src4 + i, b->sport + i);
	__m512i dst = load_endpoint(b->dst4 + i, b->dport + i);
	__m512i hash = fold(_mm512_xor_si512(_mm512_min_epu64(src, dst), key_word(key, 0)),
		_mm512_xor_si512(_mm512_max_epu64(src, dst), key_word(key, 1)));

	hash = fold(_mm512_xor_si512(hash, key_word(key, 2)),
		_mm512_xor_si512(load_32(b->domain + i), key_word(key, 3)));
	_mm512_storeu_si512(b->hash + i, hash);
	return _mm512_cmpgt_epu64_mask(src, dst);
}

static ALWAYS_INLINE uint32_t lanes_that_are(__m256i lanes, enum sy_lane kind)
{
	return _mm256_cmpeq_epi8_mask(lanes, _mm256_set1_epi8((char)kind));
}

void sy_batch_hash_avx512(struct sy_batch *batch, const struct sy_hash_key *secret)
{
	const struct sy_hash_key key = *secret;
	const __m256i swap_bit = _mm256_set1_epi8(SY_SEG_SWAP);
	__m256i lanes = _mm256_loadu_si256((const __m256i *)(const void *)batch->lane);
	__m256i bits = _mm256_loadu_si256((const __m256i *)(const void *)batch->bits);
	uint32_t hashed = lanes_that_are(lanes, SY_LANE_TCP) |
			  lanes_that_are(lanes, SY_LANE_ICMP_ERROR);
	uint32_t swaps = 0;

	hashed &= (uint32_t)((UINT64_C(1) << batch->count) - 1);
	for (uint32_t i = 0; i < batch->count; i += LANES)
		swaps |= hash_v4(batch, i, &key) << i;

	uint32_t v6 = _mm256_test_epi8_mask(bits, _mm256_set1_epi8(SY_SEG_V6)) & hashed;
	for (uint32_t left = v6; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctz(left);
		bool swap;

		batch->hash[i] = sy_hash_lane_v6(batch, i, &key, &swap);
		swaps = (swaps & ~(1u << i)) | (uint32_t)swap << i;
	}
	__m256i swapped = _mm256_maskz_mov_epi8(swaps, swap_bit);
	bits = _mm256_mask_mov_epi8(
		bits, hashed, _mm256_or_si256(_mm256_andnot_si256(swap_bit, bits), swapped));
	_mm256_storeu_si256((__m256i *)(void *)batch->bits, bits);
}
