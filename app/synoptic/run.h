// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "poller.h"
#include "read_options.h"
#include "spool.h"

/// One run over capture files: the source, the workers and what they found.
struct run {
	struct worker workers[WORKERS_MAX];
	uint32_t worker_count;
	struct poller poller;
	struct sy_source *source;
	struct rte_mempool *pool;
	struct sy_filter *filter;
	uint8_t vantage_of_port[SY_PORT_MAX];
	struct sy_port_stats ports[SY_PORT_MAX];
	struct sy_flow_counters flow_counters; ///< summed over the workers, once executed
};

/// Opens the inputs and makes the workers. EAL must run. 0, or -errno with one sentence in err.
int run_init(struct run *run, const struct read_options *options, struct sy_filter *filter,
	struct sy_error *err);

/// Reads everything; the accumulators of all workers are merged into workers[0].stats. Attempts go
/// to `spool` unless it is NULL. 0, or -errno with one sentence in err when the spool failed.
int run_execute(struct run *run, struct spool *spool, struct sy_error *err);

/// Gives everything back; tolerates a run that was made in part.
void run_free(struct run *run);
