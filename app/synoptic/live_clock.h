// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <rte_cycles.h>

#include <stdatomic.h>
#include <stdint.h>

// The time of frames in a live run: the processor's time-stamp counter, tied to the wall clock by
// the manager. Reading it is no system call.
//
// It does not jump. How fast the counter runs is measured against CLOCK_MONOTONIC, for what DPDK
// knows of it can be 0.2 % off; what is left between it and the wall clock is made up for by
// running a little faster or slower. Only a wall clock that was set, by LIVE_CLOCK_SET_NS or more,
// is followed at once: then times before and after have nothing to do with one another, and `epoch`
// says so: when it is read after a time, it is that of the time, or a later one.

/// A difference that is not made up for little by little.
#define LIVE_CLOCK_SET_NS INT64_C(500000000)

/// Where a straight line from ticks to wall clock begins, and how steep it is.
struct live_clock_line {
	_Atomic uint64_t base_ticks, base_ns;
	_Atomic uint64_t ns_per_tick; ///< shifted left by 32
};

/// Written by the manager, read by the workers: the line of version & 1, while the manager writes
/// the other one. So no worker waits for a manager that is interrupted.
struct live_clock {
	_Atomic uint32_t version;
	_Atomic uint32_t epoch; ///< how often the wall clock was set
	struct live_clock_line lines[2];
	uint64_t tied_ticks, tied_monotonic_ns; ///< the manager's own: when it was tied last
	uint64_t rate;                          ///< likewise: ns_per_tick as it was measured
};

/// What the clocks showed at one moment.
struct live_clock_reading {
	uint64_t ticks, wall_ns, monotonic_ns;
};

/// Starts the clock at the wall clock of now. Takes 20 ms, to measure how fast the counter runs.
void live_clock_start(struct live_clock *clock);

/// Ties the clock to the wall clock of now. The manager, about once a second. Returns by how much
/// the wall clock was set since the last time, in ns: 0 = it was not.
int64_t live_clock_tie(struct live_clock *clock);

/// The same by a reading, for tests; the first one starts the clock.
int64_t live_clock_tie_to(struct live_clock *clock, const struct live_clock_reading *now);

/// Nanoseconds since 1970 when the counter was at `now_ticks`. Any thread.
static inline uint64_t live_clock_at(const struct live_clock *clock, uint64_t now_ticks)
{
	uint64_t ticks, ns, rate;
	uint32_t version;

	do {
		version = atomic_load_explicit(&clock->version, memory_order_acquire);
		const struct live_clock_line *line = &clock->lines[version & 1];
		ticks = atomic_load_explicit(&line->base_ticks, memory_order_relaxed);
		ns = atomic_load_explicit(&line->base_ns, memory_order_relaxed);
		rate = atomic_load_explicit(&line->ns_per_tick, memory_order_relaxed);
		atomic_thread_fence(memory_order_acquire);
		// Again only when it was tied meanwhile, which happens about once a second.
	} while (version != atomic_load_explicit(&clock->version, memory_order_relaxed));
	// Signed: the clock may have been tied between the reading of the counter and now.
	__extension__ __int128 past = (__int128)(int64_t)(now_ticks - ticks) * (int64_t)rate;
	return ns + (uint64_t)(past >> 32);
}

/// Nanoseconds since 1970. Any thread.
static inline uint64_t live_clock_ns(const struct live_clock *clock)
{
	return live_clock_at(clock, rte_rdtsc());
}
