// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What an IP protocol number announces: TCP, ICMP, tunnels, IPv6 extension headers.

#include "decode_internal.h"

enum ip_protocol {
	PROTO_HOP_BY_HOP = 0,
	PROTO_ICMP = 1,
	PROTO_IPIP = 4,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_IPV6 = 41,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_GRE = 47,
	PROTO_AH = 51,
	PROTO_MINIMAL = 55, // RFC 2004
	PROTO_ICMPV6 = 58,
	PROTO_DESTINATION = 60,
	PROTO_ETHERIP = 97,
	PROTO_L2TP = 115,
	PROTO_MOBILITY = 135,
	PROTO_MPLS = 137, // RFC 4023
	PROTO_HIP = 139,
	PROTO_SHIM6 = 140,
};

// A slice that cuts a SYN would have cut data, and only Fast Open sends data with a SYN (RFC 7413):
// in any other SYN a length beyond the frame is a lie.
static bool is_lying_syn(const struct sy_walk *w)
{
	const struct sy_batch *batch = w->batch;

	return w->sliced && batch->lane[w->i] == SY_LANE_TCP && batch->flags[w->i] & SY_TCP_SYN &&
	       !(batch->opt[w->i].present & SY_OPT_TFO);
}

static enum sy_step walk_tcp(struct sy_walk *w)
{
	if (!sy_walk_has(w, SY_TCP_FIXED_BYTES))
		return sy_walk_short(w, SY_TCP_FIXED_BYTES);
	sy_walk_end_ip(w, SY_LANE_TCP, SY_BUCKET_TCP);
	if (!sy_tcp_read(w->batch, w->i, w->p, w->cap, w->wire, w->bits) || is_lying_syn(w))
		return sy_walk_end(w, SY_BUCKET_MALFORMED);
	return SY_STEP_END;
}

// Steps over an extension header of `bytes` bytes.
static enum sy_step skip_extension(struct sy_walk *w, uint32_t bytes)
{
	if (!sy_walk_has(w, bytes))
		return sy_walk_short(w, bytes);
	w->next = w->p[0];
	sy_walk_take(w, bytes);
	return SY_STEP_TRANSPORT;
}

// The common form of RFC 6564: next header, length in 8 bytes without the first 8.
static enum sy_step walk_extension(struct sy_walk *w)
{
	if (!sy_walk_has(w, 2))
		return sy_walk_short(w, 8);
	return skip_extension(w, ((uint32_t)w->p[1] + 1) * 8);
}

// RFC 4302: length in 4 bytes without the first 8.
static enum sy_step walk_ah(struct sy_walk *w)
{
	if (!sy_walk_has(w, 2))
		return sy_walk_short(w, 12);
	return skip_extension(w, ((uint32_t)w->p[1] + 2) * 4);
}

static enum sy_step walk_fragment(struct sy_walk *w)
{
	if (!sy_walk_has(w, 8))
		return sy_walk_short(w, 8);
	uint16_t field = sy_be16(w->p + 2);
	if (field & 0xfff8)
		return sy_walk_end(w, SY_BUCKET_FRAGMENT);
	if (field & 1)
		w->bits |= SY_SEG_MF;
	return skip_extension(w, 8);
}

static enum sy_step walk_ipip(struct sy_walk *w, enum sy_step inner)
{
	sy_walk_tunnel(w, SY_TUNNEL_IPIP);
	return inner;
}

// In a first fragment of something other than TCP the lengths inside speak of the whole packet.
static void open_fragment(struct sy_walk *w)
{
	if (w->bits & SY_SEG_MF && w->wire != SY_WIRE_UNKNOWN) {
		w->in_pieces = w->cap == w->wire;
		w->wire = SY_WIRE_UNKNOWN;
	}
}

static enum sy_step walk_other(struct sy_walk *w)
{
	open_fragment(w);
	switch (w->next) {
	case PROTO_UDP:
		return sy_walk_udp(w);
	case PROTO_ICMP:
	case PROTO_ICMPV6:
		return sy_walk_icmp(w);
	case PROTO_IPIP:
		return walk_ipip(w, SY_STEP_IPV4);
	case PROTO_IPV6:
		return walk_ipip(w, SY_STEP_IPV6);
	case PROTO_GRE:
		return sy_walk_gre(w);
	case PROTO_MPLS:
		return sy_walk_mpls(w);
	case PROTO_MINIMAL:
	case PROTO_ETHERIP:
	case PROTO_L2TP:
		return sy_walk_end(w, SY_BUCKET_UNSUPPORTED_TUNNEL);
	default: // ESP and "no next header" among them
		return sy_walk_end(w, SY_BUCKET_OTHER_IP);
	}
}

enum sy_step sy_walk_transport(struct sy_walk *w)
{
	if (w->next == PROTO_TCP)
		return walk_tcp(w);
	if (w->next == PROTO_AH)
		return walk_ah(w);
	if (!(w->bits & SY_SEG_V6))
		return walk_other(w);

	switch (w->next) {
	case PROTO_HOP_BY_HOP:
	case PROTO_ROUTING:
	case PROTO_DESTINATION:
	case PROTO_MOBILITY:
	case PROTO_HIP:
	case PROTO_SHIM6:
		return walk_extension(w);
	case PROTO_FRAGMENT:
		return walk_fragment(w);
	default:
		return walk_other(w);
	}
}
