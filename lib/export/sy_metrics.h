// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_summary.h"

// What Prometheus reads: a file for node_exporter's textfile collector. Counters are totals since
// the program started, never those of an interval; the caller adds up. Labels are bounded by the
// configuration and by the product's own words: there is none for a service or a host.
//
// Thread-safety: none.

/// Bounds of the RTT histogram: powers of two, which the steps of struct sy_hist do not straddle;
/// 2^16 ns (66 us), doubling up to 2^31 ns (2.1 s).
#define SY_RTT_BOUNDS           16
#define SY_RTT_FIRST_BOUND_BITS 16

/// Round trips since the program started. struct sy_hist counts in 32 bits, which an interval does
/// not fill and months would. Starts as zeros.
struct sy_rtt_sums {
	uint64_t count;
	uint64_t sum_ns;               ///< each taken for the middle of its step: 1/32 off at most
	uint64_t below[SY_RTT_BOUNDS]; ///< below 2^(SY_RTT_FIRST_BOUND_BITS + i) ns
};

/// Adds the round trips of one interval.
void sy_rtt_sums_add(struct sy_rtt_sums *sums, const struct sy_hist *interval);

/// One port of the monitor.
struct sy_metrics_port {
	const char *name;
	const char *vantage;               ///< NULL = none
	const struct sy_port_stats *stats; ///< totals since start
	bool up;                           ///< the device is there and its link is up
};

/// One vantage.
struct sy_metrics_vantage {
	const char *name;
	double loss_estimate; ///< of the last interval, 0 to 1
};

/// The way from one vantage to another.
struct sy_metrics_transit {
	const char *from, *to;
	struct sy_spread spread;        ///< of the last interval
	const struct sy_rtt_sums *sums; ///< since start
};

/// The files of lib/store: the `metrics` of struct sy_store_counters.
struct sy_metrics_store {
	uint64_t files, bytes;                 ///< that got their names
	uint64_t removed_files, removed_bytes; ///< by retention
	uint64_t backlog_bytes;                ///< now waiting in memory
	bool writing;                          ///< false: it cannot write, and tries again
	struct sy_not_written not_written;     ///< since start
};

/// Everything that the file says. All pointers are borrowed.
struct sy_metrics {
	const char *version;
	uint64_t started_ns; ///< wall clock
	const struct sy_metrics_port *ports;
	uint32_t port_count;
	const struct sy_metrics_vantage *vantages;
	uint32_t vantage_count;
	const struct sy_metrics_transit *transit;
	uint32_t transit_count;
	const struct sy_totals *totals;       ///< since start; its histograms are not read
	const struct sy_rtt_sums *rtt;        ///< [2], by enum sy_side as in struct sy_totals
	uint64_t flows;                       ///< in the tables now
	uint64_t evicted_ended;               ///< flows that gave way, since start
	uint64_t evicted_midstream;           ///< likewise
	uint64_t evicted_half_open;           ///< likewise
	uint64_t no_slot, no_record;          ///< flows that found no room, since start
	uint64_t findings[SY_CODE_COUNT];     ///< open now, by enum sy_code
	uint64_t interval_lag_ns;             ///< from the end of the last interval to its report
	const struct sy_metrics_store *store; ///< NULL = no files
};

/// Appends the metrics in Prometheus' text format, each with HELP and TYPE.
void sy_metrics_write(struct sy_text *out, const struct sy_metrics *metrics);

/// Replaces a file by the metrics: written as PATH.tmp, which a collector of *.prom passes over,
/// and renamed. Does not wait for the disk. 0, or -errno with one sentence in err; the old file
/// stays.
int sy_metrics_write_file(const char *path, const struct sy_metrics *metrics, struct sy_error *err);
