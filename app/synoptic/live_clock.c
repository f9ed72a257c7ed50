// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "live_clock.h"

#include "sy_time.h"

#include <time.h>

#define READINGS 5

/// The wall clock, and the ticks at that moment: of several readings the quickest.
static uint64_t read_wall(uint64_t *ticks)
{
	uint64_t best = UINT64_MAX, ns = 0;

	for (int i = 0; i < READINGS; i++) {
		struct timespec t;
		uint64_t before = rte_rdtsc(), took;

		clock_gettime(CLOCK_REALTIME, &t);
		took = rte_rdtsc() - before;
		if (took >= best)
			continue;
		best = took;
		*ticks = before + took / 2;
		ns = (uint64_t)t.tv_sec * SY_NS_PER_S + (uint64_t)t.tv_nsec;
	}
	return ns;
}

int64_t live_clock_tie(struct live_clock *clock)
{
	uint64_t ticks, wall_ns = read_wall(&ticks), told_ns = 0;
	uint32_t version = atomic_load_explicit(&clock->version, memory_order_relaxed);

	if (version != 0)
		told_ns = live_clock_ns(clock);
	atomic_store_explicit(&clock->version, version + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&clock->base_ticks, ticks, memory_order_relaxed);
	atomic_store_explicit(&clock->base_ns, wall_ns, memory_order_relaxed);
	__extension__ unsigned __int128 second = (unsigned __int128)SY_NS_PER_S << 32;
	atomic_store_explicit(
		&clock->ns_per_tick, (uint64_t)(second / rte_get_tsc_hz()), memory_order_relaxed);
	atomic_store_explicit(&clock->version, version + 2, memory_order_release);
	return version == 0 ? 0 : (int64_t)(live_clock_ns(clock) - told_ns);
}
