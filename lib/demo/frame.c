// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_frame.h"

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_VLAN 0x8100
#define DONT_FRAGMENT  0x4000

uint8_t *sy_frame_put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

uint8_t *sy_frame_put32(uint8_t *at, uint32_t value)
{
	return sy_frame_put16(sy_frame_put16(at, value >> 16), value & 0xffff);
}

// RFC 1071.
static uint32_t sum_words(const uint8_t *data, uint32_t bytes, uint32_t sum)
{
	uint32_t i = 0;

	for (; i + 1 < bytes; i += 2)
		sum += (uint32_t)data[i] << 8 | data[i + 1];
	return i < bytes ? sum + ((uint32_t)data[i] << 8) : sum;
}

static uint32_t fold(uint32_t sum)
{
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	return ~sum & 0xffff;
}

static uint8_t *put_mac(uint8_t *at, uint32_t last)
{
	return sy_frame_put32(sy_frame_put16(at, 0x0200), last);
}

static uint8_t *put_ipv4(uint8_t *at, const struct sy_frame_ip *ip, uint32_t bytes)
{
	uint8_t *header = at;

	at = sy_frame_put16(sy_frame_put16(at, 0x4500u | ip->tos), 20 + bytes);
	at = sy_frame_put16(sy_frame_put16(at, ip->ident), DONT_FRAGMENT);
	at = sy_frame_put16(sy_frame_put16(at, (uint32_t)ip->ttl << 8 | ip->protocol), 0);
	at = sy_frame_put32(at, sy_addr_v4(ip->src));
	at = sy_frame_put32(at, sy_addr_v4(ip->dst));
	sy_frame_put16(header + 10, fold(sum_words(header, 20, 0)));
	return at;
}

static uint8_t *put_ipv6(uint8_t *at, const struct sy_frame_ip *ip, uint32_t bytes)
{
	at = sy_frame_put32(at, 0x60000000u | (uint32_t)ip->tos << 20);
	at = sy_frame_put16(at, bytes);
	at = sy_frame_put16(at, (uint32_t)ip->protocol << 8 | ip->ttl);
	memcpy(at, ip->src->b, 16);
	memcpy(at + 16, ip->dst->b, 16);
	return at + 32;
}

uint8_t *sy_frame_put_ip(uint8_t *at, const struct sy_frame_ip *ip, uint32_t bytes)
{
	bool v4 = sy_addr_is_v4(ip->src);

	at = put_mac(put_mac(at, ip->dst_mac), ip->src_mac);
	if (ip->vlan != 0)
		at = sy_frame_put16(sy_frame_put16(at, ETHERTYPE_VLAN), ip->vlan);
	at = sy_frame_put16(at, v4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
	return v4 ? put_ipv4(at, ip, bytes) : put_ipv6(at, ip, bytes);
}

uint8_t *sy_frame_put_tcp(uint8_t *at, const struct sy_frame_tcp *tcp)
{
	at = sy_frame_put16(sy_frame_put16(at, tcp->sport), tcp->dport);
	at = sy_frame_put32(sy_frame_put32(at, tcp->seq), tcp->ack);
	at = sy_frame_put16(at, (20u + tcp->option_bytes) / 4 << 12 | tcp->flags);
	at = sy_frame_put32(sy_frame_put16(at, tcp->window), 0);
	if (tcp->option_bytes > 0)
		memcpy(at, tcp->options, tcp->option_bytes);
	return at + tcp->option_bytes;
}

void sy_frame_put_checksum(
	uint8_t *from, uint32_t bytes, uint32_t offset, const struct sy_frame_ip *ip)
{
	uint32_t sum = 0;

	// The pseudo header of either family sums to the same; zeroes add nothing.
	if (ip->protocol != SY_FRAME_PROTOCOL_ICMP) {
		uint32_t skip = sy_addr_is_v4(ip->src) ? 12 : 0;

		sum = sum_words(ip->src->b + skip, 16 - skip, ip->protocol + bytes);
		sum = sum_words(ip->dst->b + skip, 16 - skip, sum);
	}
	sy_frame_put16(from + offset, fold(sum_words(from, bytes, sum)));
}

uint32_t sy_frame_finish(uint8_t *frame, const uint8_t *end)
{
	uint32_t bytes = (uint32_t)(end - frame);

	if (bytes >= SY_FRAME_MIN)
		return bytes;
	memset(frame + bytes, 0, SY_FRAME_MIN - bytes);
	return SY_FRAME_MIN;
}
