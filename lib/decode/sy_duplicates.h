// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_batch.h"
#include "sy_hash.h"

#include <stddef.h>

#define SY_PRINT_SWAPPED UINT64_C(0x9e3779b97f4a7c15)
#define SY_PRINT_OTHER   UINT64_C(0xd6e8feb86659fd93)

/// What makes a packet the same packet wherever it is seen: both ends, seq, ack, flags, payload
/// length, IP ID and direction; nothing that a router changes, nor the TCP checksum, which a
/// sending host that is its own vantage leaves to its network card. Needs sy_batch_hash(). Never 0.
static inline uint64_t sy_batch_fingerprint(const struct sy_batch *b, uint32_t i)
{
	uint64_t a = (uint64_t)b->seq[i] << 32 | b->ack[i];
	uint64_t c = (uint64_t)b->flags[i] << 48 | (uint64_t)b->ip_id[i] << 32 |
		     b->payload_bytes[i];
	uint64_t side = b->bits[i] & SY_SEG_SWAP ? SY_PRINT_SWAPPED : 0;

	return sy_hash_fold(a ^ b->hash[i], c ^ SY_PRINT_OTHER ^ side) | 1;
}

// A duplicate is the same packet again at the same vantage within a short window, its TTL equal or
// lower (SPAN sessions that mirror a VLAN's ingress and egress make these). A set-associative
// memory of recent packets finds them; a packet whose entry has given way in the meantime is
// missed, not misjudged.
//
// Thread-safety: none; the worker that polls the ports owns it.

struct sy_duplicates;

/// Bytes of memory, which the caller gives zeroed and aligned to 64 bytes to sy_duplicates_mark().
size_t sy_duplicates_bytes(void);

/// First half of a batch (hashed): sets `print` and starts to load what the second half looks at.
/// With AVX-512 where that can run: the same numbers.
void sy_duplicates_look(
	struct sy_duplicates *memory, struct sy_batch *batch, const uint8_t *vantage_of_port);

/// Second half: turns the TCP lanes that are duplicates to bucket SY_BUCKET_DUPLICATE and lane
/// SY_LANE_NONE.
void sy_duplicates_mark(struct sy_duplicates *memory, struct sy_batch *batch, uint64_t window_ns);
