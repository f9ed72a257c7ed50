// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_batch.h"
#include "sy_hash.h"

#include <stdbool.h>
#include <stdint.h>

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
///
/// The arrays of the batch are written whole: what lies behind `count` is unspecified as well.
#define SY_DECODE_FN(name) void name(const struct sy_burst *burst, struct sy_batch *batch)

/// A decoder. All of them give the same lanes.
typedef SY_DECODE_FN(sy_decode_fn);

/// The reference, which runs everywhere.
SY_DECODE_FN(sy_decode_scalar);

/// Gives the decoder of that name:
///   scalar, avx2, avx512   one kernel
///   best                   the fastest that can run here
///   verify                 `best`, and `scalar` beside it: where they differ, the lane is counted
///                          (sy_decode_mismatches()) and the batch is what `scalar` says
/// NULL with -EINVAL in *error: there is no such name; with -ENOTSUP: it cannot run here (it is
/// never replaced silently by another one). `error` may be NULL. Any thread; not for the hot path.
sy_decode_fn *sy_decode_kernel(const char *name, int *error);

/// The name of a decoder: scalar, avx2, avx512 or verify; "?" for another function.
const char *sy_decode_kernel_name(sy_decode_fn *decode);

/// The kernels one by one, slowest first: sets *name, and *obstacle to NULL if the kernel can run
/// here, else to one phrase that says why not. Returns false when `index` is past the last one.
/// The strings are constants.
bool sy_decode_kernel_list(uint32_t index, const char **name, const char **obstacle);

/// Lanes in which `verify` saw a kernel differ from `scalar`, by all threads since the start.
uint64_t sy_decode_mismatches(void);

/// IP headers, outermost to innermost, that are followed before a frame is unsupported_tunnel.
#define SY_DECODE_DEPTH 6

/// Gives each SY_LANE_TCP and SY_LANE_ICMP_ERROR lane its symmetric hash and its SY_SEG_SWAP bit;
/// `hash` of other lanes is unspecified. With AVX-512 where that can run: the same numbers.
void sy_batch_hash(struct sy_batch *batch, const struct sy_hash_key *key);

/// Copies lane `from` of `in` to lane `to` of `out`; does not touch `count`.
void sy_batch_copy_lane(
	struct sy_batch *out, uint32_t to, const struct sy_batch *in, uint32_t from);

/// Parses the options of a SYN or SYN-ACK: `bytes` option bytes at `data`. Stops at the first
/// malformed option and keeps what it read before it (RFC 9293 3.2).
void sy_tcp_options_parse(const uint8_t *data, uint32_t bytes, struct sy_tcp_options *out);
