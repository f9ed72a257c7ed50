// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "copies.h"

#include "sy_duplicates.h"

#define SETS (1u << 14)
#define WAYS 4

struct entry {
	uint64_t print_seen; ///< fingerprint of the packet, its last byte the vantages that saw it;
			     ///< 0 = free
	uint64_t ts_ns;      ///< at the vantage that showed it first
};

/// Recent packets whose fingerprints fall together: one cache line.
struct set {
	_Alignas(64) struct entry entry[WAYS];
};

struct sy_copies {
	struct set set[SETS];
};

_Static_assert(SY_VANTAGE_MAX <= 8, "a byte has a bit for each vantage");

size_t sy_copies_bytes(void)
{
	return sizeof(struct sy_copies);
}

/// The entry of a packet, else the oldest of its set, which gives way.
static struct entry *entry_of(struct sy_copies *copies, uint64_t print)
{
	struct entry *entries = copies->set[(print >> 32) % SETS].entry, *oldest = entries;

	for (struct entry *e = entries; e < entries + WAYS; e++) {
		if (e->print_seen != 0 && ((e->print_seen ^ print) & ~UINT64_C(0xff)) == 0)
			return e;
		if (e->ts_ns < oldest->ts_ns)
			oldest = e;
	}
	oldest->print_seen = 0;
	return oldest;
}

bool sy_copies_seen(
	struct sy_copies *copies, const struct sy_batch *batch, uint32_t lane, uint8_t vantage)
{
	uint64_t print = sy_batch_fingerprint(batch, lane);
	struct entry *entry = entry_of(copies, print);
	uint64_t bit = UINT64_C(1) << vantage, ts_ns = batch->ts_ns[lane];

	if (entry->print_seen != 0 && !(entry->print_seen & bit) &&
		sy_time_since(ts_ns, entry->ts_ns) <= SY_COPY_WINDOW_NS) {
		entry->print_seen |= bit;
		return true;
	}
	*entry = (struct entry){(print & ~UINT64_C(0xff)) | bit, ts_ns};
	return false;
}
