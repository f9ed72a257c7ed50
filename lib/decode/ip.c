// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// IPv4 and IPv6 headers. Lengths are judged against what the wire held; what the capture cut off
// is no contradiction.

#include "decode_internal.h"

#define NEXT_HOP_BY_HOP 0
#define NEXT_NONE       59
#define OPTION_JUMBO    0xc2

static bool too_deep(struct sy_walk *w)
{
	return w->depth++ == SY_DECODE_DEPTH;
}

enum sy_step sy_walk_ip(struct sy_walk *w)
{
	if (!sy_walk_has(w, 1))
		return sy_walk_short(w, 1);
	switch (w->p[0] >> 4) {
	case 4:
		return SY_STEP_IPV4;
	case 6:
		return SY_STEP_IPV6;
	default:
		return sy_walk_end(w, SY_BUCKET_NON_IP);
	}
}

enum sy_step sy_walk_ipv4(struct sy_walk *w)
{
	const uint8_t *ip = w->p;

	if (too_deep(w))
		return sy_walk_end(w, SY_BUCKET_UNSUPPORTED_TUNNEL);
	if (!sy_walk_has(w, 20))
		return sy_walk_short(w, 20);
	uint32_t header = (uint32_t)(ip[0] & 15) * 4;
	uint32_t total = sy_be16(ip + 2);
	// A sender with segmentation offload leaves the length to its NIC; the capture sees 0.
	if (total == 0 && w->wire != SY_WIRE_UNKNOWN)
		total = w->wire;
	if (ip[0] >> 4 != 4 || header < 20 || total < header || !sy_walk_claim(w, total))
		return sy_walk_end(w, SY_BUCKET_MALFORMED);

	sy_walk_clip(w, total);
	if (!sy_walk_has(w, header))
		return sy_walk_short(w, header);
	w->ip = ip;
	w->bits = (ip[6] & 0x40 ? SY_SEG_DF : 0) | (ip[6] & 0x20 ? SY_SEG_MF : 0);
	w->next = ip[9];
	sy_walk_take(w, header);
	if (sy_be16(ip + 6) & 0x1fff)
		return sy_walk_end(w, SY_BUCKET_FRAGMENT);
	return SY_STEP_TRANSPORT;
}

// The jumbo payload option (RFC 2675) in the hop-by-hop header at `p`: payload bytes, 0 = none.
static uint32_t jumbo_bytes(const uint8_t *p, uint32_t cap)
{
	if (cap < 8)
		return 0;
	uint32_t end = ((uint32_t)p[1] + 1) * 8;
	if (end > cap)
		end = cap;
	for (uint32_t at = 2; at < end;) {
		if (p[at] == 0) { // Pad1
			at++;
			continue;
		}
		if (at + 2 > end)
			return 0;
		if (p[at] == OPTION_JUMBO && p[at + 1] == 4 && at + 6 <= end)
			return sy_be32(p + at + 2);
		at += 2u + p[at + 1];
	}
	return 0;
}

// Payload bytes of the IPv6 header at w->p; UINT64_MAX when the fields contradict each other.
static uint64_t ipv6_payload(const struct sy_walk *w)
{
	const uint8_t *ip = w->p;
	uint32_t payload = sy_be16(ip + 4);

	uint32_t jumbo = ip[6] == NEXT_HOP_BY_HOP ? jumbo_bytes(ip + 40, w->cap - 40) : 0;
	if (jumbo)
		return payload == 0 && jumbo > UINT16_MAX ? jumbo : UINT64_MAX;
	// As with IPv4: 0 is what segmentation offload leaves.
	if (payload == 0 && ip[6] != NEXT_NONE)
		return w->wire == SY_WIRE_UNKNOWN ? UINT64_MAX : w->wire - 40;
	return payload;
}

enum sy_step sy_walk_ipv6(struct sy_walk *w)
{
	const uint8_t *ip = w->p;

	if (too_deep(w))
		return sy_walk_end(w, SY_BUCKET_UNSUPPORTED_TUNNEL);
	if (!sy_walk_has(w, 40))
		return sy_walk_short(w, 40);
	uint64_t payload = ipv6_payload(w);
	if (ip[0] >> 4 != 6 || payload == UINT64_MAX || !sy_walk_claim(w, payload + 40))
		return sy_walk_end(w, SY_BUCKET_MALFORMED);

	sy_walk_clip(w, (uint32_t)payload + 40);
	w->ip = ip;
	w->bits = SY_SEG_V6;
	w->next = ip[6];
	sy_walk_take(w, 40);
	return SY_STEP_TRANSPORT;
}
