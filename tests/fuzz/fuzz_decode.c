// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Any bytes, as a frame of any link type, by the straight path, by the walk, and by the best kernel
// that runs here beside the reference. The first byte of
// the input is the link type, the second says how much of the frame was captured.

#include "decode_internal.h"

#include "sy_decode.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

static void check_lane(const struct sy_batch *b, uint32_t i)
{
	bool no_lane = b->bucket[i] != SY_BUCKET_TCP && b->bucket[i] != SY_BUCKET_OTHER_IP;

	REQUIRE(b->bucket[i] < SY_BUCKET_COUNT);
	REQUIRE(b->bucket[i] != SY_BUCKET_DUPLICATE && b->bucket[i] != SY_BUCKET_FILTERED);
	REQUIRE((b->lane[i] == SY_LANE_TCP) == (b->bucket[i] == SY_BUCKET_TCP));
	REQUIRE((b->lane[i] == SY_LANE_NONE) == no_lane);
	REQUIRE(b->vlan[i] <= 0xfff || b->vlan[i] == SY_VLAN_NONE);
	REQUIRE(b->tunnel[i] < SY_TUNNEL_COUNT);
	if (b->lane[i] != SY_LANE_TCP)
		return;
	REQUIRE(b->flags[i] <= 0x1ff);
	REQUIRE(!(b->flags[i] & SY_TCP_SYN) == !(b->bits[i] & SY_SEG_OPTIONS));
	REQUIRE(!(b->bits[i] & SY_SEG_ICMP_SEQ));
}

static void check_same(const struct sy_batch *a, const struct sy_batch *b, uint32_t i)
{
	REQUIRE(a->bucket[i] == b->bucket[i] && a->lane[i] == b->lane[i]);
	REQUIRE(a->bits[i] == b->bits[i] && a->vlan[i] == b->vlan[i]);
	REQUIRE(a->tunnel[i] == b->tunnel[i] && a->vni[i] == b->vni[i]);
	if (a->lane[i] != SY_LANE_TCP)
		return;
	REQUIRE(a->seq[i] == b->seq[i] && a->ack[i] == b->ack[i]);
	REQUIRE(a->flags[i] == b->flags[i] && a->payload_bytes[i] == b->payload_bytes[i]);
	REQUIRE(a->ttl[i] == b->ttl[i] && a->hash[i] == b->hash[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sy_batch straight, walked, verified;
	struct sy_hash_key key = sy_hash_key_from_seed(1);

	if (size < 2)
		return 0;
	uint32_t wire = (uint32_t)size - 2;
	uint32_t cap = wire - (wire ? data[1] % (wire < 64 ? wire : 64) : 0);
	uint8_t *frame = malloc(cap + 1);
	if (!frame)
		return 0;
	memcpy(frame + 1, data + 2, cap);

	struct sy_burst burst = {.count = 1};
	burst.data[0] = frame + 1;
	burst.cap_bytes[0] = cap;
	burst.wire_bytes[0] = data[1] & 0x80 ? cap : wire;
	burst.link[0] = data[0] % SY_LINK_COUNT;
	memset(&straight, 0xaa, sizeof(straight));
	memset(&walked, 0x55, sizeof(walked));
	walked.count = 1;
	sy_decode_scalar(&burst, &straight);
	sy_decode_general(&burst, &walked, 0);
	sy_decode_kernel("verify", NULL)(&burst, &verified);
	free(frame);
	REQUIRE(sy_decode_mismatches() == 0);

	sy_batch_hash(&straight, &key);
	sy_batch_hash(&walked, &key);
	check_lane(&straight, 0);
	check_same(&straight, &walked, 0);
	return 0;
}
