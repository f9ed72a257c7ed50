// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What a driver counts beyond the usual three: each has names of its own for frames that it
// dropped.

#include "ports_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XSTATS_MAX 4096 // of a driver with very many queues

/// Names that mean that a received frame was lost, for queues as well as for the whole port.
static bool tells_of_loss(const char *name)
{
	static const char *const words[] = {"drop", "discard", "miss", "error", "no_buf", "nobuf",
		"out_of_buffer", "overrun", "overflow", "no_desc", "alloc_fail"};
	// What rte_eth_stats_get() says already, and the other direction.
	static const char *const known[] = {
		"rx_missed_errors", "rx_errors", "rx_mbuf_allocation_errors"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(name, known[i]) == 0)
			return false;
	if (strstr(name, "tx_") != NULL || strncmp(name, "tx", 2) == 0)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(name, words[i]) != NULL)
			return true;
	return false;
}

static void choose(struct port *port, const struct rte_eth_xstat_name *names, int count)
{
	for (int i = 0; i < count && port->xstat_count < SY_PORT_COUNTERS_MAX; i++) {
		struct port_xstat *x = &port->xstats[port->xstat_count];

		if (!tells_of_loss(names[i].name))
			continue;
		*x = (struct port_xstat){.id = (uint64_t)i};
		snprintf(x->name, sizeof(x->name), "%s", names[i].name);
		if (rte_eth_xstats_get_by_id(port->shown.id, &x->id, &x->last, 1) == 1)
			port->xstat_count++;
	}
}

void sy_port_xstats_find(struct port *port)
{
	struct rte_eth_xstat_name *names = NULL;
	int count = rte_eth_xstats_get_names(port->shown.id, NULL, 0);

	port->xstat_count = 0;
	if (count > 0 && count <= XSTATS_MAX)
		names = calloc((size_t)count, sizeof(*names));
	if (names != NULL &&
		rte_eth_xstats_get_names(port->shown.id, names, (unsigned)count) == count)
		choose(port, names, count);
	free(names);
}

uint32_t sy_ports_counters(
	struct sy_ports *ports, uint32_t i, struct sy_port_counter out[static SY_PORT_COUNTERS_MAX])
{
	struct port *port = &ports->ports[i];

	for (uint32_t k = 0; k < port->xstat_count; k++) {
		struct port_xstat *x = &port->xstats[k];
		uint64_t now = x->last;

		if (!port->shown.gone)
			rte_eth_xstats_get_by_id(port->shown.id, &x->id, &now, 1);
		sy_port_add_count(&x->sum, x->last, now);
		x->last = now;
		out[k] = (struct sy_port_counter){x->name, x->sum};
	}
	return port->xstat_count;
}
