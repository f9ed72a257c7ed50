// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The polled ports of a live run, as a whole.

#include "ports_internal.h"

#include "sy_source.h"

#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_pause.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL_CACHE 256

/// On DPDK's interrupt thread.
static int on_removed(uint16_t id, enum rte_eth_event_type type, void *arg, void *result)
{
	struct port *port = arg;

	(void)id;
	(void)type;
	(void)result;
	__atomic_store_n(&port->removed, true, __ATOMIC_RELEASE);
	return 0;
}

/// Buffers for the ports of one NUMA node; pools share what the workers hold.
static uint32_t pool_mbufs(const struct sy_ports *ports, int node)
{
	const struct sy_config *config = ports->config;
	uint32_t mbufs = sy_ports_mbufs(config);

	for (uint32_t i = 0; i < ports->count && config->mbufs == 0; i++)
		if (ports->ports[i].shown.socket != node)
			mbufs -= sy_ports_queues(config, i) * config->ports[i].descriptors;
	return mbufs;
}

/// The pool of a NUMA node, made when its first port asks.
static struct rte_mempool *pool_of(struct sy_ports *ports, int node)
{
	uint32_t mbufs = pool_mbufs(ports, node), i = 0;
	struct rte_mempool *pool;
	char name[32];

	while (i < ports->pool_count && ports->pool_nodes[i] != node)
		i++;
	if (i < ports->pool_count)
		return ports->pools[i];
	if (i == PORT_NODES_MAX)
		return ports->pools[0];
	snprintf(name, sizeof(name), "sy_frames_%u", i);
	pool = rte_pktmbuf_pool_create(name, mbufs, POOL_CACHE,
		RTE_ALIGN(sizeof(struct sy_frame_meta), RTE_MBUF_PRIV_ALIGN),
		RTE_MBUF_DEFAULT_BUF_SIZE, node < 0 ? SOCKET_ID_ANY : node);
	if (pool == NULL) // the node may have no memory of its own
		pool = rte_pktmbuf_pool_create(name, mbufs, POOL_CACHE,
			RTE_ALIGN(sizeof(struct sy_frame_meta), RTE_MBUF_PRIV_ALIGN),
			RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	if (pool != NULL) {
		ports->pools[i] = pool;
		ports->pool_nodes[i] = node;
		ports->pool_count++;
	}
	return pool;
}

int sy_port_open(struct sy_ports *ports, uint32_t i, struct sy_error *err)
{
	const struct sy_config_port *config = &ports->config->ports[i];
	struct port *port = &ports->ports[i];
	int status = sy_port_find(ports->config, i, &port->shown.id, err);

	if (status != 0)
		return status;
	for (uint32_t k = 0; k < i; k++)
		if (ports->ports[k].opened && ports->ports[k].shown.id == port->shown.id)
			return sy_error_set(err, EEXIST, "%s is the same device as %s",
				config->device, ports->config->ports[k].device);
	port->opened = true;
	status = rte_eth_dev_info_get(port->shown.id, &port->info);
	if (status != 0)
		return sy_error_set(err, -status, "%s does not answer: %s", config->device,
			rte_strerror(-status));
	snprintf(port->driver, sizeof(port->driver), "%s", port->info.driver_name);
	port->shown.name = config->name;
	port->shown.driver = port->driver;
	port->shown.why = port->why;
	port->shown.queues = (uint16_t)sy_ports_queues(ports->config, i);
	port->shown.descriptors = (uint16_t)config->descriptors;
	port->shown.socket = rte_eth_dev_socket_id(port->shown.id);
	return 0;
}

/// Size of the smallest redirection table: a period that all of them can have.
static uint32_t smallest_table(const struct sy_ports *ports)
{
	uint32_t period = PORT_TABLE_MAX;

	for (uint32_t i = 0; i < ports->count; i++) {
		uint16_t size = ports->ports[i].info.reta_size;

		if (size > 0 && size < period)
			period = size;
	}
	return period;
}

int sy_port_begin(struct sy_ports *ports, uint32_t i, struct sy_error *err)
{
	const struct sy_config *config = ports->config;
	struct port *port = &ports->ports[i];
	struct rte_eth_link link = {0};
	struct port_facts facts;
	int status;

	port->pool = pool_of(ports, port->shown.socket);
	if (port->pool == NULL)
		return sy_error_set(err, ENOMEM,
			"there is no memory for %u buffers of frames (%u MiB): %sset `mbufs` lower",
			sy_ports_mbufs(config),
			(unsigned)(sy_ports_mbuf_bytes(
					   sy_ports_mbufs(config), config->huge_pages) >>
				   20),
			config->huge_pages ? "reserve more huge pages, or " : "");
	status = sy_port_start(port, &config->ports[i], config->idle, smallest_table(ports), err);
	if (status != 0)
		return status;
	port->listening = rte_eth_dev_callback_register(
				  port->shown.id, RTE_ETH_EVENT_INTR_RMV, on_removed, port) == 0;
	sy_port_packet_find(port);
	if (sy_port_is_packet(port))
		port->shown.cut_bytes = sy_port_packet_room(config->ports[i].device);
	sy_port_losses_start(port);
	port->shown.up = rte_eth_link_get_nowait(port->shown.id, &link) != 0 || link.link_status;
	if (port->packet_socket_count > 0)
		port->shown.up = sy_port_packet_link(port) > 0;
	facts = (struct port_facts){config->workers.core_count, port->shown.queues,
		config->distribution, port->driver, &port->rss};
	if (sy_port_way_decide(&facts, &port->shown.way, port->why) != 0)
		return sy_error_set(err, ENOTSUP,
			"distribution: rss is impossible, for %s has %s; take auto",
			config->ports[i].device, port->why);
	return 0;
}

/// A flow may be seen at several ports, so all of them have to bring it to the same worker: where
/// one port cannot, or does it otherwise, every port hands over.
static void agree(struct sy_ports *ports)
{
	const struct port *odd = NULL;

	for (uint32_t i = 0; i < ports->count && odd == NULL; i++) {
		const struct port *port = &ports->ports[i];

		if (port->shown.way == SY_PORT_SOFTWARE ||
			(i > 0 && ports->config->distribution != SY_CONFIG_DISTRIBUTION_RSS &&
				port->shown.way == SY_PORT_RSS &&
				!sy_port_rss_agree(&port->rss, &ports->ports[0].rss)))
			odd = port;
	}
	for (uint32_t i = 0; i < ports->count && odd != NULL; i++) {
		struct port *port = &ports->ports[i];

		if (port->shown.way != SY_PORT_RSS)
			continue;
		port->shown.way = SY_PORT_SOFTWARE;
		snprintf(port->why, sizeof(port->why), "port %s distributes otherwise",
			port == odd ? ports->ports[0].shown.name : odd->shown.name);
	}
}

int sy_ports_open(struct sy_ports **out, const struct sy_config *config, const char *config_path,
	struct sy_error *err)
{
	struct sy_ports *ports = calloc(1, sizeof(*ports));
	struct sy_error why = {""};
	uint32_t i;
	int status = 0;

	*out = NULL;
	if (ports == NULL)
		return sy_error_set(err, ENOMEM, "no memory for the ports");
	ports->config = config;
	for (i = 0; i < config->port_count && status == 0; i++) {
		ports->count = i + 1;
		status = sy_port_open(ports, i, &why);
	}
	if (status == 0)
		for (i = 0; i < ports->count && status == 0; i++)
			status = sy_port_begin(ports, i, &why);
	if (status == 0) {
		agree(ports);
		*out = ports;
		return 0;
	}
	char key[48];
	snprintf(key, sizeof(key), "ports[%u].device", i - 1);
	sy_config_complain(config_path, err, key, "%s", why.text);
	sy_ports_close(ports);
	return status;
}

void sy_port_end(struct port *port)
{
	if (!port->opened)
		return;
	// While it is being called it cannot be taken back, and `port` must stay.
	while (port->listening && rte_eth_dev_callback_unregister(port->shown.id,
					  RTE_ETH_EVENT_INTR_RMV, on_removed, port) == -EAGAIN)
		rte_pause();
	rte_eth_dev_stop(port->shown.id);
	sy_port_power_off(port);
	sy_port_detach(port);
	port->opened = port->listening = false;
	port->packet_socket_count = 0; // their numbers may be others' from now on
}

void sy_ports_close(struct sy_ports *ports)
{
	if (ports == NULL)
		return;
	for (uint32_t i = 0; i < ports->count; i++)
		sy_port_end(&ports->ports[i]);
	for (uint32_t i = 0; i < ports->pool_count; i++)
		rte_mempool_free(ports->pools[i]);
	free(ports);
}

uint32_t sy_ports_count(const struct sy_ports *ports)
{
	return ports->count;
}

const struct sy_port *sy_ports_get(const struct sy_ports *ports, uint32_t i)
{
	return &ports->ports[i].shown;
}

/// Whether software can tell to which queue the ports bring a flow.
static bool is_followed(const struct sy_ports *ports)
{
	for (uint32_t i = 0; i < ports->count; i++) {
		const struct port *port = &ports->ports[i];

		if (port->shown.way != SY_PORT_RSS ||
			!sy_port_rss_agree(&port->rss, &ports->ports[0].rss))
			return false;
	}
	return ports->count > 0;
}

bool sy_ports_need_handoff(const struct sy_ports *ports)
{
	for (uint32_t i = 0; i < ports->count; i++)
		if (ports->ports[i].shown.way == SY_PORT_SOFTWARE)
			return true;
	return is_followed(ports);
}

bool sy_ports_assign(const struct sy_ports *ports, struct sy_ports_assignment *out)
{
	const struct port_rss *rss = &ports->ports[0].rss;

	if (!is_followed(ports))
		return false;
	out->with_ports = rss->with_ports;
	for (uint32_t fold = 0; fold < SY_PORTS_FOLDS; fold++) {
		uint16_t queue = sy_port_rss_queue(rss, (uint16_t)fold);

		// Only where the hash is demanded, whatever it reads back.
		if (queue >= ports->ports[0].shown.queues)
			return false;
		out->queue[fold] = (uint8_t)queue;
	}
	return true;
}

static bool look(struct port *port, bool *up)
{
	struct rte_eth_link link = {0};
	int packet;

	if (__atomic_load_n(&port->removed, __ATOMIC_ACQUIRE) ||
		rte_eth_dev_is_removed(port->shown.id) == 1)
		return false;
	if (port->packet_socket_count > 0) {
		packet = sy_port_packet_link(port);
		*up = packet > 0;
		return packet >= 0;
	}
	*up = rte_eth_link_get_nowait(port->shown.id, &link) != 0 ? port->shown.up
								  : link.link_status;
	return true;
}

void sy_ports_poll(struct sy_ports *ports,
	void (*event)(void *arg, enum sy_port_event event, const struct sy_port *port), void *arg)
{
	for (uint32_t i = 0; i < ports->count; i++) {
		struct port *port = &ports->ports[i];
		bool up = port->shown.up;

		if (port->shown.gone)
			continue;
		if (!look(port, &up)) {
			port->shown.gone = true;
			port->shown.up = false;
			event(arg, SY_PORT_REMOVED, &port->shown);
		} else if (up != port->shown.up) {
			port->shown.up = up;
			event(arg, up ? SY_PORT_LINK_UP : SY_PORT_LINK_DOWN, &port->shown);
		}
	}
}
