// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// From a device of the configuration to an ethdev, and what EAL is told of it.

#include "ports_internal.h"

#include "sy_source.h"

#include <rte_dev.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define PACKET_QUEUES_MAX 16 // af_packet's own bound
#define MBUFS_MIN         4096
#define MBUFS_PER_WORKER  5120 // in a cache, in a burst, in the driver's hands, waiting for others
#define MBUF_OVERHEAD     256  // mempool header, padding, the ring's pointer

void sy_ports_device_argument(
	const struct sy_config *config, uint32_t i, char text[static SY_PORTS_ARGUMENT_BYTES])
{
	const struct sy_config_port *port = &config->ports[i];

	if (port->device_kind != SY_CONFIG_DEVICE_INTERFACE) {
		snprintf(text, SY_PORTS_ARGUMENT_BYTES, "%s", port->device);
		return;
	}
	// 16384 frames a queue (SY_PORT_PACKET_RING): 16 ms of a million frames a second. Without
	// these arguments it is 512, which a stall of a millisecond fills.
	snprintf(text, SY_PORTS_ARGUMENT_BYTES,
		"net_af_packet_sy%u,iface=%s,qpairs=%u,blocksz=65536,framesz=2048,framecnt=16384",
		i, port->device, sy_ports_queues(config, i));
}

uint32_t sy_ports_queues(const struct sy_config *config, uint32_t i)
{
	const struct sy_config_port *port = &config->ports[i];
	uint32_t queues = port->queues > 0 ? port->queues : config->workers.core_count;

	if (port->device_kind == SY_CONFIG_DEVICE_INTERFACE && queues > PACKET_QUEUES_MAX)
		queues = PACKET_QUEUES_MAX;
	return queues;
}

uint32_t sy_ports_mbufs(const struct sy_config *config)
{
	uint64_t mbufs = (uint64_t)MBUFS_PER_WORKER * config->workers.core_count;

	if (config->mbufs > 0)
		return config->mbufs;
	for (uint32_t i = 0; i < config->port_count; i++)
		mbufs += (uint64_t)sy_ports_queues(config, i) * config->ports[i].descriptors;
	return mbufs < MBUFS_MIN ? MBUFS_MIN : (uint32_t)mbufs;
}

uint64_t sy_ports_mbuf_bytes(uint32_t mbufs, bool huge_pages)
{
	uint64_t each = sizeof(struct rte_mbuf) + sizeof(struct sy_frame_meta) +
			RTE_MBUF_DEFAULT_BUF_SIZE + MBUF_OVERHEAD;
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	// A buffer does not reach from one page into the next. In huge ones that hardly matters.
	if (!huge_pages && each <= page)
		each = page / (page / each);
	return mbufs * each;
}

uint32_t sy_ports_packet_queues(const struct sy_config *config)
{
	uint32_t queues = 0;

	for (uint32_t i = 0; i < config->port_count; i++)
		if (config->ports[i].device_kind == SY_CONFIG_DEVICE_INTERFACE)
			queues += sy_ports_queues(config, i);
	return queues;
}

/// The ethdev of a device by the name that its bus has for it.
static bool find_by_device(const char *name, uint16_t *id)
{
	uint16_t port;

	if (rte_eth_dev_get_port_by_name(name, id) == 0)
		return true;
	RTE_ETH_FOREACH_DEV(port)
	{
		struct rte_eth_dev_info info;

		if (rte_eth_dev_info_get(port, &info) == 0 && info.device != NULL &&
			strcasecmp(rte_dev_name(info.device), name) == 0) {
			*id = port;
			return true;
		}
	}
	return false;
}

int sy_port_find(const struct sy_config *config, uint32_t i, uint16_t *id, struct sy_error *err)
{
	const struct sy_config_port *port = &config->ports[i];
	char argument[SY_PORTS_ARGUMENT_BYTES], name[SY_PORTS_ARGUMENT_BYTES];
	int status;

	sy_ports_device_argument(config, i, argument);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(argument, ","), argument);
	if (find_by_device(name, id))
		return 0;
	status = sy_ports_device_obstacle(config, i, true, err);
	if (status != 0)
		return status;
	// EAL does not say that a probe failed; asked for alone, the device gives an error.
	status = rte_dev_probe(argument);
	if (status == 0 && find_by_device(name, id))
		return 0;
	// The number that comes back says as good as nothing: EFAULT, EPERM.
	return sy_error_set(err, ENODEV,
		"DPDK cannot open \"%.200s\": is there such a driver, is every argument right, and "
		"does nothing else use the device? `synoptic check -v` shows what the driver says",
		port->device);
}

void sy_port_detach(struct port *port)
{
	struct rte_device *device = port->info.device;

	if (device == NULL || rte_dev_remove(device) != 0)
		rte_eth_dev_close(port->shown.id);
}
