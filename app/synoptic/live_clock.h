// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <rte_cycles.h>

#include <stdatomic.h>
#include <stdint.h>

// The time of frames in a live run: the processor's time-stamp counter, tied to the wall clock by
// the manager. Reading it is no system call.

/// Written by the manager under `version` (odd while it writes); read by the workers.
struct live_clock {
	_Atomic uint32_t version;
	_Atomic uint64_t base_ticks, base_ns;
	_Atomic uint64_t ns_per_tick; ///< shifted left by 32
};

/// Ties the clock to the wall clock of now. The manager, at the start and once an interval. Returns
/// how far the wall clock has gone away from it since the last time, in ns.
int64_t live_clock_tie(struct live_clock *clock);

/// Nanoseconds since 1970. Any thread.
static inline uint64_t live_clock_ns(const struct live_clock *clock)
{
	uint64_t ticks, ns, rate;
	uint32_t version;

	do {
		version = atomic_load_explicit(&clock->version, memory_order_acquire);
		ticks = atomic_load_explicit(&clock->base_ticks, memory_order_relaxed);
		ns = atomic_load_explicit(&clock->base_ns, memory_order_relaxed);
		rate = atomic_load_explicit(&clock->ns_per_tick, memory_order_relaxed);
		atomic_thread_fence(memory_order_acquire);
	} while ((version & 1) ||
		 version != atomic_load_explicit(&clock->version, memory_order_relaxed));
	__extension__ unsigned __int128 past = (unsigned __int128)(rte_rdtsc() - ticks) * rate;
	return ns + (uint64_t)(past >> 32);
}
