// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A port whose device went away and came back.

#include "ports_internal.h"

#include <errno.h>

static bool is_same_way(const struct port *port, const struct port *before)
{
	if (before->shown.way == SY_PORT_SOFTWARE)
		return true; // whatever it brings is handed over
	if (before->shown.way == SY_PORT_RSS && before->rss.hash == PORT_HASH_KEY)
		return port->shown.way == SY_PORT_RSS &&
		       sy_port_rss_agree(&port->rss, &before->rss);
	return port->shown.way == before->shown.way && port->rss.hash == before->rss.hash;
}

/// The sums go on; a driver of another version may have other counters.
static void keep_counters(struct port *port, const struct port *before)
{
	for (uint32_t k = 0; k < port->xstat_count; k++)
		for (uint32_t b = 0; b < before->xstat_count; b++)
			if (strcmp(port->xstats[k].name, before->xstats[b].name) == 0)
				port->xstats[k].sum = before->xstats[b].sum;
}

/// The workers were made for what it was.
static int keep(struct port *port, const struct port *before, struct sy_error *err)
{
	if (port->shown.queues != before->shown.queues ||
		port->shown.time_unit_ns != before->shown.time_unit_ns ||
		!is_same_way(port, before))
		return sy_error_set(err, ENOTSUP,
			"%s is back, but not as it was (queues, times or distribution): restart to use "
			"it",
			port->shown.name);
	port->shown.way = before->shown.way;
	memcpy(port->why, before->why, sizeof(port->why));
	port->losses = before->losses;
	keep_counters(port, before);
	return 0;
}

int sy_ports_reopen(struct sy_ports *ports, uint32_t i, struct sy_error *err)
{
	struct port *port = &ports->ports[i], before;
	int status;

	sy_port_end(port);
	before = *port;
	port->shown.time_unit_ns = 0;
	__atomic_store_n(&port->removed, false, __ATOMIC_RELEASE);
	status = sy_port_open(ports, i, err);
	if (status == 0)
		status = sy_port_begin(ports, i, err);
	if (status == 0)
		status = keep(port, &before, err);
	if (status != 0) {
		sy_port_end(port);
		*port = before;
		return status;
	}
	port->shown.gone = false;
	return 0;
}
