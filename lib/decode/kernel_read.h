// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "decode_internal.h"

// Part of kernel_body.h: finds the headers of LANES frames and reads them to columns.
//
// A frame's headers are read as four 16-byte pieces, and a piece of LANES frames is transposed to
// four columns, which are words of the header:
//   link   8 bytes before the IP header .. 8 bytes into it: EtherType; version, TOS, length; id
//   ip    12 bytes before the TCP header .. its ports: IPv4's TTL, protocol and addresses
//   tcp    sequence number .. checksum
//   option checksum .. 12 bytes of options: timestamps at their usual place

#ifdef LANES // nothing without vectors to work with

#define ETHER_BYTES 14
#define IPV4_BYTES  20
#define IPV6_BYTES  40
#define TCP_AT      (ETHER_BYTES + IPV4_BYTES) // in an untagged IPv4 frame
#define FRAME_MIN   (ETHER_BYTES + IPV4_BYTES + SY_TCP_FIXED_BYTES)

// EtherTypes as a little-endian load has them.
#define TYPE_IPV4  0x0008
#define TYPE_IPV6  0xdd86
#define TYPE_8021Q 0x0081
#define TYPE_QINQ  0xa888
#define TYPE_9100  0x0091

#define ALL_LANES ((uint32_t)((UINT64_C(1) << LANES) - 1))

/// Four columns.
struct words {
	vec w0, w1, w2, w3;
};

/// What the groups found, a bit for each lane of the batch.
struct found {
	uint32_t tcp; ///< TCP that is well formed
	uint32_t udp; ///< UDP, perhaps with a tunnel behind it
	uint32_t syn; ///< of `tcp`
	uint32_t odd; ///< of `tcp`: other options than timestamps at their usual place
	uint32_t tcp_at[SY_BURST_MAX];
};

/// LANES places, one in each frame.
struct places {
	const uint8_t *p[LANES];
};

/// LANES frames, on their way to lanes `first` and on of the batch.
struct group {
	const uint8_t *const *data;    ///< frames, each of FRAME_MIN bytes or more
	struct places own;             ///< what `data` is when some of the frames cannot be taken
	struct places ip, tcp, option; ///< mixed groups only
	uint32_t first;
	vec cap;    ///< bytes that can be read at data
	vec wire;   ///< bytes of the frame
	vec tcp_at; ///< offset of the TCP header
	vec vlan;
	mask ok; ///< lanes that can be hits
	mask v6;
	struct words link; ///< mixed groups: as if there were no tags
};

/// The columns of a group.
struct columns {
	struct words link, ip, tcp, option;
};

// Stands for a frame that cannot be taken: no header fits, and yet it does not make a plain group a
// mixed one.
static const uint8_t nothing[FRAME_MIN] = {[12] = 0x08, [13] = 0x00};

static ALWAYS_INLINE __m128i load_piece(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

// Vector r of a piece holds frames r, r + 4, ... one in each 128 bits; out come words 0 to 3 of
// all frames in order.
static ALWAYS_INLINE struct words transpose(const vec in[4])
{
	vec low01 = v_low32(in[0], in[1]), high01 = v_high32(in[0], in[1]);
	vec low23 = v_low32(in[2], in[3]), high23 = v_high32(in[2], in[3]);

	return (struct words){v_low64(low01, low23), v_high64(low01, low23),
		v_low64(high01, high23), v_high64(high01, high23)};
}

// The pieces that begin `add` bytes after p[0] .. p[LANES - 1].
static ALWAYS_INLINE struct words read_pieces(const uint8_t *const *p, int add)
{
	vec in[4];

	for (int r = 0; r < 4; r++) {
		__m128i piece[LANES / 4];
		for (int k = 0; k < LANES / 4; k++)
			piece[k] = load_piece(p[4 * k + r] + add);
		in[r] = v_join(piece);
	}
	return transpose(in);
}

static ALWAYS_INLINE mask is_tpid(vec type)
{
	return m_or(m_or(v_equal(type, v_all(TYPE_8021Q)), v_equal(type, v_all(TYPE_QINQ))),
		v_equal(type, v_all(TYPE_9100)));
}

// The option piece may begin less than 16 bytes before the frame's end. It is then read from the
// frame's last 16 bytes instead: too short for timestamps at their place, so nobody looks at it.
static ALWAYS_INLINE void find_option(struct group *g)
{
	v_store_sums(
		g->option.p, g->data, v_min(v_add(g->tcp_at, v_all(16)), v_sub(g->cap, v_all(16))));
}

// Finds the IP and TCP headers behind tags, and which IP it is. Word 1 of the link piece of an
// untagged frame ends in the first EtherType; each tag adds 4 bytes.
static ALWAYS_INLINE void find_headers(struct group *g)
{
	vec type[3] = {v_right(g->link.w1, 16), v_right(g->link.w2, 16), v_right(g->link.w3, 16)};
	mask tag = is_tpid(type[0]);
	mask tag2 = m_and(tag, is_tpid(type[1]));
	vec ethertype = v_select(tag2, type[2], v_select(tag, type[1], type[0]));
	vec at = v_add(v_all(ETHER_BYTES), v_add(v_if(tag, v_all(4)), v_if(tag2, v_all(4))));
	mask v4 = v_equal(ethertype, v_all(TYPE_IPV4));

	g->v6 = v_equal(ethertype, v_all(TYPE_IPV6));
	vec tcp_at = v_add(at, v_select(g->v6, v_all(IPV6_BYTES), v_all(IPV4_BYTES)));
	mask reach = v_at_most(v_add(tcp_at, v_all(SY_TCP_FIXED_BYTES)), g->cap);
	g->ok = m_and(g->ok, m_and(m_or(v4, g->v6), reach));
	g->vlan = v_select(
		tag, v_and(v_right(v_swap(g->link.w2), 16), v_all(0xfff)), v_all(SY_VLAN_NONE));

	// Misses are read where an untagged frame has its headers: those bytes are there.
	g->tcp_at = v_select(g->ok, tcp_at, v_all(TCP_AT));
	v_store_sums(g->ip.p, g->data, v_select(g->ok, at, v_all(ETHER_BYTES)));
	v_store_sums(g->tcp.p, g->data, g->tcp_at);
	find_option(g);
}

static ALWAYS_INLINE struct columns read_mixed(const struct group *g)
{
	return (struct columns){
		.link = read_pieces(g->ip.p, -8),
		.ip = read_pieces(g->tcp.p, -12),
		.tcp = read_pieces(g->tcp.p, 4),
		.option = read_pieces(g->option.p, 0),
	};
}

static ALWAYS_INLINE struct columns read_plain(struct group *g)
{
	bool whole = m_bits(v_at_most(v_all(TCP_AT + 32), g->cap)) == ALL_LANES;

	g->v6 = v_equal(v_all(0), v_all(1));
	g->vlan = v_all(SY_VLAN_NONE);
	g->tcp_at = v_all(TCP_AT);
	if (!whole)
		find_option(g);
	return (struct columns){
		.link = g->link,
		.ip = read_pieces(g->data, TCP_AT - 12),
		.tcp = read_pieces(g->data, TCP_AT + 4),
		.option = whole ? read_pieces(g->data, TCP_AT + 16) : read_pieces(g->option.p, 0),
	};
}

// Of every lane, though few have one: the bytes before the TCP header are there in any case.
static ALWAYS_INLINE void store_ipv6(const struct group *g, struct sy_batch *batch)
{
	for (uint32_t k = 0; k < LANES; k++) {
		memcpy(batch->src6[g->first + k], g->tcp.p[k] - 32, 16);
		memcpy(batch->dst6[g->first + k], g->tcp.p[k] - 16, 16);
	}
}

#endif
