// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_finding.h"
#include "sy_table.h"

// The tables, and what a row of each is made from. All pointers are borrowed for the call.

/// One attempt. Without facts (NULL) the origin of a RST and the names of vantages are null.
struct sy_attempt_row {
	const struct sy_attempt *attempt;
	const struct sy_facts *facts;
};

/// Of a live run counts are those of an interval (`service`), and what can only be known from all
/// that was seen since the start stands in `known`; NULL = they are the same.
struct sy_service_row {
	const struct sy_service_facts *service;
	const struct sy_facts *facts;
	const struct sy_service_facts *known;
};

/// Likewise.
struct sy_host_row {
	const struct sy_host_facts *host;
	const struct sy_facts *facts;
	const struct sy_host_facts *known;
};

struct sy_finding_row {
	const struct sy_finding *finding;
	const struct sy_facts *facts;
};

struct sy_run_input;

/// Input number `port` of facts->ports.
struct sy_port_row {
	uint32_t port;
	const char *name;                 ///< path or device; NULL = not known
	const struct sy_run_input *input; ///< NULL = not known
	const struct sy_facts *facts;
};

extern const struct sy_table sy_table_attempts; ///< rows: struct sy_attempt_row
extern const struct sy_table sy_table_services; ///< rows: struct sy_service_row
extern const struct sy_table sy_table_hosts;    ///< rows: struct sy_host_row
extern const struct sy_table sy_table_findings; ///< rows: struct sy_finding_row
extern const struct sy_table sy_table_ports;    ///< rows: struct sy_port_row
extern const struct sy_table sy_table_summary;  ///< one row: struct sy_summary (sy_summary.h)

/// Their places in sy_tables.
enum sy_kind {
	SY_KIND_ATTEMPTS,
	SY_KIND_SERVICES,
	SY_KIND_HOSTS,
	SY_KIND_FINDINGS,
	SY_KIND_PORTS,
	SY_KIND_SUMMARY,
	SY_KIND_COUNT,
};

/// All of them, in this order; NULL at the end.
extern const struct sy_table *const sy_tables[];

/// The table of that name, or NULL.
const struct sy_table *sy_table_by_name(const char *name);

// The columns that every kind of row has which a live run writes once an interval. arg: where the
// facts stand in the row.
void sy_put_ts(const void *row, const struct sy_column *column, struct sy_cell *cell);
void sy_put_interval_start(const void *row, const struct sy_column *column, struct sy_cell *cell);
void sy_put_interval_end(const void *row, const struct sy_column *column, struct sy_cell *cell);

#define SY_COLUMN_TS(row_type, what)                                                     \
	SY_COLUMN("ts", SY_TYPE_TIME, SY_NULLABLE, sy_put_ts, offsetof(row_type, facts), \
		"Time that the " what                                                    \
		" for: that of the latest packet; of live without one, the end of the interval.")

#define SY_COLUMNS_INTERVAL(row_type)                                                                                                            \
	SY_COLUMN("interval_start", SY_TYPE_TIME, SY_NULLABLE, sy_put_interval_start,                                                            \
		offsetof(row_type, facts),                                                                                                       \
		"Of live: when the interval began that this line belongs to, by the clock of the box: `started` of its summary. Null in read."), \
		SY_COLUMN("interval_end", SY_TYPE_TIME, SY_NULLABLE, sy_put_interval_end,                                                        \
			offsetof(row_type, facts),                                                                                               \
			"Likewise when it ended: `ended` of its summary.")

/// The name of a vantage, or NULL when there is none.
static inline const char *sy_vantage_name(const struct sy_facts *facts, uint32_t vantage)
{
	if (facts == NULL || vantage >= facts->vantage_count)
		return NULL;
	return facts->vantage_names[vantage];
}

struct sy_json;

/// Appends the fields count, min, p50, p90, p99, max (microseconds) to an open object; null for
/// those that are not known.
void sy_json_spread(struct sy_json *json, const struct sy_spread *spread);

/// Appends the same as an object of its own.
void sy_put_rtt(struct sy_text *out, const struct sy_spread *spread);
