// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The ends of attempts: counted when what they touch has come from memory.

#include "service_record.h"
#include "stats_internal.h"

#define STAGE (SY_PENDING / 4) // attempts between two steps of loading

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

/// When a connection comes up, one SYN and the SYN-ACK are noted: a live run wants to know soon
/// what its hosts look like.
static void note_handshake(struct sy_stats *stats, const struct sy_attempt *a)
{
	const struct sy_packet_note *syn = &a->note[SY_NOTE_SYN];
	const struct sy_packet_note *synack = &a->note[SY_NOTE_SYNACK];
	struct sy_role_note client = {
		SY_ROLE_SYN, syn->ttl, syn->ts_ns != 0 && a->syn_count > 0, syn->ts_ns, syn->ts_ns};
	struct sy_role_note server = {SY_ROLE_SYNACK, synack->ttl,
		(a->flags & SY_ATT_SYN_VALIDATED) && synack->ts_ns != 0 && a->synack_count > 0,
		synack->ts_ns, synack->ts_ns};

	sy_note_roles(stats, &a->tuple.client, syn->vantage, &client, 1);
	sy_note_roles(stats, &a->tuple.server, synack->vantage, &server, 1);
}

void sy_stats_established(struct sy_stats *stats, const struct sy_attempt *attempt)
{
	begin(stats, attempt, SY_DECIDED_BY_PACKETS);
	note_handshake(stats, attempt);
}

/// Packets of a role that are not noted yet.
static uint32_t not_noted(const struct sy_attempt *a, uint32_t packets)
{
	return packets - (packets > 0 && (a->flags & SY_ATT_COUNTED) != 0);
}

/// What an attempt's packets showed of its two hosts. SYNs may be forged; the rest may not.
static void note_hosts(struct sy_stats *stats, const struct sy_attempt *a)
{
	const struct sy_packet_note *syn = &a->note[SY_NOTE_SYN];
	const struct sy_packet_note *synack = &a->note[SY_NOTE_SYNACK];
	bool answered = synack->ts_ns != 0 && (a->flags & SY_ATT_SYN_VALIDATED);
	bool crossed = synack->ts_ns != 0 && a->synack_count == 0 &&
		       (a->flags & SY_ATT_SIMULTANEOUS_OPEN);
	struct sy_role_note client[] = {
		{SY_ROLE_SYN, syn->ttl, syn->ts_ns != 0 ? not_noted(a, a->syn_count) : 0,
			syn->ts_ns, a->last_syn_ns},
		{SY_ROLE_DATA, a->data_ttl[SY_CLIENT], a->data_ttl[SY_CLIENT] != 0, a->last_syn_ns,
			a->end_ns},
	};
	struct sy_role_note server[] = {
		{SY_ROLE_SYNACK, synack->ttl, answered ? not_noted(a, a->synack_count) : 0,
			synack->ts_ns, synack->ts_ns},
		{SY_ROLE_SYN, synack->ttl, crossed, synack->ts_ns, synack->ts_ns},
		{SY_ROLE_DATA, a->data_ttl[SY_SERVER], a->data_ttl[SY_SERVER] != 0, a->last_syn_ns,
			a->end_ns},
	};

	sy_note_roles(stats, &a->tuple.client, syn->vantage, client, 2);
	sy_note_roles(stats, &a->tuple.server, synack->ts_ns != 0 ? synack->vantage : syn->vantage,
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

static struct sy_pending *pending_at(struct sy_stats *stats, uint32_t back)
{
	return &stats->pending[(stats->pending_next - back) % SY_PENDING];
}

static void prefetch_index(struct sy_stats *stats, struct sy_pending *p)
{
	const struct sy_attempt *a = &p->attempt;

	p->service_hash = sy_service_table_prefetch(
		&stats->services, &a->tuple.server, a->tuple.server_port, a->tuple.domain);
	p->client_hash = sy_host_table_prefetch(
		&stats->hosts, &a->tuple.client, a->note[SY_NOTE_SYN].vantage);
	p->server_hash = sy_host_table_prefetch(
		&stats->hosts, &a->tuple.server, a->note[SY_NOTE_SYNACK].vantage);
}

static void prefetch_behind(const struct sy_stats *stats, const struct sy_pending *p)
{
	sy_service_table_prefetch_behind(&stats->services, p->service_hash, &p->attempt);
}

static void prefetch_entries(const struct sy_stats *stats, const struct sy_pending *p)
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
	struct sy_pending *p = &stats->pending[stats->pending_next % SY_PENDING];

	if (stats->pending_count == SY_PENDING) {
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
	sy_lone_syns_flush(stats);
}
