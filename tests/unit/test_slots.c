// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#include "slots.h"

#include "sy_time.h"

// Who gives way in a full table: 16 slots, so every hash has the same bucket twice.

enum { FULL = 16 };

static struct sy_slots slots;
static uint64_t next_hash;

static void start(void)
{
	assert_int_equal(sy_slots_init(&slots, FULL), 0);
	next_hash = 1;
}

// Claims a slot; true when it was given, *evicted as the table said.
static bool claim(bool solid, double at_s, bool *evicted)
{
	uint64_t hash = next_hash << 48 | next_hash;

	next_hash++;
	return sy_slots_claim(&slots, hash, solid, (uint64_t)(at_s * 1e9), evicted) != SY_SLOT_NONE;
}

static void fill(bool solid, double at_s)
{
	bool evicted;

	for (int i = 0; i < FULL; i++) {
		assert_true(claim(solid, at_s, &evicted));
		assert_false(evicted);
	}
}

static void test_solid_ones_stay(void **context)
{
	bool evicted;

	(void)context;
	start();
	fill(true, 1000);
	assert_false(claim(false, 1000 + 10 * 3600, &evicted));
	assert_false(claim(true, 1000 + 3590, &evicted));
	sy_slots_free(&slots);
}

static void test_solid_ones_of_long_ago_give_way_to_solid(void **context)
{
	bool evicted;

	(void)context;
	start();
	fill(true, 1000);
	for (uint32_t slot = 0; slot < FULL; slot++) {
		if (slot != 5)
			sy_slots_touch(&slots, slot, false, 4000 * SY_NS_PER_S);
	}
	assert_true(claim(true, 1000 + 3610, &evicted));
	assert_true(evicted);
	// That was slot 5; all others were used a moment ago.
	assert_false(claim(true, 1000 + 3620, &evicted));
	sy_slots_free(&slots);
}

static void test_others_give_way_when_not_of_this_moment(void **context)
{
	bool evicted;

	(void)context;
	start();
	fill(false, 1000);
	assert_false(claim(false, 1000, &evicted));
	assert_true(claim(true, 1000, &evicted));
	assert_true(evicted);
	assert_true(claim(false, 1010, &evicted));
	assert_true(evicted);
	sy_slots_free(&slots);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_solid_ones_stay),
		cmocka_unit_test(test_solid_ones_of_long_ago_give_way_to_solid),
		cmocka_unit_test(test_others_give_way_when_not_of_this_moment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
