// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The first header of a frame, by link type. Layouts: tcpdump.org/linktypes.html.

#include "decode_internal.h"

// AF_INET6 differs: Linux 10, NetBSD and OpenBSD 24, FreeBSD 28, macOS 30.
static enum sy_step by_family(struct sy_walk *w, uint32_t family)
{
	switch (family) {
	case 2:
		return SY_STEP_IPV4;
	case 10:
	case 24:
	case 28:
	case 30:
		return SY_STEP_IPV6;
	default:
		return sy_walk_end(w, SY_BUCKET_NON_IP);
	}
}

static enum sy_step link_family(struct sy_walk *w, bool either_order)
{
	if (!sy_walk_has(w, 4))
		return sy_walk_short(w, 4);
	uint32_t family = sy_be32(w->p);
	sy_walk_take(w, 4);
	// Families are small: the order that makes the number large is the wrong one.
	if (either_order && family > 0xffff)
		family = __builtin_bswap32(family);
	return by_family(w, family);
}

// A header of `bytes` bytes with an EtherType at `at`.
static enum sy_step link_fixed(struct sy_walk *w, uint32_t bytes, uint32_t at)
{
	if (!sy_walk_has(w, bytes))
		return sy_walk_short(w, bytes);
	w->next = sy_be16(w->p + at);
	sy_walk_take(w, bytes);
	return SY_STEP_ETHERTYPE;
}

// Linux cooked: below the EtherTypes stand numbers of Linux's own (if_ether.h).
static enum sy_step link_cooked(struct sy_walk *w, uint32_t bytes, uint32_t at)
{
	enum sy_step step = link_fixed(w, bytes, at);
	return step == SY_STEP_ETHERTYPE && w->next == 0x0004 ? sy_walk_llc(w) : step;
}

enum sy_step sy_walk_link(struct sy_walk *w, uint8_t link)
{
	switch (link) {
	case SY_LINK_ETHERNET:
		return SY_STEP_ETHERNET;
	case SY_LINK_NULL:
		return link_family(w, true);
	case SY_LINK_LOOP:
		return link_family(w, false);
	case SY_LINK_RAW_IP:
		if (!sy_walk_has(w, 1))
			return sy_walk_short(w, 1);
		// Nothing else can stand here, so another version nibble is an error.
		if (w->p[0] >> 4 != 4 && w->p[0] >> 4 != 6)
			return sy_walk_end(w, SY_BUCKET_MALFORMED);
		return SY_STEP_IP;
	case SY_LINK_SLL:
		return link_cooked(w, 16, 14);
	case SY_LINK_SLL2:
		return link_cooked(w, 20, 0);
	case SY_LINK_PPP:
		return SY_STEP_PPP;
	case SY_LINK_C_HDLC:
		return link_fixed(w, 4, 2);
	default:
		return sy_walk_end(w, SY_BUCKET_NON_IP);
	}
}
