// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_batch.h"
#include "sy_hash.h"

/// Decodes a burst: every frame gets its bucket and its lane, and the lane the fields of its kind
/// (see struct sy_batch; the rest of the batch is not touched). Does not set `hash` and
/// SY_SEG_SWAP; sets `domain` to 0. Reads only data[i][0 .. cap_bytes[i]); cannot fail.
/// Pure: any thread, no state.
///
/// Length fields are judged against the wire length, so a short snaplen is no contradiction: a
/// frame is `truncated` only when the 20 fixed bytes of its TCP header were not captured. An IP
/// length of 0 is what segmentation offload leaves: the wire length is taken. A first fragment
/// that ends inside the fixed TCP header is a `fragment`. An outer length beyond the wire length
/// means that a device sliced the frame before it came here, and is believed, except in frames of
/// minimum size (60 bytes) and in SYNs without Fast Open, which have nothing to slice off:
/// those are `malformed`, and so is any such length inside a tunnel.
///
/// Headers read: Ethernet II and 802.3 LLC/SNAP, 802.1Q/802.1ad (up to 4 tags), MPLS stacks, PPPoE,
/// Linux cooked v1/v2, null/loopback, PPP, Cisco HDLC, raw IP; IPv4 with options, IPv6 with every
/// extension header; IP-in-IP, GRE (also in UDP), ERSPAN I/II/III, VXLAN, GENEVE, GTP-U v1, MPLS in
/// IP and UDP, nested up to SY_DECODE_DEPTH IP headers; TCP; ICMP and ICMPv6 errors with a quoted
/// TCP header.
void sy_decode_scalar(const struct sy_burst *burst, struct sy_batch *batch);

/// IP headers, outermost to innermost, that are followed before a frame is unsupported_tunnel.
#define SY_DECODE_DEPTH 6

/// Gives each SY_LANE_TCP and SY_LANE_ICMP_ERROR lane its symmetric hash and its SY_SEG_SWAP bit.
void sy_batch_hash(struct sy_batch *batch, const struct sy_hash_key *key);

/// Copies lane `from` of `in` to lane `to` of `out`; does not touch `count`.
void sy_batch_copy_lane(
	struct sy_batch *out, uint32_t to, const struct sy_batch *in, uint32_t from);

/// Parses the options of a SYN or SYN-ACK: `bytes` option bytes at `data`. Stops at the first
/// malformed option and keeps what it read before it (RFC 9293 3.2).
void sy_tcp_options_parse(const uint8_t *data, uint32_t bytes, struct sy_tcp_options *out);
