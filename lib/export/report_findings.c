// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The head of the report, and its findings: the first question is what is wrong.

#include "report_section.h"

#include "sy_tables.h"

#include <stdio.h>

// ASCII characters and what nicer ones a UTF-8 terminal gets.
static const char *mark(const struct sy_report *report, const char *ascii, const char *utf8)
{
	return report->options->utf8 ? utf8 : ascii;
}

/// A port that nothing can come from is no quiet network.
static void put_dead_link(const struct sy_report *report, const struct sy_run_input *input)
{
	if (input->link == NULL || strcmp(input->link, "up") == 0)
		return;
	sy_report_ink(report, SY_INK_RED);
	sy_text_printf(report->out, "    LINK %s: nothing can be seen here\n",
		strcmp(input->link, "gone") == 0 ? "GONE (its device)" : "DOWN");
	sy_report_ink(report, SY_INK_PLAIN);
}

static void put_times(
	const struct sy_report *report, uint64_t from_ns, uint64_t until_ns, const char *which)
{
	sy_text_printf(report->out, "%s%s %s %s UTC, %s\n", which, sy_bit_time(from_ns).text,
		mark(report, "to", "→"), sy_bit_time(until_ns).text,
		sy_bit_duration(sy_time_since(until_ns, from_ns)).text);
}

// Of a live run: what time the figures are of. Those in the sentences of findings are of another.
static void put_scope(const struct sy_report *report)
{
	const struct sy_run_info *run = report->summary->run;
	char scope[256];

	if (run->started_ns == run->since_ns) {
		put_times(report, run->started_ns, run->ended_ns, "since the start: ");
		return;
	}
	put_times(report, run->started_ns, run->ended_ns, "interval ");
	snprintf(scope, sizeof(scope),
		"counts are of this interval; findings, with the figures in them, and states rest "
		"on all that was seen since the start, %s",
		sy_bit_time(run->since_ns).text);
	sy_report_wrap(report, 0, "", scope);
}

void sy_report_inputs(const struct sy_report *report)
{
	const struct sy_facts *facts = report->summary->facts;
	const struct sy_run_info *run = report->summary->run;
	struct sy_port_stats sum = sy_summary_ports(facts);

	sy_report_ink(report, SY_INK_BOLD);
	sy_text_printf(report->out, "Synoptic %s", run->version != NULL ? run->version : "");
	sy_report_ink(report, SY_INK_PLAIN);
	sy_text_printf(report->out, ": %u input%s, %s packets, %s\n", facts->port_count,
		facts->port_count == 1 ? "" : "s", sy_bit_count(sum.received).text,
		sy_bit_bytes(sum.bytes).text);
	if (run->since_ns != 0)
		put_scope(report);
	else if (sum.first_ns != 0)
		put_times(report, sum.first_ns, sum.last_ns, "");
	for (uint32_t i = 0; i < run->input_count && i < facts->port_count; i++) {
		const struct sy_run_input *input = &run->inputs[i];
		const char *vantage = sy_vantage_name(facts, facts->vantage_of_port[i]);
		sy_text_printf(report->out, "  %14s packets  at ",
			sy_bit_count(facts->ports[i].received).text);
		sy_report_puts(report, vantage != NULL ? vantage : "?");
		sy_text_puts(report->out, "  ");
		sy_report_puts(report, input->path != NULL ? input->path : "?");
		sy_text_puts(report->out, "\n");
		put_dead_link(report, input);
		if (!input->cut_off)
			continue;
		sy_report_ink(report, SY_INK_RED);
		sy_report_wrap(report, 4, "CUT OFF: ", input->why != NULL ? input->why : "damaged");
		sy_report_ink(report, SY_INK_PLAIN);
	}
}

static enum sy_ink ink_of(enum sy_code code)
{
	static const uint8_t inks[SY_CODE_COUNT] = {
		[SY_CODE_NOT_LISTENING] = SY_INK_RED,
		[SY_CODE_SERVICE_SILENT] = SY_INK_RED,
		[SY_CODE_HOST_SILENT] = SY_INK_RED,
		[SY_CODE_RESET_BY_PATH] = SY_INK_RED,
		[SY_CODE_BLOCKED_BY_ICMP] = SY_INK_RED,
		[SY_CODE_LOST_BETWEEN] = SY_INK_RED,
		[SY_CODE_HALF_OPEN_CLIENTS] = SY_INK_YELLOW,
		[SY_CODE_ONE_WAY_TAP] = SY_INK_YELLOW,
		[SY_CODE_DUPLICATES] = SY_INK_YELLOW,
		[SY_CODE_LOSSY_MONITOR] = SY_INK_YELLOW,
		[SY_CODE_RECOVERED] = SY_INK_GREEN,
	};

	return code < SY_CODE_COUNT ? (enum sy_ink)inks[code] : SY_INK_PLAIN;
}

static void put_figures(const struct sy_report *report, const struct sy_finding *finding)
{
	char line[SY_EVIDENCE_FIGURES * 96];
	size_t size = 0;

	for (uint32_t i = 0; i < finding->figure_count; i++) {
		const struct sy_figure *figure = &finding->figures[i];
		size_t room = sizeof(line) - size;
		int wrote;
		if (figure->is_time)
			wrote = snprintf(line + size, room, "%s%s %s", i > 0 ? ", " : "",
				figure->name, sy_bit_time(figure->time_ns).text);
		else
			wrote = snprintf(line + size, room, "%s%s %.10g", i > 0 ? ", " : "",
				figure->name, figure->value);
		if (wrote < 0 || (size_t)wrote >= room)
			break;
		size += (size_t)wrote;
	}
	if (size > 0)
		sy_report_wrap(report, 3, "evidence: ", line);
}

static void put_span(const struct sy_report *report, const struct sy_finding *finding)
{
	if (finding->since_ns != 0) {
		sy_text_printf(report->out, "   since %s, last seen %s",
			sy_bit_time(finding->since_ns).text,
			sy_bit_time(finding->last_seen_ns).text);
		if (finding->ended_ns != 0)
			sy_text_printf(
				report->out, ", ended %s", sy_bit_time(finding->ended_ns).text);
		sy_text_puts(report->out, "\n");
	}
	if (!finding->uncertain)
		return;
	sy_report_ink(report, SY_INK_YELLOW);
	sy_text_printf(report->out,
		"   uncertain: the monitor itself missed about %.2g %% of the packets meanwhile\n",
		100 * finding->loss_estimate);
	sy_report_ink(report, SY_INK_PLAIN);
}

static void put_finding(
	const struct sy_report *report, const struct sy_finding *finding, uint32_t number)
{
	char text[sizeof(finding->alternatives[0].what) + sizeof(finding->alternatives[0].why) + 8];

	sy_text_printf(report->out, "\n%2u ", number);
	sy_report_ink(report, ink_of(finding->code));
	sy_text_printf(report->out, "%s", sy_code_name(finding->code));
	sy_report_ink(report, SY_INK_BOLD);
	sy_text_puts(report->out, "  ");
	sy_report_puts(report, finding->subject_text);
	sy_report_ink(report, SY_INK_PLAIN);
	sy_text_printf(report->out, "  (%s)\n", sy_certainty_name(finding->certainty));
	sy_report_wrap(report, 3, "", finding->says);
	sy_report_wrap(report, 3, "who can fix it: ", finding->owner);
	put_span(report, finding);
	put_figures(report, finding);
	for (uint32_t i = 0; i < finding->packet_count; i++)
		sy_report_wrap(report, 5, mark(report, "> ", "▸ "), finding->packets[i]);
	for (uint32_t i = 0; i < finding->alternative_count; i++) {
		snprintf(text, sizeof(text), "%s: %s", finding->alternatives[i].what,
			finding->alternatives[i].why);
		sy_report_wrap(report, 3, "less likely: ", text);
	}
}

static uint32_t count_findings(const struct sy_summary *summary)
{
	uint32_t cursor = 0, count = 0;

	while (sy_summary_next_finding(summary, &cursor) != NULL)
		count++;
	return count;
}

void sy_report_findings(const struct sy_report *report)
{
	const struct sy_summary *summary = report->summary;
	uint32_t top = report->options->top != 0 ? report->options->top : UINT32_MAX;
	uint32_t count = count_findings(summary);
	uint32_t unseen = (count > top ? count - top : 0) + summary->findings->dropped;
	const struct sy_finding *finding;
	uint32_t cursor = 0, shown = 0;
	char remark[64] = "";

	if (summary->known != NULL && count > 0)
		snprintf(remark, sizeof(remark), "%s open", sy_bit_count(count).text);
	else if (count == 0)
		snprintf(remark, sizeof(remark), summary->known != NULL ? "none open" : "none");
	sy_report_head(report, "FINDINGS", remark);
	while (shown < top && (finding = sy_summary_next_finding(summary, &cursor)) != NULL)
		put_finding(report, finding, ++shown);
	if (unseen > 0)
		sy_text_printf(report->out, "\n   and %s more of less weight\n",
			sy_bit_count(unseen).text);
}
