// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdint.h>

/// Frames that travel together through the pipeline.
#define SY_BURST_MAX 32

/// What the first byte of a frame is.
enum sy_link {
	SY_LINK_ETHERNET, ///< DLT_EN10MB
	SY_LINK_NULL,     ///< DLT_NULL: 4 bytes of address family in the writer's byte order
	SY_LINK_LOOP,     ///< DLT_LOOP: 4 bytes of address family in network order
	SY_LINK_RAW_IP,   ///< DLT_RAW, DLT_IPV4, DLT_IPV6: an IP header
	SY_LINK_SLL,      ///< DLT_LINUX_SLL: Linux cooked v1, 16 bytes
	SY_LINK_SLL2,     ///< DLT_LINUX_SLL2: Linux cooked v2, 20 bytes
	SY_LINK_PPP,      ///< DLT_PPP: PPP in HDLC-like framing or without (RFC 1662)
	SY_LINK_C_HDLC,   ///< DLT_C_HDLC: Cisco HDLC
	SY_LINK_COUNT,
};

/// Up to 32 frames as the decoder sees them: bytes, lengths and times, not mbufs.
/// The bytes belong to the source and live until the burst is given back.
struct sy_burst {
	uint32_t count;
	uint64_t ts_ns[SY_BURST_MAX];
	const uint8_t *data[SY_BURST_MAX];
	uint32_t cap_bytes[SY_BURST_MAX];  ///< bytes that can be read at data
	uint32_t wire_bytes[SY_BURST_MAX]; ///< bytes that the frame had on the wire, >= cap_bytes
	uint8_t port[SY_BURST_MAX];        ///< index of the input
	uint8_t link[SY_BURST_MAX];        ///< enum sy_link
};
