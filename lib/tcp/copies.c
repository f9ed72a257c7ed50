// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "copies.h"

#include "sy_duplicates.h"

#define SETS (1u << 14)
#define WAYS 4

struct entry {
	uint64_t print_seen; ///< fingerprint of the packet, but for its last 11 bits: the vantage
			     ///< that showed it first, and all that saw it; 0 = free
	uint64_t ts_ns;      ///< at that vantage
};

/// Recent packets whose fingerprints fall together: one cache line.
struct set {
	_Alignas(64) struct entry entry[WAYS];
};

struct sy_copies {
	struct set set[SETS];
};

#define SEEN_BITS   8
#define FIRST_SHIFT SEEN_BITS
#define FIRST_MASK  7u
#define PRINT_MASK  (~UINT64_C(0) << 11)

_Static_assert(SY_VANTAGE_MAX <= SEEN_BITS, "a bit for each vantage");
_Static_assert(SY_VANTAGE_MAX - 1 <= FIRST_MASK, "3 bits name a vantage");

size_t sy_copies_bytes(void)
{
	return sizeof(struct sy_copies);
}

/// True when a copy of what is remembered here may still come: only one vantage has shown it, and
/// not long ago.
static bool is_awaited(const struct entry *entry, uint64_t ts_ns)
{
	uint64_t seen = entry->print_seen & ((1u << SEEN_BITS) - 1);

	return entry->print_seen != 0 && (seen & (seen - 1)) == 0 &&
	       sy_time_since(ts_ns, entry->ts_ns) <= SY_COPY_WINDOW_NS;
}

/// The entry of a packet, else the oldest of its set, which gives way.
static struct entry *entry_of(
	struct sy_copies *copies, uint64_t print, uint64_t ts_ns, uint64_t *overflow)
{
	struct entry *entries = copies->set[(print >> 32) % SETS].entry, *oldest = entries;

	for (struct entry *e = entries; e < entries + WAYS; e++) {
		if (e->print_seen != 0 && ((e->print_seen ^ print) & PRINT_MASK) == 0)
			return e;
		if (e->ts_ns < oldest->ts_ns)
			oldest = e;
	}
	*overflow += is_awaited(oldest, ts_ns);
	oldest->print_seen = 0;
	return oldest;
}

bool sy_copies_seen(struct sy_copies *copies, const struct sy_batch *batch, uint32_t lane,
	uint8_t vantage, struct sy_copy_of *first, uint64_t *overflow)
{
	uint64_t print = sy_batch_fingerprint(batch, lane), ts_ns = batch->ts_ns[lane];
	struct entry *entry = entry_of(copies, print, ts_ns, overflow);
	uint64_t bit = UINT64_C(1) << vantage;

	if (entry->print_seen != 0 && !(entry->print_seen & bit) &&
		sy_time_since(ts_ns, entry->ts_ns) <= SY_COPY_WINDOW_NS) {
		entry->print_seen |= bit;
		first->vantage = (uint8_t)(entry->print_seen >> FIRST_SHIFT & FIRST_MASK);
		first->ts_ns = entry->ts_ns;
		return true;
	}
	*entry = (struct entry){
		(print & PRINT_MASK) | (uint64_t)vantage << FIRST_SHIFT | bit, ts_ns};
	return false;
}
