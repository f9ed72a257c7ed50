// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

#include <string.h>

// Ports that a sentence names.
#define PORTS_NAMED 6

static void add_service(struct sy_group *group, const struct sy_service_facts *service,
	const struct sy_span *span, uint64_t *heaviest)
{
	if (group->matched < PORTS_NAMED)
		sy_text_add(group->ports, sizeof(group->ports), "%s%u",
			group->matched > 0 ? ", " : "", service->stats->port);
	else if (group->matched == PORTS_NAMED)
		sy_text_add(group->ports, sizeof(group->ports), ", ...");
	group->matched++;
	group->attempts += span->attempts;
	group->failed += service->failed;
	if (service->clients > group->clients)
		group->clients = service->clients;
	if (group->since_ns == 0 || span->since_ns < group->since_ns)
		group->since_ns = span->since_ns;
	if (span->last_seen_ns > group->last_seen_ns)
		group->last_seen_ns = span->last_seen_ns;
	if (group->heaviest == NULL || span->attempts > *heaviest) {
		group->heaviest = service;
		*heaviest = span->attempts;
	}
}

struct sy_group sy_group_collect(
	const struct sy_verdict *verdict, uint32_t first, const struct sy_group_rule *rule)
{
	const struct sy_facts *facts = verdict->facts;
	struct sy_group group = {.services = &facts->services[first]};
	const struct sy_addr *server = &group.services->stats->server;
	uint64_t heaviest = 0;

	for (uint32_t i = first; i < facts->service_count; i++) {
		const struct sy_service_facts *service = &facts->services[i];
		if (!sy_addr_equal(&service->stats->server, server))
			break;
		group.count++;
		if (!rule->match(verdict, service))
			continue;
		struct sy_span span = rule->span(verdict, service);
		add_service(&group, service, &span, &heaviest);
	}
	return group;
}

void sy_group_each(struct sy_verdict *verdict, const struct sy_group_rule *rule)
{
	for (uint32_t first = 0; first < verdict->facts->service_count;) {
		struct sy_group group = sy_group_collect(verdict, first, rule);

		if (group.matched > SY_PORTS_APART)
			rule->many(verdict, &group);
		for (uint32_t i = 0; group.matched <= SY_PORTS_APART && i < group.count; i++) {
			if (group.matched > 0 && rule->match(verdict, &group.services[i]))
				rule->one(verdict, &group.services[i]);
		}
		first += group.count;
	}
}
