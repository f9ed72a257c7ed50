// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The hosts that matter: those that findings are about, those in whose name a device on the path
// sent RSTs, and the servers that were tried most.

#include "report_section.h"

#include "sy_tables.h"

#include <stdio.h>

#define HOSTS_MAX 64

struct choice {
	const struct sy_host_facts *list[HOSTS_MAX];
	uint32_t count;
	uint32_t max;
};

static void choose(struct choice *choice, const struct sy_host_facts *host)
{
	if (host == NULL || choice->count == choice->max)
		return;
	for (uint32_t i = 0; i < choice->count; i++) {
		if (choice->list[i] == host)
			return;
	}
	choice->list[choice->count++] = host;
}

static void choose_everywhere(
	struct choice *choice, const struct sy_facts *facts, const struct sy_addr *addr)
{
	for (uint32_t vantage = 0; vantage < facts->vantage_count; vantage++)
		choose(choice, sy_facts_host(facts, addr, (uint8_t)vantage));
}

static uint64_t rsts_of_path(const struct sy_host_facts *host)
{
	const struct sy_host_stats *stats = host->stats;
	uint64_t count = 0;

	for (uint32_t i = 0; i < stats->rst_slots; i++) {
		if (sy_rst_origin_judge(host, stats->rst[i].ttl) != SY_ORIGIN_PATH)
			continue;
		for (uint32_t phase = 0; phase < SY_RST_PHASE_COUNT; phase++)
			count += stats->rst[i].count[phase];
	}
	return count;
}

// Attempts at all services of the server that services[*index] belongs to; moves on behind them.
// Services are sorted by address.
static uint64_t attempts_of_server(const struct sy_facts *facts, uint32_t *index)
{
	const struct sy_addr *server = &facts->services[*index].stats->server;
	uint64_t attempts = 0;

	while (*index < facts->service_count &&
		sy_addr_equal(server, &facts->services[*index].stats->server))
		attempts += facts->services[(*index)++].attempts;
	return attempts;
}

// Chooses the servers with the most attempts below *limit, and lowers it to that figure.
static void choose_busiest(struct choice *choice, const struct sy_facts *facts, uint64_t *limit)
{
	uint64_t most = 0;

	for (uint32_t i = 0; i < facts->service_count;) {
		uint64_t attempts = attempts_of_server(facts, &i);
		if (attempts > most && attempts < *limit)
			most = attempts;
	}
	*limit = most;
	for (uint32_t i = 0; most > 0 && i < facts->service_count;) {
		const struct sy_addr *server = &facts->services[i].stats->server;
		if (attempts_of_server(facts, &i) == most)
			choose_everywhere(choice, facts, server);
	}
}

// Order of hosts in whose name devices on the path sent RSTs: most RSTs first.
static bool comes_before(const struct sy_host_facts *a, const struct sy_host_facts *b)
{
	uint64_t a_rsts = rsts_of_path(a), b_rsts = rsts_of_path(b);
	int order = sy_addr_compare(&a->stats->addr, &b->stats->addr);

	if (a_rsts != b_rsts)
		return a_rsts > b_rsts;
	return order != 0 ? order < 0 : a->stats->vantage < b->stats->vantage;
}

// Hosts with RSTs are judged from the start; those that are not have none.
static void choose_reset(struct choice *choice, const struct sy_facts *facts)
{
	const struct sy_host_facts *last = NULL, *next;

	do {
		next = NULL;
		for (uint32_t i = 0; i < facts->host_count; i++) {
			const struct sy_host_facts *host = &facts->hosts[i];
			if (host->stats == NULL || host->stats->rst_slots == 0 ||
				rsts_of_path(host) == 0 ||
				(last != NULL && !comes_before(last, host)))
				continue;
			if (next == NULL || comes_before(host, next))
				next = host;
		}
		if (next != NULL)
			choose(choice, next);
		last = next;
	} while (next != NULL && choice->count < choice->max);
}

static void choose_all(struct choice *choice, const struct sy_summary *summary)
{
	const struct sy_facts *facts = summary->facts;
	const struct sy_finding *finding;
	uint64_t limit = UINT64_MAX;
	uint32_t cursor = 0;

	while (choice->count < choice->max &&
		(finding = sy_summary_next_finding(summary, &cursor)) != NULL)
		choose_everywhere(choice, facts, &finding->subject);
	choose_reset(choice, facts);
	while (limit > 0 && choice->count < choice->max)
		choose_busiest(choice, facts, &limit);
}

static void put_host(const struct sy_report *report, const struct sy_host_facts *host)
{
	const struct sy_host_facts *known = sy_summary_known_host(report->summary, host);
	const char *vantage = sy_vantage_name(report->summary->facts, host->stats->vantage);
	uint64_t path = rsts_of_path(host);
	char addr[SY_ADDR_TEXT_SIZE];
	char ttl[3][12] = {"-", "-", "-"};

	sy_addr_format(&host->stats->addr, addr);
	if (known->ttl >= 0)
		snprintf(ttl[0], sizeof(ttl[0]), "%d", known->ttl);
	if (known->guess.initial != 0) {
		snprintf(ttl[1], sizeof(ttl[1]), "%u", known->guess.initial);
		snprintf(ttl[2], sizeof(ttl[2]), "%u", known->guess.hops);
	}
	sy_text_printf(report->out, "  %-39s %5s %8s %5s  %-10.10s %10s  ", addr, ttl[0], ttl[1],
		ttl[2],
		known->guess.family == SY_FAMILY_SOLARIS_OR_NETWORK_DEVICE
			? "net device"
			: sy_family_name(known->guess.family),
		path > 0 ? sy_bit_count(path).text : "-");
	sy_report_puts(report, vantage != NULL ? vantage : "?");
	sy_text_puts(report->out, "\n");
}

void sy_report_hosts(const struct sy_report *report)
{
	uint32_t top = report->options->top;
	struct choice choice = {.max = top != 0 && top < HOSTS_MAX ? top : HOSTS_MAX};
	char remark[128];

	choose_all(&choice, report->summary);
	if (choice.count == 0)
		return;
	snprintf(remark, sizeof(remark), "%u of %s: those of findings, then the busiest servers",
		choice.count, sy_bit_count(report->summary->facts->host_count).text);
	sy_report_head(report, "HOSTS", remark);
	sy_text_printf(report->out, "  %-39s %5s %8s %5s  %-10s %10s  %s\n", "", "TTL", "initial",
		"hops", "family", "RSTs(path)", "seen at");
	for (uint32_t i = 0; i < choice.count; i++)
		put_host(report, choice.list[i]);
}
