// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "export_cmocka.h"
#include "rtts.h"

#include "sy_time.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_MAX = 3 * SY_RTTS_SPARSE, PARTS_MAX = 4 };

static const double quantiles[] = {0.5, 0.9, 0.99};

static uint64_t state = 11;

static uint32_t dice(uint32_t sides)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % sides;
}

static void fill(uint64_t *values, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		values[i] = dice(3) == 0 ? dice(4) : (uint64_t)dice(1u << 30) << dice(12);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

// The definition: few values exactly, many as one histogram of them all has it.
static struct sy_spread expected_of(const uint64_t *values, uint32_t count)
{
	uint64_t sorted[COUNT_MAX], exact[3];
	struct sy_hist hist;

	memset(&hist, 0, sizeof(hist));
	for (uint32_t i = 0; i < count; i++)
		sy_hist_add(&hist, values[i]);
	if (count == 0 || count > SY_RTTS_SPARSE)
		return sy_hist_spread(&hist);
	memcpy(sorted, values, count * sizeof(*values));
	qsort(sorted, count, sizeof(*sorted), compare);
	for (int i = 0; i < 3; i++)
		exact[i] = sorted[(uint32_t)ceil(quantiles[i] * count) - 1];
	return (struct sy_spread){
		count, sorted[0], exact[0], exact[1], exact[2], sorted[count - 1]};
}

static void assert_same_spread(const struct sy_rtts *rtts, const struct sy_spread *expected)
{
	struct sy_spread spread = sy_rtts_spread(rtts);

	assert_memory_equal(&spread, expected, sizeof(spread));
}

// Equal sets are equal bytes, the address of the histogram apart.
static void assert_same(const struct sy_rtts *a, const struct sy_rtts *b)
{
	struct sy_rtts left = *a, right = *b;

	if (a->count > SY_RTTS_SPARSE) {
		assert_memory_equal(a->hist, b->hist, sizeof(*a->hist));
		left.hist = right.hist = NULL;
	}
	assert_memory_equal(&left, &right, sizeof(left));
}

static void test_says_the_same_however_it_came(void **context)
{
	struct sy_pool pool;
	uint64_t values[COUNT_MAX], lost = 0;

	(void)context;
	assert_int_equal(sy_pool_init(&pool, PARTS_MAX + 2, sizeof(struct sy_hist)), 0);
	for (uint32_t round = 0; round < 2000; round++) {
		struct sy_rtts whole = {.count = 0}, merged = {.count = 0}, parts[PARTS_MAX];
		uint32_t count = round % (COUNT_MAX + 1), first = dice(PARTS_MAX);
		uint32_t sides = 1 + dice(PARTS_MAX);
		struct sy_spread expected;

		memset(parts, 0, sizeof(parts));
		fill(values, count);
		expected = expected_of(values, count);
		for (uint32_t i = 0; i < count; i++) {
			sy_rtts_add(&whole, values[count - 1 - i], &pool, &lost);
			sy_rtts_add(&parts[dice(sides)], values[i], &pool, &lost);
		}
		for (uint32_t i = 0; i < PARTS_MAX; i++)
			sy_rtts_merge(&merged, &parts[(first + i) % PARTS_MAX], &pool, &lost);
		assert_same_spread(&whole, &expected);
		assert_same_spread(&merged, &expected);
		assert_same(&whole, &merged);
		sy_rtts_give_back(&whole, &pool);
		sy_rtts_give_back(&merged, &pool);
		for (uint32_t i = 0; i < PARTS_MAX; i++)
			sy_rtts_give_back(&parts[i], &pool);
	}
	assert_int_equal(lost, 0);
	sy_pool_free(&pool);
}

// What is counted as lost are the durations of the sets that lack their histogram, and no other,
// wherever the pool ran out.
static void test_counts_what_has_no_histogram(void **context)
{
	enum { SETS = 3 };

	(void)context;
	for (uint32_t round = 0; round < 500; round++) {
		struct sy_rtts part[2][SETS], merged[SETS];
		struct sy_pool pools[3];
		uint64_t lost = 0, lacking = 0, all = 0;

		memset(part, 0, sizeof(part));
		memset(merged, 0, sizeof(merged));
		for (uint32_t i = 0; i < 3; i++)
			assert_int_equal(
				sy_pool_init(&pools[i], 1 + dice(3), sizeof(struct sy_hist)), 0);
		for (uint32_t i = dice(200); i > 0; i--, all++) {
			uint32_t side = dice(2), set = dice(SETS);
			sy_rtts_add(&part[side][set], 1 + dice(9), &pools[side], &lost);
		}
		for (uint32_t i = 0; i < 2 * SETS; i++)
			sy_rtts_merge(
				&merged[i % SETS], &part[i / SETS][i % SETS], &pools[2], &lost);
		for (uint32_t i = 0; i < SETS; i++) {
			struct sy_spread spread = sy_rtts_spread(&merged[i]);
			bool known = spread.p50_ns != SY_NS_UNKNOWN;
			lacking += known ? 0 : merged[i].count;
			all -= spread.count;
			assert_true(
				merged[i].count == 0 || (spread.min_ns >= 1 && spread.max_ns <= 9));
		}
		assert_int_equal(all, 0);
		assert_int_equal(lost, lacking);
		for (uint32_t i = 0; i < 3; i++)
			sy_pool_free(&pools[i]);
	}
}

static void test_pool_gives_zeroed_items(void **context)
{
	struct sy_pool pool;
	uint64_t *items[3];

	(void)context;
	assert_int_equal(sy_pool_init(&pool, 3, 2 * sizeof(uint64_t)), 0);
	for (uint32_t round = 0; round < 4; round++) {
		for (uint32_t i = 0; i < 3; i++) {
			items[i] = sy_pool_take(&pool);
			assert_non_null(items[i]);
			assert_int_equal(items[i][0] | items[i][1], 0);
			items[i][0] = items[i][1] = UINT64_MAX;
		}
		assert_null(sy_pool_take(&pool));
		sy_pool_give(&pool, NULL);
		sy_pool_give(&pool, items[0]);
		sy_pool_give(&pool, items[2]);
		if (round % 2 == 0)
			sy_pool_give(&pool, items[1]);
		else
			sy_pool_reset(&pool);
	}
	sy_pool_free(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_says_the_same_however_it_came),
		cmocka_unit_test(test_counts_what_has_no_histogram),
		cmocka_unit_test(test_pool_gives_zeroed_items),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
