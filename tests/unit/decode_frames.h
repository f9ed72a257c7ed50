// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

// Frames for the decoder's tests, built from the inside out: each push_ puts a header before what
// is there, with its lengths right. Includes cmocka.

#include "decode_internal.h"

#include "sy_decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
// clang-format off
#include <cmocka.h> // needs those above
// clang-format on

#define FRAME_ROOM 4096

struct frame {
	uint32_t at; ///< the frame is b[at .. FRAME_ROOM)
	uint8_t b[FRAME_ROOM];
};

static inline uint32_t frame_bytes(const struct frame *f)
{
	return FRAME_ROOM - f->at;
}

static inline uint8_t *frame_data(struct frame *f)
{
	return f->b + f->at;
}

static inline void frame_start(struct frame *f)
{
	f->at = FRAME_ROOM;
}

static inline void push(struct frame *f, const void *bytes, uint32_t count)
{
	f->at -= count;
	if (count)
		memcpy(frame_data(f), bytes, count);
}

/// Pushes a byte string literal.
#define PUSH(f, literal) push(f, "" literal, sizeof(literal) - 1)

static inline void set16(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static inline void push_payload(struct frame *f, uint32_t bytes)
{
	f->at -= bytes;
	memset(frame_data(f), 0x5a, bytes);
}

/// Ports 0x1234 -> 80, seq 0x01020304, ack 0x05060708, window 0x2000, checksum 0xbeef.
static inline void push_tcp(
	struct frame *f, uint16_t flags, const uint8_t *options, uint32_t option_bytes)
{
	push(f, options, option_bytes);
	PUSH(f, "\x12\x34\x00\x50\x01\x02\x03\x04\x05\x06\x07\x08\x50\x00\x20\x00\xbe\xef\x00\x00");
	set16(frame_data(f) + 12, (20 + option_bytes) / 4 << 12 | flags);
}

/// 10.0.0.1 -> 10.0.0.2, TTL 63, TOS 0x10, id 0x7777, DF.
static inline void push_ipv4(struct frame *f, uint8_t protocol)
{
	uint32_t total = frame_bytes(f) + 20;

	PUSH(f, "\x45\x10\x00\x00\x77\x77\x40\x00\x3f\x00\x00\x00\x0a\x00\x00\x01\x0a\x00\x00\x02");
	set16(frame_data(f) + 2, total);
	frame_data(f)[9] = protocol;
}

/// fd00::1 -> fd00::2, hop limit 62, traffic class 0x20.
static inline void push_ipv6(struct frame *f, uint8_t next)
{
	uint32_t payload = frame_bytes(f);

	PUSH(f, "\xfd\x00\0\0\0\0\0\0\0\0\0\0\0\0\0\x02");
	PUSH(f, "\xfd\x00\0\0\0\0\0\0\0\0\0\0\0\0\0\x01");
	PUSH(f, "\x62\x00\x00\x00\x00\x00\x00\x3e");
	set16(frame_data(f) + 4, payload);
	frame_data(f)[6] = next;
}

static inline void push_type(struct frame *f, uint16_t ethertype)
{
	uint8_t type[2];

	set16(type, ethertype);
	push(f, type, 2);
}

static inline void push_ether(struct frame *f, uint16_t ethertype)
{
	push_type(f, ethertype);
	PUSH(f, "\x02\0\0\0\0\x02\x02\0\0\0\0\x01");
}

static inline void push_udp(struct frame *f, uint16_t port)
{
	uint32_t length = frame_bytes(f) + 8;

	PUSH(f, "\xc0\x00\x00\x00\x00\x00\x00\x00");
	set16(frame_data(f) + 2, port);
	set16(frame_data(f) + 4, length);
}

/// A data segment of 7 bytes in IPv4, without a link header.
static inline void inner_ipv4(struct frame *f)
{
	frame_start(f);
	push_payload(f, 7);
	push_tcp(f, SY_TCP_ACK | SY_TCP_PSH, NULL, 0);
	push_ipv4(f, 6);
}

static inline void inner_ipv6(struct frame *f)
{
	frame_start(f);
	push_payload(f, 7);
	push_tcp(f, SY_TCP_ACK | SY_TCP_PSH, NULL, 0);
	push_ipv6(f, 6);
}

/// The IPv4 one as an Ethernet frame.
static inline void inner_ether(struct frame *f)
{
	inner_ipv4(f);
	push_ether(f, 0x0800);
}

/// Puts the last header of a tunnelled packet: UDP to `port`, IPv4, Ethernet.
static inline void outer_udp(struct frame *f, uint16_t port)
{
	push_udp(f, port);
	push_ipv4(f, 17);
	push_ether(f, 0x0800);
}

static inline void outer_ipv4(struct frame *f, uint8_t protocol)
{
	push_ipv4(f, protocol);
	push_ether(f, 0x0800);
}

/// Fills a batch with a pattern, so that a field that should be written and is not shows up.
static inline struct sy_batch *batch_new(uint8_t pattern)
{
	struct sy_batch *batch = malloc(sizeof(*batch));

	memset(batch, pattern, sizeof(*batch));
	return batch;
}

static inline bool same_ip(const struct sy_batch *a, const struct sy_batch *b)
{
	struct sy_addr source[2] = {sy_batch_src(a, 0), sy_batch_src(b, 0)};
	struct sy_addr target[2] = {sy_batch_dst(a, 0), sy_batch_dst(b, 0)};

	return sy_addr_equal(&source[0], &source[1]) && sy_addr_equal(&target[0], &target[1]) &&
	       a->ttl[0] == b->ttl[0] && a->tos[0] == b->tos[0] && a->ip_id[0] == b->ip_id[0];
}

static inline bool same_tcp(const struct sy_batch *a, const struct sy_batch *b)
{
	uint8_t bits = a->bits[0];

	return a->sport[0] == b->sport[0] && a->dport[0] == b->dport[0] && a->seq[0] == b->seq[0] &&
	       a->ack[0] == b->ack[0] && a->flags[0] == b->flags[0] &&
	       a->window[0] == b->window[0] && a->checksum[0] == b->checksum[0] &&
	       a->payload_bytes[0] == b->payload_bytes[0] &&
	       (!(bits & SY_SEG_TS) ||
		       (a->tsval[0] == b->tsval[0] && a->tsecr[0] == b->tsecr[0])) &&
	       (!(bits & SY_SEG_OPTIONS) || !memcmp(&a->opt[0], &b->opt[0], sizeof(a->opt[0])));
}

static inline bool same_icmp(const struct sy_batch *a, const struct sy_batch *b)
{
	return a->sport[0] == b->sport[0] && a->dport[0] == b->dport[0] && a->seq[0] == b->seq[0] &&
	       a->flags[0] == b->flags[0] && a->icmp_type[0] == b->icmp_type[0] &&
	       a->icmp_code[0] == b->icmp_code[0] &&
	       sy_addr_equal(&a->icmp_from[0], &b->icmp_from[0]);
}

/// True when lane 0 of both says the same, in every field that its kind has.
static inline bool same_lane(const struct sy_batch *a, const struct sy_batch *b)
{
	if (a->lane[0] != b->lane[0] || a->bucket[0] != b->bucket[0] || a->port[0] != b->port[0] ||
		a->bits[0] != b->bits[0] || a->vlan[0] != b->vlan[0] ||
		a->tunnel[0] != b->tunnel[0] || a->vni[0] != b->vni[0] ||
		a->domain[0] != b->domain[0] || a->ts_ns[0] != b->ts_ns[0])
		return false;
	if (a->lane[0] != SY_LANE_NONE && !same_ip(a, b))
		return false;
	if (a->lane[0] == SY_LANE_TCP)
		return same_tcp(a, b);
	return a->lane[0] != SY_LANE_ICMP_ERROR || same_icmp(a, b);
}

/// Decodes one frame by both paths, from a buffer of exactly `cap` bytes and into batches that
/// differ in what was there before. Returns false when the paths differ; the lane is *out's.
static inline bool decode_both(
	const uint8_t *data, uint32_t cap, uint32_t wire, uint8_t link, struct sy_batch *out)
{
	struct sy_batch *other = batch_new(0xcc);
	uint8_t *exact = malloc(cap ? cap : 1);
	struct sy_burst burst = {.count = 1, .ts_ns = {77}, .port = {3}};

	if (cap)
		memcpy(exact, data, cap);
	burst.data[0] = exact + (cap ? 0 : 1);
	burst.cap_bytes[0] = cap;
	burst.wire_bytes[0] = wire;
	burst.link[0] = link;
	memset(out, 0x33, sizeof(*out));
	sy_decode_scalar(&burst, out);
	sy_decode_general(&burst, other, 0);
	bool same = same_lane(out, other);
	free(exact);
	free(other);
	return same;
}
