// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Ports: opened for a moment as live would, so that what is said of them is what the drivers say.

#include "check.h"
#include "eal.h"
#include "eal_arguments.h"

#include "sy_ports.h"

#include <stdio.h>

/// Looks from outside first: every device that is not there, not only the first one.
static bool look_from_outside(struct check *check)
{
	const struct sy_config *config = check->config;
	bool fine = true;

	for (uint32_t i = 0; i < config->port_count; i++) {
		struct sy_error err = {""};

		if (sy_ports_device_obstacle(config, i, false, &err) == 0)
			continue;
		check_problem(check, CHECK_ERROR, "ports[%u].device: %s", i, err.text);
		fine = false;
	}
	return fine;
}

static void describe_node(struct check *check, uint32_t i, const struct sy_port *port)
{
	const struct sy_config_workers *workers = &check->config->workers;
	char away[160] = "", right[160] = "";
	int used = 0;

	if (port->socket < 0 || check->machine.node_count < 2)
		return;
	for (uint32_t k = 0; k < workers->core_count; k++)
		if (machine_node_of_cpu(workers->cores[k]) != port->socket && used < 150)
			used += snprintf(away + used, sizeof(away) - (size_t)used, "%s%u",
				used > 0 ? "," : "", workers->cores[k]);
	if (used == 0)
		return;
	used = 0;
	for (uint32_t cpu = 0; cpu < MACHINE_CPUS_MAX && used < 150; cpu++)
		if (check->machine.cpus[cpu] && machine_node_of_cpu(cpu) == port->socket)
			used += snprintf(right + used, sizeof(right) - (size_t)used, "%s%u",
				used > 0 ? "," : "", cpu);
	check_problem(check, CHECK_WARNING,
		"ports[%u] (%s) is on NUMA node %d, and the workers on CPU %s are not: set "
		"workers.cores to some of %s",
		i, port->name, port->socket, away, right);
}

/// The buffers of a port belong on its node.
static void warn_of_huge(struct check *check, uint32_t i, const struct sy_port *port)
{
	uint64_t needed = sy_ports_mbuf_bytes(port->queues * (uint32_t)port->descriptors, true);
	const struct machine_huge *huge;

	if (!check->config->huge_pages || port->socket < 0 || port->socket >= MACHINE_NODES_MAX)
		return;
	huge = &check->machine.huge[port->socket];
	if (huge->free_bytes >= needed)
		return;
	check_problem(check, CHECK_WARNING,
		"ports[%u] (%s) is on NUMA node %d, which has not the %llu MiB of huge pages for its "
		"frames: `synoptic-prepare hugepages %d:%llu`",
		i, port->name, port->socket, (unsigned long long)(needed >> 20) + 1, port->socket,
		(unsigned long long)(((needed + huge->total_bytes - huge->free_bytes) >> 20) + 2) /
			2);
}

static void describe(struct check *check, uint32_t i, const struct sy_port *port)
{
	char node[32] = "no NUMA node", mtu[32] = "";

	if (port->socket >= 0)
		snprintf(node, sizeof(node), "NUMA node %d", port->socket);
	if (port->mtu > 0)
		snprintf(mtu, sizeof(mtu), ", MTU %u", port->mtu);
	check_fact(port->name, "%s: %s, %s, link %s", check->config->ports[i].device, port->driver,
		node, port->up ? "up" : "down");
	check_fact("", "%u queue%s of %u%s", port->queues, port->queues == 1 ? "" : "s",
		port->descriptors, mtu);
	check_fact("", "%s: %s", sy_port_way_name(port->way), port->why);
	if (!port->up)
		check_problem(check, CHECK_WARNING,
			"ports[%u] (%s): the link is down: is the cable in, the mirror switched on, the "
			"kernel's interface up (`ip link set NAME up`)?",
			i, port->name);
	describe_node(check, i, port);
	warn_of_huge(check, i, port);
}

static void open_ports(struct check *check)
{
	struct sy_ports *ports;
	struct sy_error err = {""};

	check->machine.can_share = false; // stay out of the way of a live that runs
	if (eal_start_on(&check->machine, check->config, check->verbose, &err) != 0) {
		check_problem(check, CHECK_ERROR, "%s", err.text);
		return;
	}
	if (sy_ports_open(&ports, check->config, check->path, &err) != 0) {
		check_problem(check, CHECK_ERROR, "%s", err.text);
	} else {
		for (uint32_t i = 0; i < sy_ports_count(ports); i++)
			describe(check, i, sy_ports_get(ports, i));
		sy_ports_close(ports);
	}
	eal_stop();
}

void check_ports(struct check *check)
{
	const struct sy_config *config = check->config;

	check_section("Ports");
	if (look_from_outside(check) && check->counts[CHECK_ERROR] == 0) {
		open_ports(check);
		return;
	}
	for (uint32_t i = 0; i < config->port_count; i++)
		check_fact(config->ports[i].name, "%s", config->ports[i].device);
	check_fact("", "(not opened, because of the errors below)");
}
