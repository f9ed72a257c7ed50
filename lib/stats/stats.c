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

#define STAGE   4u          // attempts between two steps of loading
#define PENDING (4 * STAGE) // a power of two

struct pending {
	struct sy_attempt attempt;
	uint64_t service_hash, client_hash, server_hash;
};

struct sy_stats {
	struct sy_totals totals;
	struct sy_vantage_stats vantage[SY_VANTAGE_MAX];
	struct sy_service_table services;
	struct sy_host_table hosts;
	struct pending pending[PENDING]; ///< ended attempts that are not counted yet, a ring
	uint32_t pending_next, pending_count;
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
	stats->pending_count = 0;
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
	else
		sy_service_record_begin(&stats->services, service, a, &stats->totals);
	return service;
}

void sy_stats_established(struct sy_stats *stats, const struct sy_attempt *attempt)
{
	begin(stats, attempt, SY_DECIDED_BY_PACKETS);
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

struct role_note {
	enum sy_role role;
	uint8_t ttl;
	uint32_t packets; ///< 0 = nothing to note
	uint64_t first_ns, last_ns;
};

/// Adds what `count` roles of one host showed.
static void note_roles(struct sy_stats *stats, const struct sy_addr *sender, uint8_t vantage,
	const struct role_note *notes, uint32_t count)
{
	struct sy_host_stats *host = NULL;

	for (uint32_t i = 0; i < count; i++) {
		const struct role_note *note = &notes[i];
		struct sy_ttl_slot add = {
			.ttl = note->ttl, .first_ns = note->first_ns, .last_ns = note->last_ns};

		if (note->packets == 0)
			continue;
		if (host == NULL || (note->role != SY_ROLE_SYN && !host->confirmed))
			host = see_host(
				stats, sender, vantage, note->role != SY_ROLE_SYN, note->first_ns);
		if (host == NULL)
			return;
		if (note->last_ns > host->last_seen_ns)
			host->last_seen_ns = note->last_ns;
		add.count[note->role] = note->packets;
		sy_host_ttl_add(host, &add);
	}
}

/// What an attempt's packets showed of its two hosts. SYNs may be forged; the rest may not.
static void note_hosts(struct sy_stats *stats, const struct sy_attempt *a)
{
	const struct sy_packet_note *syn = &a->note[SY_NOTE_SYN];
	const struct sy_packet_note *synack = &a->note[SY_NOTE_SYNACK];
	bool answered = synack->ts_ns != 0 && (a->flags & SY_ATT_SYN_VALIDATED);
	bool crossed = synack->ts_ns != 0 && a->synack_count == 0 &&
		       (a->flags & SY_ATT_SIMULTANEOUS_OPEN);
	struct role_note client[] = {
		{SY_ROLE_SYN, syn->ttl, syn->ts_ns != 0 ? a->syn_count : 0, syn->ts_ns,
			a->last_syn_ns},
		{SY_ROLE_DATA, a->data_ttl[SY_CLIENT], a->data_ttl[SY_CLIENT] != 0, a->last_syn_ns,
			a->end_ns},
	};
	struct role_note server[] = {
		{SY_ROLE_SYNACK, synack->ttl, answered ? a->synack_count : 0, synack->ts_ns,
			synack->ts_ns},
		{SY_ROLE_SYN, synack->ttl, crossed, synack->ts_ns, synack->ts_ns},
		{SY_ROLE_DATA, a->data_ttl[SY_SERVER], a->data_ttl[SY_SERVER] != 0, a->last_syn_ns,
			a->end_ns},
	};

	note_roles(stats, &a->tuple.client, syn->vantage, client, 2);
	note_roles(stats, &a->tuple.server, synack->ts_ns != 0 ? synack->vantage : syn->vantage,
		server, 3);
}

static void apply_ended(struct sy_stats *stats, const struct sy_attempt *attempt)
{
	struct sy_service_stats *service;

	note_hosts(stats, attempt);
	if ((attempt->flags & SY_ATT_COUNTED) == 0) {
		service = begin(stats, attempt, attempt->decided_by);
	} else {
		// Established in this interval or in an earlier one; then its service may be new
		// here.
		service = take_service(stats, attempt);
		if (service != NULL)
			sy_details_take(&stats->services.details, service);
	}
	if (service != NULL)
		sy_service_record_end(&stats->services, service, attempt, &stats->totals);
}

static struct pending *pending_at(struct sy_stats *stats, uint32_t back)
{
	return &stats->pending[(stats->pending_next - back) % PENDING];
}

static void prefetch_index(struct sy_stats *stats, struct pending *p)
{
	const struct sy_attempt *a = &p->attempt;

	p->service_hash = sy_service_table_prefetch(
		&stats->services, &a->tuple.server, a->tuple.server_port, a->tuple.domain);
	p->client_hash = sy_host_table_prefetch(
		&stats->hosts, &a->tuple.client, a->note[SY_NOTE_SYN].vantage);
	p->server_hash = sy_host_table_prefetch(
		&stats->hosts, &a->tuple.server, a->note[SY_NOTE_SYNACK].vantage);
}

static void prefetch_behind(const struct sy_stats *stats, const struct pending *p)
{
	sy_service_table_prefetch_behind(&stats->services, p->service_hash, &p->attempt);
}

static void prefetch_entries(const struct sy_stats *stats, const struct pending *p)
{
	sy_service_table_prefetch_entry(&stats->services, p->service_hash);
	sy_host_table_prefetch_entry(&stats->hosts, p->client_hash);
	sy_host_table_prefetch_entry(&stats->hosts, p->server_hash);
}

// An attempt waits here while what it will touch is loaded, a step with each attempt that comes
// after it: the tables are far larger than the caches, and waiting for each line in turn would cost
// more than all the work.
void sy_stats_ended(struct sy_stats *stats, const struct sy_attempt *attempt)
{
	struct pending *p = &stats->pending[stats->pending_next % PENDING];

	if (stats->pending_count == PENDING) {
		apply_ended(stats, &p->attempt);
		stats->pending_count--;
	}
	p->attempt = *attempt;
	prefetch_index(stats, p);
	stats->pending_next++;
	stats->pending_count++;
	if (stats->pending_count > STAGE)
		prefetch_entries(stats, pending_at(stats, STAGE + 1));
	if (stats->pending_count > 2 * STAGE)
		sy_service_table_prefetch_detail(
			&stats->services, pending_at(stats, 2 * STAGE + 1)->service_hash);
	if (stats->pending_count > 3 * STAGE)
		prefetch_behind(stats, pending_at(stats, 3 * STAGE + 1));
}

void sy_stats_flush(struct sy_stats *stats)
{
	while (stats->pending_count > 0) {
		apply_ended(stats, &pending_at(stats, stats->pending_count)->attempt);
		stats->pending_count--;
	}
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

void sy_stats_ttl(struct sy_stats *stats, enum sy_role role, const struct sy_addr *sender,
	uint8_t ttl, uint8_t vantage, uint64_t ts_ns)
{
	struct role_note note = {role, ttl, 1, ts_ns, ts_ns};

	note_roles(stats, sender, vantage, &note, 1);
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
