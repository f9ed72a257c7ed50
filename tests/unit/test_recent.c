// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "export_cmocka.h"
#include "make_attempt.h"
#include "recent.h"

enum { FAILURES = 4000, PARTS = 5 };

#define HOUR_NS (3600 * SY_NS_PER_S)
#define DAYS    60

static uint64_t state = 11;

static uint64_t dice(uint64_t sides)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (state >> 8) % sides;
}

static struct sy_recent_bucket failure(uint64_t ts_ns, uint32_t syns)
{
	return (struct sy_recent_bucket){.first_ns = ts_ns, .silent = 1, .silent_syns = syns};
}

// Weeks of failures, most of them late, shared among accumulators and merged in another order.
static void test_split_and_order_do_not_matter(void **context)
{
	static struct sy_recent_bucket events[FAILURES];
	struct sy_recent whole, parts[PARTS];

	(void)context;
	for (int round = 0; round < 20; round++) {
		memset(&whole, 0, sizeof(whole));
		memset(parts, 0, sizeof(parts));
		for (int i = 0; i < FAILURES; i++) {
			uint64_t back = dice(UINT64_C(1) << (34 + dice(19))); // up to 52 days
			events[i] = failure(T0 + DAYS * 24 * HOUR_NS - back, (uint32_t)dice(7));
			sy_recent_add(&whole, &events[i]);
		}
		for (int i = FAILURES - 1; i >= 0; i--)
			sy_recent_add(&parts[dice(PARTS)], &events[i]);
		for (int i = 1; i < PARTS; i++)
			sy_recent_merge(&parts[0], &parts[i]);
		assert_memory_equal(&whole, &parts[0], sizeof(whole));
		assert_true(whole.count > 15 && whole.count <= SY_RECENT_BUCKETS);
	}
}

// Nothing of the last 39 hours is left out.
static void test_what_came_after(void **context)
{
	struct sy_recent recent;
	struct sy_recent_bucket after;

	(void)context;
	memset(&recent, 0, sizeof(recent));
	for (uint64_t hour = 0; hour <= 1000; hour++) {
		struct sy_recent_bucket event = failure(T0 + hour * HOUR_NS, 4);
		sy_recent_add(&recent, &event);
	}
	after = sy_recent_after(&recent, 0);
	assert_in_range(after.silent, 40, 80);
	for (uint64_t back = 1; back < 39; back++) {
		after = sy_recent_after(&recent, T0 + (1000 - back) * HOUR_NS);
		// At least half: a bucket is as wide as it lies back.
		assert_in_range(after.silent, (back + 1) / 2, back);
		assert_int_equal(after.silent_syns, 4 * after.silent);
	}
	after = sy_recent_after(&recent, T0 + 1000 * HOUR_NS);
	assert_int_equal(after.silent, 0);
	assert_int_equal(after.first_ns, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split_and_order_do_not_matter),
		cmocka_unit_test(test_what_came_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
