// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_tables.h"

#include <stdbool.h>
#include <stdint.h>

// What a run was made of, and the documents that sum it up: summary.json, and all tables but the
// attempts in one document.

/// A count by a name that is not the program's own.
struct sy_named_count {
	const char *name;
	uint64_t count;
};

/// One input; counts are those of the port of the same number in the facts.
struct sy_run_input {
	const char *path;
	int64_t clock_offset_ns;               ///< subtracted from every time of the input
	bool cut_off;                          ///< ended in the middle of a record, or was damaged
	const char *why;                       ///< one sentence when cut_off, else NULL
	const char *link;                      ///< "up", "down", "gone" (its device); NULL = a file
	const struct sy_named_count *counters; ///< what the driver counts as lost
	uint32_t counter_count;
};

/// What a store of files (lib/store) had to give up, because it could not write.
struct sy_not_written {
	uint64_t intervals;            ///< that lack lines
	uint64_t lines[SY_KIND_COUNT]; ///< by enum sy_kind
	uint64_t since_ns, until_ns;   ///< start of the first of them, end of the last; 0 = none
};

/// What the program knows about its run and the facts do not. Strings are borrowed.
struct sy_run_info {
	const char *version;      ///< of the program
	const char *clock_source; ///< "capture file", or the kind of clock of a live run
	const char *tracking;     ///< "full" or "handshake"
	const struct sy_run_input *inputs;
	uint32_t input_count; ///< = port_count of the facts
	uint32_t workers;
	uint64_t started_ns, ended_ns; ///< wall clock
	// How often the bounds of the flow tables were felt, over all workers.
	uint64_t evicted_ended;     ///< flows whose attempt was decided already
	uint64_t evicted_midstream; ///< flows that were no attempt
	uint64_t evicted_half_open; ///< attempts cut short: decided_by evicted
	uint64_t no_slot;           ///< attempts that found no room at all
	uint64_t no_record;         ///< flows that found no room for their record
	uint64_t flows_max;         ///< most flows at a time
	/// Since the last summary that said so; NULL where files are written once, at the end.
	const struct sy_not_written *not_written;
	/// Of a live run: when the program started, wall clock. 0 = no live run.
	uint64_t since_ns;
};

/// All pointers are borrowed.
struct sy_summary {
	const struct sy_run_info *run;
	const struct sy_facts *facts;
	const struct sy_findings *findings; ///< those that have lines of their own
	/// All that is known, of which the report shows and the summary counts those that are open;
	/// NULL = `findings`, all of them.
	const struct sy_findings *known;
	/// All that was seen since the start, where `facts` are those of an interval; NULL = they
	/// are all.
	const struct sy_facts *history;
};

/// What is known of a service, or host, of `facts` from all that was seen.
const struct sy_service_facts *sy_summary_known_service(
	const struct sy_summary *summary, const struct sy_service_facts *service);
const struct sy_host_facts *sy_summary_known_host(
	const struct sy_summary *summary, const struct sy_host_facts *host);

/// Walks the findings that report and summary are about; `*cursor` starts at 0. NULL at the end.
const struct sy_finding *sy_summary_next_finding(
	const struct sy_summary *summary, uint32_t *cursor);

/// Totals over all inputs: sums; earliest and latest time.
struct sy_port_stats sy_summary_ports(const struct sy_facts *facts);

/// Whether all rows of a table can be written from a summary: services, hosts, findings, ports.
bool sy_summary_has_table(const struct sy_table *table);

/// Appends a whole file of such a table, head line included. Flushes when enough has gathered.
void sy_summary_write_table(struct sy_text *out, const struct sy_summary *summary,
	const struct sy_table *table, enum sy_format format);

/// Appends summary.json: one object, a field a line.
void sy_summary_write(struct sy_text *out, const struct sy_summary *summary);

/// Appends one document:
/// {"v":1,"summary":{…},"services":[…],"hosts":[…],"findings":[…],"ports":[…]} with the records of
/// the tables. Flushes when enough has gathered.
void sy_document_write(struct sy_text *out, const struct sy_summary *summary);

/// Appends how it stands in a live run, as one document:
/// {"v":1,"summary":{…},"findings":[…],"ports":[…]} with the findings of `known` that are open.
void sy_document_write_current(struct sy_text *out, const struct sy_summary *summary);
