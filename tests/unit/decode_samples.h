// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

// One frame of each encapsulation, with what the decoder should say. Each carries the same segment
// (decode_frames.h), so ports and sequence numbers are known.

#include "decode_frames.h"

struct sample {
	const char *name;
	void (*build)(struct frame *f);
	uint8_t link;
	uint8_t tunnel;
	uint16_t vlan; ///< 0 = none
	uint32_t vni;
};

#define BUILD(name, ...)                          \
	static void build_##name(struct frame *f) \
	{                                         \
		__VA_ARGS__                       \
	}

// One frame a statement list; the formatter would spread each over a page.
// clang-format off
BUILD(ether_ipv4, inner_ether(f);)
BUILD(ether_ipv6, inner_ipv6(f); push_ether(f, 0x86dd);)
BUILD(ether_padded, frame_start(f); push_payload(f, 9); f->at += 9; inner_ether(f);
	memmove(frame_data(f) - 9, frame_data(f), frame_bytes(f)); f->at -= 9;)
BUILD(vlan, inner_ipv4(f); push_type(f, 0x0800); PUSH(f, "\x20\x64"); push_ether(f, 0x8100);)
BUILD(qinq, inner_ipv6(f); push_type(f, 0x86dd); PUSH(f, "\x00\x05\x81\x00\x00\x64");
	push_ether(f, 0x88a8); frame_data(f)[15] = 100; frame_data(f)[19] = 5;)
BUILD(vlan_4, inner_ipv4(f); push_type(f, 0x0800);
	PUSH(f, "\x00\x64\x81\x00\x00\x02\x91\x00\x00\x03\x88\xa8\x00\x04"); push_ether(f, 0x8100);)
BUILD(snap, inner_ipv4(f); push_type(f, 0x0800); PUSH(f, "\xaa\xaa\x03\x00\x00\x00");
	push_ether(f, (uint16_t)frame_bytes(f));)
BUILD(llc, inner_ipv4(f); PUSH(f, "\x06\x06\x03"); push_ether(f, (uint16_t)frame_bytes(f));)
BUILD(mpls_4, inner_ipv4(f); PUSH(f, "\x00\x01\x00\xff\x00\x02\x01\xff"); push_ether(f, 0x8847);)
BUILD(mpls_6, inner_ipv6(f); PUSH(f, "\x00\x02\x01\xff"); push_ether(f, 0x8848);)
BUILD(mpls_ether, inner_ether(f); PUSH(f, "\x00\x02\x01\xff\x00\x00\x00\x00");
	push_ether(f, 0x8847);)
BUILD(pppoe, inner_ipv4(f); push_type(f, 0x0021); push_type(f, (uint16_t)frame_bytes(f));
	PUSH(f, "\x11\x00\x00\x01"); push_ether(f, 0x8864);)
BUILD(sll, inner_ipv4(f); push_type(f, 0x0800);
	PUSH(f, "\x00\x00\x00\x01\x00\x06\x02\0\0\0\0\x01\0\0");)
BUILD(sll2, inner_ipv6(f);
	PUSH(f, "\x86\xdd\x00\x00\x00\x00\x00\x02\x00\x01\x00\x06\x02\0\0\0\0\x01\0\0");)
BUILD(null_le, inner_ipv4(f); PUSH(f, "\x02\x00\x00\x00");)
BUILD(null_be, inner_ipv6(f); PUSH(f, "\x00\x00\x00\x1e");)
BUILD(loop, inner_ipv6(f); PUSH(f, "\x00\x00\x00\x18");)
BUILD(ppp, inner_ipv4(f); push_type(f, 0x0021);)
BUILD(ppp_hdlc, inner_ipv6(f); PUSH(f, "\xff\x03\x00\x57");)
BUILD(ppp_short, inner_ipv4(f); PUSH(f, "\xff\x03\x21");)
BUILD(chdlc, inner_ipv4(f); PUSH(f, "\x0f\x00\x08\x00");)
BUILD(raw_6, inner_ipv6(f);)
BUILD(hop_by_hop, inner_ipv6(f); f->at += 40; PUSH(f, "\x06\x01\x01\x0c\0\0\0\0\0\0\0\0\0\0\0\0");
	push_ipv6(f, 0); push_ether(f, 0x86dd);)
BUILD(ext_chain, inner_ipv6(f); f->at += 40; PUSH(f, "\x06\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
	PUSH(f, "\x33\x00\0\0\0\0\0\0"); PUSH(f, "\x8c\x00\x00\x00\0\0\0\x01"); PUSH(f, "\x2c\x00\0\0\0\0\0\0");
	PUSH(f, "\x3c\x00\0\0\0\0\0\0"); push_ipv6(f, 43); push_ether(f, 0x86dd);
	frame_data(f)[14 + 40 + 16] = 140; frame_data(f)[14 + 40 + 24] = 51;)
BUILD(ah_4, inner_ipv4(f); f->at += 20; PUSH(f, "\x06\x01\0\0\0\0\0\x01\0\0\0\x01"); outer_ipv4(f, 51);)
BUILD(ipip, inner_ipv4(f); outer_ipv4(f, 4);)
BUILD(six_in_4, inner_ipv6(f); outer_ipv4(f, 41);)
BUILD(four_in_6, inner_ipv4(f); push_ipv6(f, 4); push_ether(f, 0x86dd);)
BUILD(gre, inner_ipv4(f); PUSH(f, "\x00\x00\x08\x00"); outer_ipv4(f, 47);)
BUILD(gre_all, inner_ether(f);
	PUSH(f, "\xf0\x00\x65\x58\0\0\0\0\x00\x00\x12\x34\0\0\0\x01\x08\x00\x00\x04\x0a\0\0\x01\0\0\0\0");
	outer_ipv4(f, 47);)
BUILD(erspan_1, inner_ether(f); PUSH(f, "\x00\x00\x88\xbe"); outer_ipv4(f, 47);)
BUILD(erspan_2, inner_ether(f); PUSH(f, "\x10\x00\x88\xbe\0\0\0\x01\x10\x05\x00\x64\0\0\0\x01");
	outer_ipv4(f, 47);)
BUILD(erspan_3, inner_ether(f);
	PUSH(f, "\x10\x00\x22\xeb\0\0\0\x01\x20\x05\x00\x64\0\0\0\x01\0\0\x00\x00"); outer_ipv4(f, 47);)
BUILD(erspan_3_ip, inner_ipv4(f); PUSH(f, "\0\0\0\0\0\0\0\0");
	PUSH(f, "\x10\x00\x22\xeb\0\0\0\x01\x20\x05\x00\x64\0\0\0\x01\0\0\x08\x01"); outer_ipv4(f, 47);)
BUILD(vxlan, inner_ether(f); PUSH(f, "\x08\0\0\0\x01\x02\x03\0"); outer_udp(f, 4789);)
BUILD(vxlan_tag, inner_ipv4(f); push_type(f, 0x0800); PUSH(f, "\x00\x64"); push_ether(f, 0x8100);
	PUSH(f, "\x88\x40\x12\x34\x01\x02\x03\0"); outer_udp(f, 8472);)
BUILD(vxlan_gpe, inner_ipv6(f); PUSH(f, "\x0c\0\0\x02\x01\x02\x03\0"); outer_udp(f, 4790);)
BUILD(geneve, inner_ether(f); PUSH(f, "\x02\x40\x65\x58\x00\x00\x2a\0\x01\x02\x80\x01\0\0\0\0");
	outer_udp(f, 6081);)
BUILD(gtp, inner_ipv4(f); uint32_t n = frame_bytes(f); PUSH(f, "\x30\xff\0\0\0\0\x10\x01");
	set16(frame_data(f) + 2, n); outer_udp(f, 2152);)
BUILD(gtp_ext, inner_ipv6(f); PUSH(f, "\x00\x01\x00\x85\x01\x00\x01\xc0\x02\0\0\0\0\0\0\x00");
	uint32_t n = frame_bytes(f); PUSH(f, "\x34\xff\0\0\0\0\x10\x01"); set16(frame_data(f) + 2, n);
	outer_udp(f, 2152);)
BUILD(gre_in_udp, inner_ipv4(f); PUSH(f, "\x20\x00\x08\x00\0\0\0\x09"); outer_udp(f, 4754);)
BUILD(mpls_in_udp, inner_ipv4(f); PUSH(f, "\x00\x01\x01\xff"); outer_udp(f, 6635);)
BUILD(mpls_in_ip, inner_ipv6(f); PUSH(f, "\x00\x01\x01\xff"); outer_ipv4(f, 137);)
BUILD(vxlan_ipip, inner_ipv4(f); push_ipv4(f, 4); push_ether(f, 0x0800);
	PUSH(f, "\x08\0\0\0\0\0\x07\0"); outer_udp(f, 4789);)

// clang-format on

#define SAMPLE(name, link, ...)                                  \
	{                                                        \
#name, build_##name, SY_LINK_##link, __VA_ARGS__ \
	}

static const struct sample samples[] = {
	SAMPLE(ether_ipv4, ETHERNET, 0),
	SAMPLE(ether_ipv6, ETHERNET, 0),
	SAMPLE(ether_padded, ETHERNET, 0),
	SAMPLE(vlan, ETHERNET, 0, 100),
	SAMPLE(qinq, ETHERNET, 0, 100),
	SAMPLE(vlan_4, ETHERNET, 0, 100),
	SAMPLE(snap, ETHERNET, 0),
	SAMPLE(llc, ETHERNET, 0),
	SAMPLE(mpls_4, ETHERNET, 0),
	SAMPLE(mpls_6, ETHERNET, 0),
	SAMPLE(mpls_ether, ETHERNET, 0),
	SAMPLE(pppoe, ETHERNET, 0),
	SAMPLE(sll, SLL, 0),
	SAMPLE(sll2, SLL2, 0),
	SAMPLE(null_le, NULL, 0),
	SAMPLE(null_be, NULL, 0),
	SAMPLE(loop, LOOP, 0),
	SAMPLE(ppp, PPP, 0),
	SAMPLE(ppp_hdlc, PPP, 0),
	SAMPLE(ppp_short, PPP, 0),
	SAMPLE(chdlc, C_HDLC, 0),
	SAMPLE(raw_6, RAW_IP, 0),
	SAMPLE(hop_by_hop, ETHERNET, 0),
	SAMPLE(ext_chain, ETHERNET, 0),
	SAMPLE(ah_4, ETHERNET, 0),
	SAMPLE(ipip, ETHERNET, SY_TUNNEL_IPIP),
	SAMPLE(six_in_4, ETHERNET, SY_TUNNEL_IPIP),
	SAMPLE(four_in_6, ETHERNET, SY_TUNNEL_IPIP),
	SAMPLE(gre, ETHERNET, SY_TUNNEL_GRE),
	SAMPLE(gre_all, ETHERNET, SY_TUNNEL_GRE, 0, 0x1234),
	SAMPLE(erspan_1, ETHERNET, SY_TUNNEL_ERSPAN),
	SAMPLE(erspan_2, ETHERNET, SY_TUNNEL_ERSPAN, 0, 100),
	SAMPLE(erspan_3, ETHERNET, SY_TUNNEL_ERSPAN, 0, 100),
	SAMPLE(erspan_3_ip, ETHERNET, SY_TUNNEL_ERSPAN, 0, 100),
	SAMPLE(vxlan, ETHERNET, SY_TUNNEL_VXLAN, 0, 0x10203),
	SAMPLE(vxlan_tag, ETHERNET, SY_TUNNEL_VXLAN, 100, 0x10203),
	SAMPLE(vxlan_gpe, ETHERNET, SY_TUNNEL_VXLAN, 0, 0x10203),
	SAMPLE(geneve, ETHERNET, SY_TUNNEL_GENEVE, 0, 42),
	SAMPLE(gtp, ETHERNET, SY_TUNNEL_GTPU, 0, 0x1001),
	SAMPLE(gtp_ext, ETHERNET, SY_TUNNEL_GTPU, 0, 0x1001),
	SAMPLE(gre_in_udp, ETHERNET, SY_TUNNEL_GRE, 0, 9),
	SAMPLE(mpls_in_udp, ETHERNET, SY_TUNNEL_NONE),
	SAMPLE(mpls_in_ip, ETHERNET, SY_TUNNEL_NONE),
	SAMPLE(vxlan_ipip, ETHERNET, SY_TUNNEL_VXLAN, 0, 7),
};

#define SAMPLE_COUNT (sizeof(samples) / sizeof(samples[0]))
