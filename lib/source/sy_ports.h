// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_config.h"
#include "sy_error.h"

#include <stdbool.h>
#include <stdint.h>

// The polled network ports of a live run. Opened, asked and closed by the manager; workers only
// call rte_eth_rx_burst() with the numbers that sy_ports_get() gave before they were started.

struct sy_ports;

/// The lcore of EAL that worker w, and nobody else, runs on.
#define SY_PORTS_WORKER_LCORE(w) ((unsigned)(w) + 1)

/// How both directions of a connection come to one worker.
enum sy_port_way {
	SY_PORT_SINGLE,   ///< one worker: nothing to distribute
	SY_PORT_RSS,      ///< the port's own hash is symmetric, as was checked
	SY_PORT_SOFTWARE, ///< the worker that polls hands segments to their owner
};

const char *sy_port_way_name(enum sy_port_way way);

/// "up", "down", or "gone": the device is not there any more.
const char *sy_port_link_name(bool up, bool gone);

/// One port as it was opened. Constant while it is open, but for `up` and `gone`; a port that was
/// reopened has another `id`.
struct sy_port {
	const char *name;     ///< of the configuration
	const char *driver;   ///< net_ice, ...
	uint16_t id;          ///< ethdev's
	uint16_t queues;      ///< receive queues; worker i polls queue i, workers beyond poll none
	uint16_t descriptors; ///< of each queue
	uint16_t mtu;         ///< longest payload of Ethernet that it takes; 0 = the driver sets it
	uint16_t cut_bytes;   ///< frames of so many and more may have been cut; 0 = all are whole
	int socket;           ///< NUMA node, or -1
	enum sy_port_way way;
	const char *why; ///< one phrase: why this way
	/// Frames have times of the wall clock in units of so many ns; 0 = none. A time stands
	/// time_offset bytes into the mbuf, as a dynamic field does, when one of the ol_flags in
	/// time_flag is set (0 = always).
	uint32_t time_unit_ns;
	int time_offset;
	uint64_t time_flag;
	bool up;   ///< the link, as of the last sy_ports_poll()
	bool gone; ///< the device was removed
};

/// What was lost before the program saw it, since the port was opened. Monotonic.
struct sy_port_losses {
	uint64_t missed;       ///< no free descriptor (imissed)
	uint64_t errors;       ///< ierrors
	uint64_t no_mbuf;      ///< rx_nombuf
	uint64_t kernel_drops; ///< by the kernel's packet sockets, which imissed does not show
};

/// Counters of a driver that tell of lost frames, of the port or of a queue: at most so many.
#define SY_PORT_COUNTERS_MAX 32

/// One of them. Some count the same frames as struct sy_port_losses, by another name.
struct sy_port_counter {
	const char *name; ///< the driver's own; valid while the port is open
	uint64_t count;   ///< since the port was opened; monotonic
};

/// Something that happened to a port.
enum sy_port_event {
	SY_PORT_LINK_UP,
	SY_PORT_LINK_DOWN,
	SY_PORT_REMOVED, ///< sy_ports_reopen() may bring it back
};

/// Room for what sy_ports_device_argument() writes.
#define SY_PORTS_ARGUMENT_BYTES 400

/// What EAL is to be told of port i: the text behind --allow for a PCI device, behind --vdev for
/// everything else. A kernel interface becomes an af_packet device with a name of its own. No
/// state, any thread.
void sy_ports_device_argument(
	const struct sy_config *config, uint32_t i, char text[static SY_PORTS_ARGUMENT_BYTES]);

/// Receive queues that port i is to have, as configured: the driver may have fewer.
uint32_t sy_ports_queues(const struct sy_config *config, uint32_t i);

/// Frames' buffers that all ports need together, and the bytes that they take of EAL's memory.
uint32_t sy_ports_mbufs(const struct sy_config *config);
uint64_t sy_ports_mbuf_bytes(uint32_t mbufs, bool huge_pages);

/// Receive queues of all kernel interfaces. For each the driver takes SY_PORT_PACKET_TABLES of
/// EAL's memory, and the kernel SY_PORT_PACKET_RING, locked: a ring to receive and, wanted or not,
/// one to send.
uint32_t sy_ports_packet_queues(const struct sy_config *config);
#define SY_PORT_PACKET_TABLES (2ull * 16384 * 16)
#define SY_PORT_PACKET_RING   (2ull * 16384 * 2048)

/// Looks, without EAL and without touching it, whether the device of port i can be opened: is it
/// there, is it bound to a driver that DPDK can use, may this process open it, and lock memory for
/// it: beside the ports before it, unless these are open already. 0, or -errno with one sentence in
/// err that ends with the command that helps.
int sy_ports_device_obstacle(
	const struct sy_config *config, uint32_t i, bool others_open, struct sy_error *err);

/// Opens and starts every port of the configuration. EAL runs, started with the devices. 0, or
/// -errno with one sentence in err that says what to do (a vdev whose probe failed counts as not
/// there: EAL itself says nothing); then nothing is left open.
int sy_ports_open(struct sy_ports **ports, const struct sy_config *config, const char *config_path,
	struct sy_error *err);

/// Stops and closes; no worker may poll any more. sy_ports_open() may follow. NULL is allowed.
void sy_ports_close(struct sy_ports *ports);

uint32_t sy_ports_count(const struct sy_ports *ports);

/// Port i, in the order of the configuration.
const struct sy_port *sy_ports_get(const struct sy_ports *ports, uint32_t i);

#define SY_PORTS_FOLDS 65536

/// How the ports' own hash assigns flows to queues, and so to workers: by the 16-bit words of both
/// addresses (and both TCP ports), xored.
struct sy_ports_assignment {
	bool with_ports;
	uint8_t queue[SY_PORTS_FOLDS];
};

/// Works out that assignment. False when the ports' hash does not decide, or is not known: then a
/// flow's owner is what the program's own hash says, or (a driver's symmetric function) whoever
/// the port brings it to.
bool sy_ports_assign(const struct sy_ports *ports, struct sy_ports_assignment *out);

/// True when segments may come to another worker than their owner and are handed over: all that a
/// port without a hash of use brings; of other ports what the card hashes otherwise than their
/// connection: the inside of tunnels, ICMP errors, first fragments.
bool sy_ports_need_handoff(const struct sy_ports *ports);

void sy_ports_losses(struct sy_ports *ports, uint32_t i, struct sy_port_losses *out);

/// Reads the driver's own counters of losses; returns how many there are.
uint32_t sy_ports_counters(struct sy_ports *ports, uint32_t i,
	struct sy_port_counter out[static SY_PORT_COUNTERS_MAX]);

/// Looks after links and removals, at most some ms; calls `event` for each change.
void sy_ports_poll(struct sy_ports *ports,
	void (*event)(void *arg, enum sy_port_event event, const struct sy_port *port), void *arg);

/// Opens a port anew whose device was removed; no worker may poll it. 0, or -errno and one sentence
/// in err: its device is not back yet, or not as it was (other queues, another way of distribution:
/// that takes a restart). What it has lost stays counted.
int sy_ports_reopen(struct sy_ports *ports, uint32_t i, struct sy_error *err);
