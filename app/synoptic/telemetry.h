// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_attempt.h"
#include "sy_bucket.h"
#include "sy_config.h"
#include "sy_error.h"
#include "sy_finding.h"

#include <stdbool.h>
#include <stdint.h>

// Questions to a running program, through DPDK's telemetry socket (dpdk-telemetry.py): commands
// /synoptic/stats, /synoptic/ports, /synoptic/workers and /synoptic/findings. They are answered
// from a snapshot that the manager publishes after each interval, by threads that DPDK makes: a
// question never touches a worker.
//
// Thread-safety: telemetry_publish() and telemetry_close() may be called by one thread at a time;
// a mutex stands between them and the threads that answer.

/// Open findings that are shown one by one; all of them are counted.
#define TELEMETRY_FINDINGS 16

/// One port. Counters since it was opened.
struct telemetry_port {
	char name[32];
	char vantage[64];
	char driver[32];
	bool up;
	bool gone;
	uint64_t received;
	uint64_t bytes; ///< on the wire
	uint64_t bucket[SY_BUCKET_COUNT];
	uint64_t snapped;
	uint64_t missed; ///< losses from here on
	uint64_t errors;
	uint64_t no_mbuf;
	uint64_t kernel_drops;
	uint64_t ring_full;
	/// What its driver counts of its own; names cut to what DPDK takes as keys.
	struct telemetry_counter {
		char name[48];
		uint64_t count;
	} counters[16];
	uint32_t counter_count;
	uint64_t moved;     ///< segments handed to another worker in software
	uint64_t backwards; ///< frames that were earlier than the one before
};

/// One worker. Counters since start.
struct telemetry_worker {
	uint32_t core;
	int32_t socket;          ///< NUMA node, or -1
	uint32_t busy_permille;  ///< polls that found frames, by time, in the last interval
	uint64_t segments;       ///< analysed
	uint64_t flows;          ///< in its table now
	uint64_t late_handovers; ///< intervals that went on because no buffer was free
	uint64_t wrong_worker;   ///< segments analysed by another worker than their owner: 0
};

/// A finding that is open.
struct telemetry_finding {
	enum sy_code code;
	enum sy_certainty certainty;
	bool uncertain;
	uint64_t weight; ///< attempts concerned
	char subject[64];
	char owner[96];
};

/// What the manager knows at the end of an interval. Large (some 30 KB): better static or on the
/// heap. Starts as zeros.
struct telemetry_snapshot {
	char version[32];
	uint64_t started_ns; ///< wall clock
	uint64_t uptime_ns;
	uint64_t interval; ///< number of the last one, from 1
	uint64_t interval_start_ns, interval_end_ns;
	uint64_t interval_lag_ns; ///< from its end until it was written
	char clock[80];           ///< source of the packets' times

	struct telemetry_port ports[SY_CONFIG_PORTS_MAX];
	uint32_t port_count;
	struct telemetry_worker workers[SY_CONFIG_WORKERS_MAX];
	uint32_t worker_count;

	uint64_t outcome[SY_OUTCOME_COUNT]; ///< attempts since start
	uint64_t rst[SY_RST_PHASE_COUNT];   ///< since start
	uint64_t flows;                     ///< in the tables now
	uint64_t evicted_ended;             ///< flows that gave way, since start
	uint64_t evicted_midstream;         ///< likewise
	uint64_t evicted_half_open;         ///< likewise
	uint64_t no_slot, no_record;        ///< flows that found no room, since start
	uint64_t findings[SY_CODE_COUNT];   ///< open now, by enum sy_code
	struct telemetry_finding open[TELEMETRY_FINDINGS]; ///< the weightiest
	uint32_t open_count;

	bool store_writing; ///< false: it cannot write, and tries again
	uint64_t store_files, store_bytes;
	uint64_t store_removed_files, store_removed_bytes; ///< by retention
	uint64_t store_backlog_bytes;                      ///< now waiting in memory
	uint64_t store_dropped_records;                    ///< that were not written, since start
};

/// Makes the commands known, before or after EAL starts; once in a process, later calls do nothing.
/// 0, or -errno with one sentence in err.
int telemetry_register(struct sy_error *err);

/// From now on questions are answered from a copy of this. Waits for an answer that is being made,
/// some 100 us at most.
void telemetry_publish(const struct telemetry_snapshot *snapshot);

/// From now on there is nothing to answer from: questions get {"state": "stopped"}. DPDK cannot
/// forget a command.
void telemetry_close(void);
