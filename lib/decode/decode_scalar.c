// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The reference decoder: a straight path for what nearly every frame is (Ethernet, at most two
// tags, IPv4 without options or IPv6 without extension headers, TCP), the walk for all else.
// The straight path takes only frames without any oddity, so that it needs no verdicts of its own.

#include "decode_internal.h"

#define IPV4_BYTES    20
#define IPV6_BYTES    40
#define ETHER_BYTES   14
#define FAST_MIN      (ETHER_BYTES + IPV4_BYTES + SY_TCP_FIXED_BYTES)
#define PREFETCH_LEAD 4

#define unlikely(x) __builtin_expect(!!(x), 0)

static ALWAYS_INLINE uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static ALWAYS_INLINE bool fast_ipv4(
	struct sy_batch *batch, uint32_t i, const uint8_t *ip, uint32_t cap, uint32_t wire)
{
	uint32_t total = sy_be16(ip + 2);

	if (unlikely(cap < IPV4_BYTES + SY_TCP_FIXED_BYTES || ip[0] != 0x45 || ip[9] != 6 ||
		     sy_be16(ip + 6) & 0x3fff || total < IPV4_BYTES + SY_TCP_FIXED_BYTES ||
		     total > wire))
		return false;
	uint8_t bits = sy_ipv4_read(batch, i, ip);
	return sy_tcp_read(batch, i, ip + IPV4_BYTES, smaller(cap, total) - IPV4_BYTES,
		total - IPV4_BYTES, bits);
}

static ALWAYS_INLINE bool fast_ipv6(
	struct sy_batch *batch, uint32_t i, const uint8_t *ip, uint32_t cap, uint32_t wire)
{
	if (unlikely(cap < IPV6_BYTES + SY_TCP_FIXED_BYTES))
		return false;
	uint32_t payload = sy_be16(ip + 4);
	if (unlikely(ip[0] >> 4 != 6 || ip[6] != 6 || payload < SY_TCP_FIXED_BYTES ||
		     payload > wire - IPV6_BYTES))
		return false;
	uint8_t bits = sy_ipv6_read(batch, i, ip);
	return sy_tcp_read(
		batch, i, ip + IPV6_BYTES, smaller(cap - IPV6_BYTES, payload), payload, bits);
}

static ALWAYS_INLINE bool fast_ethernet(
	struct sy_batch *batch, uint32_t i, const uint8_t *p, uint32_t cap, uint32_t wire)
{
	if (unlikely(cap < FAST_MIN))
		return false;
	uint32_t at = ETHER_BYTES;
	uint16_t type = sy_be16(p + 12);

	if (sy_is_vlan_tpid(type)) {
		batch->vlan[i] = sy_be16(p + 14) & 0xfff;
		type = sy_be16(p + 16);
		at += 4;
		if (sy_is_vlan_tpid(type)) {
			type = sy_be16(p + 20);
			at += 4;
		}
	}
	if (type == 0x0800)
		return fast_ipv4(batch, i, p + at, cap - at, wire - at);
	if (type == 0x86dd)
		return fast_ipv6(batch, i, p + at, cap - at, wire - at);
	return false;
}

// What the straight path does not have to write.
static void fill_batch(const struct sy_burst *burst, struct sy_batch *batch)
{
	uint32_t count = burst->count;

	batch->count = count;
	memcpy(batch->port, burst->port, count * sizeof(batch->port[0]));
	memcpy(batch->ts_ns, burst->ts_ns, count * sizeof(batch->ts_ns[0]));
	memset(batch->lane, SY_LANE_TCP, sizeof(batch->lane));
	memset(batch->bucket, SY_BUCKET_TCP, sizeof(batch->bucket));
	memset(batch->tunnel, SY_TUNNEL_NONE, sizeof(batch->tunnel));
	memset(batch->vlan, 0xff, sizeof(batch->vlan)); // SY_VLAN_NONE
	memset(batch->vni, 0, sizeof(batch->vni));
	memset(batch->domain, 0, sizeof(batch->domain));
}

void sy_decode_scalar(const struct sy_burst *burst, struct sy_batch *batch)
{
	uint32_t count = burst->count;

	fill_batch(burst, batch);
	for (uint32_t i = 0; i < count; i++) {
		if (i + PREFETCH_LEAD < count)
			__builtin_prefetch(burst->data[i + PREFETCH_LEAD]);
		uint32_t cap = burst->cap_bytes[i];
		uint32_t wire = burst->wire_bytes[i] > cap ? burst->wire_bytes[i] : cap;
		if (burst->link[i] == SY_LINK_ETHERNET &&
			fast_ethernet(batch, i, burst->data[i], cap, wire))
			continue;
		sy_decode_general(burst, batch, i);
	}
}
