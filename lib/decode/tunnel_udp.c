// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Tunnels in UDP. A port number alone proves nothing, so each header has to look like its tunnel;
// one that does not is plain UDP (other_ip), and one that does and cannot be read is
// unsupported_tunnel.

#include "decode_internal.h"

static uint32_t be24(const uint8_t *p)
{
	return sy_be32(p) >> 8;
}

static enum sy_step plain(struct sy_walk *w)
{
	return sy_walk_end(w, SY_BUCKET_OTHER_IP);
}

#define VXLAN_FLAG_GBP  0x80 // group policy: uses bytes 1 to 3
#define VXLAN_FLAG_VNI  0x08
#define VXLAN_FLAG_NEXT 0x04 // generic protocol extension: byte 3 says what follows

static enum sy_step walk_vxlan(struct sy_walk *w)
{
	if (!sy_walk_has(w, 8))
		return sy_walk_doubt(w, 8);
	const uint8_t *p = w->p;
	uint8_t flags = p[0];
	// Reserved bits are sent as zero; byte 3 is the next protocol's in the extension.
	uint32_t reserved = flags & VXLAN_FLAG_NEXT ? be24(p + 1) & 0xffff00 : be24(p + 1);
	if (flags & ~(VXLAN_FLAG_GBP | VXLAN_FLAG_VNI | VXLAN_FLAG_NEXT) || p[7] ||
		(reserved && !(flags & VXLAN_FLAG_GBP)))
		return plain(w);
	if (!(flags & VXLAN_FLAG_VNI)) // RFC 7348 5: to be dropped, but surely meant as VXLAN
		return flags ? plain(w) : sy_walk_end(w, SY_BUCKET_UNSUPPORTED_TUNNEL);

	sy_walk_tunnel_id(w, SY_TUNNEL_VXLAN, be24(p + 4));
	sy_walk_take(w, 8);
	if (!(flags & VXLAN_FLAG_NEXT))
		return SY_STEP_ETHERNET;
	switch (p[3]) {
	case 1:
		return SY_STEP_IPV4;
	case 2:
		return SY_STEP_IPV6;
	case 3:
		return SY_STEP_ETHERNET;
	default:
		return sy_walk_end(w, SY_BUCKET_UNSUPPORTED_TUNNEL);
	}
}

static bool geneve_carries(uint16_t ethertype)
{
	return ethertype == 0x6558 || ethertype == 0x0800 || ethertype == 0x86dd ||
	       ethertype == 0x8847 || sy_is_vlan_tpid(ethertype);
}

// RFC 8926. Critical options matter to the tunnel's end, not to someone who looks past them.
static enum sy_step walk_geneve(struct sy_walk *w)
{
	if (!sy_walk_has(w, 8))
		return sy_walk_doubt(w, 8);
	const uint8_t *p = w->p;
	uint32_t bytes = 8 + (uint32_t)(p[0] & 0x3f) * 4;
	uint16_t ethertype = sy_be16(p + 2);
	if (p[1] & 0x3f || p[7] || !geneve_carries(ethertype))
		return plain(w);
	if (p[0] >> 6)
		return sy_walk_end(w, SY_BUCKET_UNSUPPORTED_TUNNEL);
	if (!sy_walk_has(w, bytes))
		return sy_walk_short(w, bytes);

	sy_walk_tunnel_id(w, SY_TUNNEL_GENEVE, be24(p + 4));
	w->next = ethertype;
	sy_walk_take(w, bytes);
	return SY_STEP_ETHERTYPE;
}

#define GTP_OPTIONAL  0x07 // E, S, PN: any of them brings 4 bytes
#define GTP_EXTENSION 0x04
#define GTP_G_PDU     0xff

// Extension headers (3GPP TS 29.281 5.2): length in 4 bytes first, type of the next one last.
static enum sy_step walk_gtp_extensions(struct sy_walk *w, uint8_t type)
{
	while (type) {
		if (!sy_walk_has(w, 4))
			return sy_walk_short(w, 4);
		uint32_t bytes = (uint32_t)w->p[0] * 4;
		if (bytes == 0)
			return sy_walk_end(w, SY_BUCKET_MALFORMED);
		if (!sy_walk_has(w, bytes))
			return sy_walk_short(w, bytes);
		type = w->p[bytes - 1];
		sy_walk_take(w, bytes);
	}
	return SY_STEP_IP;
}

static enum sy_step walk_gtp(struct sy_walk *w)
{
	if (!sy_walk_has(w, 8))
		return sy_walk_doubt(w, 8);
	const uint8_t *p = w->p;
	uint32_t bytes = sy_be16(p + 2);
	uint8_t flags = p[0];
	// Version 1, protocol type GTP, and a message that carries a packet.
	if ((flags & 0xf0) != 0x30 || p[1] != GTP_G_PDU || bytes > w->wire - 8)
		return plain(w);

	sy_walk_tunnel_id(w, SY_TUNNEL_GTPU, sy_be32(p + 4));
	sy_walk_take(w, 8);
	sy_walk_clip(w, bytes);
	if (!(flags & GTP_OPTIONAL))
		return SY_STEP_IP;
	if (!sy_walk_has(w, 4))
		return sy_walk_short(w, 4);
	uint8_t type = flags & GTP_EXTENSION ? w->p[3] : 0;
	sy_walk_take(w, 4);
	return walk_gtp_extensions(w, type);
}

// GTP version 0 carries packets on a port of its own, behind 20 bytes (3GPP TS 09.60).
static enum sy_step walk_gtp_v0(struct sy_walk *w)
{
	if (!sy_walk_has(w, 2))
		return sy_walk_doubt(w, 20);
	if ((w->p[0] & 0xfe) == 0x1e && w->p[1] == GTP_G_PDU)
		return sy_walk_end(w, SY_BUCKET_UNSUPPORTED_TUNNEL);
	return plain(w);
}

static enum sy_step walk_gre_in_udp(struct sy_walk *w)
{
	if (!sy_walk_has(w, 4))
		return sy_walk_doubt(w, 4);
	// RFC 8086 allows the checksum, key and sequence bits, and version 0.
	if (sy_be16(w->p) & 0x4fff)
		return plain(w);
	return sy_walk_gre(w);
}

// A label stack has no mark of its own: it must end in an IP header that fills the rest exactly.
static bool looks_like_mpls(const struct sy_walk *w)
{
	uint32_t at = 0;

	do {
		at += 4;
		if (w->cap < at)
			return false;
	} while (!(w->p[at - 2] & 1));
	if (w->cap - at < 6)
		return false;
	const uint8_t *ip = w->p + at;
	if (ip[0] >> 4 == 4)
		return sy_be16(ip + 2) == w->wire - at;
	return ip[0] >> 4 == 6 && sy_be16(ip + 4) + 40u == w->wire - at;
}

enum sy_step sy_walk_udp(struct sy_walk *w)
{
	if (!sy_walk_has(w, 8))
		return plain(w);
	uint16_t port = sy_be16(w->p + 2);
	uint32_t length = sy_be16(w->p + 4);
	if (length == 0) // a jumbogram, or segmentation offload
		length = w->wire;
	// UDP itself is not read, so its length matters only where something is looked for inside.
	if (length < 8 || length > w->wire)
		return plain(w);
	sy_walk_clip(w, length);
	sy_walk_take(w, 8);

	switch (port) {
	case SY_PORT_VXLAN:
	case SY_PORT_VXLAN_GPE:
	case SY_PORT_VXLAN_LINUX:
		return walk_vxlan(w);
	case SY_PORT_GENEVE:
		return walk_geneve(w);
	case SY_PORT_GTP_U:
		return walk_gtp(w);
	case SY_PORT_GTP_V0:
		return walk_gtp_v0(w);
	case SY_PORT_GRE:
		return walk_gre_in_udp(w);
	case SY_PORT_MPLS:
		return looks_like_mpls(w) ? sy_walk_mpls(w) : plain(w);
	default:
		return plain(w);
	}
}
