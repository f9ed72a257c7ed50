// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "host_ttl.h"

#include "minmax.h"

#include <string.h>

// Slots are kept in the order of their TTL, so that equal contents are equal bytes, and which ones
// are kept does not depend on the order of arrival.

uint32_t sy_ttl_slot_packets(const struct sy_ttl_slot *slot)
{
	uint32_t sum = 0;

	for (uint32_t role = 0; role < SY_ROLE_COUNT; role++)
		sy_add_capped(&sum, slot->count[role]);
	return sum;
}

uint32_t sy_rst_slot_packets(const struct sy_rst_slot *slot)
{
	uint32_t sum = 0;

	for (uint32_t phase = 0; phase < SY_RST_PHASE_COUNT; phase++)
		sy_add_capped(&sum, slot->count[phase]);
	return sum;
}

// True when `a` has the weaker claim to a slot.
static bool is_weaker(const struct sy_ttl_slot *a, const struct sy_ttl_slot *b)
{
	bool a_syn_only = sy_ttl_slot_packets(a) == a->count[SY_ROLE_SYN];
	bool b_syn_only = sy_ttl_slot_packets(b) == b->count[SY_ROLE_SYN];

	return a_syn_only != b_syn_only ? a_syn_only : a->ttl > b->ttl;
}

// Makes a slot free for `add`; false when `add` itself has the weakest claim.
static bool make_room(struct sy_host_stats *host, const struct sy_ttl_slot *add)
{
	uint32_t weakest = 0;

	for (uint32_t i = 1; i < SY_TTL_SLOTS; i++) {
		if (is_weaker(&host->ttl[i], &host->ttl[weakest]))
			weakest = i;
	}
	if (is_weaker(add, &host->ttl[weakest])) {
		sy_add_capped(&host->ttl_overflow, sy_ttl_slot_packets(add));
		return false;
	}
	sy_add_capped(&host->ttl_overflow, sy_ttl_slot_packets(&host->ttl[weakest]));
	host->ttl_slots--;
	memmove(&host->ttl[weakest], &host->ttl[weakest + 1],
		(host->ttl_slots - weakest) * sizeof(host->ttl[0]));
	return true;
}

void sy_host_ttl_add(struct sy_host_stats *host, const struct sy_ttl_slot *add)
{
	uint32_t at = 0;

	while (at < host->ttl_slots && host->ttl[at].ttl != add->ttl)
		at++;
	if (at == host->ttl_slots) {
		if (host->ttl_slots == SY_TTL_SLOTS && !make_room(host, add))
			return;
		at = 0;
		while (at < host->ttl_slots && host->ttl[at].ttl < add->ttl)
			at++;
		memmove(&host->ttl[at + 1], &host->ttl[at],
			(host->ttl_slots - at) * sizeof(host->ttl[0]));
		memset(&host->ttl[at], 0, sizeof(host->ttl[0]));
		host->ttl[at].ttl = add->ttl;
		host->ttl_slots++;
	}
	for (uint32_t role = 0; role < SY_ROLE_COUNT; role++)
		sy_add_capped(&host->ttl[at].count[role], add->count[role]);
	sy_keep_first(&host->ttl[at].first_ns, add->first_ns);
	sy_keep_last(&host->ttl[at].last_ns, add->last_ns);
}

void sy_host_rst_add(struct sy_host_stats *host, const struct sy_rst_slot *add)
{
	uint32_t at = 0;

	while (at < host->rst_slots && host->rst[at].ttl < add->ttl)
		at++;
	if (at == host->rst_slots || host->rst[at].ttl != add->ttl) {
		if (at == SY_RST_SLOTS) {
			sy_add_capped(&host->rst_overflow, sy_rst_slot_packets(add));
			return;
		}
		if (host->rst_slots == SY_RST_SLOTS)
			sy_add_capped(&host->rst_overflow,
				sy_rst_slot_packets(&host->rst[--host->rst_slots]));
		memmove(&host->rst[at + 1], &host->rst[at],
			(host->rst_slots - at) * sizeof(host->rst[0]));
		memset(&host->rst[at], 0, sizeof(host->rst[0]));
		host->rst[at].ttl = add->ttl;
		host->rst_slots++;
	}
	for (uint32_t phase = 0; phase < SY_RST_PHASE_COUNT; phase++)
		sy_add_capped(&host->rst[at].count[phase], add->count[phase]);
	sy_keep_first(&host->rst[at].first_ns, add->first_ns);
	sy_keep_last(&host->rst[at].last_ns, add->last_ns);
}
