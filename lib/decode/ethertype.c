// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Ethernet and what an EtherType can announce: tags, LLC, MPLS, PPPoE, PPP.

#include "decode_internal.h"

#define VLAN_TAGS_MAX   4
#define MPLS_LABELS_MAX 16

// IEEE 802.2 LLC; IP is either behind SNAP (RFC 1042) or has a SAP of its own.
enum sy_step sy_walk_llc(struct sy_walk *w)
{
	if (!sy_walk_has(w, 3))
		return w->wire < 3 ? sy_walk_end(w, SY_BUCKET_NON_IP) : sy_walk_short(w, 3);
	const uint8_t *p = w->p;
	if (p[0] == 0x06 && p[1] == 0x06 && p[2] == 0x03) {
		sy_walk_take(w, 3);
		return SY_STEP_IPV4;
	}
	if (p[0] != 0xaa || p[1] != 0xaa || p[2] != 0x03)
		return sy_walk_end(w, SY_BUCKET_NON_IP);
	if (!sy_walk_has(w, 8))
		return sy_walk_short(w, 8);
	// 00-00-00 is RFC 1042's own, 00-00-f8 that of bridge tunnelling (802.1H).
	if (p[3] != 0 || p[4] != 0 || (p[5] != 0 && p[5] != 0xf8))
		return sy_walk_end(w, SY_BUCKET_NON_IP);
	w->next = sy_be16(p + 6);
	sy_walk_take(w, 8);
	return SY_STEP_ETHERTYPE;
}

// The field behind the addresses or a tag: an EtherType, or IEEE 802.3's length, and then what
// goes beyond it is padding.
static enum sy_step type_or_length(struct sy_walk *w)
{
	if (w->next > 1500)
		return SY_STEP_ETHERTYPE;
	if (!sy_walk_claim(w, w->next))
		return sy_walk_end(w, SY_BUCKET_MALFORMED);
	sy_walk_clip(w, w->next);
	return sy_walk_llc(w);
}

enum sy_step sy_walk_ethernet(struct sy_walk *w)
{
	if (!sy_walk_has(w, 14))
		return sy_walk_short(w, 14);
	w->next = sy_be16(w->p + 12);
	sy_walk_take(w, 14);
	return type_or_length(w);
}

static enum sy_step walk_tags(struct sy_walk *w)
{
	for (int tags = 0; sy_is_vlan_tpid(w->next); tags++) {
		if (tags == VLAN_TAGS_MAX)
			return sy_walk_end(w, SY_BUCKET_UNSUPPORTED_TUNNEL);
		if (!sy_walk_has(w, 4))
			return sy_walk_short(w, 4);
		if (w->vlan == SY_VLAN_NONE)
			w->vlan = sy_be16(w->p) & 0xfff;
		w->next = sy_be16(w->p + 2);
		sy_walk_take(w, 4);
	}
	return type_or_length(w);
}

static enum sy_step walk_pppoe(struct sy_walk *w)
{
	if (!sy_walk_has(w, 6))
		return sy_walk_short(w, 6);
	uint32_t bytes = sy_be16(w->p + 4);
	if (w->p[0] != 0x11 || !sy_walk_claim(w, bytes + 6))
		return sy_walk_end(w, SY_BUCKET_MALFORMED);
	sy_walk_take(w, 6);
	sy_walk_clip(w, bytes);
	return SY_STEP_PPP;
}

enum sy_step sy_walk_mpls(struct sy_walk *w)
{
	bool bottom = false;

	for (int labels = 0; !bottom; labels++) {
		if (labels == MPLS_LABELS_MAX)
			return sy_walk_end(w, SY_BUCKET_UNSUPPORTED_TUNNEL);
		if (!sy_walk_has(w, 4))
			return sy_walk_short(w, 4);
		bottom = w->p[2] & 1;
		sy_walk_take(w, 4);
	}

	// No field says what is carried: an IP version, or the zero nibble of a pseudowire's
	// control word (RFC 4385) before an Ethernet frame.
	if (sy_walk_has(w, 1) && w->p[0] >> 4 == 0) {
		if (!sy_walk_has(w, 4))
			return sy_walk_short(w, 4);
		sy_walk_take(w, 4);
		return SY_STEP_ETHERNET;
	}
	return SY_STEP_IP;
}

enum sy_step sy_walk_ppp(struct sy_walk *w)
{
	if (!sy_walk_has(w, 2))
		return sy_walk_short(w, 2);
	if (w->p[0] == 0xff && w->p[1] == 0x03) {
		sy_walk_take(w, 2);
	} else if ((w->p[0] == 0x0f || w->p[0] == 0x8f) && w->p[1] == 0) {
		// Captures of serial lines use PPP's link type for Cisco HDLC too.
		if (!sy_walk_has(w, 4))
			return sy_walk_short(w, 4);
		w->next = sy_be16(w->p + 2);
		sy_walk_take(w, 4);
		return SY_STEP_ETHERTYPE;
	}

	// An odd first byte is a compressed protocol field (RFC 1661 6.5).
	uint32_t field = sy_walk_has(w, 1) && w->p[0] & 1 ? 1 : 2;
	if (!sy_walk_has(w, field))
		return sy_walk_short(w, field);
	uint16_t protocol = field == 1 ? w->p[0] : sy_be16(w->p);
	sy_walk_take(w, field);
	switch (protocol) {
	case 0x0021:
		return SY_STEP_IPV4;
	case 0x0057:
		return SY_STEP_IPV6;
	case 0x0281:
	case 0x0283:
		return sy_walk_mpls(w);
	default:
		return sy_walk_end(w, SY_BUCKET_NON_IP);
	}
}

enum sy_step sy_walk_ethertype(struct sy_walk *w)
{
	switch (w->next) {
	case 0x0800:
		return SY_STEP_IPV4;
	case 0x86dd:
		return SY_STEP_IPV6;
	case 0x8100:
	case 0x88a8:
	case 0x9100:
		return walk_tags(w);
	case 0x8847:
	case 0x8848:
		return sy_walk_mpls(w);
	case 0x8864:
		return walk_pppoe(w);
	case 0x6558: // Transparent Ethernet bridging, in GRE, GENEVE and cooked captures of them
		return SY_STEP_ETHERNET;
	default:
		return sy_walk_end(w, SY_BUCKET_NON_IP);
	}
}
