// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "live_clock.h"

#include "sy_time.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define READINGS    5
#define MEASURE_US  20000
#define MEASURE_NS  (5 * SY_NS_PER_MS) // between two readings, for the rate to be worth something
#define SLEW_SHIFT  11                 // at most 1/2048 faster or slower: 0.5 ms a second
#define CATCH_UP_NS (2 * SY_NS_PER_S)  // a small difference is to be gone by then
#define PLAUSIBLE   50 // a rate that differs by more than 1/50 was not measured well

/// All clocks at one moment: of several readings the quickest.
static struct live_clock_reading read_clocks(void)
{
	struct live_clock_reading best = {0};
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < READINGS; i++) {
		uint64_t before = rte_rdtsc();
		uint64_t wall_ns = sy_clock_ns(CLOCK_REALTIME);
		uint64_t monotonic_ns = sy_clock_ns(CLOCK_MONOTONIC);
		uint64_t took = rte_rdtsc() - before;

		if (took >= least)
			continue;
		least = took;
		best = (struct live_clock_reading){before + took / 2, wall_ns, monotonic_ns};
	}
	return best;
}

static uint64_t nominal_rate(void)
{
	__extension__ unsigned __int128 second = (unsigned __int128)SY_NS_PER_S << 32;

	return (uint64_t)(second / rte_get_tsc_hz());
}

/// Nanoseconds a tick since the clock was tied last; what was known when that was too short ago, or
/// the machine stood still meanwhile.
static uint64_t measure_rate(const struct live_clock *c, const struct live_clock_reading *now)
{
	uint64_t passed_ns = now->monotonic_ns - c->tied_monotonic_ns, nominal = nominal_rate(),
		 rate;

	if (passed_ns < MEASURE_NS || now->ticks <= c->tied_ticks)
		return c->rate;
	__extension__ unsigned __int128 passed = (unsigned __int128)passed_ns << 32;
	rate = (uint64_t)(passed / (now->ticks - c->tied_ticks));
	if (rate > nominal + nominal / PLAUSIBLE || rate < nominal - nominal / PLAUSIBLE)
		return c->rate;
	return rate;
}

static void publish(struct live_clock *c, uint64_t ticks, uint64_t ns, uint64_t rate, bool set)
{
	uint32_t version = atomic_load_explicit(&c->version, memory_order_relaxed) + 1;
	struct live_clock_line *line = &c->lines[version & 1];

	// Who reads this line still, because he was interrupted, sees the version before it
	// changes.
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&line->base_ticks, ticks, memory_order_relaxed);
	atomic_store_explicit(&line->base_ns, ns, memory_order_relaxed);
	atomic_store_explicit(&line->ns_per_tick, rate, memory_order_relaxed);
	if (set)
		atomic_fetch_add_explicit(&c->epoch, 1, memory_order_relaxed);
	atomic_store_explicit(&c->version, version, memory_order_release);
}

/// The rate at which a difference disappears.
static uint64_t slewed(uint64_t rate, int64_t behind_ns)
{
	int64_t most = (int64_t)(rate >> SLEW_SHIFT);
	int64_t more = (int64_t)((double)rate * (double)behind_ns / (double)CATCH_UP_NS);

	return rate + (uint64_t)(more > most ? most : more < -most ? -most : more);
}

int64_t live_clock_tie_to(struct live_clock *c, const struct live_clock_reading *now)
{
	bool first = atomic_load_explicit(&c->version, memory_order_relaxed) == 0;
	uint64_t told_ns = first ? now->wall_ns : live_clock_at(c, now->ticks);
	int64_t behind_ns = (int64_t)(now->wall_ns - told_ns);
	bool set = llabs(behind_ns) >= LIVE_CLOCK_SET_NS;

	c->rate = first ? nominal_rate() : measure_rate(c, now);
	c->tied_ticks = now->ticks;
	c->tied_monotonic_ns = now->monotonic_ns;
	if (set)
		publish(c, now->ticks, now->wall_ns, c->rate, true);
	else
		publish(c, now->ticks, told_ns, slewed(c->rate, behind_ns), false);
	return set ? behind_ns : 0;
}

int64_t live_clock_tie(struct live_clock *clock)
{
	struct live_clock_reading now = read_clocks();

	return live_clock_tie_to(clock, &now);
}

void live_clock_start(struct live_clock *clock)
{
	live_clock_tie(clock);
	usleep(MEASURE_US);
	live_clock_tie(clock);
}
