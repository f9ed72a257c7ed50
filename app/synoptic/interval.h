// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_flow.h"
#include "sy_stats.h"

/// What a worker of a live run accumulates between two hand-overs. The worker alone writes it until
/// it is sent; then it is the manager's until it is given back.
struct interval {
	struct sy_stats *stats;
	struct sy_port_stats ports[SY_PORT_MAX]; ///< of the frames that this worker received
	uint64_t wrong_worker;                   ///< segments that came to a worker not their owner
	uint64_t turns, busy_turns;              ///< of its loop; those with a frame or a parcel
	uint64_t late_ns;                        ///< how long the hand-over had to wait for a spare
	struct sy_flow_counters flows; ///< of its table since the start, as of the hand-over
	uint64_t attempts_dropped;     ///< records that found no room on the way to the manager
	bool last;                     ///< the worker has ended
};

/// Empties everything but the memory of the accumulator. The manager, before giving it back.
void interval_reset(struct interval *interval);

/// Adds up the frames and losses of one port.
void interval_add_port(struct sy_port_stats *into, const struct sy_port_stats *from);

/// Adds the counters of a table; the greatest use of each adds up too.
void interval_add_flows(struct sy_flow_counters *into, const struct sy_flow_counters *from);

/// Adds one interval to another, accumulators included; but not what is of one hand-over alone:
/// `flows`, which count since the start, `late_ns` and `attempts_dropped`.
void interval_merge(struct interval *into, const struct interval *from);
