// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "demo_port.h"

#include <sched.h>
#include <stdio.h>

#define INTERVAL_S 5
#define MEMORY_MIB 64

// No client of the demo waits longer than 4 s before it sends a SYN again.
#define ATTEMPT_S 9

static void set_port(struct sy_config_port *port, uint32_t index)
{
	snprintf(port->name, sizeof(port->name), "demo-%c", 'a' + (char)index);
	snprintf(port->device, sizeof(port->device), "%s", demo_port_device(index));
	snprintf(port->link, sizeof(port->link), "demo");
	snprintf(port->vantage, sizeof(port->vantage), "demo");
	port->device_kind = SY_CONFIG_DEVICE_VDEV; // found by its name
	port->side = index == 0 ? SY_CONFIG_SIDE_A : SY_CONFIG_SIDE_B;
	port->queues = 0;
}

// The manager on the first CPU that the process may use, the worker on the last.
static void set_cores(struct sy_config *config)
{
	uint32_t first = 0, last = 0;
	bool found = false;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0)
		CPU_SET(0, &cpus);
	for (uint32_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &cpus))
			continue;
		if (!found)
			first = cpu;
		found = true;
		last = cpu;
	}
	config->manager_core = first;
	config->workers.cores[0] = last;
	config->workers.core_count = 1;
}

void demo_config(struct sy_config *config)
{
	struct sy_config_port defaults = {.descriptors = 1024};

	sy_config_init(config);
	config->port_count = DEMO_PORTS;
	for (uint32_t i = 0; i < DEMO_PORTS; i++) {
		config->ports[i] = defaults;
		set_port(&config->ports[i], i);
	}
	snprintf(config->vantages[0], sizeof(config->vantages[0]), "demo");
	config->vantage_count = 1;
	set_cores(config);
	config->memory_mib = MEMORY_MIB;
	config->interval_s = INTERVAL_S;
	config->timeouts.attempt_s = ATTEMPT_S;
	config->huge_pages = false;
	config->output.directory[0] = '\0';
}
