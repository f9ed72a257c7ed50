// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What was lost before the program saw it.

#include "ports_internal.h"

// A driver may begin again at zero, when a link comes back or a device is reset: what it counted
// before stays counted.
void sy_port_add_count(uint64_t *sum, uint64_t last, uint64_t now)
{
	*sum += now >= last ? now - last : now;
}

void sy_port_losses_start(struct port *port)
{
	port->losses = (struct sy_port_losses){0};
	if (rte_eth_stats_get(port->shown.id, &port->last) != 0)
		port->last = (struct rte_eth_stats){0};
	sy_port_packet_drops(port); // of before
	sy_port_xstats_find(port);
}

void sy_ports_losses(struct sy_ports *ports, uint32_t i, struct sy_port_losses *out)
{
	struct port *port = &ports->ports[i];
	struct rte_eth_stats now;

	if (!port->shown.gone && rte_eth_stats_get(port->shown.id, &now) == 0) {
		sy_port_add_count(&port->losses.missed, port->last.imissed, now.imissed);
		sy_port_add_count(&port->losses.errors, port->last.ierrors, now.ierrors);
		sy_port_add_count(&port->losses.no_mbuf, port->last.rx_nombuf, now.rx_nombuf);
		port->last = now;
	}
	port->losses.kernel_drops += sy_port_packet_drops(port);
	*out = port->losses;
}
