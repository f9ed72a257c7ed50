// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_addr.h"

#include <stdbool.h>
#include <stdint.h>

// Writes Ethernet frames with correct checksums, for generated traffic: first the headers up to IP,
// then what they carry, then the finish. Pure functions on the caller's buffer; any thread.

#define SY_FRAME_PROTOCOL_ICMP 1
#define SY_FRAME_PROTOCOL_TCP  6
#define SY_FRAME_PROTOCOL_UDP  17

/// Bytes of Ethernet, one VLAN tag and IPv6.
#define SY_FRAME_IP_MAX (14 + 4 + 40)

/// Ethernet's least, without the check sequence.
#define SY_FRAME_MIN 60

/// What the headers up to IP say. Both addresses are of one family.
struct sy_frame_ip {
	const struct sy_addr *src, *dst;
	uint32_t src_mac, dst_mac; ///< the last four bytes, host order; the first two are 02:00
	uint16_t vlan;             ///< tag, 0 = untagged
	uint16_t ident;            ///< IPv4's identification
	uint8_t ttl;
	uint8_t tos;
	uint8_t protocol; ///< SY_FRAME_PROTOCOL_*; ICMP over IPv4 only
};

/// A TCP header.
struct sy_frame_tcp {
	uint32_t seq, ack;
	uint16_t sport, dport;
	uint16_t window;
	uint8_t flags;          ///< SY_TCP_*, the lower eight
	uint8_t option_bytes;   ///< a multiple of 4, at most 40
	const uint8_t *options; ///< may be NULL when there are none
};

/// Big-endian integers; return what follows them.
uint8_t *sy_frame_put16(uint8_t *at, uint32_t value);
uint8_t *sy_frame_put32(uint8_t *at, uint32_t value);

/// Writes Ethernet, VLAN and IP (IPv4 without fragmentation) for `bytes` that follow. `at` has
/// SY_FRAME_IP_MAX bytes. Returns what follows.
uint8_t *sy_frame_put_ip(uint8_t *at, const struct sy_frame_ip *ip, uint32_t bytes);

/// Writes a TCP header, its checksum 0. Returns what follows: the payload's place.
uint8_t *sy_frame_put_tcp(uint8_t *at, const struct sy_frame_tcp *tcp);

/// Fills in the checksum of the `bytes` at `from` that the IP header carries, at `from + offset`,
/// where there is 0 now: TCP 16, UDP 6, ICMP 2.
void sy_frame_put_checksum(
	uint8_t *from, uint32_t bytes, uint32_t offset, const struct sy_frame_ip *ip);

/// Fills up to SY_FRAME_MIN with zeroes. Returns the frame's length.
uint32_t sy_frame_finish(uint8_t *frame, const uint8_t *end);
