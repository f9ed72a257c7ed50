// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Hashes of decoded lanes.

#include "hash.h"

#include "kernels.h"

#include <stdatomic.h>

static uint64_t hash_v4(
	const struct sy_batch *b, uint32_t i, const struct sy_hash_key *key, bool *swap)
{
	uint64_t src = (uint64_t)b->src4[i] << 16 | b->sport[i];
	uint64_t dst = (uint64_t)b->dst4[i] << 16 | b->dport[i];

	*swap = src > dst;
	return sy_hash_v4(key, b->src4[i], b->sport[i], b->dst4[i], b->dport[i], b->domain[i]);
}

void sy_batch_hash_scalar(struct sy_batch *batch, const struct sy_hash_key *secret)
{
	// a copy, which the stores to the batch cannot change
	const struct sy_hash_key key = *secret;

	for (uint32_t i = 0; i < batch->count; i++) {
		bool swap;

		if (batch->lane[i] != SY_LANE_TCP && batch->lane[i] != SY_LANE_ICMP_ERROR)
			continue;
		batch->hash[i] = batch->bits[i] & SY_SEG_V6 ? sy_hash_lane_v6(batch, i, &key, &swap)
							    : hash_v4(batch, i, &key, &swap);
		batch->bits[i] = (uint8_t)((batch->bits[i] & ~SY_SEG_SWAP) |
					   (swap ? SY_SEG_SWAP : 0));
	}
}

void sy_batch_hash(struct sy_batch *batch, const struct sy_hash_key *key)
{
	// Threads that come first at the same time find the same.
	static _Atomic(sy_hash_fn *) chosen;
	sy_hash_fn *hash = atomic_load_explicit(&chosen, memory_order_relaxed);

	if (!hash) {
		hash = sy_cpu_lacks_avx512() ? sy_batch_hash_scalar : sy_batch_hash_avx512;
		atomic_store_explicit(&chosen, hash, memory_order_relaxed);
	}
	hash(batch, key);
}
