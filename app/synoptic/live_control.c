// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What the manager tells the workers while they run, and what it learns of how far they are.

#include "eal.h"
#include "live.h"

#include <rte_launch.h>

void live_start(struct live *live)
{
	for (uint32_t i = 0; i < live->worker_count; i++)
		rte_eal_remote_launch(live_worker_main, &live->workers[i], eal_worker_lcore(i));
	live->running = true;
}

static void set_device(struct live *live, uint32_t p, uint32_t ethdev)
{
	for (uint32_t i = 0; i < live->worker_count; i++) {
		struct live_worker *w = &live->workers[i];

		for (uint32_t k = 0; k < w->queue_count; k++)
			if (w->queues[k].port == p)
				atomic_store_explicit(
					&w->queues[k].ethdev, ethdev, memory_order_release);
		atomic_fetch_add_explicit(&w->fence, 1, memory_order_release);
	}
}

void live_leave_port(struct live *live, uint32_t p)
{
	set_device(live, p, LIVE_NO_DEVICE);
}

bool live_has_left(const struct live *live)
{
	for (uint32_t i = 0; i < live->worker_count; i++) {
		const struct live_worker *w = &live->workers[i];

		if (atomic_load_explicit(&w->passed, memory_order_acquire) !=
			atomic_load_explicit(&w->fence, memory_order_relaxed))
			return false;
	}
	return true;
}

void live_take_port(struct live *live, uint32_t p)
{
	set_device(live, p, sy_ports_get(live->ports, p)->id);
}

void live_ask(struct live *live)
{
	live->asked++;
	for (uint32_t i = 0; i < live->worker_count; i++)
		atomic_store_explicit(&live->workers[i].wanted, live->asked, memory_order_relaxed);
}

int live_late(const struct live *live)
{
	for (uint32_t i = 0; i < live->worker_count; i++)
		if (atomic_load_explicit(&live->workers[i].handed, memory_order_acquire) !=
			live->asked)
			return (int)i;
	return -1;
}

/// True when every worker has come to the phase; tells it to those that are not told yet.
static bool reach(struct live *live, enum live_phase phase)
{
	bool all = true;

	for (uint32_t i = 0; i < live->worker_count; i++) {
		struct live_worker *w = &live->workers[i];

		if (atomic_load_explicit(&w->phase, memory_order_relaxed) < phase)
			atomic_store_explicit(&w->phase, phase, memory_order_release);
		all &= atomic_load_explicit(&w->reached, memory_order_acquire) >= phase;
	}
	return all;
}

bool live_stop(struct live *live)
{
	if (!live->running)
		return true;
	if (!reach(live, LIVE_STOP_POLLING) || !reach(live, LIVE_END))
		return false;
	rte_eal_mp_wait_lcore();
	live->running = false;
	return true;
}

bool live_abandon(struct live *live)
{
	bool all = true;

	for (uint32_t i = 0; i < live->worker_count; i++) {
		struct live_worker *w = &live->workers[i];
		enum live_phase reached = atomic_load_explicit(&w->reached, memory_order_acquire);

		if (reached < LIVE_STOP_POLLING)
			continue;
		atomic_store_explicit(&w->phase, LIVE_END, memory_order_release);
		all &= reached == LIVE_END;
	}
	return all;
}
