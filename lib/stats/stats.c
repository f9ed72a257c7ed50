// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "host_table.h"
#include "host_ttl.h"
#include "service_record.h"
#include "service_table.h"

#include "sy_stats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX (1u << 28)

struct sy_stats {
	struct sy_totals totals;
	struct sy_vantage_stats vantage[SY_VANTAGE_MAX];
	struct sy_service_table services;
	struct sy_host_table hosts;
};

static bool is_size(uint32_t entries)
{
	return entries > 0 && entries <= ENTRIES_MAX;
}

struct sy_stats *sy_stats_create(const struct sy_stats_config *config)
{
	struct sy_stats *stats;

	if (!is_size(config->services) || !is_size(config->hosts) || !is_size(config->details)) {
		errno = EINVAL;
		return NULL;
	}
	stats = calloc(1, sizeof(*stats));
	if (stats == NULL)
		return NULL;
	if (sy_service_table_init(&stats->services, config) != 0 ||
		sy_host_table_init(&stats->hosts, config) != 0) {
		sy_stats_destroy(stats);
		errno = ENOMEM;
		return NULL;
	}
	return stats;
}

void sy_stats_destroy(struct sy_stats *stats)
{
	if (stats == NULL)
		return;
	sy_service_table_free(&stats->services);
	sy_host_table_free(&stats->hosts);
	free(stats);
}

void sy_stats_reset(struct sy_stats *stats)
{
	memset(&stats->totals, 0, sizeof(stats->totals));
	memset(stats->vantage, 0, sizeof(stats->vantage));
	sy_service_table_reset(&stats->services);
	sy_host_table_reset(&stats->hosts);
}

size_t sy_stats_bytes(const struct sy_stats_config *config)
{
	return sizeof(struct sy_stats) + sy_service_table_bytes(config) +
	       sy_host_table_bytes(config);
}

static void count_totals(struct sy_totals *t, const struct sy_attempt *a, uint8_t decided_by)
{
	t->outcome[a->outcome]++;
	t->decided_by[decided_by]++;
	t->simultaneous_opens += (a->flags & SY_ATT_SIMULTANEOUS_OPEN) != 0;
	t->two_responders += (a->flags & SY_ATT_TWO_RESPONDERS) != 0;
	t->syn_retransmits += a->syn_count > 0 ? a->syn_count - 1u : 0;
	t->refusals += a->refusals;
	t->invalid_refusals += a->invalid_refusals;
	t->tfo += (a->flags & SY_ATT_TFO) != 0;
	t->ecn_setup += (a->flags & SY_ATT_ECN_SETUP) != 0;
	t->ecn_accepted += (a->flags & SY_ATT_ECN_ACCEPTED) != 0;
	t->rtt_ambiguous += (a->flags & SY_ATT_RTT_AMBIGUOUS) != 0;
	if (a->server_rtt_ns != SY_NS_UNKNOWN)
		sy_hist_add(&t->rtt[SY_SERVER], a->server_rtt_ns);
	if (a->client_rtt_ns != SY_NS_UNKNOWN)
		sy_hist_add(&t->rtt[SY_CLIENT], a->client_rtt_ns);
}

static struct sy_service_stats *take_service(struct sy_stats *stats, const struct sy_attempt *a)
{
	return sy_service_table_take(&stats->services, &a->tuple.server, a->tuple.server_port,
		a->tuple.domain, sy_attempt_answered(a), a->last_syn_ns,
		&stats->totals.services_not_tracked);
}

static struct sy_service_stats *begin(
	struct sy_stats *stats, const struct sy_attempt *a, uint8_t decided_by)
{
	struct sy_service_stats *service;

	count_totals(&stats->totals, a, decided_by);
	service = take_service(stats, a);
	if (service == NULL)
		stats->totals.services_not_tracked++;
	else if (!sy_service_record_begin(&stats->services, service, a))
		stats->totals.details_not_tracked++;
	return service;
}

void sy_stats_established(struct sy_stats *stats, const struct sy_attempt *attempt)
{
	begin(stats, attempt, SY_DECIDED_BY_PACKETS);
}

void sy_stats_ended(struct sy_stats *stats, const struct sy_attempt *attempt)
{
	struct sy_service_stats *service;

	if ((attempt->flags & SY_ATT_COUNTED) == 0) {
		service = begin(stats, attempt, attempt->decided_by);
	} else {
		// Established in this interval or in an earlier one; then its service may be new
		// here.
		service = take_service(stats, attempt);
		if (service != NULL)
			sy_service_table_detail(&stats->services, service);
	}
	if (service != NULL)
		sy_service_record_end(service, attempt);
}

void sy_stats_rst(struct sy_stats *stats, enum sy_rst_phase phase, const struct sy_addr *sender,
	uint8_t ttl, uint8_t vantage, uint64_t ts_ns)
{
	struct sy_rst_slot add = {.ttl = ttl, .first_ns = ts_ns, .last_ns = ts_ns};
	struct sy_host_stats *host;

	stats->totals.rst[phase]++;
	host = sy_host_table_take(
		&stats->hosts, sender, vantage, false, ts_ns, &stats->totals.hosts_not_tracked);
	if (host == NULL) {
		stats->totals.hosts_not_tracked++;
		return;
	}
	add.count[phase] = 1;
	sy_host_rst_add(host, &add);
}

static struct sy_host_stats *see_host(struct sy_stats *stats, const struct sy_addr *sender,
	uint8_t vantage, bool confirmed, uint64_t ts_ns)
{
	struct sy_host_stats *host = sy_host_table_take(
		&stats->hosts, sender, vantage, confirmed, ts_ns, &stats->totals.hosts_not_tracked);

	if (host == NULL) {
		stats->totals.hosts_not_tracked++;
		return NULL;
	}
	if (ts_ns != 0 && (host->first_seen_ns == 0 || ts_ns < host->first_seen_ns))
		host->first_seen_ns = ts_ns;
	if (ts_ns > host->last_seen_ns)
		host->last_seen_ns = ts_ns;
	return host;
}

void sy_stats_ttl(struct sy_stats *stats, enum sy_role role, const struct sy_addr *sender,
	uint8_t ttl, uint8_t vantage, uint64_t ts_ns)
{
	struct sy_host_stats *host = see_host(stats, sender, vantage, role != SY_ROLE_SYN, ts_ns);
	struct sy_ttl_slot add = {.ttl = ttl, .first_ns = ts_ns, .last_ns = ts_ns};

	add.count[role] = 1;
	if (host != NULL)
		sy_host_ttl_add(host, &add);
}

void sy_stats_other_ip(
	struct sy_stats *stats, const struct sy_addr *sender, uint8_t vantage, uint64_t ts_ns)
{
	struct sy_host_stats *host = see_host(stats, sender, vantage, false, ts_ns);

	if (host != NULL)
		host->other_ip++;
}

struct sy_totals *sy_stats_totals(struct sy_stats *stats)
{
	return &stats->totals;
}

struct sy_vantage_stats *sy_stats_vantage(struct sy_stats *stats, uint8_t vantage)
{
	return &stats->vantage[vantage % SY_VANTAGE_MAX];
}

const struct sy_totals *sy_stats_totals_read(const struct sy_stats *stats)
{
	return &stats->totals;
}

const struct sy_vantage_stats *sy_stats_vantage_read(const struct sy_stats *stats, uint8_t vantage)
{
	return &stats->vantage[vantage % SY_VANTAGE_MAX];
}

// Both structures hold 64-bit counters only, the histograms apart.
static void add_words(uint64_t *into, const uint64_t *from, size_t size)
{
	for (size_t i = 0; i < size / sizeof(*into); i++)
		into[i] += from[i];
}

void sy_stats_merge(struct sy_stats *into, const struct sy_stats *from)
{
	_Static_assert(offsetof(struct sy_totals, rtt) % sizeof(uint64_t) == 0, "counters only");
	_Static_assert(sizeof(struct sy_vantage_stats) == 7 * sizeof(uint64_t), "counters only");

	add_words((uint64_t *)&into->totals, (const uint64_t *)&from->totals,
		offsetof(struct sy_totals, rtt));
	add_words(
		(uint64_t *)into->vantage, (const uint64_t *)from->vantage, sizeof(into->vantage));
	for (uint32_t side = 0; side < 2; side++)
		sy_hist_merge(&into->totals.rtt[side], &from->totals.rtt[side]);
	sy_service_table_merge(&into->services, &from->services, &into->totals);
	sy_host_table_merge(&into->hosts, &from->hosts, &into->totals.hosts_not_tracked);
}

const struct sy_service_stats *sy_stats_next_service(const struct sy_stats *stats, uint32_t *cursor)
{
	const struct sy_slots *slots = &stats->services.slots;

	if (*cursor >= slots->used_count)
		return NULL;
	return &stats->services.entries[slots->used[(*cursor)++]];
}

const struct sy_host_stats *sy_stats_next_host(const struct sy_stats *stats, uint32_t *cursor)
{
	const struct sy_slots *slots = &stats->hosts.slots;

	if (*cursor >= slots->used_count)
		return NULL;
	return &stats->hosts.entries[slots->used[(*cursor)++]];
}

const struct sy_service_stats *sy_stats_find_service(
	const struct sy_stats *stats, const struct sy_addr *server, uint16_t port, uint32_t domain)
{
	return sy_service_table_find(&stats->services, server, port, domain);
}

const struct sy_host_stats *sy_stats_find_host(
	const struct sy_stats *stats, const struct sy_addr *addr, uint8_t vantage)
{
	return sy_host_table_find(&stats->hosts, addr, vantage);
}
