// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Nanoseconds a frame of every decoder that runs here, by kind of traffic and by where the frames
// lie: 1024 of them in buffers as DPDK has them, which fit the second-level cache, or 64 MB of
// them in random order. The order changes before each pass, so that branches are not learned.

#include "kernel_frames.h"

#include "sy_decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#define PASSES_MAX 201
#define HUGE_BYTES ((size_t)2 << 20)
#define KERNELS    4

struct traffic {
	const char *name;
	struct recipe (*recipe)(uint64_t *random);
};

struct pool {
	const char *name;
	uint32_t frames;
	uint32_t stride_bytes;
	uint32_t passes;
};

static const struct pool pools[] = {
	{"L2", 1024, 2304, PASSES_MAX},
	{"64 MB", 1u << 19, 128, 5},
};

static const struct recipe steady = {.protocol = 6, .options = 1, .tcp_flags = 0x10, .ihl = 5};

static struct recipe steady_recipe(uint64_t *random)
{
	(void)random;
	return steady;
}

static struct recipe syn_recipe(uint64_t *random)
{
	(void)random;
	struct recipe r = steady;
	r.options = 7; // MSS
	r.tcp_flags = 0x02;
	return r;
}

// 15 % IPv6, 20 % in a VLAN, 5 % UDP, 1 % in a tunnel, 10 % SYNs, 20 % without timestamps.
static struct recipe mix_recipe(uint64_t *random)
{
	struct recipe r = steady;

	r.v6 = below(random, 100) < 15;
	r.tags = below(random, 100) < 20 ? 1 + (below(random, 10) == 0) : 0;
	r.payload = below(random, 3) ? 0 : (uint16_t)below(random, 300);
	r.port = 443;
	if (below(random, 100) < 20)
		r.options = 0;
	if (below(random, 100) < 10) {
		r.options = 12;
		r.tcp_flags = 0x02;
	}
	if (below(random, 100) < 5) {
		r.protocol = 17;
		r.payload = 40;
	}
	if (below(random, 100) < 1) {
		r.protocol = 47;
		r.v6 = 0;
	}
	return r;
}

static const struct traffic traffics[] = {
	{"steady", steady_recipe},
	{"mix", mix_recipe},
	{"syn", syn_recipe},
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void set_frame(struct sy_burst *bursts, uint32_t i, const uint8_t *data, uint32_t cap)
{
	struct sy_burst *burst = &bursts[i / SY_BURST_MAX];

	burst->data[i % SY_BURST_MAX] = data;
	burst->cap_bytes[i % SY_BURST_MAX] = cap;
	burst->wire_bytes[i % SY_BURST_MAX] = cap;
	burst->count = SY_BURST_MAX;
}

static void shuffle(struct sy_burst *bursts, uint32_t frames, uint64_t *random)
{
	for (uint32_t i = frames - 1; i > 0; i--) {
		uint32_t k = below(random, i + 1);
		struct sy_burst *a = &bursts[i / SY_BURST_MAX], *b = &bursts[k / SY_BURST_MAX];
		const uint8_t *data = a->data[i % SY_BURST_MAX];
		uint32_t cap = a->cap_bytes[i % SY_BURST_MAX];

		set_frame(bursts, i, b->data[k % SY_BURST_MAX], b->cap_bytes[k % SY_BURST_MAX]);
		set_frame(bursts, k, data, cap);
	}
}

/// `hash` alone when there is no decoder.
static double time_pass(sy_decode_fn *decode, const struct sy_burst *bursts, uint32_t frames,
	struct sy_batch *batch)
{
	const struct sy_hash_key key = sy_hash_key_from_seed(1);
	uint64_t start = now_ns();

	for (uint32_t i = 0; i < frames / SY_BURST_MAX; i++) {
		if (decode)
			decode(&bursts[i], batch);
		else
			sy_batch_hash(batch, &key);
	}
	return (double)(now_ns() - start) / frames;
}

static void measure(const struct traffic *traffic, const struct pool *pool)
{
	static double taken[KERNELS][PASSES_MAX];
	static struct sy_batch batch;
	size_t bytes_all = ((size_t)pool->frames * pool->stride_bytes | (HUGE_BYTES - 1)) + 1;
	uint8_t *memory = aligned_alloc(HUGE_BYTES, bytes_all);
	struct sy_burst *bursts = calloc(pool->frames / SY_BURST_MAX, sizeof(*bursts));
	uint64_t random = 7;
	const char *name, *obstacle;

	if (!memory || !bursts)
		exit(1);
	madvise(memory, bytes_all, MADV_HUGEPAGE);
	for (uint32_t i = 0; i < pool->frames; i++) {
		uint8_t frame[FRAME_ROOM], *data = memory + (size_t)i * pool->stride_bytes;
		struct recipe recipe = traffic->recipe(&random);
		uint32_t bytes = make_frame(frame, &recipe);

		bytes = bytes < pool->stride_bytes ? bytes : pool->stride_bytes;
		memcpy(data, frame, bytes);
		set_frame(bursts, i, data, bytes);
	}
	for (uint32_t pass = 0; pass < pool->passes; pass++)
		for (uint32_t k = 0; k < KERNELS; k++) {
			sy_decode_fn *decode = NULL;

			if (sy_decode_kernel_list(k, &name, &obstacle) && obstacle)
				continue;
			if (k < KERNELS - 1)
				decode = sy_decode_kernel(name, NULL);
			shuffle(bursts, pool->frames, &random);
			taken[k][pass] = time_pass(decode, bursts, pool->frames, &batch);
		}
	printf("%-7s %-6s", traffic->name, pool->name);
	for (uint32_t k = 0; k < KERNELS; k++) {
		bool kernel = sy_decode_kernel_list(k, &name, &obstacle);

		qsort(taken[k], pool->passes, sizeof(taken[k][0]), compare);
		printf("  %s %6.2f", kernel ? name : "hash", taken[k][pool->passes / 2]);
	}
	printf("\n");
	free(memory);
	free(bursts);
}

int main(void)
{
	printf("median nanoseconds a frame\n");
	for (uint32_t p = 0; p < sizeof(pools) / sizeof(pools[0]); p++)
		for (uint32_t t = 0; t < sizeof(traffics) / sizeof(traffics[0]); t++)
			measure(&traffics[t], &pools[p]);
	return 0;
}
