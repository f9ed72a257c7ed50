// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The sections of totals: attempts, round trips, RSTs, packets.

#include "report_section.h"

#include <stdio.h>
#include <string.h>

static const struct {
	enum sy_ink ink;
	const char *meaning;
} outcomes[SY_OUTCOME_COUNT] = {
	[SY_OUTCOME_ESTABLISHED] = {SY_INK_GREEN, "the connection came up"},
	[SY_OUTCOME_REFUSED] = {SY_INK_RED, "a RST answered the SYN"},
	[SY_OUTCOME_UNREACHABLE] = {SY_INK_RED, "an ICMP error answered the SYN"},
	[SY_OUTCOME_UNANSWERED] = {SY_INK_RED, "nothing answered the SYN"},
	[SY_OUTCOME_HALF_OPEN] = {SY_INK_YELLOW,
		"a SYN-ACK came, the client never acknowledged it"},
	[SY_OUTCOME_ABORTED] = {SY_INK_YELLOW, "the client gave up with a RST"},
	[SY_OUTCOME_RESET_IN_HANDSHAKE] = {SY_INK_RED, "a RST of the server followed its SYN-ACK"},
	[SY_OUTCOME_INVALID_ANSWER] = {SY_INK_RED, "only answers that do not match the SYN"},
	[SY_OUTCOME_ONE_SIDED] = {SY_INK_YELLOW, "it came up, this tap missed the SYN-ACK"},
};

// "a 1, b 2" of the counts that are not zero.
static void put_counts(const struct sy_report *report, const char *label,
	const char *(*name)(uint32_t index), const uint64_t *counts, uint32_t count)
{
	const char *comma = label;

	for (uint32_t i = 0; i < count; i++) {
		if (counts[i] == 0)
			continue;
		sy_text_printf(
			report->out, "%s%s %s", comma, name(i), sy_bit_count(counts[i]).text);
		comma = ", ";
	}
	if (comma != label)
		sy_text_puts(report->out, "\n");
}

void sy_report_attempts(const struct sy_report *report)
{
	const struct sy_totals *totals = report->summary->facts->totals;
	uint64_t all = 0;

	for (uint32_t i = 0; i < SY_OUTCOME_COUNT; i++)
		all += totals->outcome[i];
	sy_report_head(report, "ATTEMPTS", sy_bit_count(all).text);
	for (uint32_t i = 0; i < SY_OUTCOME_COUNT; i++) {
		if (totals->outcome[i] == 0)
			continue;
		sy_report_ink(report, outcomes[i].ink);
		sy_text_printf(report->out, "  %-20s", sy_outcome_name((enum sy_outcome)i));
		sy_report_ink(report, SY_INK_PLAIN);
		sy_text_printf(report->out, "%14s  %8s  %s\n",
			sy_bit_count(totals->outcome[i]).text,
			sy_bit_share(totals->outcome[i], all).text, outcomes[i].meaning);
	}
	put_counts(report, "  decided by: ", sy_words_decided_by.name, totals->decided_by,
		SY_DECIDED_BY_COUNT);
	if (totals->syn_retransmits > 0)
		sy_text_printf(report->out, "  SYNs sent again: %s\n",
			sy_bit_count(totals->syn_retransmits).text);
	if (totals->invalid_refusals > 0)
		sy_text_printf(report->out, "  RSTs that no stack accepts as an answer: %s\n",
			sy_bit_count(totals->invalid_refusals).text);
	if (totals->midstream_flows > 0)
		sy_text_printf(report->out,
			"  besides: %s flows whose start was not captured (no attempts)\n",
			sy_bit_count(totals->midstream_flows).text);
}

static void put_spread_head(const struct sy_report *report)
{
	sy_text_printf(report->out, "  %-28s %12s %9s %9s %9s %9s %9s\n", "", "count", "min", "p50",
		"p90", "p99", "max");
}

static void put_spread(
	const struct sy_report *report, const char *label, const struct sy_hist *hist)
{
	struct sy_spread spread = sy_hist_spread(hist);

	int pad = 28 - (int)strlen(label);

	sy_text_puts(report->out, "  ");
	sy_report_puts(report, label);
	sy_text_printf(
		report->out, "%*s %12s", pad > 0 ? pad : 0, "", sy_bit_count(spread.count).text);
	if (spread.count > 0)
		sy_text_printf(report->out, " %9s %9s %9s %9s %9s",
			sy_bit_duration(spread.min_ns).text, sy_bit_duration(spread.p50_ns).text,
			sy_bit_duration(spread.p90_ns).text, sy_bit_duration(spread.p99_ns).text,
			sy_bit_duration(spread.max_ns).text);
	sy_text_puts(report->out, "\n");
}

void sy_report_round_trips(const struct sy_report *report)
{
	static const char *const labels[] = {
		[SY_SERVER] = "server side (SYN to SYN-ACK)",
		[SY_CLIENT] = "client side (SYN-ACK to ACK)",
	};
	const struct sy_totals *totals = report->summary->facts->totals;

	if (totals->rtt[SY_SERVER].count == 0 && totals->rtt[SY_CLIENT].count == 0)
		return;
	sy_report_head(report, "ROUND TRIPS", "as measured at the tap");
	put_spread_head(report);
	for (int side = SY_SERVER; side >= SY_CLIENT; side--)
		put_spread(report, labels[side], &totals->rtt[side]);
}

void sy_report_transit(const struct sy_report *report)
{
	const struct sy_facts *facts = report->summary->facts;
	uint32_t cursor = 0, from, to;
	const struct sy_hist *time = sy_facts_next_transit(facts, &cursor, &from, &to);

	if (time == NULL)
		return;
	sy_report_head(report, "TRANSIT", "packets on their way from one vantage to the other");
	put_spread_head(report);
	for (; time != NULL; time = sy_facts_next_transit(facts, &cursor, &from, &to)) {
		char label[80];
		snprintf(label, sizeof(label), "%s to %s", facts->vantage_names[from],
			facts->vantage_names[to]);
		put_spread(report, label, time);
	}
}

void sy_report_rsts(const struct sy_report *report)
{
	const struct sy_facts *facts = report->summary->facts;
	uint64_t all = 0;

	for (uint32_t i = 0; i < SY_RST_PHASE_COUNT; i++)
		all += facts->totals->rst[i];
	if (all == 0)
		return;
	sy_report_head(report, "RSTS",
		"when they came, and who made them by their TTL (path = a device in between)");
	sy_text_printf(report->out, "  %-20s", "");
	for (uint32_t origin = 0; origin < SY_ORIGIN_COUNT; origin++)
		sy_text_printf(report->out, "%14s", sy_rst_origin_name((enum sy_rst_origin)origin));
	sy_text_puts(report->out, "\n");
	for (uint32_t phase = 0; phase < SY_RST_PHASE_COUNT; phase++) {
		if (facts->totals->rst[phase] == 0)
			continue;
		sy_text_printf(report->out, "  %-20s", sy_rst_phase_name((enum sy_rst_phase)phase));
		for (uint32_t origin = 0; origin < SY_ORIGIN_COUNT; origin++) {
			uint64_t count = facts->rst[phase][origin];
			bool red = origin == SY_ORIGIN_PATH && count > 0;
			sy_report_ink(report, red ? SY_INK_RED : SY_INK_PLAIN);
			sy_text_printf(report->out, "%14s", sy_bit_count(count).text);
			sy_report_ink(report, SY_INK_PLAIN);
		}
		sy_text_puts(report->out, "\n");
	}
}

void sy_report_packets(const struct sy_report *report)
{
	struct sy_port_stats sum = sy_summary_ports(report->summary->facts);
	uint64_t all = 0;

	sy_report_head(report, "PACKETS", sy_bit_count(sum.received).text);
	for (uint32_t i = 0; i < SY_BUCKET_COUNT; i++) {
		all += sum.bucket[i];
		if (sum.bucket[i] == 0 && i != SY_BUCKET_TCP)
			continue;
		sy_text_printf(report->out, "  %-20s%14s  %8s\n", sy_bucket_name((enum sy_bucket)i),
			sy_bit_count(sum.bucket[i]).text,
			sy_bit_share(sum.bucket[i], sum.received).text);
	}
	if (all == sum.received) {
		sy_text_printf(report->out, "  every packet is counted once: the sum is %s\n",
			sy_bit_count(all).text);
		return;
	}
	sy_report_ink(report, SY_INK_RED);
	sy_text_printf(report->out,
		"  the sum is %s and does not agree with %s received: report this\n",
		sy_bit_count(all).text, sy_bit_count(sum.received).text);
	sy_report_ink(report, SY_INK_PLAIN);
}
