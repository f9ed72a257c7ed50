// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "../../app/synoptic/poller.h"
#include "traffic.h"

#include <rte_mbuf.h>

// The program's own poller and worker, fed by generated traffic in place of a network card.

/// Frames that are ready at a time, as in a card's ring.
#define RIG_RING 512

struct rig {
	struct poller poller;
	struct sy_port_stats ports[SY_PORT_MAX];
	struct worker worker;
	uint8_t vantage_of_port[SY_PORT_MAX];
	struct rte_mempool *pool;
	struct traffic *traffic;
	struct rte_mbuf *ring[RIG_RING];
};

/// Ticks of the time stamp counter that were spent.
struct rig_ticks {
	uint64_t refill; ///< on making the frames
	uint64_t loop;   ///< in the program
};

/// Starts DPDK: lcore 0 and 1 on a CPU each (on one where there is only one), without hugepages.
/// `device`: a --vdev argument or NULL. Returns 0 or -errno.
int rig_start_dpdk(uint32_t memory_mib, const char *device);

/// Makes a rig of its own pool and tables for `traffic`, which it takes over; the set-up frames are
/// still to run. `slots` 0 = as many as the flows need. 0, or -errno with one sentence in err, and
/// the rig must be freed in both cases.
int rig_init(struct rig *rig, struct traffic *traffic, uint64_t slots, const char *tracking,
	struct sy_error *err);
void rig_free(struct rig *rig);

/// Fills the ring with `count` frames; fewer when the traffic is drained. Returns how many.
uint32_t rig_refill(struct rig *rig, uint32_t count);

/// Runs `packets` frames through the program.
struct rig_ticks rig_run(struct rig *rig, uint64_t packets);

/// Ends what the traffic has begun, and then all flows. Returns the ticks of the latter.
uint64_t rig_end(struct rig *rig);

/// Slots of a table for so many flows: a power of two that is at most half full.
uint64_t rig_slots(uint64_t flows);
