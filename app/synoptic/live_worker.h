// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "interval.h"
#include "live_clock.h"
#include "live_order.h"
#include "poller.h"

#define LIVE_NO_DEVICE UINT32_MAX

/// One receive queue that a worker polls.
struct live_queue {
	_Atomic uint32_t ethdev; ///< LIVE_NO_DEVICE = its device is gone. Writer: the manager
	uint16_t queue;
	uint8_t port;          ///< index of the port in the configuration
	uint32_t time_unit_ns; ///< as in struct sy_port; 0 = the time of polling is taken
	int time_offset;
	uint64_t time_flag;
	uint16_t cut_bytes; ///< likewise; UINT16_MAX when all frames are whole
};

/// How far the end of a live run has come. Written by the manager.
enum live_phase {
	LIVE_RUN,
	LIVE_STOP_POLLING, ///< no new frames; what is on its way between workers is still taken
	LIVE_END,          ///< nothing is on its way any more: end all flows
};

/// A worker of a live run: it polls its queue of every port, hands on what is not its own, and
/// takes what others hand to it. Its thread writes all fields but those that name another writer.
struct live_worker {
	struct worker worker;
	struct poller poller;
	struct live_queue queues[SY_PORT_MAX];
	uint32_t queue_count;
	struct live_order order;                ///< frames with times of their own
	struct sy_exchange *inbox[WORKERS_MAX]; ///< parcels from the other workers, by index
	struct sy_exchange *intervals;          ///< to the manager
	struct interval *interval;              ///< being filled
	const struct live_clock *clock;
	bool sleeps;        ///< when nothing comes for long, sleep a little instead of polling on
	uint64_t wanted_ns; ///< when the hand-over that is due was asked for first; 0 = none
	uint32_t idle;      ///< turns in a row without work
	uint64_t port_latest_ns;              ///< time of the last burst
	_Alignas(64) _Atomic uint32_t wanted; ///< hand-overs asked for. Writer: the manager
	_Atomic enum live_phase phase;        ///< Writer: the manager
	_Atomic uint32_t fence; ///< counts what all workers must have noticed. Writer:
				///< the manager
	_Alignas(64) _Atomic uint32_t handed; ///< hand-overs made
	_Atomic uint32_t passed;              ///< the fence, as of the begin of a turn
	_Atomic enum live_phase reached;      ///< the phase that the worker has reached
};

/// Main loop. arg: struct live_worker. Returns when the phase is LIVE_END and the last interval is
/// handed over.
int live_worker_main(void *arg);
