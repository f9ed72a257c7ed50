// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "export_cmocka.h"

#include "sy_hist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state = 1;

static uint64_t next_random(void)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return state >> 20;
}

static int compare_values(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	return a < b ? -1 : a > b;
}

static void test_empty_has_no_quantile(void **context)
{
	static const struct sy_hist hist;

	(void)context;
	assert_int_equal(sy_hist_quantile(&hist, 0.5), 0);
}

static void test_single_value_is_exact(void **context)
{
	static struct sy_hist hist;

	(void)context;
	memset(&hist, 0, sizeof(hist));
	sy_hist_add(&hist, 123456789);
	assert_int_equal(sy_hist_quantile(&hist, 0.0), 123456789);
	assert_int_equal(sy_hist_quantile(&hist, 0.5), 123456789);
	assert_int_equal(sy_hist_quantile(&hist, 1.0), 123456789);
}

// What months add up to: each merge doubles, 40 times.
static void test_steps_never_begin_again(void **context)
{
	static struct sy_hist a, b;

	(void)context;
	memset(&a, 0, sizeof(a));
	for (int i = 0; i < 90; i++)
		sy_hist_add(&a, 1000000);
	for (int i = 0; i < 10; i++)
		sy_hist_add(&a, 9000000);
	for (int i = 0; i < 40; i++) {
		memcpy(&b, &a, sizeof(b));
		sy_hist_merge(&a, &b);
		assert_int_equal(a.count, UINT64_C(200) << i);
		assert_in_range(sy_hist_quantile(&a, 0.85), 970000, 1030000);
		assert_in_range(sy_hist_quantile(&a, 0.95), 8700000, 9300000);
		assert_int_equal(sy_hist_quantile(&a, 1.0), 9000000);
	}
}

static void test_limits(void **context)
{
	static const uint64_t values[] = {0, 1, 15, 16, 255, 256, 257, 271, 272, 511, 512,
		(UINT64_C(1) << 38) - 1, UINT64_C(1) << 38, UINT64_MAX};
	static struct sy_hist hist;

	(void)context;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		memset(&hist, 0, sizeof(hist));
		sy_hist_add(&hist, values[i]);
		sy_hist_add(&hist, values[i]);
		assert_int_equal(sy_hist_quantile(&hist, 0.5), values[i]);
	}
}

// Against the sorted values: within 1/32 from 256 ns on.
static void test_quantiles_are_close(void **context)
{
	enum { COUNT = 20000 };
	static const double quantiles[] = {0.001, 0.1, 0.5, 0.9, 0.99, 0.999};
	static struct sy_hist hist;
	static uint64_t values[COUNT];

	(void)context;
	memset(&hist, 0, sizeof(hist));
	for (size_t i = 0; i < COUNT; i++) {
		values[i] = 256 + (next_random() >> (next_random() % 24)) % (UINT64_C(1) << 37);
		sy_hist_add(&hist, values[i]);
	}
	qsort(values, COUNT, sizeof(values[0]), compare_values);
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
		double exact = (double)values[(size_t)ceil(quantiles[i] * COUNT) - 1];
		double found = (double)sy_hist_quantile(&hist, quantiles[i]);
		assert_true(fabs(found - exact) <= exact / 32.0 + 1.0);
	}
	assert_int_equal(sy_hist_quantile(&hist, 0), values[0]);
	assert_int_equal(sy_hist_quantile(&hist, 1), values[COUNT - 1]);
}

static void test_merge_equals_one(void **context)
{
	static struct sy_hist whole, parts[3], merged;

	(void)context;
	memset(&whole, 0, sizeof(whole));
	memset(parts, 0, sizeof(parts));
	memset(&merged, 0, sizeof(merged));
	for (int i = 0; i < 5000; i++) {
		uint64_t value = next_random();
		sy_hist_add(&whole, value);
		sy_hist_add(&parts[next_random() % 3], value);
	}
	for (int i = 2; i >= 0; i--)
		sy_hist_merge(&merged, &parts[i]);
	assert_memory_equal(&merged, &whole, sizeof(whole));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty_has_no_quantile),
		cmocka_unit_test(test_single_value_is_exact),
		cmocka_unit_test(test_steps_never_begin_again),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_quantiles_are_close),
		cmocka_unit_test(test_merge_equals_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
