// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Saving power while no frame comes, by DPDK's power library: after some hundred empty polls of a
// queue the core pauses for a microsecond, or waits for the card to write the next descriptor.

#define ALLOW_EXPERIMENTAL_API // of DPDK 22.11; the functions have stayed as they are since

#include "ports_internal.h"

#include <rte_power_pmd_mgmt.h>

#include <errno.h>
#include <string.h>

static enum rte_power_pmd_mgmt_type type_of(enum sy_config_idle idle)
{
	return idle == SY_CONFIG_IDLE_MONITOR ? RTE_POWER_MGMT_TYPE_MONITOR
					      : RTE_POWER_MGMT_TYPE_PAUSE;
}

int sy_port_power_on(struct port *port, enum sy_config_idle idle)
{
	if (idle != SY_CONFIG_IDLE_PAUSE && idle != SY_CONFIG_IDLE_MONITOR)
		return 0;
	for (uint16_t q = 0; q < port->shown.queues; q++) {
		int status = rte_power_ethdev_pmgmt_queue_enable(
			SY_PORTS_WORKER_LCORE(q), port->shown.id, q, type_of(idle));

		if (status != 0) {
			sy_port_power_off(port);
			return status;
		}
		port->power_queues = q + 1;
	}
	return 0;
}

void sy_port_power_off(struct port *port)
{
	for (uint16_t q = 0; q < port->power_queues; q++)
		rte_power_ethdev_pmgmt_queue_disable(SY_PORTS_WORKER_LCORE(q), port->shown.id, q);
	port->power_queues = 0;
}
