// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdbool.h>
#include <stdint.h>

// The headers that the benchmarks' traffic consists of. Only headers are written: payload is
// whatever the buffer holds, as the analysis never reads it.

/// One IPv4 TCP segment; integers in host order.
struct segment {
	uint32_t src, dst;
	uint32_t seq, ack;
	uint16_t sport, dport;
	uint16_t payload_bytes;
	uint16_t ip_id;
	uint8_t flags; ///< SY_TCP_*, the lower eight
	uint8_t ttl;
};

/// Bytes that frame_write() writes at most.
#define FRAME_HEADER_MAX 128

/// Writes the headers of a segment at `at`: Ethernet, IPv4, TCP with MSS, SACK, timestamps and
/// window scale for a SYN or SYN-ACK, timestamps otherwise, none for a RST; inside VXLAN when told
/// to. Returns the frame's length in bytes, payload and padding included.
uint32_t frame_write(uint8_t *at, const struct segment *segment, bool vxlan);
