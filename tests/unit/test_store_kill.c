// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A process that writes is killed with SIGKILL, again and again in the same directory. After each
// time the next one finds whole files, and whole intervals in them.

#include "store_dir.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define ROUNDS      18
#define ATTEMPTS    400u // of an interval
#define PATIENCE_NS (60 * SY_NS_PER_S)

static atomic_uint *written; // intervals, by the process that is killed

static void write_for_ever(struct store_place *place, uint64_t first)
{
	struct sy_store *store = store_open(place);

	for (uint64_t i = first;; i++) {
		uint64_t start_ns = STORE_T0 + i * 10 * SY_NS_PER_S;
		store_put_interval(store, place, start_ns, ATTEMPTS);
		atomic_fetch_add(written, 1);
		sy_store_tick(store, start_ns + 10 * SY_NS_PER_S);
	}
}

// The intervals that were found; the directory is empty afterwards.
static uint64_t check(struct store_place *place, uint64_t now_ns)
{
	struct sy_store *store = store_open(place);
	char command[128];

	store_settle(store, now_ns);
	sy_store_close(store);
	struct store_listing listing = store_list(place->dir);
	assert_int_equal(listing.hidden, 0);
	assert_int_equal(
		listing.lines[SY_KIND_ATTEMPTS], ATTEMPTS * listing.lines[SY_KIND_SUMMARY]);
	for (uint32_t kind = SY_KIND_SERVICES; kind <= SY_KIND_PORTS; kind++)
		assert_int_equal(listing.lines[kind], 2 * listing.lines[SY_KIND_SUMMARY]);
	snprintf(command, sizeof(command), "rm -f '%s'/*", place->dir);
	assert_int_equal(system(command), 0);
	return listing.lines[SY_KIND_SUMMARY];
}

/// The machine may have other things to do than to let it write.
static void await_written(unsigned int intervals)
{
	uint64_t end_ns = sy_clock_ns(CLOCK_MONOTONIC) + PATIENCE_NS;

	while (atomic_load(written) < intervals && sy_clock_ns(CLOCK_MONOTONIC) < end_ns)
		usleep(1000);
	assert_true(atomic_load(written) >= intervals);
}

static void test_kill(void **state)
{
	struct store_place *place = *state;
	// With each interval, now and then, never: killed while it creates, completes, writes.
	static const uint64_t rotate_s[] = {10, 200, 100000000};
	uint64_t intervals = 0;
	unsigned int seed = (unsigned int)getpid();

	for (uint32_t round = 0; round < ROUNDS; round++) {
		place->options.rotate_s = rotate_s[round % 3];
		atomic_store(written, 0);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			write_for_ever(place, (uint64_t)round * 1000000);
			_exit(1);
		}
		if (round % 2 == 1) // in the others it may not even have begun
			await_written(3);
		usleep(2000 + (useconds_t)rand_r(&seed) % 60000);
		assert_int_equal(kill(child, SIGKILL), 0);
		int status;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
		intervals += check(place, STORE_T0 + (uint64_t)(round + 1) * 1000000 * SY_NS_PER_S);
	}
	print_message(
		"%lu intervals survived %u kills; %u files were recovered, %lu bytes cut off\n",
		intervals, ROUNDS, place->events[SY_STORE_RECOVERED], place->cut_bytes);
	assert_true(intervals > ROUNDS);
	assert_true(place->events[SY_STORE_RECOVERED] > 0);
}

// Killed in the middle of an interval for certain: the kernel writes as much of the attempts as the
// limit allows, and ends the process when it goes on. Returns the intervals that were complete.
static uint64_t killed_at(struct store_place *place, rlim_t limit_bytes)
{
	struct rlimit limit = {limit_bytes, limit_bytes}, no_core = {0, 0};
	int status;

	place->options.rotate_s = 0;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &no_core);
		setrlimit(RLIMIT_FSIZE, &limit);
		write_for_ever(place, 0);
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGXFSZ);
	assert_int_equal(store_size(place, ".attempts-20261122T080000Z.jsonl.part"), limit_bytes);
	return check(place, STORE_T0);
}

static void test_kill_in_an_interval(void **state)
{
	struct store_place *place = *state;

	assert_true(killed_at(place, 3000000) > 0);
	assert_int_equal(place->events[SY_STORE_RECOVERED], SY_KIND_COUNT);
	assert_true(place->cut_bytes > 0);
}

static void test_kill_in_the_first_interval(void **state)
{
	struct store_place *place = *state;

	assert_int_equal(killed_at(place, 100000), 0);
	assert_int_equal(place->events[SY_STORE_RECOVERED], 0);
	assert_int_equal(place->events[SY_STORE_DISCARDED], SY_KIND_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_kill, store_set_up, store_tear_down),
		cmocka_unit_test_setup_teardown(
			test_kill_in_an_interval, store_set_up, store_tear_down),
		cmocka_unit_test_setup_teardown(
			test_kill_in_the_first_interval, store_set_up, store_tear_down),
	};

	written = mmap(
		NULL, sizeof(*written), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (written == MAP_FAILED)
		return EXIT_FAILURE;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
