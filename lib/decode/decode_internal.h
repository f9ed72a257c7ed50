// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "be.h"
#include "syn_options.h"

#include "sy_decode.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// Inside of lib/decode. decode_scalar.c has a straight path for Ethernet/IP/TCP; everything else is
// walked header by header with a `struct sy_walk`, where each function reads one header and says
// which one follows. Both end in sy_tcp_read(), so both give the same lane.

#define SY_VLAN_NONE 0xffff

/// Headers of all kinds that are followed in one frame: bounds the work a hostile frame can cause.
#define SY_WALK_LAYERS_MAX 48

/// A wire length that cannot be known: the rest of the packet is in other fragments, or a mirror
/// cut it. Larger than any length field can say.
#define SY_WIRE_UNKNOWN UINT32_MAX

/// Ethernet's shortest frame without its checksum. Devices that slice frames keep more than that.
#define SY_RUNT_BYTES 60

/// Bytes of a TCP header without options.
#define SY_TCP_FIXED_BYTES 20

#define ALWAYS_INLINE inline __attribute__((always_inline))

/// UDP ports behind which a tunnel is looked for.
enum sy_udp_port {
	SY_PORT_GTP_U = 2152,
	SY_PORT_GTP_V0 = 3386,
	SY_PORT_GRE = 4754, // RFC 8086
	SY_PORT_VXLAN = 4789,
	SY_PORT_VXLAN_GPE = 4790,
	SY_PORT_GENEVE = 6081,
	SY_PORT_MPLS = 6635,        // RFC 7510
	SY_PORT_VXLAN_LINUX = 8472, // Linux's default, older than the assigned one
};

#define SY_TUNNEL_PORTS                                                               \
	SY_PORT_GTP_U, SY_PORT_GTP_V0, SY_PORT_GRE, SY_PORT_VXLAN, SY_PORT_VXLAN_GPE, \
		SY_PORT_GENEVE, SY_PORT_MPLS, SY_PORT_VXLAN_LINUX

enum sy_step {
	SY_STEP_END,       ///< the lane is written
	SY_STEP_ETHERNET,  ///< an Ethernet header
	SY_STEP_ETHERTYPE, ///< what the EtherType (or 802.3 length) in `next` says
	SY_STEP_PPP,       ///< a PPP protocol field, perhaps behind address and control
	SY_STEP_IP,        ///< IPv4 or IPv6, by the version nibble, or neither
	SY_STEP_IPV4,
	SY_STEP_IPV6,
	SY_STEP_TRANSPORT, ///< what the IP protocol number in `next` says
};

/// The place reached in a frame.
struct sy_walk {
	const uint8_t *p; ///< next header
	uint32_t cap;     ///< bytes that can be read at p
	uint32_t wire; ///< bytes that the frame, cut to the enclosing headers' lengths, has at p;
		       ///< never under cap
	struct sy_batch *batch;
	uint32_t i;           ///< lane
	uint32_t frame_bytes; ///< wire length of the frame
	const uint8_t *ip;    ///< innermost IP header, NULL before the first
	uint32_t vni;
	uint16_t next; ///< EtherType or IP protocol number of what stands at p
	uint16_t vlan;
	uint8_t tunnel;
	uint8_t bits; ///< SY_SEG_* of the innermost IP header
	uint8_t depth;
	bool has_id;    ///< a tunnel with an id was passed
	bool measured;  ///< a length field has said what is left
	bool sliced;    ///< the frame lost its end before it was captured
	bool in_pieces; ///< an outer header is a first fragment that was captured whole
};

static inline bool sy_is_vlan_tpid(uint16_t ethertype)
{
	return ethertype == 0x8100 || ethertype == 0x88a8 || ethertype == 0x9100;
}

/// True when the next `bytes` bytes can be read.
static inline bool sy_walk_has(const struct sy_walk *w, uint32_t bytes)
{
	return w->cap >= bytes;
}

/// Steps over `bytes` bytes that can be read.
static inline void sy_walk_take(struct sy_walk *w, uint32_t bytes)
{
	w->p += bytes;
	w->cap -= bytes;
	if (w->wire != SY_WIRE_UNKNOWN)
		w->wire -= bytes;
}

/// Forgets what lies beyond `bytes` bytes: a length field says that it is padding or a trailer.
static inline void sy_walk_clip(struct sy_walk *w, uint32_t bytes)
{
	w->wire = bytes;
	w->measured = true;
	if (w->cap > bytes)
		w->cap = bytes;
}

// walk.c: ends of a walk, and the tunnel that is reported. Each returns SY_STEP_END.
enum sy_step sy_walk_end(struct sy_walk *w, enum sy_bucket bucket);
enum sy_step sy_walk_end_ip(struct sy_walk *w, enum sy_lane lane, enum sy_bucket bucket);
/// `bytes` bytes are needed and cannot be read: is the frame wrong, in pieces, or cut?
enum sy_step sy_walk_short(struct sy_walk *w, uint32_t bytes);
/// The same for a header that is only guessed from a port number: too short means another protocol.
enum sy_step sy_walk_doubt(struct sy_walk *w, uint32_t bytes);
/// True when a length field may say that `bytes` bytes stand at w->p. Where the outermost length
/// of a frame claims more than the wire had, the frame was sliced on its way here (packet brokers
/// cut payload off and leave the headers as they were): the claim is believed. Not so in a frame of
/// minimum size, which nobody slices.
bool sy_walk_claim(struct sy_walk *w, uint64_t bytes);
void sy_walk_tunnel(struct sy_walk *w, enum sy_tunnel tunnel);
void sy_walk_tunnel_id(struct sy_walk *w, enum sy_tunnel tunnel, uint32_t id);

// One header each; all return what follows.
enum sy_step sy_walk_link(struct sy_walk *w, uint8_t link); // link.c
enum sy_step sy_walk_ethernet(struct sy_walk *w);           // ethertype.c
enum sy_step sy_walk_ethertype(struct sy_walk *w);
enum sy_step sy_walk_llc(struct sy_walk *w);
enum sy_step sy_walk_mpls(struct sy_walk *w);
enum sy_step sy_walk_ppp(struct sy_walk *w);
enum sy_step sy_walk_ip(struct sy_walk *w); // ip.c
enum sy_step sy_walk_ipv4(struct sy_walk *w);
enum sy_step sy_walk_ipv6(struct sy_walk *w);
enum sy_step sy_walk_transport(struct sy_walk *w); // transport.c
enum sy_step sy_walk_icmp(struct sy_walk *w);      // icmp.c
enum sy_step sy_walk_gre(struct sy_walk *w);       // tunnel_gre.c
enum sy_step sy_walk_udp(struct sy_walk *w);       // tunnel_udp.c

/// Decodes one frame header by header, without the straight path. Everything of the lane is
/// written. Exposed so that a test can hold the straight path against it.
void sy_decode_general(const struct sy_burst *burst, struct sy_batch *batch, uint32_t i);

/// Options of a SYN, walked from one to the next: fills batch->opt[i] and returns the SY_SEG_* bits
/// that became valid.
uint8_t sy_tcp_find_syn_options(
	struct sy_batch *batch, uint32_t i, const uint8_t *options, uint32_t bytes);

/// The same, the usual layouts first.
static inline uint8_t sy_tcp_read_syn_options(
	struct sy_batch *batch, uint32_t i, const uint8_t *options, uint32_t bytes)
{
	struct sy_tcp_options *opt = &batch->opt[i];

	uint8_t present = sy_syn_options_usual(options, bytes, opt);
	if (!present)
		return sy_tcp_find_syn_options(batch, i, options, bytes);
	if (!(present & SY_OPT_TS))
		return SY_SEG_OPTIONS;
	batch->tsval[i] = opt->tsval;
	batch->tsecr[i] = opt->tsecr;
	return SY_SEG_OPTIONS | SY_SEG_TS;
}

/// The timestamp option of another segment: fills tsval and tsecr when there is one; returns
/// SY_SEG_TS or 0.
uint8_t sy_tcp_find_timestamps(
	struct sy_batch *batch, uint32_t i, const uint8_t *options, uint32_t bytes);

/// The usual place of the timestamps first (RFC 7323 appendix A), then a walk.
static inline uint8_t sy_tcp_read_timestamps(
	struct sy_batch *batch, uint32_t i, const uint8_t *options, uint32_t bytes)
{
	if (bytes < 10)
		return 0;
	if (bytes >= 12 && sy_be32(options) == 0x0101080a) {
		batch->tsval[i] = sy_be32(options + 4);
		batch->tsecr[i] = sy_be32(options + 8);
		return SY_SEG_TS;
	}
	return sy_tcp_find_timestamps(batch, i, options, bytes);
}

/// The options of a segment whose flags are in batch->flags[i]. Returns the SY_SEG_* bits that
/// became valid.
static inline uint8_t sy_tcp_read_options(
	struct sy_batch *batch, uint32_t i, const uint8_t *options, uint32_t bytes)
{
	return batch->flags[i] & SY_TCP_SYN ? sy_tcp_read_syn_options(batch, i, options, bytes)
					    : sy_tcp_read_timestamps(batch, i, options, bytes);
}

/// Reads the TCP header at `tcp` to lane i: bits and the TCP fields. `cap` bytes can be read, at
/// least SY_TCP_FIXED_BYTES; `bytes` is the IP payload, at least as much; `bits` are those of the
/// IP header. False when the header's length is impossible; then nothing is written.
static inline bool sy_tcp_read(struct sy_batch *batch, uint32_t i, const uint8_t *tcp, uint32_t cap,
	uint32_t bytes, uint8_t bits)
{
	uint32_t header = (uint32_t)(tcp[12] >> 4) * 4;

	// In a first fragment the options may go on in the next one.
	if (header < SY_TCP_FIXED_BYTES || (header > bytes && !(bits & SY_SEG_MF)))
		return false;

	batch->sport[i] = sy_be16(tcp);
	batch->dport[i] = sy_be16(tcp + 2);
	batch->seq[i] = sy_be32(tcp + 4);
	batch->ack[i] = sy_be32(tcp + 8);
	batch->flags[i] = sy_be16(tcp + 12) & 0x1ff;
	batch->window[i] = sy_be16(tcp + 14);
	batch->checksum[i] = sy_be16(tcp + 16);
	batch->payload_bytes[i] = header < bytes ? bytes - header : 0;

	uint32_t options = (header < cap ? header : cap) - SY_TCP_FIXED_BYTES;
	bits |= sy_tcp_read_options(batch, i, tcp + SY_TCP_FIXED_BYTES, options);
	batch->bits[i] = bits;
	return true;
}

/// Fields of an IPv4 header other than lengths; returns the SY_SEG_* bits.
static inline uint8_t sy_ipv4_read(struct sy_batch *batch, uint32_t i, const uint8_t *ip)
{
	batch->tos[i] = ip[1];
	batch->ip_id[i] = sy_be16(ip + 4);
	batch->ttl[i] = ip[8];
	batch->src4[i] = sy_be32(ip + 12);
	batch->dst4[i] = sy_be32(ip + 16);
	return (ip[6] & 0x40 ? SY_SEG_DF : 0) | (ip[6] & 0x20 ? SY_SEG_MF : 0);
}

/// Fields of an IPv6 header other than lengths; returns the SY_SEG_* bits.
static inline uint8_t sy_ipv6_read(struct sy_batch *batch, uint32_t i, const uint8_t *ip)
{
	batch->tos[i] = (uint8_t)(sy_be16(ip) >> 4);
	batch->ip_id[i] = 0;
	batch->ttl[i] = ip[7];
	memcpy(batch->src6[i], ip + 8, 16);
	memcpy(batch->dst6[i], ip + 24, 16);
	return SY_SEG_V6;
}
