// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What was lost: always shown, also when it is nothing.

#include "report_section.h"

#include "sy_tables.h"

#include <stdio.h>

struct loss {
	const char *label;
	uint64_t count;
	const char *meaning;
};

// Prints the lines and returns the sum.
static uint64_t put_losses(const struct sy_report *report, const struct loss *losses, size_t count)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		sum += losses[i].count;
		sy_report_ink(report, losses[i].count > 0 ? SY_INK_YELLOW : SY_INK_PLAIN);
		sy_text_printf(report->out, "  %-20s%14s  %s\n", losses[i].label,
			sy_bit_count(losses[i].count).text, losses[i].meaning);
		sy_report_ink(report, SY_INK_PLAIN);
	}
	return sum;
}

static uint64_t put_frames(const struct sy_report *report)
{
	const struct sy_run_info *run = report->summary->run;
	struct sy_port_stats sum = sy_summary_ports(report->summary->facts);
	uint64_t cut_off = 0;

	for (uint32_t i = 0; i < run->input_count; i++)
		cut_off += run->inputs[i].cut_off;
	const struct loss losses[] = {
		{"nic_missed", sum.nic_missed,
			"frames that the NIC dropped for want of a descriptor"},
		{"nic_errors", sum.nic_errors, "frames that the NIC received damaged"},
		{"no_mbuf", sum.no_mbuf, "frames dropped for want of a buffer"},
		{"ring_full", sum.ring_full, "segments that did not reach their worker"},
		{"snapped", sum.snapped, "frames captured shorter than they were"},
		{"cut off", cut_off, "inputs that end in the middle of a record, or are damaged"},
	};
	return put_losses(report, losses, sizeof(losses) / sizeof(losses[0]));
}

static uint64_t put_bounds(const struct sy_report *report)
{
	const struct sy_run_info *run = report->summary->run;
	const struct sy_totals *totals = report->summary->facts->totals;
	const struct loss losses[] = {
		{"attempts cut short", run->evicted_half_open, "pushed out of the flow table"},
		{"attempts untracked", run->no_slot + run->no_record, "found no room in it"},
		{"flows pushed out", run->evicted_midstream + run->evicted_ended,
			"that were no attempt, or decided already"},
		{"services", totals->services_not_tracked, "attempts whose service found no room"},
		{"details", totals->details_not_tracked,
			"attempts whose service has no round trips and clients"},
		{"histograms", totals->hists_not_tracked,
			"round trips whose service has no quantiles"},
		{"examples", totals->exemplars_not_tracked,
			"attempts not kept as evidence for findings"},
		{"hosts", totals->hosts_not_tracked, "packets whose sender found no room"},
		{"copies", totals->copies_not_tracked,
			"packets forgotten before another vantage could show them"},
		{"findings", report->summary->findings->dropped, "over the bound"},
	};
	return put_losses(report, losses, sizeof(losses) / sizeof(losses[0]));
}

// The inputs of a vantage share its clock: one line a vantage.
static void put_clocks(const struct sy_report *report)
{
	const struct sy_facts *facts = report->summary->facts;
	const struct sy_run_info *run = report->summary->run;
	uint32_t told = 0;

	for (uint32_t i = 0; i < run->input_count && i < facts->port_count; i++) {
		int64_t offset_ns = run->inputs[i].clock_offset_ns;
		uint32_t bit = UINT32_C(1) << facts->vantage_of_port[i];

		if (offset_ns == 0 || (told & bit) != 0)
			continue;
		told |= bit;
		sy_text_printf(report->out, "  %-20s%14s  ", "clock corrected",
			sy_bit_duration((uint64_t)(offset_ns < 0 ? -offset_ns : offset_ns)).text);
		sy_text_puts(report->out,
			offset_ns < 0 ? "added to the times of " : "taken off the times of ");
		sy_report_puts(report, sy_vantage_name(facts, facts->vantage_of_port[i]));
		sy_text_puts(report->out, ", by the packets seen at two places\n");
	}
}

void sy_report_losses(const struct sy_report *report)
{
	const struct sy_facts *facts = report->summary->facts;
	const struct sy_run_info *run = report->summary->run;
	struct sy_port_stats sum = sy_summary_ports(facts);

	sy_report_head(report, "WHAT WAS LOST", "");
	bool lost = put_frames(report) > 0;
	for (uint32_t i = 0; i < facts->vantage_count; i++) {
		lost |= facts->loss_estimate[i] > 0;
		sy_text_printf(report->out, "  %-20s%12.3g %%  missed at ", "by the traffic itself",
			100 * facts->loss_estimate[i]);
		sy_report_puts(report, facts->vantage_names[i]);
		sy_text_puts(report->out, ", as its ACKs prove\n");
	}
	lost |= put_bounds(report) > 0;
	sy_text_printf(report->out,
		"  %-20s%14s  frames earlier than the one before; times from %s\n",
		"clock backwards", sy_bit_count(sum.backwards).text,
		run->clock_source != NULL ? run->clock_source : "an unknown clock");
	put_clocks(report);
	sy_report_ink(report, lost ? SY_INK_YELLOW : SY_INK_GREEN);
	sy_text_puts(report->out, lost ? "  the totals above count what was received\n"
				       : "  no frame and no attempt was lost\n");
	sy_report_ink(report, SY_INK_PLAIN);
}
