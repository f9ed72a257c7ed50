// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "client_set.h"
#include "minmax.h"
#include "recent.h"
#include "rtts.h"
#include "service_record.h"
#include "service_table.h"
#include "timeline.h"

#include <string.h>

static void merge_figures(struct sy_service_stats *into, const struct sy_service_stats *from)
{
	for (uint32_t i = 0; i < SY_OUTCOME_COUNT; i++)
		sy_add_capped(&into->outcome[i], from->outcome[i]);
	sy_add_capped(&into->aborted_failed, from->aborted_failed);
	sy_add_capped(&into->cut_short, from->cut_short);
	sy_add_capped(&into->half_open_cut_short, from->half_open_cut_short);
	sy_add_capped(&into->silent_syns, from->silent_syns);
	sy_add_capped(&into->syn_retransmits, from->syn_retransmits);
	sy_add_capped(&into->refusals, from->refusals);
	sy_add_capped(&into->invalid_refusals, from->invalid_refusals);
	sy_add_capped(&into->ecn_failed, from->ecn_failed);
	sy_add_capped(&into->ecn_established, from->ecn_established);
	if (from->icmp_prohibited + from->icmp_self > 0)
		sy_service_icmp_from(into, &from->icmp_from, from->icmp_type, from->icmp_code);
	sy_add_capped(&into->icmp_self, from->icmp_self);
	sy_add_capped(&into->icmp_prohibited, from->icmp_prohibited);
	sy_keep_first(&into->first_seen_ns, from->first_seen_ns);
	sy_keep_last(&into->last_seen_ns, from->last_seen_ns);
	for (uint32_t i = 0; i < SY_EVIDENCE_COUNT; i++) {
		sy_keep_first(&into->first_ns[i], from->first_ns[i]);
		sy_keep_last(&into->last_ns[i], from->last_ns[i]);
	}
	for (uint32_t i = 0; i < from->rst_slots; i++)
		sy_service_rst_add(into, &from->rst[i]);
	sy_add_capped(&into->rst_overflow, from->rst_overflow);
}

static void merge_exemplars(struct sy_details *details, struct sy_service_detail *into,
	const struct sy_service_detail *from, struct sy_totals *totals)
{
	sy_exemplar_keep(details, &into->first_silent, from->first_silent, totals);
	sy_exemplar_keep(details, &into->first_refused, from->first_refused, totals);
	sy_exemplar_keep(details, &into->first_icmp, from->first_icmp, totals);
	sy_exemplar_keep_rst(details, &into->first_reset, from->first_reset, totals);
	sy_exemplar_keep(details, &into->first_served, from->first_served, totals);
	sy_exemplar_keep(details, &into->first_half_open, from->first_half_open, totals);
}

static void merge_detail(struct sy_details *details, struct sy_service_detail *into,
	const struct sy_service_detail *from, struct sy_totals *totals)
{
	for (uint32_t side = 0; side < 2; side++)
		sy_rtts_merge(&into->rtt[side], &from->rtt[side], &details->hists,
			&totals->hists_not_tracked);
	sy_timeline_merge(&into->timeline, &from->timeline);
	sy_recent_merge(&into->recent, &from->recent);
	sy_client_set_merge(&into->clients, &from->clients);
	sy_client_set_merge(&into->served, &from->served);
	merge_exemplars(details, into, from, totals);
	for (uint32_t kind = 0; kind < SY_SEEN_COUNT; kind++) {
		for (uint32_t mask = 0; mask < SY_SEEN_MASKS; mask++)
			sy_add_capped(&into->seen[kind][mask], from->seen[kind][mask]);
	}
}

static void merge_one(struct sy_service_table *table, const struct sy_service_stats *from,
	struct sy_totals *totals)
{
	bool answered = from->first_ns[SY_EVIDENCE_ANSWERED] != 0;
	struct sy_service_stats *into = sy_service_table_take(table, &from->server, from->port,
		from->domain, answered, from->last_seen_ns, &totals->services_not_tracked);

	if (into == NULL) {
		totals->services_not_tracked += sy_service_attempts(from);
		return;
	}
	if (answered)
		sy_details_answered(&table->details, into);
	merge_figures(into, from);
	if (from->detail == NULL)
		return;
	if (sy_details_take(&table->details, into) == NULL)
		totals->details_not_tracked += sy_service_attempts(from);
	else
		merge_detail(&table->details, into->detail, from->detail, totals);
}

void sy_service_table_merge(struct sy_service_table *into, const struct sy_service_table *from,
	struct sy_totals *totals)
{
	for (uint32_t i = 0; i < from->slots.used_count; i++)
		merge_one(into, &from->entries[i], totals);
}
