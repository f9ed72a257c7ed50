// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The first one makes the types that the others use.
// clang-format off
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
// clang-format on

// Pushes VLAN tags on what leaves through a mirror port. A section is a program of its own.

#define INNER 100
#define OUTER 200

SEC("vlan")
int push_one(struct __sk_buff *skb)
{
	bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), INNER);
	return TC_ACT_OK;
}

SEC("qinq")
int push_two(struct __sk_buff *skb)
{
	bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021Q), INNER);
	bpf_skb_vlan_push(skb, bpf_htons(ETH_P_8021AD), OUTER);
	return TC_ACT_OK;
}

// The kernel offers these helpers to programs under the GPL only.
char _license[] SEC("license") = "Dual BSD/GPL";
