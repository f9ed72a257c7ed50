// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The hash table that comes with DPDK, as the baseline of the lookup: keys of 16 bytes, hashed by
// it (CRC32), 32 at a time.

#include "baseline.h"
#include "traffic.h"

#include <rte_cycles.h>
#include <rte_hash.h>
#include <rte_memory.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define TOGETHER 32
#define ROUNDS   8192

struct key {
	uint64_t word[2];
};

/// DPDK's own memory is in small pages without hugepages; the flow table's is not. Ask for the
/// same.
static int ask_for_huge_pages(const struct rte_memseg_list *list, void *arg)
{
	(void)arg;
	madvise(list->base_va, list->len, MADV_HUGEPAGE);
	return 0;
}

static struct key key_of(uint64_t number)
{
	return (struct key){{random_of(number), random_of(number ^ UINT64_C(0xabcdef0123))}};
}

static uint64_t look_up(const struct rte_hash *hash, uint32_t keys, uint64_t *at, uint64_t *found)
{
	uint64_t ticks = 0;

	for (uint32_t round = 0; round < ROUNDS; round++) {
		struct key key[TOGETHER];
		const void *pointer[TOGETHER];
		int32_t position[TOGETHER];
		uint64_t start;

		for (uint32_t i = 0; i < TOGETHER; i++) {
			key[i] = key_of(random_of((*at)++) % keys);
			pointer[i] = &key[i];
		}
		start = rte_rdtsc();
		rte_hash_lookup_bulk(hash, pointer, TOGETHER, position);
		ticks += rte_rdtsc() - start;
		for (uint32_t i = 0; i < TOGETHER; i++)
			*found += position[i] >= 0;
	}
	return ticks;
}

int limit_rte_hash(uint32_t keys, const struct budget *budget)
{
	struct rte_hash_parameters parameters = {
		.name = "baseline", .entries = 1u << 20, .key_len = sizeof(struct key)};
	struct samples samples = {0};
	struct rte_hash *hash;
	uint64_t at = 0, found = 0, start;

	rte_memseg_list_walk(ask_for_huge_pages, NULL);
	hash = rte_hash_create(&parameters);
	if (hash == NULL) {
		printf("{\"skipped\":\"rte_hash_create failed\"}\n");
		return 0;
	}
	for (uint32_t i = 0; i < keys; i++) {
		struct key key = key_of(i);

		rte_hash_add_key(hash, &key);
	}
	start = rte_rdtsc();
	while (samples_wanted(&samples, budget, start))
		samples_add(&samples, look_up(hash, keys, &at, &found), ROUNDS * TOGETHER);
	printf("{\"keys\":%u,\"found\":%s", keys,
		found == (uint64_t)samples.count * ROUNDS * TOGETHER ? "true" : "false");
	print_measured("ns", &samples, 0);
	printf("}\n");
	rte_hash_free(hash);
	return 0;
}
