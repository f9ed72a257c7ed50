// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "client_set.h"

#include <math.h>
#include <string.h>

static bool is_dense(const struct sy_client_set *set)
{
	return set->sparse_count > SY_CLIENT_SPARSE;
}

// HyperLogLog: the low 8 bits choose the register, which keeps the longest run of leading zeros of
// the other 56, plus one.
static void dense_add(struct sy_client_set *set, uint64_t hash)
{
	uint32_t at = (uint32_t)(hash & (SY_CLIENT_BUCKETS - 1));
	uint64_t rest = hash >> 8;
	uint8_t rank = (uint8_t)(rest == 0 ? 57 : __builtin_clzll(rest) - 8 + 1);

	if (rank > set->dense[at])
		set->dense[at] = rank;
}

static void make_dense(struct sy_client_set *set)
{
	uint64_t kept[SY_CLIENT_SPARSE];
	uint32_t count = set->sparse_count;

	memcpy(kept, set->sparse, sizeof(kept));
	memset(set, 0, sizeof(*set));
	set->sparse_count = SY_CLIENT_SPARSE + 1;
	for (uint32_t i = 0; i < count; i++)
		dense_add(set, kept[i]);
}

void sy_client_set_add(struct sy_client_set *set, uint64_t hash)
{
	uint32_t at = 0;

	if (!is_dense(set)) {
		// Kept in order, so that equal sets are equal bytes.
		while (at < set->sparse_count && set->sparse[at] < hash)
			at++;
		if (at < set->sparse_count && set->sparse[at] == hash)
			return;
		if (set->sparse_count < SY_CLIENT_SPARSE) {
			memmove(&set->sparse[at + 1], &set->sparse[at],
				(set->sparse_count - at) * sizeof(set->sparse[0]));
			set->sparse[at] = hash;
			set->sparse_count++;
			return;
		}
		make_dense(set);
	}
	dense_add(set, hash);
}

void sy_client_set_merge(struct sy_client_set *into, const struct sy_client_set *from)
{
	if (!is_dense(from)) {
		for (uint32_t i = 0; i < from->sparse_count; i++)
			sy_client_set_add(into, from->sparse[i]);
		return;
	}
	if (!is_dense(into))
		make_dense(into);
	for (uint32_t i = 0; i < SY_CLIENT_BUCKETS; i++) {
		if (from->dense[i] > into->dense[i])
			into->dense[i] = from->dense[i];
	}
}

uint64_t sy_client_set_estimate(const struct sy_client_set *set)
{
	const double m = SY_CLIENT_BUCKETS;
	double sum = 0.0, estimate;
	uint32_t empty = 0;

	if (!is_dense(set))
		return set->sparse_count;
	for (uint32_t i = 0; i < SY_CLIENT_BUCKETS; i++) {
		sum += ldexp(1.0, -set->dense[i]);
		empty += set->dense[i] == 0;
	}
	// Flajolet et al. 2007, figure 3; 64-bit hashes need no correction at the top.
	estimate = 0.7213 / (1.0 + 1.079 / m) * m * m / sum;
	if (estimate <= 2.5 * m && empty > 0)
		estimate = m * log(m / (double)empty);
	if (estimate < SY_CLIENT_SPARSE + 1)
		return SY_CLIENT_SPARSE + 1;
	return (uint64_t)(estimate + 0.5);
}
