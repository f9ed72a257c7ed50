// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_json.h"
#include "sy_tables.h"

#include <stddef.h>

const struct sy_table *const sy_tables[] = {
	&sy_table_attempts,
	&sy_table_services,
	&sy_table_hosts,
	&sy_table_findings,
	&sy_table_ports,
	&sy_table_summary,
	NULL,
};

const struct sy_table *sy_table_by_name(const char *name)
{
	for (size_t i = 0; sy_tables[i] != NULL; i++) {
		if (strcmp(sy_tables[i]->name, name) == 0)
			return sy_tables[i];
	}
	return NULL;
}

void sy_put_rtt(struct sy_text *out, const struct sy_hist *hist)
{
	static const struct {
		const char *key;
		double q;
	} quantiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}};
	struct sy_json json = {.text = out};

	sy_json_open(&json, NULL, '{');
	sy_json_u64(&json, "count", hist->count);
	if (hist->count == 0) {
		sy_text_puts(
			out, ",\"min\":null,\"p50\":null,\"p90\":null,\"p99\":null,\"max\":null}");
		return;
	}
	sy_json_us(&json, "min", hist->min_ns);
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
		sy_json_us(&json, quantiles[i].key, sy_hist_quantile(hist, quantiles[i].q));
	sy_json_us(&json, "max", hist->max_ns);
	sy_json_close(&json, '}');
}
