// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Queues, MTU and promiscuous mode: from a port that is there to one that receives.

#include "ports_internal.h"

#include <rte_errno.h>
#include <rte_mbuf_dyn.h>

#include <errno.h>
#include <string.h>

#define JUMBO_MTU      9600
#define ETHERNET_BYTES (RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN)
#define FRAME_ROOM     (RTE_MBUF_DEFAULT_DATAROOM)

/// One attempt to configure and start.
struct attempt {
	struct rte_eth_conf conf;
	enum sy_config_idle idle;
	bool hopeless;      ///< another attempt would fail likewise
	uint16_t tx_queues; ///< nothing is sent, but some drivers insist
	const char *step;   ///< at which it failed
};

// The largest MTU that the driver takes; 0 = leave it as it is, which virtual devices want: theirs
// is the interface's own.
static uint16_t best_mtu(const struct rte_eth_dev_info *info)
{
	uint32_t overhead = ETHERNET_BYTES, mtu = JUMBO_MTU;

	if (info->max_mtu == UINT16_MAX || info->max_rx_pktlen <= ETHERNET_BYTES)
		return 0;
	if (info->max_rx_pktlen > info->max_mtu)
		overhead = info->max_rx_pktlen - info->max_mtu;
	if (mtu > info->max_mtu)
		mtu = info->max_mtu;
	if (mtu + overhead > FRAME_ROOM &&
		(info->rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER) == 0)
		mtu = FRAME_ROOM - overhead;
	return (uint16_t)mtu;
}

static int set_up_queues(struct port *port, const struct attempt *attempt)
{
	uint16_t id = port->shown.id, tx = 512, rx = port->shown.descriptors;
	int node = port->shown.socket < 0 ? SOCKET_ID_ANY : port->shown.socket;
	int status = rte_eth_dev_adjust_nb_rx_tx_desc(id, &rx, &tx);

	if (status != 0)
		return status;
	port->shown.descriptors = rx;
	for (uint16_t q = 0; q < port->shown.queues && status == 0; q++) {
		struct rte_eth_rxconf conf = port->info.default_rxconf;

		conf.offloads = attempt->conf.rxmode.offloads;
		status = rte_eth_rx_queue_setup(id, q, rx, (unsigned)node, &conf, port->pool);
	}
	for (uint16_t q = 0; q < attempt->tx_queues && status == 0; q++)
		status = rte_eth_tx_queue_setup(id, q, tx, (unsigned)node, NULL);
	return status;
}

static int try_start(struct port *port, struct attempt *attempt)
{
	uint16_t id = port->shown.id;
	int status;

	sy_port_power_off(port); // of the attempt before
	attempt->step = "configured";
	status = rte_eth_dev_configure(id, port->shown.queues, attempt->tx_queues, &attempt->conf);
	if (status != 0)
		return status;
	attempt->step = "given its queues";
	status = set_up_queues(port, attempt);
	if (status != 0)
		return status;
	attempt->step = "made to save power (idle), which takes another card or processor,";
	status = sy_port_power_on(port, attempt->idle);
	attempt->hopeless = status != 0;
	if (status != 0)
		return status;
	attempt->step = "started";
	return rte_eth_dev_start(id);
}

static void fill_conf(const struct port *port, bool jumbo, uint8_t key[], struct rte_eth_conf *conf)
{
	const struct rte_eth_dev_info *info = &port->info;

	*conf = (struct rte_eth_conf){0};
	conf->intr_conf.rmv = (*info->dev_flags & RTE_ETH_DEV_INTR_RMV) != 0;
	if (jumbo) {
		conf->rxmode.mtu = port->shown.mtu;
		if (info->rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER)
			conf->rxmode.offloads |= RTE_ETH_RX_OFFLOAD_SCATTER;
	}
	if (port->shown.time_unit_ns > 0)
		conf->rxmode.offloads |= info->rx_offload_capa & RTE_ETH_RX_OFFLOAD_TIMESTAMP;
	if (port->shown.queues > 1 && sy_port_rss_types(info) != 0) {
		conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
		conf->rx_adv_conf.rss_conf = (struct rte_eth_rss_conf){
			info->hash_key_size > 0 && info->hash_key_size <= PORT_KEY_BYTES ? key
											 : NULL,
			info->hash_key_size, sy_port_rss_types(info)};
	}
}

/// net_vhost starts without a queue to send as well, and then receives nothing.
static bool needs_to_send(const struct port *port)
{
	return strcmp(port->driver, "net_vhost") == 0;
}

/// With the largest frames first; then without that wish; each without and with queues to send.
static int start_somehow(struct port *port, struct attempt *attempt)
{
	uint8_t key[PORT_KEY_BYTES];
	int status = -EINVAL;

	sy_port_rss_key(key);
	for (int way = port->shown.mtu > 0 ? 0 : 2; way < 4; way++) {
		if ((way & 1) == 0 && needs_to_send(port))
			continue;
		attempt->tx_queues = way & 1 ? port->shown.queues : 0;
		if (attempt->tx_queues > port->info.max_tx_queues)
			attempt->tx_queues = port->info.max_tx_queues;
		fill_conf(port, way < 2, key, &attempt->conf);
		status = try_start(port, attempt);
		if (status == 0 && way >= 2)
			port->shown.mtu = 0;
		if (status == 0 || status == -ENOMEM || attempt->hopeless)
			return status;
	}
	return status;
}

/// Times of the kernel, which are the wall clock's: what network cards stamp frames with is a clock
/// of their own, and is not used.
static void want_times(struct port *port)
{
	// af_packet where its DPDK can, pcap always.
	static const struct {
		const char *driver;
		uint32_t unit_ns;
		bool offers;
	} known[] = {{"net_af_packet", 1, true}, {"net_pcap", 1000, false}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(port->driver, known[i].driver) == 0 &&
			(!known[i].offers ||
				(port->info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_TIMESTAMP)) &&
			rte_mbuf_dyn_rx_timestamp_register(
				&port->shown.time_offset, &port->shown.time_flag) == 0)
			port->shown.time_unit_ns = known[i].unit_ns;
	}
}

int sy_port_start(struct port *port, const struct sy_config_port *config, enum sy_config_idle idle,
	uint32_t period, struct sy_error *err)
{
	struct attempt attempt = {.idle = idle, .step = ""};
	int status;

	if (port->shown.queues > port->info.max_rx_queues)
		port->shown.queues = port->info.max_rx_queues;
	port->shown.mtu = best_mtu(&port->info);
	want_times(port);
	status = start_somehow(port, &attempt);
	if (status != 0)
		return sy_error_set(err, -status,
			"%s (%s) cannot be %s with %u queues of %u descriptors: %s%s",
			config->device, port->driver, attempt.step, port->shown.queues,
			port->shown.descriptors, rte_strerror(-status),
			status == -ENOMEM
				? "; memory is short: more huge pages, or fewer descriptors"
				: "");
	// Drivers say "not supported" where every frame arrives in any case.
	status = config->promiscuous ? rte_eth_promiscuous_enable(port->shown.id)
				     : rte_eth_promiscuous_disable(port->shown.id);
	if (status != 0 && status != -ENOTSUP && config->promiscuous)
		return sy_error_set(err, -status, "%s (%s) cannot be made promiscuous: %s",
			config->device, port->driver, rte_strerror(-status));
	rte_eth_dev_info_get(port->shown.id, &port->info); // the table may depend on the queues
	sy_port_rss_set(port, period);
	return 0;
}
