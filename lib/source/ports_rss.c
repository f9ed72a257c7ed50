// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A port's own hash. First the key that makes the usual Toeplitz hash symmetric, since that can be
// read back and checked; a driver that does not take it is asked for a symmetric function.

#include "ports_internal.h"

#include <rte_flow.h>

#include <string.h>

#define TCP_TYPES \
	(RTE_ETH_RSS_NONFRAG_IPV4_TCP | RTE_ETH_RSS_NONFRAG_IPV6_TCP | RTE_ETH_RSS_IPV6_TCP_EX)
#define IP_TYPES (RTE_ETH_RSS_IPV4 | RTE_ETH_RSS_IPV6)
#define GROUPS   (PORT_TABLE_MAX / RTE_ETH_RETA_GROUP_SIZE)

// Over addresses and ports for both versions of IP, or over addresses for both: a card that could
// only do one of them would put half of the traffic on the first queue.
uint64_t sy_port_rss_types(const struct rte_eth_dev_info *info)
{
	uint64_t types = info->flow_type_rss_offloads & TCP_TYPES;
	uint64_t needed = RTE_ETH_RSS_NONFRAG_IPV4_TCP | RTE_ETH_RSS_NONFRAG_IPV6_TCP;

	if ((types & needed) == needed)
		return types | (info->flow_type_rss_offloads & IP_TYPES);
	types = info->flow_type_rss_offloads & IP_TYPES;
	return types == IP_TYPES ? types : 0;
}

static bool set_key(struct port *port)
{
	uint8_t key[PORT_KEY_BYTES], back[PORT_KEY_BYTES] = {0};
	uint8_t size = port->info.hash_key_size > 0 ? port->info.hash_key_size : PORT_KEY_CHECKED;
	struct rte_eth_rss_conf set = {key, size, sy_port_rss_types(&port->info)};
	struct rte_eth_rss_conf get = {back, sizeof(back), 0};

	sy_port_rss_key(key);
	if (size < PORT_KEY_CHECKED || size > PORT_KEY_BYTES)
		return false;
	if (rte_eth_dev_rss_hash_update(port->shown.id, &set) != 0 ||
		rte_eth_dev_rss_hash_conf_get(port->shown.id, &get) != 0)
		return false;
	memcpy(port->rss.key, back, sizeof(back));
	return memcmp(key, back, PORT_KEY_CHECKED) == 0 && (get.rss_hf & set.rss_hf) == set.rss_hf;
}

static bool set_table(struct port *port, uint32_t period)
{
	struct rte_eth_rss_reta_entry64 groups[GROUPS];
	uint16_t size = port->info.reta_size;

	if (size == 0)
		return true;
	if (size > PORT_TABLE_MAX)
		return false;
	memset(groups, 0, sizeof(groups));
	for (uint32_t i = 0; i < size; i++) {
		struct rte_eth_rss_reta_entry64 *group = &groups[i / RTE_ETH_RETA_GROUP_SIZE];

		group->mask |= 1ull << (i % RTE_ETH_RETA_GROUP_SIZE);
		group->reta[i % RTE_ETH_RETA_GROUP_SIZE] = sy_port_rss_entry(
			i, period, port->shown.queues);
	}
	if (rte_eth_dev_rss_reta_update(port->shown.id, groups, size) != 0)
		return false;
	for (uint32_t i = 0; i < GROUPS; i++)
		memset(groups[i].reta, 0xff, sizeof(groups[i].reta));
	if (rte_eth_dev_rss_reta_query(port->shown.id, groups, size) != 0)
		return false;
	for (uint32_t i = 0; i < size; i++)
		port->rss.table[i] =
			groups[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE];
	port->rss.table_size = size;
	return true;
}

/// Asks for a symmetric function over TCP of one version of IP.
static bool ask_function(const struct port *port, enum rte_flow_item_type ip, uint64_t types)
{
	const struct rte_flow_attr attributes = {.ingress = 1};
	const struct rte_flow_item pattern[] = {{.type = RTE_FLOW_ITEM_TYPE_ETH}, {.type = ip},
		{.type = RTE_FLOW_ITEM_TYPE_TCP}, {.type = RTE_FLOW_ITEM_TYPE_END}};
	const struct rte_flow_action_rss rss = {
		.func = RTE_ETH_HASH_FUNCTION_SYMMETRIC_TOEPLITZ, .types = types};
	const struct rte_flow_action actions[] = {{.type = RTE_FLOW_ACTION_TYPE_RSS, .conf = &rss},
		{.type = RTE_FLOW_ACTION_TYPE_END}};
	struct rte_flow_error error;

	return rte_flow_validate(port->shown.id, &attributes, pattern, actions, &error) == 0 &&
	       rte_flow_create(port->shown.id, &attributes, pattern, actions, &error) != NULL;
}

void sy_port_rss_set(struct port *port, uint32_t period)
{
	struct port_rss *rss = &port->rss;

	*rss = (struct port_rss){.hash = PORT_HASH_NONE};
	if (port->shown.queues <= 1)
		return;
	if (sy_port_is_packet(port)) {
		rss->hash = PORT_HASH_FANOUT;
		return;
	}
	if (sy_port_rss_types(&port->info) == 0)
		return;
	rss->with_ports = (sy_port_rss_types(&port->info) & TCP_TYPES) != 0;
	if (set_key(port) && set_table(port, period))
		rss->hash = PORT_HASH_KEY;
	else if (ask_function(port, RTE_FLOW_ITEM_TYPE_IPV4, RTE_ETH_RSS_NONFRAG_IPV4_TCP) &&
		 ask_function(port, RTE_FLOW_ITEM_TYPE_IPV6, RTE_ETH_RSS_NONFRAG_IPV6_TCP))
		rss->hash = PORT_HASH_FUNCTION;
	else
		rss->hash = PORT_HASH_REFUSED;
}
