// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "baseline.h"

#include "sy_memory.h"

#include <rte_cycles.h>

#include <stdio.h>
#include <string.h>

#define LINE_BYTES 64
#define TOGETHER   32
#define ROUNDS     8192 // of TOGETHER lines, a sample

struct line {
	uint64_t value;
	uint8_t rest[LINE_BYTES - sizeof(uint64_t)];
};

static uint64_t step(uint64_t random)
{
	return random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
}

static uint64_t prefetched(struct line *lines, uint64_t mask, uint64_t *random)
{
	uint64_t start = rte_rdtsc();

	for (uint32_t round = 0; round < ROUNDS; round++) {
		struct line *at[TOGETHER];

		for (uint32_t i = 0; i < TOGETHER; i++) {
			*random = step(*random);
			at[i] = &lines[(*random >> 24) & mask];
			__builtin_prefetch(at[i], 1);
		}
		for (uint32_t i = 0; i < TOGETHER; i++)
			at[i]->value++;
	}
	return rte_rdtsc() - start;
}

static uint64_t one_after_another(struct line *lines, uint64_t mask, uint64_t *random)
{
	uint64_t start = rte_rdtsc();

	for (uint32_t i = 0; i < ROUNDS * TOGETHER / 8; i++) {
		struct line *at = &lines[(*random >> 24) & mask];

		// What is read decides where to go next.
		*random = step(*random + (at->value++ & 1));
	}
	return rte_rdtsc() - start;
}

int limit_memory(uint64_t bytes, const struct budget *budget)
{
	struct samples together = {0}, single = {0};
	uint64_t mask = bytes / LINE_BYTES - 1, random = 1, start;
	struct line *lines = sy_memory_map(bytes);

	if (lines == NULL) {
		printf("{\"skipped\":\"no %llu MB of memory\"}\n",
			(unsigned long long)(bytes >> 20));
		return 0;
	}
	memset(lines, 1, bytes);
	start = rte_rdtsc();
	while (samples_wanted(&single, budget, start)) {
		samples_add(&together, prefetched(lines, mask, &random), ROUNDS * TOGETHER);
		samples_add(
			&single, one_after_another(lines, mask, &random), ROUNDS * TOGETHER / 8);
	}
	printf("{\"megabytes\":%llu", (unsigned long long)(bytes >> 20));
	print_measured("prefetched_ns", &together, 0);
	print_measured("one_after_another_ns", &single, 0);
	printf("}\n");
	sy_memory_unmap(lines, bytes);
	return 0;
}
