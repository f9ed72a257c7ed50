// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_facts.h"

static int order_service(const struct sy_service_stats *service, const struct sy_addr *server,
	uint16_t port, uint32_t domain)
{
	int order = sy_addr_compare(&service->server, server);

	if (order == 0)
		order = (int)service->port - (int)port;
	if (order == 0 && service->domain != domain)
		order = service->domain < domain ? -1 : 1;
	return order;
}

const struct sy_service_facts *sy_facts_service(
	const struct sy_facts *facts, const struct sy_addr *server, uint16_t port, uint32_t domain)
{
	uint32_t low = 0, high = facts->service_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = order_service(facts->services[middle].stats, server, port, domain);
		if (order == 0)
			return &facts->services[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool talks_at(const struct sy_host_facts *host)
{
	const struct sy_host_stats *stats = host->stats;

	if (stats->confirmed || stats->other_ip > 0)
		return true;
	for (uint32_t i = 0; i < stats->rst_slots; i++) {
		if (sy_rst_origin_judge(host, stats->rst[i].ttl) != SY_ORIGIN_PATH)
			return true;
	}
	return false;
}

bool sy_facts_host_talks(const struct sy_facts *facts, const struct sy_addr *addr)
{
	for (uint8_t v = 0; v < SY_VANTAGE_MAX; v++) {
		const struct sy_host_facts *host = sy_facts_host(facts, addr, v);
		if (host != NULL && talks_at(host))
			return true;
	}
	return false;
}

const struct sy_hist *sy_facts_next_transit(
	const struct sy_facts *facts, uint32_t *cursor, uint32_t *from, uint32_t *to)
{
	uint32_t count = facts->vantage_count;

	while (facts->transit != NULL && *cursor < count * count) {
		const struct sy_hist *time;
		*from = *cursor / count;
		*to = (*cursor)++ % count;
		time = &facts->transit->time[*from][*to];
		if (time->count > 0)
			return time;
	}
	return NULL;
}
