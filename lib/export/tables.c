// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_json.h"
#include "sy_tables.h"

#include <stddef.h>

const struct sy_table *const sy_tables[] = {
	[SY_KIND_ATTEMPTS] = &sy_table_attempts,
	[SY_KIND_SERVICES] = &sy_table_services,
	[SY_KIND_HOSTS] = &sy_table_hosts,
	[SY_KIND_FINDINGS] = &sy_table_findings,
	[SY_KIND_PORTS] = &sy_table_ports,
	[SY_KIND_SUMMARY] = &sy_table_summary,
	[SY_KIND_COUNT] = NULL,
};

static const struct sy_facts *facts_of(const void *row, const struct sy_column *column)
{
	return *(const struct sy_facts *const *)(const void *)((const char *)row + column->arg);
}

void sy_put_ts(const void *row, const struct sy_column *column, struct sy_cell *cell)
{
	const struct sy_facts *facts = facts_of(row, column);
	uint64_t ts_ns = facts->interval_end_ns == 0 ? facts->end_ns : 0;

	// The attempts that ended in an interval may have begun long before it: in a live run only
	// frames tell what the latest packet was, or times would run backwards.
	for (uint32_t i = 0; facts->interval_end_ns != 0 && i < facts->port_count; i++)
		if (facts->ports[i].last_ns > ts_ns)
			ts_ns = facts->ports[i].last_ns;
	sy_cell_time(cell, ts_ns != 0 ? ts_ns : facts->interval_end_ns);
}

void sy_put_interval_start(const void *row, const struct sy_column *column, struct sy_cell *cell)
{
	sy_cell_time(cell, facts_of(row, column)->interval_start_ns);
}

void sy_put_interval_end(const void *row, const struct sy_column *column, struct sy_cell *cell)
{
	sy_cell_time(cell, facts_of(row, column)->interval_end_ns);
}

const struct sy_table *sy_table_by_name(const char *name)
{
	for (size_t i = 0; sy_tables[i] != NULL; i++) {
		if (strcmp(sy_tables[i]->name, name) == 0)
			return sy_tables[i];
	}
	return NULL;
}

void sy_json_spread(struct sy_json *json, const struct sy_spread *spread)
{
	const struct {
		const char *key;
		uint64_t ns;
	} values[] = {{"min", spread->min_ns}, {"p50", spread->p50_ns}, {"p90", spread->p90_ns},
		{"p99", spread->p99_ns}, {"max", spread->max_ns}};

	sy_json_u64(json, "count", spread->count);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (values[i].ns == SY_NS_UNKNOWN)
			sy_json_null(json, values[i].key);
		else
			sy_json_us(json, values[i].key, values[i].ns);
	}
}

void sy_put_rtt(struct sy_text *out, const struct sy_spread *spread)
{
	struct sy_json json = {.text = out};

	sy_json_open(&json, NULL, '{');
	sy_json_spread(&json, spread);
	sy_json_close(&json, '}');
}
