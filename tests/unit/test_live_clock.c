// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The clock of a live run against made-up clocks: a counter that DPDK takes for a little slower or
// faster than it is, a wall clock that drifts, and one that somebody sets.

#include "eal_cmocka.h"
#include "export_cmocka.h"
#include "live_clock.h"

#include "sy_time.h"

#include <math.h>
#include <stdlib.h>

static struct live_clock live_time;
static struct live_clock_reading real;
static double hz;

static int start(void **unused)
{
	(void)unused;
	hz = (double)rte_get_tsc_hz() * 1.0015; // 22.11 rounds to 10 MHz
	live_time = (struct live_clock){.version = 0};
	real = (struct live_clock_reading){UINT64_C(1) << 40, 1795336380 * SY_NS_PER_S, 77};
	assert_int_equal(live_clock_tie_to(&live_time, &real), 0);
	return 0;
}

/// Lets time pass; the wall clock goes wrong by so many parts of a million.
static void pass(double s, double wall_ppm)
{
	real.ticks += (uint64_t)(s * hz);
	real.monotonic_ns += (uint64_t)(s * 1e9);
	real.wall_ns += (uint64_t)(s * 1e9 * (1 + wall_ppm / 1e6));
}

static int64_t error_ns(void)
{
	return (int64_t)(live_clock_at(&live_time, real.ticks) - real.wall_ns);
}

static void never_jumps(void **unused)
{
	uint64_t before;

	(void)unused;
	for (int i = 0; i < 30; i++) {
		pass(1, 20);
		before = live_clock_at(&live_time, real.ticks);
		assert_int_equal(live_clock_tie_to(&live_time, &real), 0);
		assert_in_range(live_clock_at(&live_time, real.ticks) + 2 - before, 0, 4);
	}
	assert_true(llabs(error_ns()) < 100000);
	assert_int_equal(live_time.epoch, 0);
}

static void measures_the_counter(void **unused)
{
	uint64_t from;

	(void)unused;
	pass(1, 0);
	live_clock_tie_to(&live_time, &real);
	assert_in_range(error_ns(), 1400000, 1600000); // a second at the wrong rate
	for (int i = 0; i < 60; i++) {
		pass(1, 0);
		live_clock_tie_to(&live_time, &real);
	}
	assert_true(llabs(error_ns()) < 1000);
	from = live_clock_at(&live_time, real.ticks);
	pass(1, 0);
	assert_in_range(live_clock_at(&live_time, real.ticks) - from, SY_NS_PER_S - 1000,
		SY_NS_PER_S + 1000);
}

static void follows_a_clock_that_was_set(void **unused)
{
	(void)unused;
	pass(1, 0);
	live_clock_tie_to(&live_time, &real);
	pass(1, 0);
	real.wall_ns -= 3600 * SY_NS_PER_S;
	assert_in_range(
		-live_clock_tie_to(&live_time, &real), 3599 * SY_NS_PER_S, 3601 * SY_NS_PER_S);
	assert_int_equal(live_time.epoch, 1);
	assert_int_equal(error_ns(), 0);
	pass(1, 0);
	assert_int_equal(live_clock_tie_to(&live_time, &real), 0);
	assert_int_equal(live_time.epoch, 1);
}

static void a_counter_that_stood_still_is_not_believed(void **unused)
{
	(void)unused;
	pass(1, 0);
	live_clock_tie_to(&live_time, &real);
	real.monotonic_ns += 100 * SY_NS_PER_S; // the machine slept, the counter too
	real.wall_ns += 100 * SY_NS_PER_S;
	pass(1, 0);
	assert_in_range(live_clock_tie_to(&live_time, &real), 99 * SY_NS_PER_S, 101 * SY_NS_PER_S);
	pass(0.5, 0);
	assert_true(llabs(error_ns()) < 1000000);
}

static void reads_before_it_was_tied(void **unused)
{
	(void)unused;
	assert_int_equal(live_clock_at(&live_time, real.ticks) / 1000000,
		live_clock_at(&live_time, real.ticks + 1000) / 1000000);
	assert_in_range(real.wall_ns - live_clock_at(&live_time, real.ticks - 2600), 1, 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(never_jumps, start),
		cmocka_unit_test_setup(measures_the_counter, start),
		cmocka_unit_test_setup(follows_a_clock_that_was_set, start),
		cmocka_unit_test_setup(a_counter_that_stood_still_is_not_believed, start),
		cmocka_unit_test_setup(reads_before_it_was_tied, start),
	};

	return cmocka_run_group_tests(tests, start_eal, stop_eal);
}
