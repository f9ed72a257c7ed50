// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// GRE (RFC 2784, 2890, 1701's routing) and the mirror formats on it: ERSPAN type I, II and III
// (draft-foschiano-erspan).

#include "decode_internal.h"

#define GRE_CHECKSUM 0x8000
#define GRE_ROUTING  0x4000
#define GRE_KEY      0x2000
#define GRE_SEQUENCE 0x1000
#define GRE_VERSION  0x0007

#define GRE_TYPE_ERSPAN   0x88be // I and II
#define GRE_TYPE_ERSPAN_3 0x22eb
#define GRE_TYPE_PPP      0x880b
#define GRE_TYPE_WCCP     0x883e

#define ERSPAN_TRUNCATED 0x0400 // T, in the second 16 bits
#define ERSPAN_SESSION   0x03ff

// A mirror that cuts frames leaves the lengths inside as they were on the mirrored link.
static enum sy_step mirrored(struct sy_walk *w, bool cut, enum sy_step inner)
{
	if (cut)
		w->wire = SY_WIRE_UNKNOWN;
	return inner;
}

static enum sy_step walk_erspan_2(struct sy_walk *w)
{
	if (!sy_walk_has(w, 8))
		return sy_walk_short(w, 8);
	uint16_t word = sy_be16(w->p + 2);
	sy_walk_tunnel_id(w, SY_TUNNEL_ERSPAN, word & ERSPAN_SESSION);
	sy_walk_take(w, 8);
	return mirrored(w, word & ERSPAN_TRUNCATED, SY_STEP_ETHERNET);
}

static enum sy_step walk_erspan_3(struct sy_walk *w)
{
	if (!sy_walk_has(w, 12))
		return sy_walk_short(w, 12);
	uint16_t word = sy_be16(w->p + 2);
	uint16_t last = sy_be16(w->p + 10);
	uint32_t bytes = last & 1 ? 20 : 12; // O: a platform-specific subheader follows
	if (!sy_walk_has(w, bytes))
		return sy_walk_short(w, bytes);
	sy_walk_tunnel_id(w, SY_TUNNEL_ERSPAN, word & ERSPAN_SESSION);
	sy_walk_take(w, bytes);
	switch (last >> 10 & 0x1f) {
	case 0:
		return mirrored(w, word & ERSPAN_TRUNCATED, SY_STEP_ETHERNET);
	case 2:
		return mirrored(w, word & ERSPAN_TRUNCATED, SY_STEP_IP);
	default:
		return sy_walk_end(w, SY_BUCKET_UNSUPPORTED_TUNNEL);
	}
}

// Devices use either EtherType for II and III; the version says which it is.
static enum sy_step walk_erspan(struct sy_walk *w, bool has_sequence)
{
	if (!has_sequence && w->next == GRE_TYPE_ERSPAN) {
		// Type I has no header of its own, and nothing to say that a frame was cut.
		sy_walk_tunnel(w, SY_TUNNEL_ERSPAN);
		return mirrored(w, true, SY_STEP_ETHERNET);
	}
	if (!sy_walk_has(w, 1))
		return sy_walk_short(w, 8);
	switch (w->p[0] >> 4) {
	case 1:
		return walk_erspan_2(w);
	case 2:
		return walk_erspan_3(w);
	default:
		return sy_walk_end(w, SY_BUCKET_UNSUPPORTED_TUNNEL);
	}
}

// WCCP version 2 puts a redirect header of 4 bytes before the packet, version 1 none.
static enum sy_step walk_wccp(struct sy_walk *w)
{
	if (sy_walk_has(w, 4) && w->p[0] >> 4 != 4)
		sy_walk_take(w, 4);
	return SY_STEP_IPV4;
}

// RFC 1701's source route entries, ended by one of length 0. Returns SY_STEP_TRANSPORT when they
// were stepped over.
static enum sy_step skip_routes(struct sy_walk *w)
{
	for (bool last = false; !last;) {
		if (!sy_walk_has(w, 4))
			return sy_walk_short(w, 4);
		uint32_t bytes = 4u + w->p[3];
		last = w->p[3] == 0;
		if (!sy_walk_has(w, bytes))
			return sy_walk_short(w, bytes);
		sy_walk_take(w, bytes);
	}
	return SY_STEP_TRANSPORT;
}

static enum sy_step by_type(struct sy_walk *w, uint16_t flags)
{
	switch (w->next) {
	case GRE_TYPE_ERSPAN:
	case GRE_TYPE_ERSPAN_3:
		return walk_erspan(w, flags & GRE_SEQUENCE);
	case GRE_TYPE_PPP:
		return SY_STEP_PPP;
	case GRE_TYPE_WCCP:
		return walk_wccp(w);
	default:
		return SY_STEP_ETHERTYPE;
	}
}

enum sy_step sy_walk_gre(struct sy_walk *w)
{
	if (!sy_walk_has(w, 4))
		return sy_walk_short(w, 4);
	uint16_t flags = sy_be16(w->p);
	w->next = sy_be16(w->p + 2);
	// Version 1 is PPTP's: PPP, usually compressed and encrypted.
	if (flags & GRE_VERSION)
		return sy_walk_end(w, SY_BUCKET_UNSUPPORTED_TUNNEL);

	uint32_t key_at = flags & (GRE_CHECKSUM | GRE_ROUTING) ? 8 : 4;
	uint32_t bytes = key_at + (flags & GRE_KEY ? 4 : 0) + (flags & GRE_SEQUENCE ? 4 : 0);
	if (!sy_walk_has(w, bytes))
		return sy_walk_short(w, bytes);
	if (flags & GRE_KEY)
		sy_walk_tunnel_id(w, SY_TUNNEL_GRE, sy_be32(w->p + key_at));
	else
		sy_walk_tunnel(w, SY_TUNNEL_GRE);
	sy_walk_take(w, bytes);
	if (flags & GRE_ROUTING) {
		enum sy_step step = skip_routes(w);
		if (step == SY_STEP_END)
			return step;
	}
	return by_type(w, flags);
}
