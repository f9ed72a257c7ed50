// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What was lost before the program, in an interval.

#include "log.h"
#include "manager.h"

#include <stdio.h>

#define LIMIT_NS (60 * SY_NS_PER_S)

static void add_counted(struct manager *m, uint32_t p)
{
	struct sy_port_stats *port = &m->sum.ports[p];
	struct sy_port_losses now, *before = &m->losses[p];
	uint64_t kernel;

	sy_ports_losses(m->live->ports, p, &now);
	kernel = now.kernel_drops - before->kernel_drops;
	m->kernel_drops[p] += kernel;
	port->nic_missed += now.missed - before->missed + kernel;
	port->nic_errors += now.errors - before->errors;
	port->no_mbuf += now.no_mbuf - before->no_mbuf;
	*before = now;
}

/// What the driver itself counts, where it has grown in this interval.
static void add_drivers(struct manager *m, uint32_t p)
{
	struct sy_port_counter now[SY_PORT_COUNTERS_MAX];
	struct manager_counters *c = &m->counters[p];
	uint32_t count = sy_ports_counters(m->live->ports, p, now);

	c->count = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t before = i < c->read_count ? c->read[i].count : 0;
		uint64_t grown = now[i].count > before ? now[i].count - before : 0;

		c->read[i] = now[i];
		if (grown > 0)
			c->grown[c->count++] = (struct sy_named_count){now[i].name, grown};
	}
	c->read_count = count;
}

static void tell(const struct manager *m, uint32_t p)
{
	const struct sy_port_stats *port = &m->sum.ports[p];
	const struct manager_counters *c = &m->counters[p];
	const char *name = m->config->ports[p].name;
	uint64_t lost = port->nic_missed + port->no_mbuf + port->ring_full;
	char key[96];

	if (lost > 0)
		log_limited(name, LIMIT_NS, SY_CONFIG_LOG_WARNING, "ports",
			"%s lost %llu frames in this interval: %llu for want of descriptors or in "
			"the kernel, %llu of buffers, %llu between workers",
			name, (unsigned long long)lost, (unsigned long long)port->nic_missed,
			(unsigned long long)port->no_mbuf, (unsigned long long)port->ring_full);
	if (port->nic_errors > 0) {
		snprintf(key, sizeof(key), "damaged %s", name);
		log_limited(key, LIMIT_NS, SY_CONFIG_LOG_WARNING, "ports",
			"%s received %llu damaged frames", name,
			(unsigned long long)port->nic_errors);
	}
	for (uint32_t i = 0; i < c->count; i++) {
		snprintf(key, sizeof(key), "%s %.40s", name, c->grown[i].name);
		log_limited(key, LIMIT_NS, SY_CONFIG_LOG_WARNING, "ports",
			"%s: the driver counts %llu more %s", name,
			(unsigned long long)c->grown[i].count, c->grown[i].name);
	}
}

void manager_add_losses(struct manager *m)
{
	for (uint32_t p = 0; p < m->config->port_count; p++) {
		add_counted(m, p);
		add_drivers(m, p);
		tell(m, p);
	}
}
