// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

// The body of every vector kernel; a kernel's own file defines the vectors and includes this one.
// That file defines LANES, `vec` (LANES 32-bit numbers), `mask` (a truth value for each lane) and
// the v_ and m_ functions.
//
// This is the straight path of decode_scalar.c, on columns (kernel_read.h): what it would not
// take is a miss, and misses go through the general walk, so that the kernel has no verdicts of its
// own either. UDP without a tunnel is taken as well.

#include "kernel_read.h"

#ifdef LANES // nothing without vectors to work with

// What the columns say, before anything is stored.
struct verdict {
	mask tcp, udp; ///< hits
	mask syn, stamps, odd;
	vec header, payload; ///< bytes: TCP header; behind it
	vec flags_window, id;
	vec quad; ///< TTL, TOS, SY_SEG_* bits: a byte each
};

// Fields of the IP header; `bytes` is set to its payload.
static ALWAYS_INLINE struct verdict judge_ip(
	const struct group *g, const struct columns *c, bool mixed, vec *bytes)
{
	vec w0 = v_swap(c->link.w2), w1 = v_swap(c->link.w3);
	vec protocol = v_and(c->ip.w0, v_all(0xff00));
	vec hop = v_and(c->ip.w0, v_all(0xff));
	vec tos = v_and(v_right(w0, 8), v_all(0xff00));
	vec bits = v_and(v_left(w1, 6), v_all(SY_SEG_DF << 16));
	vec id = v_right(w1, 16);
	mask good = m_and(
		v_equal(v_right(w0, 24), v_all(0x45)), v_equal(v_and(w1, v_all(0x3fff)), v_all(0)));

	*bytes = v_sub(v_and(w0, v_all(0xffff)), v_all(IPV4_BYTES));
	if (mixed) {
		good = m_select(g->v6, v_equal(v_right(w0, 28), v_all(6)), good);
		*bytes = v_select(g->v6, id, *bytes);
		protocol = v_select(g->v6, v_and(w1, v_all(0xff00)), protocol);
		hop = v_select(g->v6, v_and(w1, v_all(0xff)), hop);
		tos = v_select(g->v6, v_and(v_right(w0, 12), v_all(0xff00)), tos);
		bits = v_select(g->v6, v_all(SY_SEG_V6 << 16), bits);
		id = v_if(m_not(g->v6), id);
	}
	good = m_and(m_and(g->ok, good), v_at_most(*bytes, v_sub(g->wire, g->tcp_at)));
	return (struct verdict){
		.tcp = m_and(good, v_equal(protocol, v_all(6 << 8))),
		.udp = m_and(good, v_equal(protocol, v_all(17 << 8))),
		.id = id,
		.quad = v_or(hop, v_or(tos, bits)),
	};
}

static ALWAYS_INLINE void judge_tcp(
	const struct group *g, const struct columns *c, vec bytes, struct verdict *v)
{
	vec word = v_swap(c->tcp.w2);
	vec header = v_and(v_right(word, 26), v_all(0x3c));
	vec with_stamps = v_add(g->tcp_at, v_all(SY_TCP_FIXED_BYTES + 12));

	v->header = header;
	v->payload = v_sub(bytes, header);
	v->flags_window = v_and(word, v_all(0x1ffffff));
	v->tcp = m_and(v->tcp,
		m_and(v_at_most(header, bytes), v_at_most(v_all(SY_TCP_FIXED_BYTES), header)));
	v->syn = m_and(v->tcp, v_any(word, v_all(SY_TCP_SYN << 16)));
	mask data = m_andnot(v->syn, v->tcp);
	v->stamps = m_and(m_and(data, v_equal(c->option.w1, v_all(0x0a080101))),
		m_and(v_at_most(v_all(SY_TCP_FIXED_BYTES + 12), header),
			v_at_most(with_stamps, g->cap)));
	// From 10 bytes of options on they can be elsewhere.
	v->odd = m_andnot(
		v->stamps, m_and(data, v_at_most(v_all(SY_TCP_FIXED_BYTES + 10), header)));
	v->quad = v_or(v->quad, v_or(v_if(v->stamps, v_all(SY_SEG_TS << 16)),
					v_if(v->syn, v_all(SY_SEG_OPTIONS << 16))));
}

static ALWAYS_INLINE void store_columns(
	struct sy_batch *b, const struct group *g, const struct columns *c, const struct verdict *v)
{
	uint32_t i = g->first;

	v_store_3x8(b->ttl + i, b->tos + i, b->bits + i, v->quad);
	v_store_2x16(b->flags + i, b->window + i, v->flags_window);
	v_store_2x16(b->sport + i, b->dport + i, v_swap(c->ip.w3));
	v_store_2x16(b->checksum + i, b->ip_id + i,
		v_or(v_and(v_swap(c->tcp.w3), v_all(0xffff0000)), v->id));
	v_store_16(b->vlan + i, g->vlan);
	v_store(b->src4 + i, v_swap(c->ip.w1));
	v_store(b->dst4 + i, v_swap(c->ip.w2));
	v_store(b->seq + i, v_swap(c->tcp.w0));
	v_store(b->ack + i, v_swap(c->tcp.w1));
	v_store(b->payload_bytes + i, v->payload);
	v_store(b->tsval + i, v_swap(c->option.w2));
	v_store(b->tsecr + i, v_swap(c->option.w3));
}

// Checks and stores the columns, and adds the group's lanes to *found.
static ALWAYS_INLINE void write_columns(struct sy_batch *batch, const struct group *g,
	const struct columns *c, bool mixed, struct found *found)
{
	vec bytes;
	struct verdict v = judge_ip(g, c, mixed, &bytes);

	judge_tcp(g, c, bytes, &v);
	store_columns(batch, g, c, &v);
	v_store(found->tcp_at + g->first, g->tcp_at);
	found->tcp |= m_bits(v.tcp) << g->first;
	found->udp |= m_bits(v.udp) << g->first;
	found->syn |= m_bits(v.syn) << g->first;
	found->odd |= m_bits(v.odd) << g->first;
}

// Puts an empty frame in the place of those that are too short, of another link type or not there.
static __attribute__((noinline)) void replace_frames(
	const struct sy_burst *burst, struct group *g, uint32_t usable)
{
	uint32_t cap[LANES];

	for (uint32_t k = 0; k < LANES; k++) {
		bool use = usable >> k & 1;
		g->own.p[k] = use ? burst->data[g->first + k] : nothing;
		cap[k] = use ? burst->cap_bytes[g->first + k] : 0;
	}
	g->data = g->own.p;
	g->ok = v_at_most(v_all(FRAME_MIN), v_load(cap));
	g->cap = v_max(v_load(cap), v_all(FRAME_MIN));
}

// Returns whether all frames are untagged IPv4.
static ALWAYS_INLINE bool start_group(const struct sy_burst *burst, struct group *g, uint32_t first)
{
	uint32_t left = burst->count - first;

	g->first = first;
	g->data = burst->data + first;
	g->cap = v_load(burst->cap_bytes + first);
	g->wire = v_max(v_load(burst->wire_bytes + first), g->cap);
	g->ok = m_and(v_at_most(v_all(FRAME_MIN), g->cap),
		v_equal(v_load_8(burst->link + first), v_all(SY_LINK_ETHERNET)));
	uint32_t usable = m_bits(g->ok) & (left < LANES ? (1u << left) - 1 : ALL_LANES);
	if (__builtin_expect(usable != ALL_LANES, 0))
		replace_frames(burst, g, usable);
	g->link = read_pieces(g->data, ETHER_BYTES - 8);
	return m_bits(v_equal(v_right(g->link.w1, 16), v_all(TYPE_IPV4))) == ALL_LANES;
}

// Options that are not timestamps at their usual place.
static ALWAYS_INLINE void read_options(
	const struct sy_burst *burst, struct sy_batch *batch, const struct found *found, uint32_t i)
{
	const uint8_t *tcp = burst->data[i] + found->tcp_at[i];
	uint32_t header = (uint32_t)(tcp[12] >> 4) * 4;
	uint32_t cap = burst->cap_bytes[i] - found->tcp_at[i];
	uint32_t bytes = (header < cap ? header : cap) - SY_TCP_FIXED_BYTES;

	batch->bits[i] |= found->syn >> i & 1 ? sy_tcp_read_syn_options(
							batch, i, tcp + SY_TCP_FIXED_BYTES, bytes)
					      : sy_tcp_find_timestamps(
							batch, i, tcp + SY_TCP_FIXED_BYTES, bytes);
}

static ALWAYS_INLINE bool is_tunnel_port(uint16_t port)
{
	static const uint16_t tunnels[] = {SY_TUNNEL_PORTS};
	bool found = false;

	for (size_t k = 0; k < sizeof(tunnels) / sizeof(tunnels[0]); k++)
		found |= port == tunnels[k];
	return found;
}

// Lanes with UDP that is not a tunnel's.
static ALWAYS_INLINE uint32_t write_udp(struct sy_batch *batch, uint32_t udp)
{
	uint32_t plain = 0;

	for (uint32_t left = udp; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctz(left);
		if (is_tunnel_port(batch->dport[i]))
			continue;
		batch->lane[i] = SY_LANE_OTHER_IP;
		batch->bucket[i] = SY_BUCKET_OTHER_IP;
		plain |= 1u << i;
	}
	return plain;
}

static ALWAYS_INLINE void fill_batch(const struct sy_burst *burst, struct sy_batch *batch)
{
	batch->count = burst->count;
	memcpy(batch->port, burst->port, sizeof(batch->port));
	memcpy(batch->ts_ns, burst->ts_ns, sizeof(batch->ts_ns));
	memset(batch->lane, SY_LANE_TCP, sizeof(batch->lane));
	memset(batch->bucket, SY_BUCKET_TCP, sizeof(batch->bucket));
	memset(batch->tunnel, SY_TUNNEL_NONE, sizeof(batch->tunnel));
	memset(batch->vni, 0, sizeof(batch->vni));
	memset(batch->domain, 0, sizeof(batch->domain));
}

// Each step is done for all groups before the next begins, so that they do not wait for each
// other's results; and what needs branches comes last.
static ALWAYS_INLINE void decode_burst(const struct sy_burst *burst, struct sy_batch *batch)
{
	struct group groups[SY_BURST_MAX / LANES];
	struct found found;
	uint32_t count = (burst->count + LANES - 1) / LANES;
	bool plain = true;

	found.tcp = found.udp = found.syn = found.odd = 0;
	fill_batch(burst, batch);
	for (uint32_t n = 0; n < count; n++)
		plain &= start_group(burst, &groups[n], n * LANES);
	if (plain) {
		for (uint32_t n = 0; n < count; n++) {
			struct columns c = read_plain(&groups[n]);
			write_columns(batch, &groups[n], &c, false, &found);
		}
	} else {
		for (uint32_t n = 0; n < count; n++)
			find_headers(&groups[n]);
		for (uint32_t n = 0; n < count; n++) {
			struct columns c = read_mixed(&groups[n]);
			store_ipv6(&groups[n], batch);
			write_columns(batch, &groups[n], &c, true, &found);
		}
	}

	uint32_t all = (uint32_t)((UINT64_C(1) << burst->count) - 1);
	for (uint32_t left = found.syn | found.odd; left; left &= left - 1)
		read_options(burst, batch, &found, (uint32_t)__builtin_ctz(left));
	for (uint32_t left = all & ~(found.tcp | write_udp(batch, found.udp)); left;
		left &= left - 1)
		sy_decode_general(burst, batch, (uint32_t)__builtin_ctz(left));
}

#endif
