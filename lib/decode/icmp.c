// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// ICMP and ICMPv6: echo replies, and errors that quote a TCP segment. Quotes are cut by nature
// (RFC 792: 8 bytes of TCP), so their own length fields are not judged.

#include "decode_internal.h"

#define PROTO_TCP 6

/// TCP header inside a quote: `bytes` of it were quoted and captured.
struct quote {
	const uint8_t *tcp;
	uint32_t bytes;
};

static bool is_error(const struct sy_walk *w, uint8_t type)
{
	if (w->bits & SY_SEG_V6)
		return type >= 1 && type <= 4; // unreachable, too big, time exceeded, parameter
	return type == 3 || type == 11 || type == 12;
}

static bool is_echo_reply(const struct sy_walk *w, uint8_t type)
{
	return type == (w->bits & SY_SEG_V6 ? 129 : 0);
}

static bool quote_tcp(struct quote *q, const uint8_t *tcp, uint32_t bytes)
{
	q->tcp = tcp;
	q->bytes = bytes;
	return bytes >= 4; // the ports
}

static bool quote_ipv4(struct quote *q, const uint8_t *ip, uint32_t cap)
{
	if (cap < 20 || ip[0] >> 4 != 4 || ip[9] != PROTO_TCP || sy_be16(ip + 6) & 0x1fff)
		return false;
	uint32_t header = (uint32_t)(ip[0] & 15) * 4;
	return header >= 20 && cap >= header && quote_tcp(q, ip + header, cap - header);
}

static bool quote_ipv6(struct quote *q, const uint8_t *ip, uint32_t cap)
{
	if (cap < 40 || ip[0] >> 4 != 6)
		return false;
	uint8_t next = ip[6];
	uint32_t at = 40;

	while (next != PROTO_TCP) {
		if (cap - at < 8)
			return false;
		const uint8_t *p = ip + at;
		uint32_t bytes = ((uint32_t)p[1] + 1) * 8;
		switch (next) {
		case 0: // hop-by-hop, routing, destination, mobility, HIP, shim6
		case 43:
		case 60:
		case 135:
		case 139:
		case 140:
			break;
		case 44: // fragment: only the first has the ports
			if (sy_be16(p + 2) & 0xfff8)
				return false;
			bytes = 8;
			break;
		case 51: // AH
			bytes = ((uint32_t)p[1] + 2) * 4;
			break;
		default:
			return false;
		}
		if (cap - at < bytes)
			return false;
		next = p[0];
		at += bytes;
	}
	return quote_tcp(q, ip + at, cap - at);
}

static enum sy_step end_error(struct sy_walk *w, const uint8_t *quoted_ip, const struct quote *q)
{
	struct sy_batch *batch = w->batch;
	uint32_t i = w->i;
	const uint8_t *tcp = q->tcp;

	// TTL, TOS and id stay those of the error itself: they describe the device that sent it.
	sy_walk_end_ip(w, SY_LANE_ICMP_ERROR, SY_BUCKET_OTHER_IP);
	batch->icmp_from[i] = w->bits & SY_SEG_V6 ? sy_addr_from_v6(w->ip + 8)
						  : sy_addr_from_v4(sy_be32(w->ip + 12));
	batch->icmp_type[i] = w->p[0];
	batch->icmp_code[i] = w->p[1];
	if (w->bits & SY_SEG_V6) {
		memcpy(batch->src6[i], quoted_ip + 8, 16);
		memcpy(batch->dst6[i], quoted_ip + 24, 16);
	} else {
		batch->src4[i] = sy_be32(quoted_ip + 12);
		batch->dst4[i] = sy_be32(quoted_ip + 16);
	}
	batch->sport[i] = sy_be16(tcp);
	batch->dport[i] = sy_be16(tcp + 2);
	batch->flags[i] = q->bytes >= 14 ? sy_be16(tcp + 12) & 0x1ff : 0;
	batch->seq[i] = 0;
	if (q->bytes >= 8) {
		batch->seq[i] = sy_be32(tcp + 4);
		batch->bits[i] |= SY_SEG_ICMP_SEQ;
	}
	return SY_STEP_END;
}

enum sy_step sy_walk_icmp(struct sy_walk *w)
{
	bool v6 = w->bits & SY_SEG_V6;
	// ICMP in IPv6 and ICMPv6 in IPv4 mean nothing.
	if (!sy_walk_has(w, 8) || w->next != (v6 ? 58 : 1))
		return sy_walk_end(w, SY_BUCKET_OTHER_IP);

	uint8_t type = w->p[0];
	if (is_echo_reply(w, type))
		return sy_walk_end_ip(w, SY_LANE_ECHO_REPLY, SY_BUCKET_OTHER_IP);
	struct quote q;
	if (is_error(w, type) && (v6 ? quote_ipv6 : quote_ipv4)(&q, w->p + 8, w->cap - 8))
		return end_error(w, w->p + 8, &q);
	return sy_walk_end(w, SY_BUCKET_OTHER_IP);
}
