// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The estimate of a clock's offset from packets seen at two vantages.

#include "clock_offset.h"
#include "export_cmocka.h"

#include "sy_time.h"

#define US     ((int64_t)SY_NS_PER_US)
#define MS     ((int64_t)SY_NS_PER_MS)
#define S      ((int64_t)SY_NS_PER_S)
#define FLOWS  20
#define ROUNDS 5

struct path {
	int64_t offset_ns;
	int64_t there_ns, back_ns;  ///< transit from A to B, and from B to A; 0 = not seen at both
	int64_t jitter_ns;          ///< added to some transits
	int64_t drift_ns;           ///< that the clock gains from one flow to the next
	int8_t ttl_there, ttl_back; ///< what the TTLs say
};

static uint32_t make(struct clock_pair *pairs, const struct path *p)
{
	uint32_t count = 0;

	for (uint32_t flow = 0; flow < FLOWS; flow++) {
		for (uint32_t i = 0; i < ROUNDS; i++) {
			int64_t base = p->offset_ns + flow * p->drift_ns;
			int64_t jitter = i % 3 * p->jitter_ns;
			uint8_t side = flow & 1; // the client may be either endpoint

			if (p->there_ns != 0)
				pairs[count++] = (struct clock_pair){
					flow, base + p->there_ns + jitter, side, p->ttl_there};
			if (p->back_ns != 0)
				pairs[count++] = (struct clock_pair){
					flow, base - p->back_ns - jitter, !side, p->ttl_back};
		}
	}
	return count;
}

static struct clock_offset estimate(const struct path *path)
{
	struct clock_pair pairs[FLOWS * ROUNDS * 2];
	struct clock_offset offset;

	assert_int_equal(clock_offset_estimate(pairs, make(pairs, path), &offset), 0);
	return offset;
}

static void assert_near(const struct clock_offset *offset, int64_t expected_ns, int64_t within_ns)
{
	int64_t error = offset->offset_ns - expected_ns;

	assert_int_equal(offset->verdict, CLOCK_APART);
	assert_in_range(error + within_ns, 0, 2 * within_ns);
}

static void test_both_ways(void **state)
{
	const int64_t offsets[] = {2 * S, -3600 * S, 700 * US, -700 * US, 20 * S + 1};

	(void)state;
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		struct path path = {offsets[i], 250 * US, 250 * US, 40 * US, 0, 1, -1};
		struct clock_offset by_ttl = estimate(&path), by_flow;

		path.ttl_there = path.ttl_back = 0;
		by_flow = estimate(&path);
		assert_near(&by_ttl, offsets[i], 1);
		assert_near(&by_flow, offsets[i], 1);
		assert_false(by_ttl.one_way);
		assert_in_range(by_ttl.uncertainty_ns, 250 * US, 250 * US + 1);
	}
}

static void test_within_transit_is_one_clock(void **state)
{
	const int64_t offsets[] = {0, 200 * US, -249 * US, 253 * US};

	(void)state;
	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		struct path path = {offsets[i], 250 * US, 250 * US, 0, 0, 1, -1};

		assert_int_equal(estimate(&path).verdict, CLOCK_SAME);
	}
}

static void test_asymmetric(void **state)
{
	struct path path = {10 * S, 100 * US, 5 * MS, 0, 0, 1, -1};
	struct clock_offset offset = estimate(&path);

	(void)state;
	assert_near(&offset, 10 * S, (int64_t)offset.uncertainty_ns);
	assert_in_range(offset.uncertainty_ns, 2550 * US, 2551 * US);
}

static void test_one_way(void **state)
{
	struct path there = {2 * S, 250 * US, 0, 50 * US, 0, 1, 0};
	struct path back = {2 * S, 0, 250 * US, 50 * US, 0, 0, -1};
	struct clock_offset offset = estimate(&there);

	(void)state;
	assert_true(offset.one_way);
	assert_near(&offset, 2 * S, 250 * US);
	offset = estimate(&back);
	assert_near(&offset, 2 * S, 250 * US);
	there.offset_ns = 400 * MS; // may be a slow path
	assert_int_equal(estimate(&there).verdict, CLOCK_UNKNOWN);
	there.offset_ns = -MS; // would arrive before it was sent
	offset = estimate(&there);
	assert_near(&offset, -MS, 250 * US);
	there.ttl_there = 0; // that cannot be said without the direction
	assert_int_equal(estimate(&there).verdict, CLOCK_UNKNOWN);
	there.offset_ns = -S;
	offset = estimate(&there);
	assert_near(&offset, -S, 350 * US);
}

/// A device sets all TTLs anew: both directions seem to go the same way, or the other way.
static void test_misleading_ttls(void **state)
{
	struct path path = {2 * S, 250 * US, 250 * US, 0, 0, -1, 1};
	struct clock_offset offset = estimate(&path);

	(void)state;
	assert_near(&offset, 2 * S, 1);
}

static void test_drift_and_jitter(void **state)
{
	struct path path = {60 * S, 20 * US, 20 * US, 0, 300 * US, 1, -1};
	struct clock_offset offset = estimate(&path);

	(void)state; // from 60 s to 60 s + 19 * 300 us
	assert_near(&offset, 60 * S + 3 * MS, 3 * MS);
	assert_near(&offset, 60 * S + 3 * MS, (int64_t)offset.uncertainty_ns);
	path.offset_ns = -2850 * US; // drifts through 0
	assert_int_equal(estimate(&path).verdict, CLOCK_SAME);
}

/// A SYN-ACK sent again: the first was seen at A, only the second at B.
static void test_outliers(void **state)
{
	struct clock_pair pairs[FLOWS * ROUNDS * 2];
	struct path path = {2 * S, 250 * US, 250 * US, 0, 0, 1, -1};
	struct clock_offset offset;
	uint32_t count = make(pairs, &path);

	(void)state;
	for (uint32_t i = 0; i < 3; i++) {
		pairs[20 * i].difference_ns -= S;
		pairs[20 * i + 1].difference_ns += S;
	}
	assert_int_equal(clock_offset_estimate(pairs, count, &offset), 0);
	assert_near(&offset, 2 * S, 1);
	assert_in_range(offset.uncertainty_ns, 250 * US, 251 * US);
}

static void test_too_few(void **state)
{
	struct clock_pair pair = {.difference_ns = 5 * S, .passed = 1};
	struct clock_offset offset;

	(void)state;
	assert_int_equal(clock_offset_estimate(&pair, 0, &offset), 0);
	assert_int_equal(offset.verdict, CLOCK_UNKNOWN);
	assert_int_equal(clock_offset_estimate(&pair, 1, &offset), 0);
	assert_int_equal(offset.verdict, CLOCK_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_within_transit_is_one_clock),
		cmocka_unit_test(test_asymmetric),
		cmocka_unit_test(test_one_way),
		cmocka_unit_test(test_misleading_ttls),
		cmocka_unit_test(test_drift_and_jitter),
		cmocka_unit_test(test_outliers),
		cmocka_unit_test(test_too_few),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
