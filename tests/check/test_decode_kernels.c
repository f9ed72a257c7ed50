// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Every vector kernel against the scalar one: usual, unusual and broken frames, each captured
// length, frames that end where a page ends or begin where one begins with nothing readable
// beyond, and batches that hold rubbish before. Linked with --wrap=sy_decode_general, which counts
// the frames that took the general walk: a kernel that leaves its work to it is found out.

#include "decode_internal.h"
#include "duplicates.h"
#include "hash.h"
#include "kernel_frames.h"
#include "kernels.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXIT_SKIPPED 77
#define ROUNDS       60000
#define FULL_LENGTHS 128

void __real_sy_decode_general(const struct sy_burst *burst, struct sy_batch *batch, uint32_t i);
void __wrap_sy_decode_general(const struct sy_burst *burst, struct sy_batch *batch, uint32_t i);

static uint64_t walked;

void __wrap_sy_decode_general(const struct sy_burst *burst, struct sy_batch *batch, uint32_t i)
{
	walked++;
	__real_sy_decode_general(burst, batch, i);
}

/// A page for each lane, between pages that cannot be read.
static uint8_t *pages[SY_BURST_MAX];
static size_t page_bytes;
static uint64_t frames_checked;

static void make_pages(void)
{
	page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	for (uint32_t i = 0; i < SY_BURST_MAX; i++) {
		uint8_t *three = mmap(
			NULL, 3 * page_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (three == MAP_FAILED ||
			mprotect(three + page_bytes, page_bytes, PROT_READ | PROT_WRITE)) {
			perror("mmap");
			exit(1);
		}
		pages[i] = three + page_bytes;
	}
}

/// Puts `cap` bytes of a frame at the end or the beginning of the lane's page.
static void place(struct sy_burst *burst, uint32_t i, const uint8_t *frame, uint32_t cap,
	uint32_t wire, bool at_end)
{
	uint8_t *data = at_end ? pages[i] + page_bytes - cap : pages[i];

	memcpy(data, frame, cap);
	burst->data[i] = data;
	burst->cap_bytes[i] = cap;
	burst->wire_bytes[i] = wire;
	burst->ts_ns[i] = UINT64_C(0x123456789abc) + i;
	burst->port[i] = (uint8_t)(i % 5);
	burst->link[i] = SY_LINK_ETHERNET;
}

static void fail(const char *name, const struct sy_burst *burst, uint32_t i)
{
	printf("%s differs in lane %u of %u: link %u, %u of %u bytes\n", name, i, burst->count,
		burst->link[i], burst->cap_bytes[i], burst->wire_bytes[i]);
	for (uint32_t k = 0; k < burst->cap_bytes[i]; k++)
		printf("%02x%s", burst->data[i][k], k % 16 == 15 ? "\n" : " ");
	printf("\n");
	exit(1);
}

/// What lies behind the last frame must not matter.
static void poison_rest(struct sy_burst *burst)
{
	for (uint32_t i = burst->count; i < SY_BURST_MAX; i++) {
		burst->data[i] = pages[i] + page_bytes;
		burst->cap_bytes[i] = UINT32_MAX;
		burst->wire_bytes[i] = UINT32_MAX;
		burst->link[i] = SY_LINK_ETHERNET;
	}
}

/// Holds a kernel against the scalar one, over batches with different rubbish in them.
static void compare(const char *name, sy_decode_fn *kernel, struct sy_burst *burst)
{
	static struct sy_batch want, got;

	poison_rest(burst);
	memset(&want, 0x5a, sizeof(want));
	memset(&got, 0xa5, sizeof(got));
	sy_decode_scalar(burst, &want);
	kernel(burst, &got);
	if (got.count != burst->count)
		fail(name, burst, 0);
	for (uint32_t i = 0; i < burst->count; i++)
		if (!sy_batch_same_lane(&want, &got, i))
			fail(name, burst, i);
	frames_checked += burst->count;
}

static void break_frame(uint8_t *frame, uint32_t bytes, uint64_t *random)
{
	uint32_t reach = bytes < 100 ? bytes : 100;

	switch (below(random, 4)) {
	case 0: // any byte
		frame[below(random, reach)] = (uint8_t)next_random(random);
		break;
	case 1: // any bit
		frame[12 + below(random, reach - 12)] ^= (uint8_t)(1u << below(random, 8));
		break;
	case 2: // a length or an offset, by a little
		frame[14 + below(random, reach - 14)] += (uint8_t)(below(random, 9) - 4);
		break;
	default: // rubbish all over
		for (uint32_t i = below(random, 40); i < bytes; i++)
			frame[i] = (uint8_t)next_random(random);
	}
}

static void random_frame(struct sy_burst *burst, uint32_t i, uint32_t oddity, uint64_t *random)
{
	uint8_t frame[FRAME_ROOM];
	bool unusual = below(random, 100) < oddity;
	struct recipe recipe = unusual ? unusual_recipe(random) : usual_recipe(random);
	uint32_t bytes = make_frame(frame, &recipe), cap = bytes, wire = bytes;

	if (below(random, 100) < oddity)
		break_frame(frame, bytes, random);
	if (below(random, 100) < oddity)
		cap = below(random, bytes < FULL_LENGTHS ? bytes + 1 : FULL_LENGTHS + 1);
	if (below(random, 100) < oddity)
		wire = below(random, 2) ? cap : bytes + below(random, 2000);
	place(burst, i, frame, cap, wire, below(random, 2));
	if (below(random, 300) < oddity)
		burst->link[i] = (uint8_t)below(random, SY_LINK_COUNT);
}

static void check_random(const char *name, sy_decode_fn *kernel)
{
	uint64_t random = 0x5eed5eed5eed5eed;

	for (uint32_t round = 0; round < ROUNDS; round++) {
		// Whole bursts of one kind first: the kernel's ways differ by what a burst has.
		uint32_t oddity = round % 3 == 0 ? 0 : round % 3 == 1 ? 3 : 40;
		struct sy_burst burst = {
			.count = round % 2 ? SY_BURST_MAX : below(&random, SY_BURST_MAX + 1)};

		for (uint32_t i = 0; i < burst.count; i++)
			random_frame(&burst, i, oddity, &random);
		compare(name, kernel, &burst);
	}
}

/// One frame at each captured length, in each of its lanes at another one.
static void check_lengths_of(const char *name, sy_decode_fn *kernel, const struct recipe *recipe)
{
	uint8_t frame[FRAME_ROOM];
	uint32_t bytes = make_frame(frame, recipe);

	for (uint32_t shift = 0; shift <= FULL_LENGTHS; shift++) {
		struct sy_burst burst = {.count = SY_BURST_MAX};

		for (uint32_t i = 0; i < burst.count; i++) {
			uint32_t cap = shift % 2 ? shift : (shift + i * 4) % (FULL_LENGTHS + 1);

			place(&burst, i, frame, cap < bytes ? cap : bytes, bytes, i % 4);
		}
		compare(name, kernel, &burst);
	}
}

static void check_lengths(const char *name, sy_decode_fn *kernel)
{
	for (uint32_t n = 0; n < 12 * OPTION_LAYOUTS; n++) {
		struct recipe recipe = {
			.tags = n % 3,
			.v6 = n / 3 % 2,
			.protocol = 6,
			.options = (uint8_t)(n / 12),
			.tcp_flags = n / 6 % 2 ? 0x02 : 0x10,
			.ihl = 5,
			.port = 80,
			.payload = 70,
		};
		check_lengths_of(name, kernel, &recipe);
		recipe.payload = 0;
		check_lengths_of(name, kernel, &recipe);
		recipe.protocol = 17;
		check_lengths_of(name, kernel, &recipe);
	}
}

/// Frames for the fast lanes must not be walked.
static void check_fast_lanes(const char *name, sy_decode_fn *kernel)
{
	uint64_t random = 1;
	struct sy_batch batch;

	for (uint32_t round = 0; round < 1000; round++) {
		struct sy_burst burst = {.count = SY_BURST_MAX};

		for (uint32_t i = 0; i < burst.count; i++)
			random_frame(&burst, i, 0, &random);
		walked = 0;
		kernel(&burst, &batch);
		if (walked == 0)
			continue;
		printf("%s: %llu frames of %u went through the general walk\n", name,
			(unsigned long long)walked, burst.count);
		exit(1);
	}
}

/// So have the fingerprints, once the hash is there.
static void check_prints(struct sy_batch *batch, const struct sy_burst *burst, uint64_t *random)
{
	static const uint8_t vantage_of_port[] = {0, 3, 7};
	static struct sy_batch other;

	for (uint32_t i = 0; i < burst->count; i++) {
		batch->port[i] = (uint8_t)below(random, 3);
		batch->checksum[i] = (uint16_t)next_random(random);
		batch->payload_bytes[i] = (uint32_t)next_random(random);
	}
	other = *batch;
	sy_duplicates_print_scalar(batch, vantage_of_port);
	sy_duplicates_print_avx512(&other, vantage_of_port);
	for (uint32_t i = 0; i < burst->count; i++)
		if (batch->lane[i] == SY_LANE_TCP && batch->print[i] != other.print[i])
			fail("the fingerprint", burst, i);
}

/// The hash has a kernel too.
static void check_hash(void)
{
	const struct sy_hash_key key = sy_hash_key_from_seed(9);
	static struct sy_batch want, got;
	uint64_t random = 3;

	for (uint32_t round = 0; round < ROUNDS; round++) {
		struct sy_burst burst = {.count = below(&random, SY_BURST_MAX + 1)};

		for (uint32_t i = 0; i < burst.count; i++)
			random_frame(&burst, i, round % 2 ? 10 : 0, &random);
		sy_decode_scalar(&burst, &want);
		for (uint32_t i = 0; i < burst.count; i++) {
			want.src4[i] = next_random(&random) | below(&random, 2) << 31;
			want.src6[i][below(&random, 16)] = (uint8_t)next_random(&random);
			want.domain[i] = below(&random, 2);
			if (below(&random, 8) == 0)
				want.lane[i] = SY_LANE_ICMP_ERROR;
		}
		got = want;
		memset(want.hash, 0, sizeof(want.hash));
		sy_batch_hash_scalar(&want, &key);
		sy_batch_hash_avx512(&got, &key);
		for (uint32_t i = 0; i < burst.count; i++)
			if (want.bits[i] != got.bits[i] ||
				(want.hash[i] && want.hash[i] != got.hash[i]))
				fail("the hash", &burst, i);
		check_prints(&want, &burst, &random);
	}
}

/// Stands for a kernel with a fault in one lane.
static void faulty(const struct sy_burst *burst, struct sy_batch *batch)
{
	sy_decode_scalar(burst, batch);
	if (burst->count > 3)
		batch->tsecr[3] ^= 1;
}

static void check_verify(void)
{
	uint8_t frame[FRAME_ROOM];
	struct recipe recipe = {.protocol = 6, .options = 1, .tcp_flags = 0x10, .ihl = 5};
	struct sy_burst burst = {.count = 8};
	struct sy_batch want, got;
	sy_decode_fn *verify = sy_decode_kernel("verify", NULL);

	for (uint32_t i = 0; i < burst.count; i++)
		place(&burst, i, frame, make_frame(frame, &recipe), 66, true);
	sy_decode_scalar(&burst, &want);
	verify(&burst, &got);
	bool good = sy_decode_mismatches() == 0;
	sy_decode_verify_set(faulty);
	verify(&burst, &got);
	good = good && sy_decode_mismatches() == 1 && sy_batch_same_lane(&want, &got, 3);
	sy_decode_verify_set(sy_decode_scalar);
	if (!good) {
		printf("verify does not see a faulty kernel\n");
		exit(1);
	}
}

static void check_names(void)
{
	int error = 0;
	bool good = !sy_decode_kernel("sse9", &error) && error == -EINVAL;

	good = good && sy_decode_kernel("scalar", &error) == sy_decode_scalar && error == 0;
	good = good && sy_decode_kernel("best", NULL) && sy_decode_kernel("verify", NULL);
	good = good && strcmp(sy_decode_kernel_name(sy_decode_verify), "verify") == 0;
	good = good && strcmp(sy_decode_kernel_name(faulty), "?") == 0;
	if (!good) {
		printf("a decoder is not found by its name\n");
		exit(1);
	}
}

/// Returns false when the kernel cannot run here.
static bool check_kernel(const char *name, const char *obstacle)
{
	int error = 0;
	sy_decode_fn *kernel = sy_decode_kernel(name, &error);

	if (obstacle ? kernel != NULL || error != -ENOTSUP : kernel == NULL || error != 0) {
		printf("%s: selection does not agree with the list\n", name);
		exit(1);
	}
	if (obstacle)
		return false;
	if (strcmp(sy_decode_kernel_name(kernel), name) != 0) {
		printf("asked for %s, got %s\n", name, sy_decode_kernel_name(kernel));
		exit(1);
	}
	frames_checked = 0;
	if (kernel != sy_decode_scalar)
		check_fast_lanes(name, kernel);
	check_lengths(name, kernel);
	check_random(name, kernel);
	printf("%s: %llu frames as scalar has them\n", name, (unsigned long long)frames_checked);
	return true;
}

int main(void)
{
	const char *name, *obstacle;
	const char *skipped = NULL, *reason = NULL;

	make_pages();
	check_names();
	check_verify();
	if (!sy_cpu_lacks_avx512())
		check_hash();
	for (uint32_t k = 0; sy_decode_kernel_list(k, &name, &obstacle); k++) {
		if (check_kernel(name, obstacle))
			continue;
		skipped = name;
		reason = obstacle;
	}
	if (!skipped)
		return 0;
	printf("%s was not tested: %s\n", skipped, reason);
	return EXIT_SKIPPED;
}
