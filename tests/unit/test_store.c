// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "store_dir.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

static void test_names_and_rotation(void **state)
{
	struct store_place *place = *state;
	struct sy_store *store = store_open(place);

	// 7 intervals of 10 s: six fill the minute, which ends with its last interval.
	for (uint32_t i = 0; i < 7; i++)
		store_put_interval(store, place, STORE_T0 + i * 10 * SY_NS_PER_S, 3);
	assert_true(store_has(place, ".attempts-20261122T080100Z.jsonl.part"));
	store_settle(store, STORE_T0 + 70 * SY_NS_PER_S);
	assert_true(store_has(place, "attempts-20261122T080000Z.jsonl.zst"));
	assert_false(store_has(place, ".attempts-20261122T080000Z.jsonl.part"));
	assert_false(store_has(place, "attempts-20261122T080100Z.jsonl.zst"));
	struct store_listing listing = store_list(place->dir);
	assert_int_equal(listing.files, SY_KIND_COUNT);
	assert_int_equal(listing.lines[SY_KIND_ATTEMPTS], 18);
	assert_int_equal(listing.lines[SY_KIND_PORTS], 12);
	assert_int_equal(listing.lines[SY_KIND_SUMMARY], 6);

	// Nothing comes any more: the file is closed by itself, in time.
	store_settle(store, STORE_T0 + 119 * SY_NS_PER_S);
	assert_false(store_has(place, "summary-20261122T080100Z.jsonl.zst"));
	store_settle(store, STORE_T0 + 180 * SY_NS_PER_S);
	assert_true(store_has(place, "summary-20261122T080100Z.jsonl.zst"));
	assert_int_equal(sy_store_counters(store)->metrics.files, 2 * SY_KIND_COUNT);
	assert_int_equal(sy_store_counters(store)->intervals, 7);
	sy_store_close(store);
	assert_int_equal(store_list(place->dir).hidden, 0);
	assert_int_equal(place->events[SY_STORE_COMPLETED], 2 * SY_KIND_COUNT);
}

// An interval is missing, or several: the file of the first does not wait for others.
static void test_gap(void **state)
{
	struct store_place *place = *state;
	struct sy_store *store = store_open(place);

	store_put_interval(store, place, STORE_T0, 3);
	store_put_interval(store, place, STORE_T0 + 300 * SY_NS_PER_S, 2);
	store_settle(store, STORE_T0 + 310 * SY_NS_PER_S);
	assert_true(store_has(place, "attempts-20261122T080000Z.jsonl.zst"));
	sy_store_close(store); // compresses what it has time for
	assert_true(store_has(place, "attempts-20261122T080500Z.jsonl.zst") ||
		    store_has(place, "attempts-20261122T080500Z.jsonl"));
}

static void test_size_and_same_second(void **state)
{
	struct store_place *place = *state;
	place->options.rotate_bytes = 1000;
	place->options.zstd_level = 0;
	place->options.kinds = 1u << SY_KIND_ATTEMPTS;
	struct sy_store *store = store_open(place);

	for (uint32_t i = 0; i < 3; i++)
		store_put_interval(store, place, STORE_T0 + i, 1);
	sy_store_close(store);
	assert_true(store_has(place, "attempts-20261122T080000Z.jsonl"));
	assert_true(store_has(place, "attempts-20261122T080000Z_1.jsonl"));
	assert_true(store_has(place, "attempts-20261122T080000Z_2.jsonl"));
	struct store_listing listing = store_list(place->dir);
	assert_int_equal(listing.files, 3);
	assert_int_equal(listing.lines[SY_KIND_ATTEMPTS], 3);
	assert_int_equal(listing.lines[SY_KIND_SUMMARY], 0);
}

static void test_many_attempts(void **state)
{
	struct store_place *place = *state;
	struct sy_store *store = store_open(place);

	// Far more than may wait in memory: they go to the file in pieces.
	store_put_interval(store, place, STORE_T0, 10000);
	sy_store_close(store);
	assert_int_equal(place->events[SY_STORE_DROPPED], 0);
	struct store_listing listing = store_list(place->dir);
	assert_int_equal(listing.lines[SY_KIND_ATTEMPTS], 10000);
	assert_int_equal(listing.not_written, 0);
}

static void test_one_process(void **state)
{
	struct store_place *place = *state;
	struct sy_store *store = store_open(place), *second;
	struct sy_error err = {""};

	assert_int_equal(sy_store_open(&second, &place->options, &err), -EBUSY);
	assert_null(second);
	assert_non_null(strstr(err.text, "another process is writing there"));
	sy_store_close(store);
	sy_store_close(store_open(place));
	sy_store_close(NULL);
}

static void test_bad_options(void **state)
{
	struct store_place *place = *state;
	struct sy_store_options options = place->options;
	struct sy_error err = {""};
	struct sy_store *store;

	options.zstd_level = 20;
	assert_int_equal(sy_store_open(&store, &options, &err), -EINVAL);
	options = place->options;
	options.kinds = 1u << SY_KIND_COUNT;
	assert_int_equal(sy_store_open(&store, &options, &err), -EINVAL);
	options = place->options;
	options.dir = "/nonexistent/deeper";
	assert_int_equal(sy_store_open(&store, &options, &err), -ENOENT);
	assert_string_equal(
		err.text, "cannot write to /nonexistent/deeper: No such file or directory");
}

// A line, and where it was cut: what a process that was killed can leave.
static void test_recover(void **state)
{
	struct store_place *place = *state;
	static const char holes[] = "{\"v\":1}\n{\"v\":2}\n\0\0\0\0\n";

	store_make(place, ".attempts-20261122T080000Z.jsonl.part", "{\"v\":1}\n{\"v\":", 13);
	store_make(place, ".hosts-20261122T080000Z.jsonl.part", "{\"v\":", 5);
	store_make(place, ".ports-20261122T080000Z.jsonl.part", holes, sizeof(holes) - 1);
	store_make(place, ".ports-20261122T080000Z.jsonl.zst.part", "half", 4);
	// A file that was renamed, and whose uncompressed copy was not removed any more.
	store_make(place, ".summary-20261122T080000Z.jsonl.part", "{\"v\":1}\n", 8);
	store_make(place, "summary-20261122T080000Z.jsonl", "{\"v\":1}\n", 8);
	char command[256];
	snprintf(command, sizeof(command), "zstd -q --rm '%s/summary-20261122T080000Z.jsonl'",
		place->dir);
	assert_int_equal(system(command), 0);
	// Not ours.
	store_make(place, ".other-20261122T080000Z.jsonl.part", "x", 1);

	struct sy_store *store = store_open(place);
	assert_int_equal(place->events[SY_STORE_RECOVERED], 2);
	assert_int_equal(place->events[SY_STORE_DISCARDED], 2);
	assert_int_equal(sy_store_counters(store)->recovered_files, 2);
	assert_int_equal(sy_store_counters(store)->recovered_cut_bytes, 5 + 5);
	// Cut at once: the next kill finds no mark any more that says where.
	assert_int_equal(store_size(place, ".attempts-20261122T080000Z.jsonl.part"), 8);
	store_settle(store, STORE_T0);
	sy_store_close(store);
	struct store_listing listing = store_list(place->dir);
	assert_int_equal(listing.files, 3);
	assert_int_equal(listing.hidden, 1);
	assert_int_equal(listing.lines[SY_KIND_ATTEMPTS], 1);
	assert_int_equal(listing.lines[SY_KIND_PORTS], 2);
	assert_int_equal(listing.lines[SY_KIND_SUMMARY], 1);
}

// A part that appears here must not be taken for something else than a file.
static void test_recover_no_link(void **state)
{
	struct store_place *place = *state;
	char path[256];

	store_make(place, "victim", "precious", 8);
	snprintf(path, sizeof(path), "%s/.hosts-20261122T080000Z.jsonl.part", place->dir);
	assert_int_equal(symlink("victim", path), 0);
	sy_store_close(store_open(place));
	assert_int_equal(place->events[SY_STORE_FAILED], 1);
	assert_true(store_has(place, "victim"));
}

static void make_hours(struct store_place *place, uint32_t hours)
{
	char name[64];

	for (uint32_t hour = 0; hour < hours; hour++) {
		snprintf(name, sizeof(name), "ports-20261122T%02u0000Z.jsonl", hour);
		store_make(place, name, "{\"v\":1}\n", 8);
	}
	store_make(place, "ports-20200101T000000Z.jsonl.bak", "mine", 4);
	store_make(place, "ports-20200132T000000Z.jsonl", "mine", 4);
	store_make(place, "ports-2020.jsonl", "mine", 4);
	store_make(place, "hosts-20200101T000000Z.jsonl", "{\"v\":1}\n", 8);
}

static void test_retention_by_age(void **state)
{
	struct store_place *place = *state;

	make_hours(place, 6);
	place->options.rotate_s = 3600;
	place->options.keep_age_s = 2 * 3600;
	struct sy_store *store = store_open(place);
	store_settle(store, STORE_T0 - 3 * 3600 * SY_NS_PER_S); // 05:00
	// The file of 02:00 ended at 03:00: two hours old, and not more.
	assert_false(store_has(place, "ports-20261122T010000Z.jsonl"));
	assert_true(store_has(place, "ports-20261122T020000Z.jsonl"));
	assert_int_equal(place->events[SY_STORE_REMOVED], 2);
	// The newest of its kind stays however old it is, and so does what is not ours.
	store_settle(store, STORE_T0 + 1000 * 3600 * SY_NS_PER_S);
	assert_true(store_has(place, "ports-20261122T050000Z.jsonl"));
	assert_true(store_has(place, "hosts-20200101T000000Z.jsonl"));
	assert_true(store_has(place, "ports-20200101T000000Z.jsonl.bak"));
	assert_true(store_has(place, "ports-20200132T000000Z.jsonl"));
	assert_true(store_has(place, "ports-2020.jsonl"));
	assert_int_equal(sy_store_counters(store)->metrics.removed_files, 5);
	assert_int_equal(sy_store_counters(store)->metrics.removed_bytes, 40);
	sy_store_close(store);
}

static void test_retention_by_bytes(void **state)
{
	struct store_place *place = *state;

	make_hours(place, 6);
	place->options.keep_bytes = 32;
	struct sy_store *store = store_open(place);
	store_settle(store, STORE_T0);
	assert_int_equal(place->events[SY_STORE_REMOVED], 3);
	assert_false(store_has(place, "ports-20261122T020000Z.jsonl"));
	assert_true(store_has(place, "ports-20261122T030000Z.jsonl"));
	assert_true(store_has(place, "hosts-20200101T000000Z.jsonl"));
	sy_store_close(store);
}

// It is under the sanitizers that this can fail.
static void test_retention_of_nothing(void **state)
{
	struct store_place *place = *state;

	place->options.keep_bytes = 32;
	struct sy_store *store = store_open(place);
	store_settle(store, STORE_T0);
	assert_int_equal(place->events[SY_STORE_REMOVED], 0);
	sy_store_close(store);
}

// Writing fails, whoever the user is: files may not grow beyond `bytes`.
static void limit_files(uint64_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes > 0 ? bytes : limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_stop_and_resume(void **state)
{
	struct store_place *place = *state;
	place->options.backlog_bytes = 100000;
	struct sy_store *store = store_open(place);
	const struct sy_store_counters *counters = sy_store_counters(store);
	uint64_t now_ns = STORE_T0;

	for (uint32_t i = 0; i < 40; i++) {
		if (i == 3)
			limit_files(16384); // some of an interval can be written, not all of it
		store_put_interval(store, place, now_ns, 10);
		now_ns += 10 * SY_NS_PER_S;
		sy_store_tick(store, now_ns);
		assert_true(counters->metrics.backlog_bytes <= place->options.backlog_bytes);
	}
	assert_int_equal(place->events[SY_STORE_STOPPED], 1);
	assert_int_equal(place->events[SY_STORE_RESUMED], 0);
	assert_false(counters->metrics.writing);
	uint64_t lost = counters->metrics.not_written.lines[SY_KIND_ATTEMPTS];
	assert_true(lost > 0);
	assert_int_equal(lost % 10, 0);
	assert_int_equal(counters->metrics.not_written.intervals, lost / 10);
	assert_int_equal(counters->metrics.not_written.lines[SY_KIND_SUMMARY], lost / 10);

	limit_files(0);
	store_settle(store, now_ns + SY_NS_PER_S);
	assert_int_equal(place->events[SY_STORE_RESUMED], 1);
	assert_true(counters->metrics.writing);
	assert_int_equal(counters->metrics.backlog_bytes, 0);
	store_put_interval(store, place, now_ns, 10);
	sy_store_close(store);

	// Every attempt is in a file, or in the count that a file carries.
	struct store_listing listing = store_list(place->dir);
	assert_int_equal(listing.hidden, 0);
	assert_int_equal(listing.lines[SY_KIND_ATTEMPTS] + lost, 41 * 10);
	assert_int_equal(listing.not_written, lost);
	assert_int_equal(listing.not_written_intervals, lost / 10);
	assert_int_equal(listing.lines[SY_KIND_SUMMARY] * 10, listing.lines[SY_KIND_ATTEMPTS]);
}

// What was lost on its way to the store is counted like what the disk did not take.
static void test_lost_before(void **state)
{
	struct store_place *place = *state;
	struct sy_store *store = store_open(place);

	sy_store_begin_interval(store, STORE_T0, STORE_T0 + 10 * SY_NS_PER_S);
	sy_store_add_lost(store, SY_KIND_ATTEMPTS, 0);
	sy_store_add_lost(store, SY_KIND_ATTEMPTS, 7);
	store_put_interval(store, place, STORE_T0, 5);
	assert_int_equal(sy_store_counters(store)->metrics.not_written.lines[SY_KIND_ATTEMPTS], 7);
	assert_int_equal(sy_store_close(store), 0);
	struct store_listing listing = store_list(place->dir);
	assert_int_equal(listing.not_written, 7);
	assert_int_equal(listing.not_written_intervals, 1);
}

// Writing never works again: closing says what is lost, and leaves what was written.
static void test_close_while_stopped(void **state)
{
	struct store_place *place = *state;
	place->options.zstd_level = 0;
	struct sy_store *store = store_open(place);

	store_put_interval(store, place, STORE_T0, 5);
	int64_t size = store_size(place, ".attempts-20261122T080000Z.jsonl.part");
	limit_files((uint64_t)size + 1000);
	store_put_interval(store, place, STORE_T0 + 10 * SY_NS_PER_S, 5);
	assert_int_equal(place->events[SY_STORE_STOPPED], 1);
	assert_int_equal(store_size(place, ".attempts-20261122T080000Z.jsonl.part"), size);
	assert_int_equal(sy_store_close(store), -EFBIG);
	limit_files(0);
	assert_int_equal(place->events[SY_STORE_DROPPED], 1);
	struct store_listing listing = store_list(place->dir);
	assert_int_equal(listing.files, SY_KIND_COUNT);
	assert_int_equal(listing.lines[SY_KIND_ATTEMPTS], 5);
	assert_int_equal(listing.lines[SY_KIND_SUMMARY], 1);
}

// A large file is compressed in steps, and closing does not wait for the rest.
static void test_steps(void **state)
{
	struct store_place *place = *state;
	place->options.zstd_level = 19;
	place->options.kinds = 1u << SY_KIND_ATTEMPTS;
	struct sy_store *store = store_open(place);
	struct timespec before, after;

	store_put_interval(store, place, STORE_T0 + 50 * SY_NS_PER_S, 30000);
	assert_true(sy_store_tick(store, STORE_T0 + 60 * SY_NS_PER_S));
	assert_true(store_has(place, ".attempts-20261122T080050Z.jsonl.zst.part"));
	assert_false(store_has(place, "attempts-20261122T080050Z.jsonl.zst"));
	// Of the CPU: what else the machine does is not counted.
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
	sy_store_close(store);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
	assert_true(after.tv_sec - before.tv_sec < 10); // about a second
	struct store_listing listing = store_list(place->dir);
	assert_int_equal(listing.files, 1);
	assert_int_equal(listing.hidden, 0);
	assert_int_equal(listing.lines[SY_KIND_ATTEMPTS], 30000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_set_up, store_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_names_and_rotation),
		TEST(test_gap),
		TEST(test_size_and_same_second),
		TEST(test_many_attempts),
		TEST(test_one_process),
		TEST(test_bad_options),
		TEST(test_recover),
		TEST(test_recover_no_link),
		TEST(test_retention_by_age),
		TEST(test_retention_by_bytes),
		TEST(test_retention_of_nothing),
		TEST(test_stop_and_resume),
		TEST(test_lost_before),
		TEST(test_close_while_stopped),
		TEST(test_steps),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
