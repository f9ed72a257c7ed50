// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A disk that is full for a while: a small tmpfs in a mount namespace of the test's own.

#include "store_dir.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#define DISK_BYTES "size=2m"
#define ATTEMPTS   50u

static char mount_point[] = "/tmp/test_store_full.XXXXXX";

// As much as there is room for.
static void fill(const struct store_place *place)
{
	static const char block[4096];
	char path[128];

	snprintf(path, sizeof(path), "%s/ballast", place->dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0666);
	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

static void make_room(const struct store_place *place)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/ballast", place->dir);
	assert_int_equal(unlink(path), 0);
}

static void test_full(void **state)
{
	struct store_place place = {0};
	uint64_t now_ns = STORE_T0, lost;
	uint32_t intervals = 0;

	(void)state;
	store_place_init(&place, mount_point);
	place.options.backlog_bytes = 400000;
	struct sy_store *store = store_open(&place);
	const struct sy_store_counters *counters = sy_store_counters(store);
	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t i = 0; i < 25; i++) {
			if (i == 4)
				fill(&place);
			store_put_interval(store, &place, now_ns, ATTEMPTS);
			intervals++;
			now_ns += 10 * SY_NS_PER_S;
			sy_store_tick(store, now_ns);
		}
		assert_false(counters->metrics.writing);
		make_room(&place);
		now_ns += SY_NS_PER_S;
		store_settle(store, now_ns);
		assert_true(counters->metrics.writing);
		now_ns = (now_ns / SY_NS_PER_S / 10 + 1) * 10 * SY_NS_PER_S;
	}
	store_put_interval(store, &place, now_ns, ATTEMPTS);
	intervals++;
	lost = counters->metrics.not_written.intervals;
	sy_store_close(store);
	assert_int_equal(place.events[SY_STORE_STOPPED], 3);
	assert_int_equal(place.events[SY_STORE_RESUMED], 3);
	struct store_listing listing = store_list(place.dir);
	print_message("%lu of %u intervals were not written, and are counted\n", lost, intervals);
	assert_true(lost > 0);
	assert_int_equal(listing.hidden, 0);
	assert_int_equal(listing.lines[SY_KIND_SUMMARY] + lost, intervals);
	assert_int_equal(
		listing.lines[SY_KIND_ATTEMPTS], ATTEMPTS * listing.lines[SY_KIND_SUMMARY]);
	assert_int_equal(listing.not_written_intervals, lost);
	assert_int_equal(listing.not_written, ATTEMPTS * lost);
}

// A bound that no interval keeps: each is given up at once while the disk is full, and the next one
// is written when there is room.
static void test_no_backlog(void **state)
{
	struct store_place place = {0};
	uint64_t now_ns = STORE_T0;

	(void)state;
	store_place_init(&place, mount_point);
	place.options.backlog_bytes = 1000;
	struct sy_store *store = store_open(&place);
	const struct sy_store_counters *counters = sy_store_counters(store);
	fill(&place);
	for (uint32_t i = 0; i < 3; i++) {
		store_put_interval(store, &place, now_ns, ATTEMPTS);
		now_ns += 10 * SY_NS_PER_S;
		sy_store_tick(store, now_ns);
		assert_false(counters->metrics.writing);
	}
	assert_int_equal(place.events[SY_STORE_RESUMED], 0);
	assert_int_equal(counters->metrics.not_written.intervals, 3);
	make_room(&place);
	store_put_interval(store, &place, now_ns, ATTEMPTS);
	store_settle(store, now_ns);
	assert_true(counters->metrics.writing);
	assert_int_equal(place.events[SY_STORE_STOPPED], 1);
	assert_int_equal(place.events[SY_STORE_RESUMED], 1);
	assert_int_equal(counters->metrics.not_written.intervals, 3);
	assert_int_equal(sy_store_close(store), 0);
}

// Started on a full disk: that is no error, and everything comes when there is room.
static void test_start_full(void **state)
{
	struct store_place place = {0};

	(void)state;
	store_place_init(&place, mount_point);
	fill(&place);
	struct store_listing before = store_list(place.dir);
	struct sy_store *store = store_open(&place);
	store_put_interval(store, &place, STORE_T0, ATTEMPTS);
	assert_int_equal(place.events[SY_STORE_STOPPED], 1);
	make_room(&place);
	store_settle(store, STORE_T0 + 10 * SY_NS_PER_S);
	sy_store_close(store);
	struct store_listing after = store_list(place.dir);
	assert_int_equal(after.lines[SY_KIND_ATTEMPTS], before.lines[SY_KIND_ATTEMPTS] + ATTEMPTS);
}

// An interval without a record needs no room.
static void test_nothing_to_write(void **state)
{
	struct store_place place = {0};

	(void)state;
	store_place_init(&place, mount_point);
	place.options.kinds = 1u << SY_KIND_ATTEMPTS;
	fill(&place);
	struct sy_store *store = store_open(&place);
	store_put_interval(store, &place, STORE_T0, 0);
	assert_int_equal(place.events[SY_STORE_STOPPED], 0);
	make_room(&place);
	assert_int_equal(sy_store_close(store), 0);
}

static struct sy_store *drop_on_a_full_disk(struct store_place *place)
{
	store_place_init(place, mount_point);
	place->options.backlog_bytes = 200000;
	struct sy_store *store = store_open(place);
	store_put_interval(store, place, STORE_T0, ATTEMPTS);
	fill(place);
	for (uint64_t i = 1; i < 12; i++)
		store_put_interval(store, place, STORE_T0 + i * 10 * SY_NS_PER_S, ATTEMPTS);
	return store;
}

// What the next start says of it; what is written then says nothing of it any more.
static void expect_said(const struct store_listing *before, uint64_t intervals)
{
	struct store_place place = {0};

	for (uint64_t i = 0; i < 2; i++) {
		store_place_init(&place, mount_point);
		struct sy_store *store = store_open(&place);
		store_put_interval(store, &place, STORE_T0 + (20 + i) * 10 * SY_NS_PER_S, ATTEMPTS);
		assert_int_equal(sy_store_close(store), 0);
		struct store_listing after = store_list(place.dir);
		assert_int_equal(after.hidden, 0);
		assert_int_equal(
			after.not_written_intervals - before->not_written_intervals, intervals);
		assert_int_equal(after.not_written - before->not_written, ATTEMPTS * intervals);
	}
}

// Stopped while the disk is full: all that waited is lost, and the next start says how much.
static void test_stop_full(void **state)
{
	struct store_place place = {0};

	(void)state;
	struct store_listing before = store_list(mount_point);
	struct sy_store *store = drop_on_a_full_disk(&place);
	assert_int_equal(sy_store_close(store), -ENOSPC);
	assert_int_equal(store_list(mount_point).hidden, 2); // the mark, and the ballast
	make_room(&place);
	expect_said(&before, 11);
}

// Killed while the disk is full: what was dropped until then is known, what waited is not.
static void test_kill_full(void **state)
{
	struct store_place place = {0};
	int pipes[2], status;
	uint64_t intervals = 0;

	(void)state;
	struct store_listing before = store_list(mount_point);
	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();
	if (child == 0) {
		struct sy_store *store = drop_on_a_full_disk(&place);
		intervals = sy_store_counters(store)->metrics.not_written.intervals;
		_exit(write(pipes[1], &intervals, sizeof(intervals)) != sizeof(intervals));
	}
	store_place_init(&place, mount_point);
	assert_int_equal(read(pipes[0], &intervals, sizeof(intervals)), sizeof(intervals));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_in_range(intervals, 1, 10);
	make_room(&place);
	expect_said(&before, intervals);
	close(pipes[0]);
	close(pipes[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_no_backlog),
		cmocka_unit_test(test_start_full),
		cmocka_unit_test(test_nothing_to_write),
		cmocka_unit_test(test_stop_full),
		cmocka_unit_test(test_kill_full),
	};

	if (mkdtemp(mount_point) == NULL)
		return 1;
	if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
		mount("none", mount_point, "tmpfs", 0, DISK_BYTES) != 0) {
		int why = errno;
		rmdir(mount_point);
		printf("skipped: no mount namespace with a small disk of its own: %s\n",
			strerror(why));
		return 77;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	umount(mount_point);
	rmdir(mount_point);
	return failed;
}
