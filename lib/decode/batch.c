// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Copying of decoded lanes.

#include "sy_batch.h"
#include "sy_decode.h"

#include <string.h>

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
