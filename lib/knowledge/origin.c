// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_facts.h"

// Up to this distance routes do not vary unnoticed.
#define NEAR_HOPS 5

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
		if (count[SY_ROLE_SYN] > 0 || count[SY_ROLE_DATA] > 0 ||
			count[SY_ROLE_ECHO_REPLY] > 0)
			return false;
	}
	return true;
}

static bool is_farther(uint8_t ttl, const struct sy_host_facts *host)
{
	struct sy_ttl_guess guess = sy_ttl_guess(ttl);

	return guess.initial != 0 && host->guess.initial != 0 && guess.hops > host->guess.hops;
}

enum sy_rst_origin sy_rst_origin_judge(const struct sy_host_facts *host, uint8_t ttl)
{
	if (host == NULL || host->stats->ttl_slots == 0)
		return SY_ORIGIN_UNKNOWN;
	for (uint32_t i = 0; i < host->stats->ttl_slots; i++) {
		int difference = (int)ttl - (int)host->stats->ttl[i].ttl;
		int slack = slack_of(host->stats->ttl[i].ttl);
		if (difference >= -slack && difference <= slack)
			return SY_ORIGIN_ENDPOINT;
	}
	// A TTL that found no slot may have been this one.
	if (host->stats->ttl_overflow > 0)
		return SY_ORIGIN_UNKNOWN;
	if (!host->stats->confirmed)
		return SY_ORIGIN_UNKNOWN;
	if (only_synacks(host->stats) && is_farther(ttl, host))
		return SY_ORIGIN_UNKNOWN;
	return SY_ORIGIN_PATH;
}
