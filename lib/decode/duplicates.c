// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_duplicates.h"

#include <stdbool.h>

#define SETS (1u << 13)
#define WAYS 4 // of a set, which is one cache line

struct sy_duplicates {
	struct entry {
		uint64_t print;  ///< fingerprint with the vantage; 0 = free
		uint64_t ts_ttl; ///< time in ns << 8 | TTL: 56 bits of time wrap after 2 years
	} entry[SETS][WAYS];
};

size_t sy_duplicates_bytes(void)
{
	return sizeof(struct sy_duplicates);
}

/// Hosts that do not count IP IDs send RSTs and pure ACKs that are alike without being the same:
/// those are told apart only by a router's decrement of the TTL.
static bool is_copy(const struct sy_batch *b, uint32_t i, uint8_t ttl_before)
{
	if (b->ip_id[i] == 0 && b->payload_bytes[i] == 0 && !(b->flags[i] & SY_TCP_SYN))
		return b->ttl[i] < ttl_before;
	return b->ttl[i] <= ttl_before;
}

/// The same packet with the same checksum at the same vantage (SEMANTICS 6).
static uint64_t print_of(const struct sy_batch *b, uint32_t i, uint8_t vantage)
{
	return sy_batch_fingerprint(b, i) ^
	       ((uint64_t)b->checksum[i] << 8 | vantage) * UINT64_C(0x9fb21c651e98df24);
}

static struct entry *set_of(struct sy_duplicates *memory, uint64_t print)
{
	return memory->entry[(print >> 40) % SETS];
}

/// The entry of a packet, or else the oldest of its set, which gives way.
static struct entry *entry_of(struct sy_duplicates *memory, uint64_t print)
{
	struct entry *set = set_of(memory, print), *oldest = set;

	for (uint32_t way = 0; way < WAYS; way++) {
		if (set[way].print == print)
			return &set[way];
		if (set[way].ts_ttl < oldest->ts_ttl)
			oldest = &set[way];
	}
	return oldest;
}

void sy_duplicates_mark(struct sy_duplicates *memory, struct sy_batch *batch,
	const uint8_t *vantage_of_port, uint64_t window_ns)
{
	uint64_t prints[SY_BURST_MAX];

	for (uint32_t i = 0; i < batch->count; i++) {
		if (batch->lane[i] != SY_LANE_TCP)
			continue;
		prints[i] = print_of(batch, i, vantage_of_port[batch->port[i]]);
		__builtin_prefetch(set_of(memory, prints[i]), 1);
	}
	for (uint32_t i = 0; i < batch->count; i++) {
		struct entry *e;
		uint64_t now;

		if (batch->lane[i] != SY_LANE_TCP)
			continue;
		e = entry_of(memory, prints[i]);
		now = batch->ts_ns[i] << 8;
		if (e->print == prints[i] &&
			now - (e->ts_ttl & ~UINT64_C(0xff)) <= window_ns << 8 &&
			is_copy(batch, i, (uint8_t)e->ts_ttl)) {
			batch->bucket[i] = SY_BUCKET_DUPLICATE;
			batch->lane[i] = SY_LANE_NONE;
			continue;
		}
		*e = (struct entry){.print = prints[i], .ts_ttl = now | batch->ttl[i]};
	}
}
