// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdbool.h>
#include <stdint.h>

// How far the clock of one vantage is ahead of another's, from the packets seen at both.
//
// Let d be the time at B less the time at A. A packet that went from A to B has d = offset +
// transit, so the offset is at most d; one that went from B to A has d = offset - transit, so it is
// at least d. The offset lies where the most packets agree; what it is there, packets cannot say.

/// One packet seen at two vantages.
struct clock_pair {
	uint64_t flow;         ///< the same for both directions of a connection
	int64_t difference_ns; ///< time at B less time at A
	uint8_t side;          ///< direction in its flow, 0 or 1
	int8_t passed;         ///< by its TTLs: 1 = A before B, -1 = B before A, 0 = they are equal
};

enum clock_verdict {
	CLOCK_UNKNOWN, ///< too few packets, or nothing that contradicts one clock
	CLOCK_SAME,    ///< 0 is possible: the two are taken as one clock
	CLOCK_APART,   ///< offset_ns is to be subtracted from B's times
};

struct clock_offset {
	enum clock_verdict verdict;
	bool one_way; ///< all packets went the same way: the shortest transit is taken as 0
	int64_t offset_ns;
	uint64_t uncertainty_ns; ///< offset_ns may be wrong by this, either way; not when one_way
};

/// Estimates the offset of B's clock. Sorts `pairs`. 0, or -ENOMEM. No state, any thread.
int clock_offset_estimate(struct clock_pair *pairs, uint32_t count, struct clock_offset *offset);
