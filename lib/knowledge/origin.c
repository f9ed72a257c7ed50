// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_facts.h"

// Up to this distance routes do not vary unnoticed.
#define NEAR_HOPS 5

// Packets of one role with a TTL that make it a known variant of the way, or their share of the
// role: the servers behind one address, the paths of one route.
#define VARIANT_PACKETS 3
#define VARIANT_ONE_IN  20

// TTL at initial value 0 = not known: treated as far.
static int slack_of(uint8_t ttl)
{
	struct sy_ttl_guess guess = sy_ttl_guess(ttl);

	return guess.initial != 0 && guess.hops <= NEAR_HOPS ? 1 : 2;
}

static bool only_synacks(const struct sy_host_stats *stats)
{
	for (uint32_t i = 0; i < stats->ttl_slots; i++) {
		const uint32_t *count = stats->ttl[i].count;
		if (count[SY_ROLE_DATA] > 0 || count[SY_ROLE_ECHO_REPLY] > 0)
			return false;
	}
	return true;
}

static uint64_t packets_of(const struct sy_host_stats *stats, uint32_t role)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < stats->ttl_slots; i++)
		sum += stats->ttl[i].count[role];
	return sum;
}

// True when a TTL speaks for the host: the baseline of a role, or a variant with some weight beside
// it. Anybody can send a SYN in a server's name, so where the host has shown itself by packets that
// only it can send, its SYNs say nothing.
static bool speaks(const struct sy_host_facts *host, const struct sy_ttl_slot *slot)
{
	for (uint32_t role = 0; role < SY_ROLE_COUNT; role++) {
		uint64_t count = slot->count[role];
		if (count == 0 || (role == SY_ROLE_SYN && host->stats->confirmed))
			continue;
		if (count >= VARIANT_PACKETS || host->baseline[role] == slot->ttl ||
			count * VARIANT_ONE_IN >= packets_of(host->stats, role))
			return true;
	}
	return false;
}

static bool is_farther(uint8_t ttl, const struct sy_host_facts *host)
{
	struct sy_ttl_guess guess = sy_ttl_guess(ttl);

	return guess.initial != 0 && host->guess.initial != 0 && guess.hops > host->guess.hops;
}

enum sy_rst_origin sy_rst_origin_judge(const struct sy_host_facts *host, uint8_t ttl)
{
	bool known = false;

	if (host == NULL)
		return SY_ORIGIN_UNKNOWN;
	for (uint32_t i = 0; i < host->stats->ttl_slots; i++) {
		int difference = (int)ttl - (int)host->stats->ttl[i].ttl;
		int slack = slack_of(host->stats->ttl[i].ttl);
		if (!speaks(host, &host->stats->ttl[i]))
			continue;
		if (difference >= -slack && difference <= slack)
			return SY_ORIGIN_ENDPOINT;
		known = true;
	}
	// A TTL that found no slot may have been this one.
	if (host->stats->ttl_overflow > 0)
		return SY_ORIGIN_UNKNOWN;
	if (!known || !host->stats->confirmed)
		return SY_ORIGIN_UNKNOWN;
	if (only_synacks(host->stats) && is_farther(ttl, host))
		return SY_ORIGIN_UNKNOWN;
	return SY_ORIGIN_PATH;
}

enum sy_rst_origin sy_facts_rst_origin(
	const struct sy_facts *facts, const struct sy_addr *addr, uint8_t vantage, uint8_t ttl)
{
	const struct sy_host_facts *host = NULL;

	if (facts->known != NULL)
		host = sy_facts_host(facts->known, addr, vantage);
	if (host == NULL) // nothing else is known, or it found no room among what is
		host = sy_facts_host(facts, addr, vantage);
	return sy_rst_origin_judge(host, ttl);
}
