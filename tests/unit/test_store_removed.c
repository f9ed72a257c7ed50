// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Others in the directory of a store: they remove what is open, or take its name.

#include "store_dir.h"

static void remove_from(const struct store_place *place, const char *pattern)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -r '%s'/%s", place->dir, pattern);
	assert_int_equal(system(command), 0);
}

// Somebody cleans up: what was removed does not hold up what comes after it, and a kill after that
// is as good as any.
static void test_files_removed(void **state)
{
	struct store_place *place = *state;
	place->options.zstd_level = 0;
	struct sy_store *store = store_open(place);

	store_put_interval(store, place, STORE_T0, 5);
	remove_from(place, ".[a-z]*");
	store_put_interval(store, place, STORE_T0 + 10 * SY_NS_PER_S, 5);
	assert_true(store_has(place, ".attempts-20261122T080010Z.jsonl.part"));
	assert_true(store_has(place, ".store-mark"));
	assert_true(place->events[SY_STORE_FAILED] >= SY_KIND_COUNT);
	store_put_interval(store, place, STORE_T0 + 50 * SY_NS_PER_S, 5);
	store_settle(store, STORE_T0 + 60 * SY_NS_PER_S);
	assert_true(store_has(place, "attempts-20261122T080010Z.jsonl"));
	assert_int_equal(sy_store_close(store), 0);
	struct store_listing listing = store_list(place->dir);
	assert_int_equal(listing.hidden, 0);
	assert_int_equal(listing.lines[SY_KIND_ATTEMPTS], 10);
}

static void test_directory_removed(void **state)
{
	struct store_place *place = *state;
	struct sy_store *store = store_open(place);

	store_put_interval(store, place, STORE_T0, 5);
	remove_from(place, "");
	store_put_interval(store, place, STORE_T0 + 10 * SY_NS_PER_S, 5);
	assert_int_equal(sy_store_close(store), 0);
	// Compressing copies what the program has still open.
	assert_int_equal(store_list(place->dir).lines[SY_KIND_ATTEMPTS], 10);
}

// One file that cannot get its name is said once, and does not hold up the others.
static void test_name_taken(void **state)
{
	struct store_place *place = *state;
	char path[256];

	place->options.zstd_level = 0;
	struct sy_store *store = store_open(place);
	store_put_interval(store, place, STORE_T0, 5);
	snprintf(path, sizeof(path), "%s/attempts-20261122T080000Z.jsonl", place->dir);
	assert_int_equal(mkdir(path, 0777), 0);
	for (uint64_t s = 60; s < 70; s++)
		store_settle(store, STORE_T0 + s * SY_NS_PER_S + 60 * SY_NS_PER_S);
	assert_int_equal(sy_store_counters(store)->metrics.files, SY_KIND_COUNT - 1);
	assert_int_equal(place->events[SY_STORE_FAILED], 1);
	assert_int_equal(rmdir(path), 0);
	store_settle(store, STORE_T0 + 140 * SY_NS_PER_S);
	assert_int_equal(sy_store_counters(store)->metrics.files, SY_KIND_COUNT);
	assert_int_equal(sy_store_close(store), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, store_set_up, store_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_files_removed),
		TEST(test_directory_removed),
		TEST(test_name_taken),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
