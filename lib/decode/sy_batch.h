// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_attempt.h"
#include "sy_bucket.h"
#include "sy_burst.h"

#include <stdint.h>

/// What a lane of a batch holds.
enum sy_lane {
	SY_LANE_NONE,       ///< nothing for the later stages; only `bucket` is valid
	SY_LANE_TCP,        ///< a TCP segment
	SY_LANE_ICMP_ERROR, ///< an ICMP error that quotes a TCP segment: the tuple, seq (when
			    ///< icmp_has_seq) and `flags` are the quoted segment's
	SY_LANE_ECHO_REPLY, ///< ICMP or ICMPv6 echo reply: src, dst and ttl are valid
	SY_LANE_OTHER_IP,   ///< any other IP packet: src, dst and ttl are valid
};

// struct sy_batch.bits
#define SY_SEG_V6       0x01 ///< addresses are in src6/dst6, else in src4/dst4
#define SY_SEG_SWAP     0x02 ///< (src, sport) is the greater endpoint; by sy_batch_hash()
#define SY_SEG_TS       0x04 ///< tsval/tsecr are valid
#define SY_SEG_OPTIONS  0x08 ///< opt is valid (only SYN and SYN-ACK)
#define SY_SEG_DF       0x10
#define SY_SEG_MF       0x20 ///< first fragment: payload_bytes is this fragment's share
#define SY_SEG_ICMP_SEQ 0x40 ///< SY_LANE_ICMP_ERROR: the quote reached the sequence number

/// A decoded burst: structure of arrays, one lane a frame. All integers in host order.
/// `lane`, `bucket`, `port`, `bits`, `vlan`, `tunnel`, `vni`, `domain` and `ts_ns` are set in every
/// lane, ttl, tos, ip_id and the addresses (of the family that SY_SEG_V6 names) in every lane but
/// SY_LANE_NONE, icmp_* in SY_LANE_ICMP_ERROR, the TCP fields in SY_LANE_TCP; the rest is
/// unspecified. Aligned, because vector kernels store fastest so.
struct sy_batch {
	_Alignas(64) uint8_t lane[SY_BURST_MAX]; ///< enum sy_lane
	uint8_t bucket[SY_BURST_MAX];            ///< enum sy_bucket
	uint8_t port[SY_BURST_MAX];              ///< index of the input
	uint8_t bits[SY_BURST_MAX];              ///< SY_SEG_*
	uint8_t ttl[SY_BURST_MAX]; ///< IPv4 TTL or IPv6 hop limit of the innermost IP header; an
				   ///< ICMP error's own, not the quoted one (tos, ip_id likewise)
	uint8_t tos[SY_BURST_MAX];
	uint8_t tunnel[SY_BURST_MAX]; ///< enum sy_tunnel: the innermost with an id, else the
				      ///< innermost
	uint8_t icmp_type[SY_BURST_MAX];
	uint8_t icmp_code[SY_BURST_MAX];
	uint32_t count;
	uint8_t look[SY_BURST_MAX];   ///< lib/tcp's, between sy_tcp_look() and sy_tcp_take()
	uint32_t spare[15];           ///< so that the arrays behind it are as aligned as the batch
	uint16_t flags[SY_BURST_MAX]; ///< SY_TCP_*
	uint16_t sport[SY_BURST_MAX];
	uint16_t dport[SY_BURST_MAX];
	uint16_t window[SY_BURST_MAX];
	uint16_t checksum[SY_BURST_MAX]; ///< TCP checksum as in the header, not verified
	uint16_t ip_id[SY_BURST_MAX];    ///< 0 for IPv6
	uint16_t vlan[SY_BURST_MAX];     ///< outermost 802.1Q/802.1ad id, 0xffff = none
	uint32_t src4[SY_BURST_MAX];
	uint32_t dst4[SY_BURST_MAX];
	uint32_t seq[SY_BURST_MAX];
	uint32_t ack[SY_BURST_MAX];
	uint32_t payload_bytes[SY_BURST_MAX]; ///< TCP payload by the IP length, not by what was
					      ///< captured
	uint32_t tsval[SY_BURST_MAX];
	uint32_t tsecr[SY_BURST_MAX];
	uint32_t vni[SY_BURST_MAX];    ///< VXLAN and GENEVE network, GRE key, ERSPAN session, GTP
				       ///< TEID; 0 = none
	uint32_t domain[SY_BURST_MAX]; ///< 0; the caller sets it when configured
	uint64_t ts_ns[SY_BURST_MAX];
	uint64_t hash[SY_BURST_MAX];  ///< set by sy_batch_hash()
	uint64_t print[SY_BURST_MAX]; ///< set by sy_duplicates_look()
	uint8_t src6[SY_BURST_MAX][16];
	uint8_t dst6[SY_BURST_MAX][16];
	struct sy_addr icmp_from[SY_BURST_MAX]; ///< SY_LANE_ICMP_ERROR: sender of the ICMP error
	struct sy_tcp_options opt[SY_BURST_MAX];
};

/// What a flow is known by: the hash of a lane, and never 0.
static inline uint64_t sy_batch_tag(const struct sy_batch *b, uint32_t i)
{
	return b->hash[i] + !b->hash[i];
}

/// Source and destination of a lane in the common form.
static inline struct sy_addr sy_batch_src(const struct sy_batch *b, uint32_t i)
{
	return b->bits[i] & SY_SEG_V6 ? sy_addr_from_v6(b->src6[i]) : sy_addr_from_v4(b->src4[i]);
}

static inline struct sy_addr sy_batch_dst(const struct sy_batch *b, uint32_t i)
{
	return b->bits[i] & SY_SEG_V6 ? sy_addr_from_v6(b->dst6[i]) : sy_addr_from_v4(b->dst4[i]);
}
