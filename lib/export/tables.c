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
