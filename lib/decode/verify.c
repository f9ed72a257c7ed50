// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A decoder that trusts no kernel: it asks the scalar one too, and believes that one.

#include "kernels.h"

#include <stdatomic.h>
#include <string.h>

static _Atomic(sy_decode_fn *) kernel = sy_decode_scalar;
static _Atomic uint64_t mismatches;

#define SAME(field) (a->field[i] == b->field[i])

static bool same_ip(const struct sy_batch *a, const struct sy_batch *b, uint32_t i)
{
	struct sy_addr src[2] = {sy_batch_src(a, i), sy_batch_src(b, i)};
	struct sy_addr dst[2] = {sy_batch_dst(a, i), sy_batch_dst(b, i)};

	return sy_addr_equal(&src[0], &src[1]) && sy_addr_equal(&dst[0], &dst[1]) && SAME(ttl) &&
	       SAME(tos) && SAME(ip_id);
}

static bool same_options(
	const struct sy_tcp_options *a, const struct sy_tcp_options *b, uint8_t present)
{
	return (!(present & SY_OPT_MSS) || a->mss == b->mss) &&
	       (!(present & SY_OPT_WSCALE) || a->wscale == b->wscale) &&
	       (!(present & SY_OPT_TS) || (a->tsval == b->tsval && a->tsecr == b->tsecr)) &&
	       (!(present & SY_OPT_TFO) || a->tfo_cookie_bytes == b->tfo_cookie_bytes);
}

static bool same_tcp(const struct sy_batch *a, const struct sy_batch *b, uint32_t i)
{
	if (!(SAME(sport) && SAME(dport) && SAME(seq) && SAME(ack) && SAME(flags) && SAME(window) &&
		    SAME(checksum) && SAME(payload_bytes)))
		return false;
	if (a->bits[i] & SY_SEG_TS && !(SAME(tsval) && SAME(tsecr)))
		return false;
	return !(a->bits[i] & SY_SEG_OPTIONS) ||
	       (a->opt[i].present == b->opt[i].present &&
		       same_options(&a->opt[i], &b->opt[i], a->opt[i].present));
}

static bool same_icmp(const struct sy_batch *a, const struct sy_batch *b, uint32_t i)
{
	return SAME(sport) && SAME(dport) && SAME(flags) && SAME(icmp_type) && SAME(icmp_code) &&
	       (!(a->bits[i] & SY_SEG_ICMP_SEQ) || SAME(seq)) &&
	       sy_addr_equal(&a->icmp_from[i], &b->icmp_from[i]);
}

bool sy_batch_same_lane(const struct sy_batch *a, const struct sy_batch *b, uint32_t i)
{
	if (!(SAME(lane) && SAME(bucket) && SAME(port) && SAME(bits) && SAME(vlan) &&
		    SAME(tunnel) && SAME(vni) && SAME(domain) && SAME(ts_ns)))
		return false;
	switch (a->lane[i]) {
	case SY_LANE_NONE:
		return true;
	case SY_LANE_TCP:
		return same_ip(a, b, i) && same_tcp(a, b, i);
	case SY_LANE_ICMP_ERROR:
		return same_ip(a, b, i) && same_icmp(a, b, i);
	default:
		return same_ip(a, b, i);
	}
}

void sy_decode_verify_set(sy_decode_fn *fast)
{
	atomic_store_explicit(&kernel, fast, memory_order_relaxed);
}

void sy_decode_verify(const struct sy_burst *burst, struct sy_batch *batch)
{
	sy_decode_fn *fast = atomic_load_explicit(&kernel, memory_order_relaxed);
	struct sy_batch reference;
	uint64_t differ = 0;

	fast(burst, batch);
	sy_decode_scalar(burst, &reference);
	for (uint32_t i = 0; i < burst->count; i++)
		differ += !sy_batch_same_lane(&reference, batch, i);
	if (differ == 0 && batch->count == burst->count)
		return;
	*batch = reference;
	atomic_fetch_add_explicit(&mismatches, differ ? differ : 1, memory_order_relaxed);
}

uint64_t sy_decode_mismatches(void)
{
	return atomic_load_explicit(&mismatches, memory_order_relaxed);
}
