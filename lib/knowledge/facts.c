// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "judge.h"

#include "sy_facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// Ended flows that tell whether a tap sees both directions, and the least share of such.
#define VIEW_FLOWS       3
#define BOTH_WAYS_ONE_IN 5

static int compare_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_services(const void *left, const void *right)
{
	const struct sy_service_stats *a = ((const struct sy_service_facts *)left)->stats;
	const struct sy_service_stats *b = ((const struct sy_service_facts *)right)->stats;
	int order = sy_addr_compare(&a->server, &b->server);

	if (order == 0)
		order = compare_u32(a->port, b->port);
	return order != 0 ? order : compare_u32(a->domain, b->domain);
}

static int compare_hosts(const void *left, const void *right)
{
	const struct sy_host_stats *a = (*(const struct sy_host_facts *const *)left)->stats;
	const struct sy_host_stats *b = (*(const struct sy_host_facts *const *)right)->stats;
	int order = sy_addr_compare(&a->addr, &b->addr);

	return order != 0 ? order : compare_u32(a->vantage, b->vantage);
}

static struct sy_host_facts *judged(struct sy_host_facts *host, const struct sy_host_stats *stats)
{
	if (host->stats == NULL) {
		host->stats = stats;
		sy_host_judge(host);
	}
	return host;
}

const struct sy_host_facts *sy_facts_host(
	const struct sy_facts *facts, const struct sy_addr *addr, uint8_t vantage)
{
	const struct sy_host_stats *stats = sy_stats_find_host(facts->stats, addr, vantage);

	if (stats == NULL)
		return NULL;
	return judged(&facts->hosts[sy_stats_host_order(facts->stats, stats)], stats);
}

int sy_facts_sort_hosts(struct sy_facts *facts)
{
	const struct sy_host_stats *host;
	uint32_t cursor = 0;

	if (facts->sorted_hosts == NULL)
		facts->sorted_hosts = calloc(facts->host_count > 0 ? facts->host_count : 1,
			sizeof(*facts->sorted_hosts));
	if (facts->sorted_hosts == NULL)
		return -ENOMEM;
	while ((host = sy_stats_next_host(facts->stats, &cursor)) != NULL)
		facts->sorted_hosts[cursor - 1] = judged(&facts->hosts[cursor - 1], host);
	qsort(facts->sorted_hosts, facts->host_count, sizeof(*facts->sorted_hosts), compare_hosts);
	return 0;
}

static int collect_hosts(struct sy_facts *facts)
{
	const struct sy_host_stats *host;
	uint32_t cursor = 0;

	while (sy_stats_next_host(facts->stats, &cursor) != NULL)
		facts->host_count++;
	facts->hosts = calloc(facts->host_count > 0 ? facts->host_count : 1, sizeof(*facts->hosts));
	if (facts->hosts == NULL)
		return -ENOMEM;
	cursor = 0;
	while ((host = sy_stats_next_host(facts->stats, &cursor)) != NULL)
		if (host->rst_slots > 0)
			judged(&facts->hosts[cursor - 1], host);
	return 0;
}

static int collect_services(struct sy_facts *facts)
{
	const struct sy_service_stats *service;
	uint32_t cursor = 0, count = 0;

	while (sy_stats_next_service(facts->stats, &cursor) != NULL)
		count++;
	facts->services = calloc(count > 0 ? count : 1, sizeof(*facts->services));
	if (facts->services == NULL)
		return -ENOMEM;
	cursor = 0;
	while ((service = sy_stats_next_service(facts->stats, &cursor)) != NULL) {
		facts->services[facts->service_count].stats = service;
		sy_service_judge(facts, &facts->services[facts->service_count++]);
	}
	qsort(facts->services, count, sizeof(*facts->services), compare_services);
	return 0;
}

double sy_loss_estimate(const struct sy_vantage_stats *vantage)
{
	double missing = (double)vantage->ack_of_unseen + (double)vantage->synack_without_syn +
			 (double)vantage->ack_without_synack;
	double all = (double)vantage->segments + missing;

	return all > 0.0 ? missing / all : 0.0;
}

static enum sy_view judge_view(const struct sy_vantage_stats *vantage)
{
	uint64_t flows = vantage->flows_both_ways + vantage->flows_one_way;

	if (flows < VIEW_FLOWS)
		return vantage->flows_both_ways > 0 ? SY_VIEW_BOTH_WAYS : SY_VIEW_UNKNOWN;
	return vantage->flows_both_ways * BOTH_WAYS_ONE_IN < flows ? SY_VIEW_ONE_WAY
								   : SY_VIEW_BOTH_WAYS;
}

static void judge_vantages(struct sy_facts *facts)
{
	const uint64_t *outcome = facts->totals->outcome;

	facts->transit = sy_stats_transit_read(facts->stats);
	facts->sees_answers = outcome[SY_OUTCOME_ESTABLISHED] > 0 ||
			      outcome[SY_OUTCOME_REFUSED] > 0 ||
			      outcome[SY_OUTCOME_HALF_OPEN] > 0 ||
			      outcome[SY_OUTCOME_RESET_IN_HANDSHAKE] > 0;
	for (uint8_t v = 0; v < SY_VANTAGE_MAX; v++) {
		facts->vantages[v] = *sy_stats_vantage_read(facts->stats, v);
		facts->loss_estimate[v] = sy_loss_estimate(&facts->vantages[v]);
		facts->view[v] = judge_view(&facts->vantages[v]);
		if (facts->vantages[v].flows_both_ways > 0)
			facts->sees_answers = true;
	}
}

// RSTs of hosts that found no room, or whose TTL found no slot, are of unknown origin.
static void judge_rst_totals(struct sy_facts *facts)
{
	for (uint32_t i = 0; i < facts->host_count; i++) {
		const struct sy_host_stats *host = facts->hosts[i].stats;
		for (uint32_t r = 0; host != NULL && r < host->rst_slots; r++) {
			enum sy_rst_origin origin = sy_facts_rst_origin(
				facts, &host->addr, host->vantage, host->rst[r].ttl);
			for (uint32_t phase = 0; phase < SY_RST_PHASE_COUNT; phase++)
				facts->rst[phase][origin] += host->rst[r].count[phase];
		}
	}
	for (uint32_t phase = 0; phase < SY_RST_PHASE_COUNT; phase++) {
		uint64_t judged = 0;
		for (uint32_t origin = 0; origin < SY_ORIGIN_COUNT; origin++)
			judged += facts->rst[phase][origin];
		if (facts->totals->rst[phase] > judged)
			facts->rst[phase][SY_ORIGIN_UNKNOWN] += facts->totals->rst[phase] - judged;
	}
}

static void extend_range(struct sy_facts *facts, uint64_t first_ns, uint64_t last_ns)
{
	if (first_ns != 0 && (facts->start_ns == 0 || first_ns < facts->start_ns))
		facts->start_ns = first_ns;
	if (last_ns > facts->end_ns)
		facts->end_ns = last_ns;
}

static void find_range(struct sy_facts *facts)
{
	for (uint32_t i = 0; i < facts->port_count; i++)
		extend_range(facts, facts->ports[i].first_ns, facts->ports[i].last_ns);
	for (uint32_t i = 0; i < facts->service_count; i++)
		extend_range(facts, facts->services[i].stats->first_seen_ns,
			facts->services[i].stats->last_seen_ns);
}

struct sy_facts *sy_facts_create(const struct sy_facts_inputs *inputs)
{
	struct sy_facts *facts = calloc(1, sizeof(*facts));

	if (facts == NULL)
		return NULL;
	facts->stats = inputs->stats;
	facts->known = inputs->known;
	facts->totals = sy_stats_totals_read(inputs->stats);
	facts->ports = inputs->ports;
	facts->port_count = inputs->port_count;
	facts->vantage_of_port = inputs->vantage_of_port;
	facts->vantage_names = inputs->vantage_names;
	facts->vantage_count = inputs->vantage_count;
	facts->interval_start_ns = inputs->interval_start_ns;
	facts->interval_end_ns = inputs->interval_end_ns;
	judge_vantages(facts);
	// Services are judged by what is known of the hosts, so these come first, in order.
	if (collect_hosts(facts) != 0 || collect_services(facts) != 0) {
		sy_facts_destroy(facts);
		errno = ENOMEM;
		return NULL;
	}
	judge_rst_totals(facts);
	find_range(facts);
	return facts;
}

void sy_facts_destroy(struct sy_facts *facts)
{
	if (facts == NULL)
		return;
	free(facts->services);
	free(facts->hosts);
	free(facts->sorted_hosts);
	free(facts);
}
