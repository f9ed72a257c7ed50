// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_attempt.h"
#include "sy_error.h"

#include <stdbool.h>
#include <stdint.h>

// Generated traffic, one frame after the other, without end. Each kind says what of it the product
// must report.
//
// Thread-safety: none; one thread owns one.

/// One kind of traffic. A maker of its own allocates it.
struct traffic {
	const char *name;
	uint64_t flows;          ///< that are in use at a time, to size tables by
	uint64_t setup_packets;  ///< to run before measuring: handshakes, or what fills the tables
	uint64_t sample_packets; ///< of one run through, 0 = it has no end
	uint64_t ts_ns;          ///< time of the frame that next() has just given
	/// What must have been reported once drained; UINT64_MAX = not known.
	uint64_t expected[SY_OUTCOME_COUNT];
	bool has_truth; ///< `expected` is filled
	/// Writes the next frame's headers at `at` (FRAME_HEADER_MAX bytes) and sets ts_ns. Returns
	/// the frame's length in bytes; 0 once draining is complete.
	uint32_t (*next)(struct traffic *traffic, uint8_t *at);
	bool draining; ///< set by the owner: begin nothing new, end what is begun
	void (*destroy)(struct traffic *traffic);
};

/// Established connections that exchange data, all in turn; `flows` is rounded up to a multiple of
/// 32. `base` sets apart the addresses of several. NULL when there is no memory.
struct traffic *traffic_steady(uint64_t flows, uint32_t base, bool vxlan);

/// SYNs from spoofed sources, with some real clients beside them. `slots` of the table: the set-up
/// fills it.
struct traffic *traffic_synflood(uint64_t slots);

/// One client that tries many ports of many hosts.
struct traffic *traffic_scan(uint64_t slots);

/// A capture file of Ethernet frames (pcap, nanoseconds, this machine's byte order: what gencap
/// writes), read to memory and repeated with time going on. NULL with one sentence in err.
struct traffic *traffic_capture(const char *path, uint64_t connections, struct sy_error *err);

/// splitmix64: the n-th random number of a stream.
static inline uint64_t random_of(uint64_t n)
{
	uint64_t z = n * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}
