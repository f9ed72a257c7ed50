// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "live.h"
#include "stated.h"
#include "telemetry.h"

#include "sy_facts.h"
#include "sy_finding.h"
#include "sy_metrics.h"
#include "sy_store.h"
#include "sy_summary.h"

/// Attempts that wait for the end of their interval, when it is known whose their RSTs were; more
/// are written at once, with what was known an interval ago.
#define MANAGER_HELD (1u << 16)

/// What a port's driver counts of its own.
struct manager_counters {
	struct sy_port_counter read[SY_PORT_COUNTERS_MAX]; ///< as read last, since the start
	uint32_t read_count;
	struct sy_named_count grown[SY_PORT_COUNTERS_MAX]; ///< in this interval
	uint32_t count;                                    ///< of those that have grown
};

/// The cold side of a live run: it takes what the workers hand over, judges it and writes it. One
/// thread has all of it.
struct manager {
	struct sy_config *config; ///< some keys of it may change while running
	struct live *live;
	struct sy_store *store; ///< NULL = no files
	bool shows_report;      ///< on standard output after each interval

	struct interval sum;        ///< of all workers, of the interval that is being gathered
	struct interval all;        ///< since the start
	struct sy_facts *facts;     ///< of the last whole interval; its figures are those of `sum`
	struct sy_facts *all_facts; ///< of `all`
	struct sy_findings *findings; ///< of all_facts; those that have not ended are open
	struct stated stated;         ///< what of them was written

	struct sy_flow_counters flows[WORKERS_MAX]; ///< of each worker, as handed over last
	struct sy_flow_counters flows_before;       ///< sum of them when the interval began
	struct telemetry_worker shares[WORKERS_MAX];
	uint32_t ended; ///< workers that have handed over their last interval
	struct sy_port_losses losses[SY_PORT_MAX]; ///< as read last
	uint64_t kernel_drops[SY_PORT_MAX];        ///< since the start
	struct manager_counters counters[SY_PORT_MAX];
	struct sy_rtt_sums rtt[2];
	struct sy_rtt_sums transit[SY_VANTAGE_MAX][SY_VANTAGE_MAX]; ///< [from][to]
	const char *vantage_names[SY_VANTAGE_MAX];

	struct sy_attempt *held;
	uint32_t held_count;

	uint64_t started_ns, interval_start_ns, interval_end_ns; ///< wall clock
	uint64_t begun_ns,
		asked_ns;      ///< CLOCK_MONOTONIC: when the interval began, and was asked for
	uint64_t told_late_ns; ///< likewise: when the log was told last that a worker is late
	uint64_t number;       ///< of intervals written
	uint64_t lag_ns;       ///< from the end of the last interval to its report
	bool asked;            ///< the workers were asked to hand over
	struct telemetry_snapshot snapshot;
};

/// Makes the tables. 0, or -errno with one sentence in err; manager_free() in any case.
int manager_init(struct manager *manager, struct sy_config *config, struct live *live,
	struct sy_store *store, struct sy_error *err);

/// The clocks at one moment: intervals are as long as CLOCK_MONOTONIC says, and named by the wall
/// clock.
struct manager_now {
	uint64_t wall_ns, monotonic_ns;
};

struct manager_now manager_now(void);

/// One turn of the manager's loop: takes what the workers hand over, asks for the interval when it
/// is time, and writes it when all of it is here. True when there was work.
bool manager_turn(struct manager *manager, const struct manager_now *now);

/// Ends the interval now, before its time.
void manager_hurry(struct manager *manager, const struct manager_now *now);

/// True when a worker has not handed over for so long that it never will: nothing can be written
/// any more, and only a new start helps.
bool manager_is_stuck(const struct manager *manager, const struct manager_now *now);

/// Stops the workers, and writes all that they still have. Call it until it returns true.
bool manager_end(struct manager *manager);

/// Instead of that, when a worker does not stop: takes what the others have. Call it until it
/// returns true, or for as long as there is patience.
bool manager_abandon(struct manager *manager);

/// Writes what is there after that. The memory of the workers is in use for ever.
void manager_give_up(struct manager *manager);

/// Writes the attempts that are held, with the names and origins that are known.
void manager_write_held(struct manager *manager);

void manager_free(struct manager *manager);

// manager_losses.c

/// Adds to `sum` what was lost before the program since the last time that this was asked, and says
/// so in the log.
void manager_add_losses(struct manager *manager);

// manager_interval.c

/// Where the times of frames come from.
const char *manager_clock_source(const struct manager *manager);

/// What is known before the first interval: the names of vantages, and nothing of any host.
void manager_know_nothing(struct manager *manager);

/// Judges the interval that `sum` holds, and writes it everywhere.
void manager_finish(struct manager *manager);

/// Flows and evictions of all workers' tables.
struct sy_flow_counters manager_flows(const struct manager *manager);

// manager_output.c

/// Begins an interval in the store.
void manager_begin(struct manager *manager);

/// Writes the interval to the store, the metrics, the report and the telemetry; what is shown on
/// standard output is of all since the start.
void manager_write(
	struct manager *manager, const struct sy_summary *interval, const struct sy_summary *all);

/// Open findings, by code.
void manager_count_findings(const struct manager *manager, uint64_t count[static SY_CODE_COUNT]);

// manager_snapshot.c

/// Hands telemetry how it stands.
void manager_publish(struct manager *manager);
