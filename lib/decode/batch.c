// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Hashing and copying of decoded lanes.

#include "sy_batch.h"
#include "sy_decode.h"

#include <string.h>

static uint64_t hash_v6(
	const struct sy_batch *b, uint32_t i, const struct sy_hash_key *key, bool *swap)
{
	uint64_t src[2], dst[2];
	int order = memcmp(b->src6[i], b->dst6[i], 16);

	memcpy(src, b->src6[i], sizeof(src));
	memcpy(dst, b->dst6[i], sizeof(dst));
	*swap = order > 0 || (order == 0 && b->sport[i] > b->dport[i]);
	return sy_hash_v6(key, src, b->sport[i], dst, b->dport[i], b->domain[i], *swap);
}

static uint64_t hash_v4(
	const struct sy_batch *b, uint32_t i, const struct sy_hash_key *key, bool *swap)
{
	uint64_t src = (uint64_t)b->src4[i] << 16 | b->sport[i];
	uint64_t dst = (uint64_t)b->dst4[i] << 16 | b->dport[i];

	*swap = src > dst;
	return sy_hash_v4(key, b->src4[i], b->sport[i], b->dst4[i], b->dport[i], b->domain[i]);
}

void sy_batch_hash(struct sy_batch *batch, const struct sy_hash_key *key)
{
	for (uint32_t i = 0; i < batch->count; i++) {
		bool swap;

		if (batch->lane[i] != SY_LANE_TCP && batch->lane[i] != SY_LANE_ICMP_ERROR)
			continue;
		batch->hash[i] = batch->bits[i] & SY_SEG_V6 ? hash_v6(batch, i, key, &swap)
							    : hash_v4(batch, i, key, &swap);
		batch->bits[i] = (uint8_t)((batch->bits[i] & ~SY_SEG_SWAP) |
					   (swap ? SY_SEG_SWAP : 0));
	}
}

#define COPY(field) (out->field[to] = in->field[from])

static void copy_addresses(
	struct sy_batch *out, uint32_t to, const struct sy_batch *in, uint32_t from)
{
	if (in->bits[from] & SY_SEG_V6) {
		memcpy(out->src6[to], in->src6[from], sizeof(out->src6[to]));
		memcpy(out->dst6[to], in->dst6[from], sizeof(out->dst6[to]));
	} else {
		COPY(src4);
		COPY(dst4);
	}
}

static void copy_tcp(struct sy_batch *out, uint32_t to, const struct sy_batch *in, uint32_t from)
{
	COPY(flags);
	COPY(sport);
	COPY(dport);
	COPY(window);
	COPY(checksum);
	COPY(seq);
	COPY(ack);
	COPY(payload_bytes);
	COPY(tsval);
	COPY(tsecr);
	COPY(hash);
}

void sy_batch_copy_lane(struct sy_batch *out, uint32_t to, const struct sy_batch *in, uint32_t from)
{
	COPY(lane);
	COPY(bucket);
	COPY(port);
	COPY(bits);
	COPY(ttl);
	COPY(tos);
	COPY(tunnel);
	COPY(ip_id);
	COPY(vlan);
	COPY(vni);
	COPY(domain);
	COPY(ts_ns);
	copy_addresses(out, to, in, from);
	copy_tcp(out, to, in, from);

	// The large fields only where they mean something.
	if (in->bits[from] & SY_SEG_OPTIONS)
		COPY(opt);
	if (in->lane[from] == SY_LANE_ICMP_ERROR) {
		COPY(icmp_type);
		COPY(icmp_code);
		COPY(icmp_from);
	}
}
