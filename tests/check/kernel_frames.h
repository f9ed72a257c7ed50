// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdint.h>
#include <string.h>

// Frames for the kernels' test: what a network carries, and what it should not.

#define FRAME_ROOM 512

/// xorshift64
static inline uint32_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)(*state >> 16);
}

static inline uint32_t below(uint64_t *state, uint32_t limit)
{
	return next_random(state) % limit;
}

static inline uint8_t *put(uint8_t *at, const void *bytes, uint32_t count)
{
	if (count)
		memcpy(at, bytes, count);
	return at + count;
}

static inline uint8_t *put_16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

struct option_layout {
	uint8_t bytes;
	uint8_t data[40];
};

/// A multiple of 4 bytes each: usual ones, unusual ones, broken ones.
static const struct option_layout option_layouts[] = {
	{0, {0}},
	{12, {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8}},
	{12, {8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1}},
	{24, {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 1, 5, 10}},
	{24, {1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1, 8, 10, 9, 8, 7, 6, 5, 4, 3, 2}},
	{12, {1, 1, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8}},
	{12, {1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2}},
	{4, {2, 4, 5, 0xb4}},
	{4, {1, 1, 1, 0}},
	{8, {2, 4, 5, 0xb4, 1, 1, 4, 2}},
	{12, {2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2}},
	{12, {2, 4, 5, 0xb4, 1, 1, 4, 2, 1, 3, 3, 7}},
	{20, {2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7}},
	{20, {2, 4, 5, 0xb4, 1, 3, 3, 8, 4, 2, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8}},
	{24, {2, 4, 5, 0xb4, 1, 3, 3, 6, 1, 1, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 4, 2, 0, 0}},
	{20, {2, 4, 5, 0xb4, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 4, 7}},
	{24, {2, 4, 5, 0xb4, 4, 2, 34, 8, 1, 2, 3, 4, 5, 6, 3, 3, 7, 1, 1, 1, 30, 4, 0, 0}},
	{40, {2, 4, 5, 0xb4, 19, 18, 1}},
};

#define OPTION_LAYOUTS (sizeof(option_layouts) / sizeof(option_layouts[0]))

/// What a frame is made of.
struct recipe {
	uint8_t tags; ///< 802.1Q or 802.1ad
	uint8_t v6;
	uint8_t protocol;
	uint8_t options; ///< of option_layouts
	uint8_t tcp_flags;
	uint8_t ihl;       ///< IPv4, words
	uint16_t fragment; ///< IPv4
	uint16_t port;     ///< destination
	uint16_t payload;  ///< bytes
};

static inline uint8_t *put_transport(uint8_t *at, const struct recipe *r)
{
	const struct option_layout *options = &option_layouts[r->options];

	at = put_16(put_16(at, 0x8123), r->port);
	if (r->protocol == 17)
		return put_16(put_16(at, 8u + r->payload), 0x1234);
	at = put(at, "\x01\x02\x03\x04\x05\x06\x07\x08", 8);
	at = put_16(put_16(at, (5u + options->bytes / 4) << 12 | r->tcp_flags), 0xfaf0);
	at = put_16(put_16(at, 0xbeef), 0);
	return put(at, options->data, options->bytes);
}

/// Returns the frame's bytes.
static inline uint32_t make_frame(uint8_t frame[static FRAME_ROOM], const struct recipe *r)
{
	static const uint16_t tpids[] = {0x8100, 0x88a8, 0x9100};
	uint32_t l4 = r->payload +
		      (r->protocol == 17 ? 8u : 20u + option_layouts[r->options].bytes);
	uint8_t *at = put(frame, "\x02\0\0\0\0\x02\x02\0\0\0\0\x01", 12);

	for (uint32_t tag = 0; tag < r->tags; tag++)
		at = put_16(put_16(at, tpids[(tag + r->port) % 3]), 0x2064 + tag);
	at = put_16(at, r->v6 ? 0x86dd : 0x0800);
	if (r->v6) {
		at = put_16(put_16(put_16(at, 0x6b70), 0x1234), l4);
		at = put(put(at, &r->protocol, 1), "\x3e", 1);
		for (uint32_t i = 0; i < 32; i++)
			*at++ = (uint8_t)(0x20 + i);
	} else {
		at = put_16(put_16(at, 0x4010 | (uint32_t)r->ihl << 8), r->ihl * 4u + l4);
		at = put_16(put_16(at, 0x7777), r->fragment);
		at = put(put(at, "\x3f", 1), &r->protocol, 1);
		at = put(at, "\0\0\x0a\x01\x02\x03\xc6\x12\x05\x06", 10);
		for (uint32_t word = 5; word < r->ihl; word++)
			at = put(at, "\x01\x01\x01\x01", 4);
	}
	at = put_transport(at, r);
	memset(at, 0x5a, r->payload);
	at += r->payload;
	for (; at - frame < 60; at++)
		*at = 0;
	return (uint32_t)(at - frame);
}

/// A frame that the fast lanes are for.
static inline struct recipe usual_recipe(uint64_t *random)
{
	static const uint8_t flags[] = {0x10, 0x10, 0x18, 0x02, 0x12, 0x04, 0x14, 0x11, 0xd0};

	struct recipe r = {
		.tags = (uint8_t)(below(random, 4) ? 0 : 1 + below(random, 2)),
		.v6 = below(random, 4) == 0,
		.protocol = below(random, 8) ? 6 : 17,
		.options = (uint8_t)below(random, OPTION_LAYOUTS),
		.tcp_flags = flags[below(random, sizeof(flags))],
		.ihl = 5,
		.fragment = below(random, 2) ? 0x4000 : 0,
		.port = (uint16_t)(443 + below(random, 3)),
		.payload = (uint16_t)(below(random, 3) ? 0 : below(random, 64)),
	};

	if (r.protocol == 17)
		r.payload += 12;
	return r;
}

/// A frame with something that only the general walk knows.
static inline struct recipe unusual_recipe(uint64_t *random)
{
	static const uint16_t ports[] = {2152, 3386, 4754, 4789, 4790, 6081, 6635, 8472};
	static const uint8_t protocols[] = {6, 17, 1, 58, 4, 41, 47, 50, 0, 44, 43, 6};
	struct recipe r = usual_recipe(random);

	switch (below(random, 5)) {
	case 0:
		r.tags = (uint8_t)below(random, 7);
		break;
	case 1:
		r.ihl = (uint8_t)(5 + below(random, 11));
		break;
	case 2:
		r.fragment = (uint16_t)next_random(random) & 0xe007;
		break;
	case 3:
		r.protocol = protocols[below(random, sizeof(protocols))];
		break;
	default:
		r.protocol = 17;
		r.port = ports[below(random, 8)];
		r.payload = (uint16_t)(8 + below(random, 60));
	}
	return r;
}
