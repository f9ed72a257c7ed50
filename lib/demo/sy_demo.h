// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdbool.h>
#include <stdint.h>

// Traffic to show the program with: a small data centre, as a tap between its clients and their
// router sees it. Most of it works; some of it tells the stories of docs/semantics.md, section 9:
// a service that falls silent and recovers, a device on the path that refuses in a server's name, a
// closed port, a host that is down, a router that prohibits, a slow scan.
//
// The same seed and configuration give the same frames at the same times, whenever they are asked
// for. Memory is bounded, and nothing is allocated after creation.
//
// Thread-safety: none; one thread owns one.

struct sy_demo;

/// Bytes of the longest frame.
#define SY_DEMO_FRAME_MAX 1518

/// When the service of "Hello, is anybody home?" is silent: this long of each period, beginning so
/// long after the period began. The first period begins with the traffic.
#define SY_DEMO_SILENT_PERIOD_S 300
#define SY_DEMO_SILENT_FROM_S   40
#define SY_DEMO_SILENT_FOR_S    40

/// What a generator is made from; all zero is the default.
struct sy_demo_config {
	uint64_t start_ns;      ///< time before the first frame; ns since the epoch
	uint32_t connections_s; ///< ordinary connections a second; 0 = 200
	bool one_port;          ///< a mirror port: both directions on port 0
};

/// NULL and errno (ENOMEM).
struct sy_demo *sy_demo_create(uint64_t seed, const struct sy_demo_config *config);

/// NULL is allowed.
void sy_demo_destroy(struct sy_demo *demo);

/// When the next frame is due, in ns since the epoch. Never decreases.
uint64_t sy_demo_due(const struct sy_demo *demo);

/// Writes the next frame at `frame` if it is due by `now_ns`, and sets `port`: 0 = fibre a, from
/// the clients; 1 = fibre b, from the servers. Returns its length in bytes; 0 = none is due yet, or
/// `room` is less than SY_DEMO_FRAME_MAX. Frames come in the order of the times that they are due.
uint32_t sy_demo_next(
	struct sy_demo *demo, uint64_t now_ns, uint8_t *frame, uint32_t room, uint8_t *port);

/// Connections that were left out because too many were open.
uint64_t sy_demo_skipped(const struct sy_demo *demo);
