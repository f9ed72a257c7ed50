// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "ports_way.h"

#include <rte_ethdev.h>
#include <rte_mempool.h>

// One opened port, and what the files ports*.c share of it.

#define PORT_SOCKETS_MAX 32 ///< af_packet has 16 queues at most
#define PORT_NODES_MAX   8  ///< pools; ports of further nodes share the first

/// A counter of the driver's own.
struct port_xstat {
	char name[RTE_ETH_XSTATS_NAME_SIZE];
	uint64_t id, last, sum;
};

struct port {
	struct sy_port shown;
	char driver[64];
	char why[PORT_WHY_BYTES];
	struct rte_eth_dev_info info;
	struct port_rss rss;
	struct rte_mempool *pool;
	bool opened;           ///< to be closed
	uint16_t power_queues; ///< queues whose core saves power while nothing comes
	bool listening;        ///< the callback is registered
	bool removed;          ///< set by the interrupt thread, atomically
	struct rte_eth_stats last;
	struct sy_port_losses losses;
	int packet_sockets[PORT_SOCKETS_MAX]; ///< owned by the driver
	uint32_t packet_socket_count;
	struct port_xstat xstats[SY_PORT_COUNTERS_MAX];
	uint32_t xstat_count;
};

struct sy_ports {
	const struct sy_config *config;
	uint32_t count;
	struct rte_mempool *pools[PORT_NODES_MAX];
	int pool_nodes[PORT_NODES_MAX];
	uint32_t pool_count;
	struct port ports[SY_CONFIG_PORTS_MAX];
};

/// Finds the ethdev of port i, probing the device if EAL has not. 0, or -errno and a sentence.
int sy_port_find(const struct sy_config *config, uint32_t i, uint16_t *id, struct sy_error *err);

/// Finds port i and notes what it is; ports.c. 0, or -errno and a phrase in err.
int sy_port_open(struct sy_ports *ports, uint32_t i, struct sy_error *err);

/// Starts it and decides its way; ports.c. 0, or -errno and a phrase in err.
int sy_port_begin(struct sy_ports *ports, uint32_t i, struct sy_error *err);

/// Makes the workers' cores save power while its queues are empty, before it is started. 0, also
/// when nothing of the kind is configured; -ENOTSUP when card or processor cannot.
int sy_port_power_on(struct port *port, enum sy_config_idle idle);

/// Ends that; the port is stopped.
void sy_port_power_off(struct port *port);

/// Stops it, and gives its device back; ports.c.
void sy_port_end(struct port *port);

/// Gives the device back to its bus, so that it can be opened again.
void sy_port_detach(struct port *port);

/// Configures queues, hash and MTU, and starts. `period` as in sy_port_rss_entry(). 0, or -errno
/// and a phrase in err.
int sy_port_start(struct port *port, const struct sy_config_port *config, enum sy_config_idle idle,
	uint32_t period, struct sy_error *err);

/// The offered hashes over TCP; 0 = none.
uint64_t sy_port_rss_types(const struct rte_eth_dev_info *info);

/// Sets key and table on a started port, and reads them back into port->rss.
void sy_port_rss_set(struct port *port, uint32_t period);

/// Is it a kernel interface behind af_packet?
bool sy_port_is_packet(const struct port *port);

/// Finds the packet sockets that the driver has open on the port's interface.
void sy_port_packet_find(struct port *port);

/// Frames that the kernel dropped since the last call.
uint64_t sy_port_packet_drops(const struct port *port);

/// What the kernel's ring has room for, of each frame of the device; the rest is cut off, and the
/// driver does not tell.
uint16_t sy_port_packet_room(const char *device);

/// 1 = link up, 0 = down, -1 = the interface is gone. A system call or two.
int sy_port_packet_link(const struct port *port);

/// Finds the driver's counters that tell of losses.
void sy_port_xstats_find(struct port *port);

/// Adds what a counter has grown by; one that began again at zero has grown by what it shows.
void sy_port_add_count(uint64_t *sum, uint64_t last, uint64_t now);

/// Starts the counts of losses at zero.
void sy_port_losses_start(struct port *port);
