// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "host_ttl.h"
#include "stats_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX (1u << 28)

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

// Most pairs of vantages have no packets, and so no pages.
static void reset_transit(struct sy_transit *transit)
{
	for (uint32_t i = 0; i < SY_VANTAGE_MAX * SY_VANTAGE_MAX; i++) {
		struct sy_hist *time = &transit->time[i / SY_VANTAGE_MAX][i % SY_VANTAGE_MAX];
		if (time->count > 0)
			memset(time, 0, sizeof(*time));
	}
}

static void merge_transit(struct sy_transit *into, const struct sy_transit *from)
{
	for (uint32_t i = 0; i < SY_VANTAGE_MAX * SY_VANTAGE_MAX; i++)
		sy_hist_merge(&into->time[i / SY_VANTAGE_MAX][i % SY_VANTAGE_MAX],
			&from->time[i / SY_VANTAGE_MAX][i % SY_VANTAGE_MAX]);
}

void sy_stats_reset(struct sy_stats *stats)
{
	memset(&stats->totals, 0, sizeof(stats->totals));
	memset(stats->vantage, 0, sizeof(stats->vantage));
	reset_transit(&stats->transit);
	stats->pending_count = stats->sender_count = stats->syns_count = 0;
	sy_service_table_reset(&stats->services);
	sy_host_table_reset(&stats->hosts);
}

size_t sy_stats_bytes(const struct sy_stats_config *config)
{
	return sizeof(struct sy_stats) + sy_service_table_bytes(config) +
	       sy_host_table_bytes(config);
}

struct sy_totals *sy_stats_totals(struct sy_stats *stats)
{
	return &stats->totals;
}

struct sy_vantage_stats *sy_stats_vantage(struct sy_stats *stats, uint8_t vantage)
{
	return &stats->vantage[vantage % SY_VANTAGE_MAX];
}

struct sy_transit *sy_stats_transit(struct sy_stats *stats)
{
	return &stats->transit;
}

const struct sy_transit *sy_stats_transit_read(const struct sy_stats *stats)
{
	return &stats->transit;
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
	merge_transit(&into->transit, &from->transit);
	sy_service_table_merge(&into->services, &from->services, &into->totals);
	sy_host_table_merge(&into->hosts, &from->hosts, &into->totals.hosts_not_tracked);
}

const struct sy_service_stats *sy_stats_next_service(const struct sy_stats *stats, uint32_t *cursor)
{
	const struct sy_slots *slots = &stats->services.slots;

	if (*cursor >= slots->used_count)
		return NULL;
	return &stats->services.entries[(*cursor)++];
}

const struct sy_host_stats *sy_stats_next_host(const struct sy_stats *stats, uint32_t *cursor)
{
	const struct sy_slots *slots = &stats->hosts.slots;

	if (*cursor >= slots->used_count)
		return NULL;
	return &stats->hosts.entries[(*cursor)++];
}

uint32_t sy_stats_host_order(const struct sy_stats *stats, const struct sy_host_stats *host)
{
	return (uint32_t)(host - stats->hosts.entries);
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
