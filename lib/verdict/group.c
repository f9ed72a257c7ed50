// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

#include <string.h>

// Ports that a sentence names.
#define PORTS_NAMED 6

static void add_service(struct sy_group *group, const struct sy_service_facts *service)
{
	uint64_t from_ns = service->run.from_ns != 0 ? service->run.from_ns
						     : service->stats->first_seen_ns;
	uint64_t until_ns = service->run.until_ns != 0 ? service->run.until_ns
						       : service->stats->last_seen_ns;

	if (group->matched < PORTS_NAMED)
		sy_text_add(group->ports, sizeof(group->ports), "%s%u",
			group->matched > 0 ? ", " : "", service->stats->port);
	else if (group->matched == PORTS_NAMED)
		sy_text_add(group->ports, sizeof(group->ports), ", ...");
	group->matched++;
	group->attempts += service->failed;
	if (service->clients > group->clients)
		group->clients = service->clients;
	if (group->since_ns == 0 || from_ns < group->since_ns)
		group->since_ns = from_ns;
	if (until_ns > group->last_seen_ns)
		group->last_seen_ns = until_ns;
	if (group->heaviest == NULL || service->failed > group->heaviest->failed)
		group->heaviest = service;
}

struct sy_group sy_group_collect(const struct sy_verdict *verdict, uint32_t first,
	bool (*match)(const struct sy_verdict *, const struct sy_service_facts *))
{
	const struct sy_facts *facts = verdict->facts;
	struct sy_group group = {.services = &facts->services[first]};
	const struct sy_addr *server = &group.services->stats->server;

	for (uint32_t i = first; i < facts->service_count; i++) {
		const struct sy_service_facts *service = &facts->services[i];
		if (!sy_addr_equal(&service->stats->server, server))
			break;
		group.count++;
		if (match == NULL || match(verdict, service))
			add_service(&group, service);
	}
	return group;
}

void sy_group_each(struct sy_verdict *verdict, const struct sy_group_rule *rule)
{
	for (uint32_t first = 0; first < verdict->facts->service_count;) {
		struct sy_group group = sy_group_collect(verdict, first, rule->match);

		if (group.matched > SY_PORTS_APART)
			rule->many(verdict, &group);
		for (uint32_t i = 0; group.matched <= SY_PORTS_APART && i < group.count; i++) {
			if (group.matched > 0 && rule->match(verdict, &group.services[i]))
				rule->one(verdict, &group.services[i]);
		}
		first += group.count;
	}
}
