// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The kernel's side of an af_packet port. DPDK's driver does not tell of frames that the kernel
// dropped, nor of an interface that went away; the driver's own sockets do.

#include "ports_internal.h"

#include <dirent.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define ETHER_HEADER_BYTES  14
#define DRIVERS_FRAME_BYTES 2048 // of the ring, where the device does not say framesz=

bool sy_port_is_packet(const struct port *port)
{
	return strcmp(port->driver, "net_af_packet") == 0 && port->info.if_index > 0;
}

// The driver's version of the ring is 2; libpcap, which reads and so resets the same counters for
// itself, uses 3.
static bool is_drivers_socket(int fd, unsigned if_index)
{
	struct sockaddr_ll address;
	socklen_t size = sizeof(address);
	int domain = 0, version = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &(socklen_t){sizeof(domain)}) != 0 ||
		domain != AF_PACKET)
		return false;
	if (getsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, &(socklen_t){sizeof(version)}) !=
			0 ||
		version != TPACKET_V2)
		return false;
	return getsockname(fd, (struct sockaddr *)&address, &size) == 0 &&
	       address.sll_ifindex == (int)if_index;
}

void sy_port_packet_find(struct port *port)
{
	DIR *dir;
	struct dirent *entry;

	port->packet_socket_count = 0;
	if (!sy_port_is_packet(port))
		return;
	dir = opendir("/proc/self/fd");
	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] != '.' && port->packet_socket_count < PORT_SOCKETS_MAX &&
			is_drivers_socket(fd, port->info.if_index))
			port->packet_sockets[port->packet_socket_count++] = fd;
	}
	closedir(dir);
}

uint64_t sy_port_packet_drops(const struct port *port)
{
	uint64_t drops = 0;

	for (uint32_t i = 0; i < port->packet_socket_count; i++) {
		struct tpacket_stats stats = {0};

		if (getsockopt(port->packet_sockets[i], SOL_PACKET, PACKET_STATISTICS, &stats,
			    &(socklen_t){sizeof(stats)}) == 0)
			drops += stats.tp_drops; // since the last time: reading resets it
	}
	return drops;
}

// The kernel puts its own header and the sender's address before the frame, and aligns the network
// header, not the frame.
uint16_t sy_port_packet_room(const char *device)
{
	const char *size = strstr(device, "framesz=");
	unsigned long bytes = size != NULL ? strtoul(size + strlen("framesz="), NULL, 10) : 0;
	uint32_t before = TPACKET_ALIGN(TPACKET2_HDRLEN + 16) - ETHER_HEADER_BYTES;

	if (bytes <= before || bytes > UINT16_MAX)
		bytes = DRIVERS_FRAME_BYTES;
	return (uint16_t)(bytes - before);
}

int sy_port_packet_link(const struct port *port)
{
	struct ifreq request = {0};

	if (if_indextoname(port->info.if_index, request.ifr_name) == NULL)
		return errno == ENXIO || errno == ENODEV ? -1 : 1;
	if (port->packet_socket_count == 0 ||
		ioctl(port->packet_sockets[0], SIOCGIFFLAGS, &request) != 0)
		return 1;
	return (request.ifr_flags & IFF_UP) != 0 && (request.ifr_flags & IFF_RUNNING) != 0;
}
