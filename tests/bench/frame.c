// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Frames from templates: a copy and a few stores each, so that the refill stays cheap beside what
// is measured.

#include "frame.h"

#include "sy_attempt.h"

#include <string.h>

#define ETHER_BYTES 14
#define IP_BYTES    20
#define TCP_BYTES   20
#define VXLAN_BYTES (ETHER_BYTES + IP_BYTES + 8 + 8)
#define FRAME_MIN   60

// Ethernet, IPv4 (version, DF, protocol TCP), TCP (window 501).
static const uint8_t plain[ETHER_BYTES + IP_BYTES + TCP_BYTES] = {[0] = 2,
	[5] = 2,
	[6] = 2,
	[11] = 1,
	[12] = 0x08,
	[14] = 0x45,
	[20] = 0x40,
	[23] = 6,
	[48] = 0x01,
	[49] = 0xf5};

// Ethernet, IPv4, UDP to 4789, VXLAN network 42.
static const uint8_t outer[VXLAN_BYTES] = {[0] = 2,
	[5] = 4,
	[6] = 2,
	[11] = 3,
	[12] = 0x08,
	[14] = 0x45,
	[20] = 0x40,
	[22] = 63,
	[23] = 17,
	[26] = 192,
	[28] = 2,
	[29] = 1,
	[30] = 192,
	[32] = 2,
	[33] = 2,
	[34] = 0xc3,
	[36] = 0x12,
	[37] = 0xb5,
	[42] = 0x08,
	[48] = 42};

// MSS 1460, SACK permitted, timestamps, NOP, window scale 7.
static const uint8_t syn_options[20] = {
	2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7};
static const uint8_t ts_options[12] = {1, 1, 8, 10, 0, 0, 0, 2, 0, 0, 0, 1};

static void put16(uint8_t *at, uint32_t value)
{
	uint16_t swapped = __builtin_bswap16((uint16_t)value);

	memcpy(at, &swapped, sizeof(swapped));
}

static void put32(uint8_t *at, uint32_t value)
{
	uint32_t swapped = __builtin_bswap32(value);

	memcpy(at, &swapped, sizeof(swapped));
}

static uint32_t put_options(uint8_t *at, uint8_t flags)
{
	if (flags & SY_TCP_SYN) {
		memcpy(at, syn_options, sizeof(syn_options));
		return sizeof(syn_options);
	}
	if (flags & SY_TCP_RST)
		return 0;
	memcpy(at, ts_options, sizeof(ts_options));
	return sizeof(ts_options);
}

static uint32_t write_plain(uint8_t *at, const struct segment *s)
{
	uint8_t *ip = at + ETHER_BYTES, *tcp = ip + IP_BYTES;
	uint32_t header, total;

	memcpy(at, plain, sizeof(plain));
	header = TCP_BYTES + put_options(tcp + TCP_BYTES, s->flags);
	total = IP_BYTES + header + s->payload_bytes;
	put16(ip + 2, total);
	put16(ip + 4, s->ip_id);
	ip[8] = s->ttl;
	put32(ip + 12, s->src);
	put32(ip + 16, s->dst);
	put16(tcp, s->sport);
	put16(tcp + 2, s->dport);
	put32(tcp + 4, s->seq);
	put32(tcp + 8, s->ack);
	put16(tcp + 12, header / 4 << 12 | s->flags);
	// Nobody verifies it, but the search for duplicates compares it.
	put16(tcp + 16, s->seq ^ s->ack);
	return ETHER_BYTES + total < FRAME_MIN ? FRAME_MIN : ETHER_BYTES + total;
}

uint32_t frame_write(uint8_t *at, const struct segment *segment, bool vxlan)
{
	uint32_t bytes;

	if (!vxlan)
		return write_plain(at, segment);
	memcpy(at, outer, sizeof(outer));
	bytes = write_plain(at + VXLAN_BYTES, segment);
	put16(at + ETHER_BYTES + 2, VXLAN_BYTES - ETHER_BYTES + bytes);
	put16(at + ETHER_BYTES + IP_BYTES + 4, 16 + bytes);
	return VXLAN_BYTES + bytes;
}
