// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "live_ports.h"

#include "log.h"

#include <stdio.h>

#define REOPEN_NS (5 * SY_NS_PER_S) // between two tries
#define LIMIT_NS  (600 * SY_NS_PER_S)

static uint32_t index_of(const struct live *live, const struct sy_port *port)
{
	uint32_t p = 0;

	while (sy_ports_get(live->ports, p) != port)
		p++;
	return p;
}

static void on_port(void *arg, enum sy_port_event event, const struct sy_port *port)
{
	struct live *live = arg;

	if (event == SY_PORT_LINK_UP) {
		log_info("ports", "%s: the link is up", port->name);
	} else if (event == SY_PORT_LINK_DOWN) {
		log_warning("ports", "%s: the link is down", port->name);
	} else {
		log_error("ports", "%s: the device was removed; it is polled again when it is back",
			port->name);
		live_leave_port(live, index_of(live, port));
	}
}

static void bring_back(struct live *live, uint32_t p)
{
	const struct sy_port *port = sy_ports_get(live->ports, p);
	struct sy_error err;
	char key[80];

	if (sy_ports_reopen(live->ports, p, &err) != 0) {
		snprintf(key, sizeof(key), "gone %s", port->name);
		log_limited(key, LIMIT_NS, SY_CONFIG_LOG_WARNING, "ports", "%s: still gone: %s",
			port->name, err.text);
		return;
	}
	live_take_port(live, p);
	log_info("ports", "%s: the device is back, link %s", port->name, port->up ? "up" : "down");
}

void live_ports_look(struct live *live, uint64_t monotonic_ns)
{
	bool due = monotonic_ns - live->reopened_ns >= REOPEN_NS;

	sy_ports_poll(live->ports, on_port, live);
	// A worker may be in the driver of a port that it was just told to leave.
	if (!due || !live_has_left(live))
		return;
	live->reopened_ns = monotonic_ns;
	for (uint32_t p = 0; p < sy_ports_count(live->ports); p++)
		if (sy_ports_get(live->ports, p)->gone)
			bring_back(live, p);
}
