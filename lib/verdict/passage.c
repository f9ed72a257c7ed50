// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "passage.h"

#include <string.h>

static uint32_t first_service(const struct sy_facts *facts, const struct sy_addr *server)
{
	uint32_t low = 0, high = facts->service_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (sy_addr_compare(&facts->services[middle].stats->server, server) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void turn_to(
	struct sy_passages *passages, const struct sy_facts *facts, const struct sy_addr *server)
{
	uint32_t first = first_service(facts, server), end = first;

	memset(passages, 0, sizeof(*passages));
	while (end < facts->service_count &&
		sy_addr_equal(&facts->services[end].stats->server, server))
		end++;
	passages->services = facts->services + first;
	passages->count = end - first;
}

static struct sy_passage count_handshakes(
	const struct sy_passages *passages, uint8_t near, uint8_t far)
{
	struct sy_passage passage = {.known = true};

	for (uint32_t i = 0; i < passages->count; i++) {
		const struct sy_service_stats *stats = passages->services[i].stats;
		uint64_t syns = sy_seen_at(stats, SY_SEEN_SYN, far);
		uint64_t synacks = sy_seen_at(stats, SY_SEEN_SYNACK, far);
		passage.far += syns + synacks;
		passage.both += syns - sy_seen_only(stats, SY_SEEN_SYN, far, near);
		passage.synacks_both += synacks - sy_seen_only(stats, SY_SEEN_SYNACK, far, near);
		passage.synacks_near += sy_seen_only(stats, SY_SEEN_SYNACK, near, far);
	}
	passage.both += passage.synacks_both;
	return passage;
}

// The rules ask for each service of a server in turn, and a scan has 65,535 of them: what is the
// same for all is counted once.
const struct sy_passage *sy_passage_find(
	const struct sy_verdict *verdict, const struct sy_addr *server, uint8_t near, uint8_t far)
{
	struct sy_passages *passages = verdict->passages;
	struct sy_passage *passage = &passages->between[near][far];

	if (passages->count == 0 || !sy_addr_equal(&passages->services->stats->server, server))
		turn_to(passages, verdict->facts, server);
	if (!passage->known)
		*passage = count_handshakes(passages, near, far);
	return passage;
}
