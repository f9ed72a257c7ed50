// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The values of summary.json.

#include "summary_cells.h"

#include "sy_json.h"

#include <stddef.h>
#include <string.h>

#define PUT SY_SUMMARY_PUT

static const struct sy_summary *summary_of(const void *row)
{
	return row;
}

static const void *in_run(const void *row, const struct sy_column *column)
{
	return (const char *)summary_of(row)->run + column->arg;
}

static const void *in_totals(const void *row, const struct sy_column *column)
{
	return (const char *)summary_of(row)->facts->totals + column->arg;
}

// An object with a count for each word of the column.
static void put_counts(struct sy_cell *cell, const struct sy_words *words, const uint64_t *counts)
{
	struct sy_json json = {.text = cell->json};

	sy_json_open(&json, NULL, '{');
	for (uint32_t i = 0; i < words->count; i++)
		sy_json_u64(&json, words->name(i), counts[i]);
	sy_json_close(&json, '}');
	cell->kind = SY_CELL_JSON;
}

PUT(run_text)
{
	sy_cell_text(cell, *(const char *const *)in_run(row, column));
}

PUT(run_time)
{
	sy_cell_time(cell, *(const uint64_t *)in_run(row, column));
}

PUT(run_u32)
{
	sy_cell_u64(cell, *(const uint32_t *)in_run(row, column));
}

PUT(run_u64)
{
	sy_cell_u64(cell, *(const uint64_t *)in_run(row, column));
}

static uint64_t port_sum(const void *row, const struct sy_column *column)
{
	struct sy_port_stats sum = sy_summary_ports(summary_of(row)->facts);
	uint64_t value;

	memcpy(&value, (const char *)&sum + column->arg, sizeof(value));
	return value;
}

PUT(port_u64)
{
	sy_cell_u64(cell, port_sum(row, column));
}

PUT(port_time)
{
	sy_cell_time(cell, port_sum(row, column));
}

PUT(total)
{
	sy_cell_u64(cell, *(const uint64_t *)in_totals(row, column));
}

PUT(totals)
{
	put_counts(cell, column->words, in_totals(row, column));
}

PUT(rtt)
{
	const struct sy_hist *rtt = &summary_of(row)->facts->totals->rtt[column->arg];
	struct sy_spread spread = sy_hist_spread(rtt);

	sy_put_rtt(cell->json, &spread);
	cell->kind = SY_CELL_JSON;
}

PUT(buckets)
{
	struct sy_port_stats sum = sy_summary_ports(summary_of(row)->facts);

	put_counts(cell, column->words, sum.bucket);
}

PUT(rsts)
{
	const struct sy_facts *facts = summary_of(row)->facts;
	struct sy_json json = {.text = cell->json};

	sy_json_open(&json, NULL, '{');
	for (uint32_t phase = 0; phase < column->words->count; phase++) {
		sy_json_open(&json, column->words->name(phase), '{');
		for (uint32_t origin = 0; origin < SY_ORIGIN_COUNT; origin++)
			sy_json_u64(&json, sy_rst_origin_name((enum sy_rst_origin)origin),
				facts->rst[phase][origin]);
		sy_json_close(&json, '}');
	}
	sy_json_close(&json, '}');
	cell->kind = SY_CELL_JSON;
}

PUT(inputs)
{
	const struct sy_facts *facts = summary_of(row)->facts;
	const struct sy_run_info *run = summary_of(row)->run;
	struct sy_json json = {.text = cell->json};

	(void)column;
	sy_json_open(&json, NULL, '[');
	for (uint32_t i = 0; i < run->input_count && i < facts->port_count; i++) {
		const struct sy_run_input *input = &run->inputs[i];
		const struct sy_port_stats *port = &facts->ports[i];
		sy_json_open(&json, NULL, '{');
		sy_json_text(&json, "path", input->path);
		sy_json_text(&json, "vantage", sy_vantage_name(facts, facts->vantage_of_port[i]));
		sy_json_u64(&json, "frames", port->received);
		sy_json_u64(&json, "bytes", port->bytes);
		sy_json_time(&json, "first_seen", port->first_ns);
		sy_json_time(&json, "last_seen", port->last_ns);
		sy_json_i64(&json, "clock_offset_ns", input->clock_offset_ns);
		sy_json_bool(&json, "cut_off", input->cut_off);
		sy_json_text(&json, "why", input->cut_off ? input->why : NULL);
		sy_json_close(&json, '}');
	}
	sy_json_close(&json, ']');
	cell->kind = SY_CELL_JSON;
}

PUT(losses)
{
	const struct sy_summary *summary = summary_of(row);
	const struct sy_totals *totals = summary->facts->totals;
	const struct sy_run_info *run = summary->run;
	struct sy_port_stats sum = sy_summary_ports(summary->facts);
	struct sy_json json = {.text = cell->json};

	(void)column;
	sy_json_open(&json, NULL, '{');
	sy_json_u64(&json, "nic_missed", sum.nic_missed);
	sy_json_u64(&json, "nic_errors", sum.nic_errors);
	sy_json_u64(&json, "no_mbuf", sum.no_mbuf);
	sy_json_u64(&json, "ring_full", sum.ring_full);
	sy_json_u64(&json, "snapped", sum.snapped);
	sy_json_u64(&json, "evicted_half_open", run->evicted_half_open);
	sy_json_u64(&json, "evicted_midstream", run->evicted_midstream);
	sy_json_u64(&json, "evicted_ended", run->evicted_ended);
	sy_json_u64(&json, "no_slot", run->no_slot);
	sy_json_u64(&json, "no_record", run->no_record);
	sy_json_u64(&json, "services_not_tracked", totals->services_not_tracked);
	sy_json_u64(&json, "hosts_not_tracked", totals->hosts_not_tracked);
	sy_json_u64(&json, "details_not_tracked", totals->details_not_tracked);
	sy_json_u64(&json, "hists_not_tracked", totals->hists_not_tracked);
	sy_json_u64(&json, "exemplars_not_tracked", totals->exemplars_not_tracked);
	sy_json_u64(&json, "copies_not_tracked", totals->copies_not_tracked);
	sy_json_u64(&json, "findings_dropped", summary->findings->dropped);
	sy_json_close(&json, '}');
	cell->kind = SY_CELL_JSON;
}

PUT(vantages)
{
	static const char *const views[] = {
		[SY_VIEW_UNKNOWN] = "unknown",
		[SY_VIEW_BOTH_WAYS] = "both_ways",
		[SY_VIEW_ONE_WAY] = "one_way",
	};
	const struct sy_facts *facts = summary_of(row)->facts;
	struct sy_json json = {.text = cell->json};

	(void)column;
	sy_json_open(&json, NULL, '[');
	for (uint32_t i = 0; i < facts->vantage_count; i++) {
		const struct sy_vantage_stats *vantage = &facts->vantages[i];
		sy_json_open(&json, NULL, '{');
		sy_json_text(&json, "vantage", sy_vantage_name(facts, i));
		sy_json_text(&json, "view", views[facts->view[i]]);
		sy_json_u64(&json, "segments", vantage->segments);
		sy_json_u64(&json, "ack_of_unseen", vantage->ack_of_unseen);
		sy_json_u64(&json, "synack_without_syn", vantage->synack_without_syn);
		sy_json_u64(&json, "ack_without_synack", vantage->ack_without_synack);
		sy_json_u64(&json, "flows_both_ways", vantage->flows_both_ways);
		sy_json_u64(&json, "flows_one_way", vantage->flows_one_way);
		sy_json_u64(&json, "duplicates", vantage->duplicates);
		sy_json_f64(&json, "capture_loss_estimate", facts->loss_estimate[i], 6);
		sy_json_close(&json, '}');
	}
	sy_json_close(&json, ']');
	cell->kind = SY_CELL_JSON;
}

PUT(transit)
{
	const struct sy_facts *facts = summary_of(row)->facts;
	struct sy_json json = {.text = cell->json};
	uint32_t cursor = 0, from, to;
	const struct sy_hist *time;

	(void)column;
	sy_json_open(&json, NULL, '[');
	while ((time = sy_facts_next_transit(facts, &cursor, &from, &to)) != NULL) {
		struct sy_spread spread = sy_hist_spread(time);
		sy_json_open(&json, NULL, '{');
		sy_json_text(&json, "from", sy_vantage_name(facts, from));
		sy_json_text(&json, "to", sy_vantage_name(facts, to));
		sy_json_spread(&json, &spread);
		sy_json_close(&json, '}');
	}
	sy_json_close(&json, ']');
	cell->kind = SY_CELL_JSON;
}

PUT(clock)
{
	struct sy_port_stats sum = sy_summary_ports(summary_of(row)->facts);
	struct sy_json json = {.text = cell->json};

	(void)column;
	sy_json_open(&json, NULL, '{');
	sy_json_text(&json, "source", summary_of(row)->run->clock_source);
	sy_json_u64(&json, "backwards", sum.backwards);
	sy_json_close(&json, '}');
	cell->kind = SY_CELL_JSON;
}

PUT(icmp)
{
	const struct sy_totals *totals = summary_of(row)->facts->totals;
	struct sy_json json = {.text = cell->json};

	(void)column;
	sy_json_open(&json, NULL, '{');
	sy_json_u64(&json, "errors", totals->icmp_errors);
	sy_json_u64(&json, "unmatched", totals->icmp_unmatched);
	sy_json_close(&json, '}');
	cell->kind = SY_CELL_JSON;
}

PUT(services)
{
	const struct sy_facts *facts = summary_of(row)->facts;
	uint64_t counts[SY_SERVICE_STATE_COUNT] = {0};

	for (uint32_t i = 0; i < facts->service_count; i++) {
		enum sy_service_state state =
			sy_summary_known_service(summary_of(row), &facts->services[i])->state;

		if (state < SY_SERVICE_STATE_COUNT)
			counts[state]++;
	}
	put_counts(cell, column->words, counts);
}

PUT(midstream)
{
	const struct sy_summary *summary = summary_of(row);
	const char *tracking = summary->run->tracking;

	(void)column;
	if (tracking == NULL || strcmp(tracking, "full") == 0)
		sy_cell_u64(cell, summary->facts->totals->midstream_flows);
	else
		cell->kind = SY_CELL_NULL;
}

PUT(hosts)
{
	(void)column;
	sy_cell_u64(cell, summary_of(row)->facts->host_count);
}

PUT(findings)
{
	uint64_t counts[SY_CODE_COUNT] = {0};
	const struct sy_finding *finding;
	uint32_t cursor = 0;

	while ((finding = sy_summary_next_finding(summary_of(row), &cursor)) != NULL) {
		if (finding->code < SY_CODE_COUNT)
			counts[finding->code]++;
	}
	put_counts(cell, column->words, counts);
}

PUT(not_written)
{
	const struct sy_not_written *lost = summary_of(row)->run->not_written;
	struct sy_json json = {.text = cell->json};

	(void)column;
	cell->kind = SY_CELL_NULL;
	if (lost == NULL)
		return;
	sy_json_open(&json, NULL, '{');
	sy_json_u64(&json, "intervals", lost->intervals);
	sy_json_open(&json, "lines", '{');
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++)
		sy_json_u64(&json, sy_tables[kind]->name, lost->lines[kind]);
	sy_json_close(&json, '}');
	sy_json_time(&json, "since", lost->since_ns);
	sy_json_time(&json, "until", lost->until_ns);
	sy_json_close(&json, '}');
	cell->kind = SY_CELL_JSON;
}
