// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Attempts of which only the SYN was seen, and that were not watched long enough to say anything of
// their service: what a flood or a scan leaves when it fills the flow table. They count, and show
// the TTL of their sender.

#include "host_ttl.h"
#include "minmax.h"
#include "service_record.h"
#include "stats_internal.h"

static void apply_sender(struct sy_stats *stats, const struct sy_pending_sender *p)
{
	struct sy_ttl_slot add = {
		.ttl = p->ttl, .count[SY_ROLE_SYN] = 1, .first_ns = p->ts_ns, .last_ns = p->ts_ns};
	struct sy_host_stats *host = sy_host_table_take_hashed(&stats->hosts, p->hash, &p->addr,
		p->vantage, false, p->ts_ns, &stats->totals.hosts_not_tracked);

	if (host == NULL) {
		stats->totals.hosts_not_tracked++;
		return;
	}
	sy_keep_first(&host->first_seen_ns, p->ts_ns);
	sy_keep_last(&host->last_seen_ns, p->ts_ns);
	sy_host_ttl_add(host, &add);
}

static void put_off_sender(struct sy_stats *stats, const struct sy_lone_syn *syn, uint64_t ts_ns)
{
	struct sy_pending_sender *p = &stats->sender[stats->sender_next % SY_PENDING_SENDERS];

	if (stats->sender_count == SY_PENDING_SENDERS)
		apply_sender(stats, p);
	else
		stats->sender_count++;
	stats->sender_next++;
	p->addr = sy_addr_from_v4(syn->client4);
	p->ts_ns = ts_ns;
	p->ttl = syn->ttl;
	p->vantage = syn->vantage;
	p->hash = sy_host_table_prefetch(&stats->hosts, &p->addr, p->vantage);
}

static void apply_syns(struct sy_stats *stats, const struct sy_pending_syns *p)
{
	struct sy_service_stats *service = sy_service_table_take(&stats->services, &p->server,
		p->port, 0, false, p->last_ns, &stats->totals.services_not_tracked);

	if (service == NULL) {
		stats->totals.services_not_tracked += p->count;
		return;
	}
	service->outcome[SY_OUTCOME_UNANSWERED] += p->count;
	service->cut_short += p->count;
	sy_keep_first(&service->first_seen_ns, p->first_ns);
	sy_keep_last(&service->last_seen_ns, p->last_ns);
}

/// A flood has one target: SYNs in a row to one service are counted there together.
static void put_off_syn(struct sy_stats *stats, const struct sy_lone_syn *syn, uint64_t ts_ns)
{
	struct sy_pending_syns *p = &stats->syns[(stats->syns_next - 1) % SY_PENDING_SYNS];
	struct sy_addr server = sy_addr_from_v4(syn->server4);

	if (stats->syns_count > 0 && p->port == syn->server_port &&
		sy_addr_equal(&p->server, &server)) {
		p->count++;
		sy_keep_first(&p->first_ns, ts_ns);
		sy_keep_last(&p->last_ns, ts_ns);
		return;
	}
	p = &stats->syns[stats->syns_next % SY_PENDING_SYNS];
	if (stats->syns_count == SY_PENDING_SYNS)
		apply_syns(stats, p);
	else
		stats->syns_count++;
	stats->syns_next++;
	*p = (struct sy_pending_syns){.server = server,
		.first_ns = ts_ns,
		.last_ns = ts_ns,
		.count = 1,
		.port = syn->server_port};
	sy_service_table_prefetch(&stats->services, &p->server, p->port, 0);
}

bool sy_stats_lone_syn(struct sy_stats *stats, const struct sy_lone_syn *syn, uint64_t ts_ns,
	uint64_t decided_ns, enum sy_decided_by decided_by)
{
	const uint16_t ecn_setup = SY_TCP_ECE | SY_TCP_CWR;

	if (!sy_silence_cut_short(decided_by, sy_time_since(decided_ns, ts_ns)))
		return false;
	stats->totals.outcome[SY_OUTCOME_UNANSWERED]++;
	stats->totals.decided_by[decided_by]++;
	stats->totals.ecn_setup += (syn->tcp_flags & ecn_setup) == ecn_setup;
	put_off_sender(stats, syn, ts_ns);
	put_off_syn(stats, syn, ts_ns);
	return true;
}

void sy_lone_syns_flush(struct sy_stats *stats)
{
	for (; stats->sender_count > 0; stats->sender_count--)
		apply_sender(stats, &stats->sender[(stats->sender_next - stats->sender_count) %
						   SY_PENDING_SENDERS]);
	for (; stats->syns_count > 0; stats->syns_count--)
		apply_syns(stats,
			&stats->syns[(stats->syns_next - stats->syns_count) % SY_PENDING_SYNS]);
}
