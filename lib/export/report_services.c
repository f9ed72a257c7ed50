// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The services that matter most: those that fail, then those that are used.

#include "report_section.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define NAME_COLUMNS 28

static int compare(const void *a, const void *b)
{
	const struct sy_service_facts *x = *(const struct sy_service_facts *const *)a;
	const struct sy_service_facts *y = *(const struct sy_service_facts *const *)b;

	if (x->failed != y->failed)
		return x->failed > y->failed ? -1 : 1;
	if (x->attempts != y->attempts)
		return x->attempts > y->attempts ? -1 : 1;
	return x < y ? -1 : x > y;
}

static enum sy_ink ink_of(enum sy_service_state state)
{
	switch (state) {
	case SY_SERVICE_LISTENING:
		return SY_INK_GREEN;
	case SY_SERVICE_REFUSING:
	case SY_SERVICE_SILENT:
	case SY_SERVICE_BLOCKED:
		return SY_INK_RED;
	case SY_SERVICE_MIXED:
		return SY_INK_YELLOW;
	default:
		return SY_INK_PLAIN;
	}
}

static void put_service(const struct sy_report *report, const struct sy_service_facts *service)
{
	const struct sy_service_facts *known = sy_summary_known_service(report->summary, service);
	const struct sy_service_stats *stats = service->stats;
	const struct sy_service_detail *detail = stats->detail;
	bool v4 = sy_addr_is_v4(&stats->server);
	char addr[SY_ADDR_TEXT_SIZE];
	char name[SY_ADDR_TEXT_SIZE + 10];

	sy_addr_format(&stats->server, addr);
	int size = snprintf(name, sizeof(name), v4 ? "%s:%u" : "[%s]:%u", addr, stats->port);
	sy_text_printf(report->out, "  %-*s", NAME_COLUMNS, name);
	if (size > NAME_COLUMNS)
		sy_text_printf(report->out, "\n  %*s", NAME_COLUMNS, "");
	sy_report_ink(report, ink_of(known->state));
	sy_text_printf(report->out, " %-9s", sy_service_state_name(known->state));
	sy_report_ink(report, SY_INK_PLAIN);
	// The year says little here and takes room.
	sy_text_printf(report->out, " %-14s %8s %8s",
		known->since_ns != 0 ? sy_bit_time(known->since_ns).text + 5 : "-",
		sy_bit_count(service->attempts).text,
		sy_bit_count(stats->outcome[SY_OUTCOME_ESTABLISHED]).text);
	sy_report_ink(report, service->failed > 0 ? SY_INK_RED : SY_INK_PLAIN);
	sy_text_printf(report->out, " %8s", sy_bit_count(service->failed).text);
	sy_report_ink(report, SY_INK_PLAIN);
	struct sy_spread rtt = detail != NULL ? sy_rtts_spread(&detail->rtt[SY_SERVER])
					      : sy_spread_unknown();
	sy_text_printf(report->out, " %7s %8s\n",
		detail != NULL ? sy_bit_count(service->clients).text : "-",
		rtt.p50_ns != SY_NS_UNKNOWN ? sy_bit_duration(rtt.p50_ns).text : "-");
}

void sy_report_services(const struct sy_report *report)
{
	const struct sy_facts *facts = report->summary->facts;
	uint32_t count = facts->service_count;
	uint32_t top = report->options->top;
	uint32_t shown = top != 0 && top < count ? top : count;

	if (count == 0)
		return;
	const struct sy_service_facts **order = malloc(
		count * sizeof(const struct sy_service_facts *));
	if (order == NULL) {
		report->out->error = -ENOMEM;
		return;
	}
	for (uint32_t i = 0; i < count; i++)
		order[i] = &facts->services[i];
	qsort(order, count, sizeof(*order), compare);
	sy_report_head(report, "SERVICES", sy_bit_count(count).text);
	sy_text_printf(report->out, "  %-*s %-9s %-14s %8s %8s %8s %7s %8s\n", NAME_COLUMNS, "",
		"state", "since", "attempts", "ok", "failed", "clients", "p50 rtt");
	for (uint32_t i = 0; i < shown; i++)
		put_service(report, order[i]);
	if (shown < count)
		sy_text_printf(report->out, "  and %s more, with fewer failures or less use\n",
			sy_bit_count(count - shown).text);
	free(order);
}
