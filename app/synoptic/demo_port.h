// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_config.h"
#include "sy_error.h"

#include <stdbool.h>
#include <stdint.h>

// Ports for `synoptic live --demo`: generated traffic (lib/demo) that is polled like a network
// card's, without one, without hugepages and without root. Two ethdevs, the fibres of a tapped
// link; a thread of its own makes the frames when they are due and puts them into the rings that
// the ports are polled from.

#define DEMO_PORTS 2

/// Megabytes of DPDK's memory that the demo takes.
#define DEMO_EAL_MIB 12

/// Receive queues of a port at most.
#define DEMO_QUEUES_MAX 16

struct demo;

struct demo_counts {
	uint64_t frames;    ///< that reached the ports
	uint64_t no_mbuf;   ///< that did not, for want of a buffer
	uint64_t skipped;   ///< connections that were not begun, see sy_demo_skipped()
	uint64_t paused_ns; ///< how long the traffic stood still, because nobody polled
};

/// Creates the ports, with so many receive queues each, not configured and not started, and the
/// thread. EAL runs. All frames of a client come through one queue, the same on both ports; each
/// has its struct sy_frame_meta, as those of a capture have.
///
/// Nothing is lost and nothing is overtaken, however busy the machine is: a frame is put into a
/// queue when the same queue of the other port has been emptied, and while nobody polls the traffic
/// pauses. What was late is not made up for. So it begins when somebody polls. 0, or -errno with
/// one sentence in err; then nothing is left behind.
int demo_start(struct demo **demo, uint32_t queues, uint64_t seed, struct sy_error *err);

/// Ends the thread and removes the ports, whether they were closed or not. Nobody polls them any
/// more, and every frame was given back. NULL is allowed.
void demo_stop(struct demo *demo);

/// Port 0 (side a, from the clients) and 1 (side b, from the servers): ethdev's number, and the
/// name that it is found by, which is the port's `device` in the configuration.
uint16_t demo_port_id(const struct demo *demo, uint32_t port);
const char *demo_port_device(uint32_t port);

/// True for the name of a demo port: EAL is not to be told of it, the port comes later.
bool demo_is_device(const char *device);

/// From any thread.
struct demo_counts demo_counts(const struct demo *demo);

/// The configuration of the demo: its ports as the sides of one link, one worker, the manager on
/// another CPU where the process may use two, no hugepages, little memory. `output.directory` is
/// left empty, for the caller to fill in.
void demo_config(struct sy_config *config);
