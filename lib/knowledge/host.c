// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "judge.h"

// Packets of one role that make a TTL more than an accident.
#define SETTLED_PACKETS 3

static const struct sy_ttl_slot *most_frequent(const struct sy_host_stats *stats, uint32_t role)
{
	const struct sy_ttl_slot *best = NULL;

	for (uint32_t i = 0; i < stats->ttl_slots; i++) {
		const struct sy_ttl_slot *slot = &stats->ttl[i];
		if (slot->count[role] > 0 &&
			(best == NULL || slot->count[role] > best->count[role]))
			best = slot;
	}
	return best;
}

// A shift of one role: the newest settled TTL began after every other settled one had stopped.
static const struct sy_ttl_slot *find_shift(
	const struct sy_host_stats *stats, uint32_t role, const struct sy_ttl_slot **from)
{
	const struct sy_ttl_slot *newest = NULL;

	*from = NULL;
	for (uint32_t i = 0; i < stats->ttl_slots; i++) {
		const struct sy_ttl_slot *slot = &stats->ttl[i];
		if (slot->count[role] >= SETTLED_PACKETS &&
			(newest == NULL || slot->first_ns > newest->first_ns))
			newest = slot;
	}
	for (uint32_t i = 0; newest != NULL && i < stats->ttl_slots; i++) {
		const struct sy_ttl_slot *slot = &stats->ttl[i];
		if (slot == newest || slot->count[role] < SETTLED_PACKETS)
			continue;
		if (slot->last_ns >= newest->first_ns)
			return NULL;
		if (*from == NULL || slot->last_ns > (*from)->last_ns)
			*from = slot;
	}
	return *from != NULL ? newest : NULL;
}

void sy_host_judge(struct sy_host_facts *host)
{
	// A SYN may be forged and an echo reply may come from another box: the best witness first.
	static const enum sy_role speakers[] = {
		SY_ROLE_SYNACK, SY_ROLE_DATA, SY_ROLE_ECHO_REPLY, SY_ROLE_SYN};

	host->ttl = -1;
	for (uint32_t role = 0; role < SY_ROLE_COUNT; role++) {
		const struct sy_ttl_slot *slot = most_frequent(host->stats, role);
		host->baseline[role] = slot != NULL ? slot->ttl : -1;
	}
	for (uint32_t i = 0; i < SY_ROLE_COUNT; i++) {
		const struct sy_ttl_slot *from, *to = find_shift(host->stats, speakers[i], &from);
		if (host->ttl < 0)
			host->ttl = host->baseline[speakers[i]];
		if (to != NULL && !host->shifted) {
			host->shifted = true;
			host->shifted_from = from->ttl;
			host->shifted_ns = to->first_ns;
			host->ttl = to->ttl;
		}
	}
	if (host->ttl >= 0)
		host->guess = sy_ttl_guess((uint8_t)host->ttl);
}
