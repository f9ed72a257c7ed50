// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "live_worker.h"

#include "sy_config.h"
#include "sy_ports.h"

/// The hot side of a live run: ports and workers. Made, started and stopped by the manager's
/// thread.
struct live {
	const struct sy_config *config;
	struct sy_ports *ports;
	struct sy_filter *filter;
	struct live_worker *workers; ///< config->workers.core_count of them
	uint32_t worker_count;
	struct sy_ports_assignment
		*assignment; ///< of flows to workers, by the ports; NULL = by hash
	struct live_clock clock;
	struct sy_stats_config tables; ///< of every accumulator
	uint8_t vantage_of_port[SY_PORT_MAX];
	uint32_t asked;       ///< hand-overs asked for
	uint64_t reopened_ns; ///< CLOCK_MONOTONIC: when ports that were gone were tried last
	bool running;
};

/// Makes the workers for ports that are open. 0, or -errno with one sentence in err; live_free() in
/// any case.
int live_init(struct live *live, const struct sy_config *config, struct sy_ports *ports,
	struct sy_error *err);

/// True when the frames of port p have times of their own, and not only that of their polling.
bool live_has_times(const struct live *live, uint32_t p);

// live_control.c

/// Starts the workers on their cores.
void live_start(struct live *live);

/// Workers leave port p alone from now on: its device is gone.
void live_leave_port(struct live *live, uint32_t p);

/// True when no worker is polling a port that it was to leave.
bool live_has_left(const struct live *live);

/// Workers poll port p again, which was reopened.
void live_take_port(struct live *live, uint32_t p);

/// Asks every worker to hand over its interval; they do so when they can.
void live_ask(struct live *live);

/// The first worker that has not handed over what was asked for; -1 = all have.
int live_late(const struct live *live);

/// Makes the workers stop polling, take what is on its way, end their flows and hand over their
/// last intervals, which the caller receives before live_free(). Call it until it returns true.
bool live_stop(struct live *live);

/// Instead of that, when a worker does not stop: lets the others end. Call it until it returns
/// true.
bool live_abandon(struct live *live);

// live.c

/// Gives the memory back; the workers have stopped.
void live_free(struct live *live);
