// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "copies.h"

#include "sy_duplicates.h"

#define ENTRIES (1u << 16)

struct sy_copies {
	struct entry {
		uint64_t print; ///< fingerprint of the packet; 0 = free
		uint64_t ts_ns; ///< at the vantage that showed it first
		uint8_t seen_at;
	} entry[ENTRIES];
};

size_t sy_copies_bytes(void)
{
	return sizeof(struct sy_copies);
}

bool sy_copies_seen(
	struct sy_copies *copies, const struct sy_batch *batch, uint32_t lane, uint8_t vantage)
{
	uint64_t print = sy_batch_fingerprint(batch, lane);
	struct entry *entry = &copies->entry[(print >> 32) % ENTRIES];
	uint8_t bit = (uint8_t)(1u << vantage);
	uint64_t ts_ns = batch->ts_ns[lane];

	if (entry->print == print && !(entry->seen_at & bit) &&
		sy_time_since(ts_ns, entry->ts_ns) <= SY_COPY_WINDOW_NS) {
		entry->seen_at |= bit;
		return true;
	}
	*entry = (struct entry){.print = print, .ts_ns = ts_ns, .seen_at = bit};
	return false;
}
