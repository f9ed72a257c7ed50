// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_batch.h"
#include "sy_hash.h"

#include <string.h>

// sy_batch_hash() has a kernel of its own: the same numbers, eight lanes at a time.

#define SY_HASH_FN(name) void name(struct sy_batch *batch, const struct sy_hash_key *key)

typedef SY_HASH_FN(sy_hash_fn);

SY_HASH_FN(sy_batch_hash_scalar);
SY_HASH_FN(sy_batch_hash_avx512);

/// The hash of an IPv6 lane; sets *swap when the source is the greater endpoint.
static inline uint64_t sy_hash_lane_v6(
	const struct sy_batch *b, uint32_t i, const struct sy_hash_key *key, bool *swap)
{
	uint64_t src[2], dst[2];
	int order = memcmp(b->src6[i], b->dst6[i], 16);

	memcpy(src, b->src6[i], sizeof(src));
	memcpy(dst, b->dst6[i], sizeof(dst));
	*swap = order > 0 || (order == 0 && b->sport[i] > b->dport[i]);
	return sy_hash_v6(key, src, b->sport[i], dst, b->dport[i], b->domain[i], *swap);
}
