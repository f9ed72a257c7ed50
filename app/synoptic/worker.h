// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_batch.h"
#include "sy_error.h"
#include "sy_exchange.h"
#include "sy_stats.h"
#include "sy_tcp.h"

#include <stdbool.h>
#include <stdint.h>

/// Workers that one run can have.
#define WORKERS_MAX 32

/// Attempts that travel together from a worker to the manager.
#define ATTEMPT_BLOCK 64

/// A batch on its way from the worker that polls to the worker that owns its flows.
struct parcel {
	struct sy_batch batch;
	uint32_t epoch;   ///< of the clock that the times in it are of
	bool last;        ///< the input is over
	uint64_t end_ns;  ///< latest time of the whole input; valid when last
	uint64_t last_ns; ///< time of its last frame; likewise
};

/// Ended attempts on their way to the manager.
struct attempt_block {
	uint32_t count;
	struct sy_attempt attempt[ATTEMPT_BLOCK];
};

/// What every worker is made from.
struct worker_config {
	struct sy_flow_config flows;
	struct sy_tcp_config tcp;
	struct sy_stats_config stats; ///< services 0: the accumulator comes from elsewhere
	const uint8_t *vantage_of_port;
	uint32_t ports;
	bool send_attempts; ///< hand ended attempts to the manager
	bool may_drop;      ///< when the manager has all blocks, count and go on, else wait for it
	uint64_t age_from_flows; ///< with fewer flows in the table none is looked at for its age
	bool count_established;  ///< count connections when they come up, not when they end
};

/// One worker: it owns its flows and its accumulator, and shares nothing. All fields are written by
/// the worker's own thread once it runs; the manager reads them after it has ended.
struct worker {
	uint32_t index;
	struct sy_tcp *tcp;
	struct sy_stats *stats;
	struct sy_exchange *inbox;    ///< parcels from the polling worker; NULL for that one
	struct sy_exchange *attempts; ///< attempt blocks to the manager, or NULL
	struct attempt_block *block;  ///< being filled
	uint64_t attempts_dropped;    ///< records that found no block
	bool may_drop;
	uint64_t age_from_flows;
	uint64_t aged_ns; ///< packets' time when flows were looked at for their age
	void *memory;
	size_t memory_bytes;
};

/// How many things of a table there is room for in a part of the memory: a power of two.
uint64_t worker_room(uint64_t bytes, uint64_t each_bytes);

/// Allocates a worker's tables. 0, or -errno with one sentence in err.
int worker_init(struct worker *worker, uint32_t index, const struct worker_config *config,
	struct sy_error *err);
void worker_free(struct worker *worker);

/// Takes a batch through flow, tcp and stats, and ages some flows: in two halves, so that memory
/// can be loaded for one batch while another is taken.
void worker_look(struct worker *worker, struct sy_batch *batch);
void worker_take(struct worker *worker, const struct sy_batch *batch);

/// Both halves.
void worker_batch(struct worker *worker, struct sy_batch *batch);

/// Ages some flows as of `now_ns`, when nothing comes that would do so.
void worker_idle(struct worker *worker, uint64_t now_ns);

/// Moves what the machine has counted since the last call to the accumulator, which is complete
/// then.
void worker_settle(struct worker *worker);

/// Ends all flows as of `end_ns`, because the clock was set: no time that follows has to do with
/// those before.
void worker_cut(struct worker *worker, uint64_t end_ns);

/// Ends all flows and hands over what is left; the accumulator is complete afterwards.
void worker_end(struct worker *worker, uint64_t latest_ns, uint64_t last_ns);

/// Main loop of a worker that does not poll: takes parcels until the last. arg: struct worker.
int worker_main(void *arg);

/// Hands over the attempts that have been gathered.
void worker_send_attempts(struct worker *worker);

/// Lets another thread run while there is nothing to do; `idle` counts the times in a row.
void worker_wait(uint32_t *idle);
