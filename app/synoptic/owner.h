// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_batch.h"
#include "sy_ports.h"

#include <string.h>

// Which worker looks after a flow.

/// By the hash of a lane: where the ports do not say.
static inline uint32_t owner_by_hash(uint64_t hash, uint32_t worker_count)
{
	return (uint32_t)(((hash >> 32) * worker_count) >> 32);
}

/// What a port's symmetric hash comes down to: see struct sy_ports_assignment. The hash reads bytes
/// in network order.
static inline uint16_t owner_fold(const struct sy_batch *b, uint32_t i, bool with_ports)
{
	uint16_t fold;

	if (b->bits[i] & SY_SEG_V6) {
		uint64_t src[2], dst[2], all;

		memcpy(src, b->src6[i], sizeof(src));
		memcpy(dst, b->dst6[i], sizeof(dst));
		all = src[0] ^ src[1] ^ dst[0] ^ dst[1];
		all ^= all >> 32;
		fold = __builtin_bswap16((uint16_t)(all ^ all >> 16));
	} else {
		uint32_t all = b->src4[i] ^ b->dst4[i];

		fold = (uint16_t)(all ^ all >> 16);
	}
	return with_ports ? fold ^ b->sport[i] ^ b->dport[i] : fold;
}

/// The owner of a TCP lane, or of the quote of an ICMP error. `by_port` NULL = by its hash.
static inline uint32_t owner_of(const struct sy_batch *b, uint32_t i, uint32_t worker_count,
	const struct sy_ports_assignment *by_port)
{
	if (by_port == NULL)
		return owner_by_hash(b->hash[i], worker_count);
	return by_port->queue[owner_fold(b, i, by_port->with_ports)];
}
