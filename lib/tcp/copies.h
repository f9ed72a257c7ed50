// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_batch.h"

#include <stdbool.h>
#include <stddef.h>

// The same packet seen at several vantages is one packet (SEMANTICS 6). A set-associative memory of
// recent packets tells a copy, which only adds where and when it was seen, from a retransmission,
// which comes again to a vantage that has had it.

struct sy_copies;

/// Longest time between two vantages, and the life of an entry.
#define SY_COPY_WINDOW_NS (500 * SY_NS_PER_MS)

/// Bytes of memory for a cache; the caller gives it zeroed to every other function.
size_t sy_copies_bytes(void);

/// Where a packet was seen first.
struct sy_copy_of {
	uint8_t vantage;
	uint64_t ts_ns;
};

/// True when this TCP lane is a copy of a packet that another vantage has shown: *first says where
/// and when. Else remembers it; where that takes the place of a packet whose copy may still come,
/// *overflow is counted up.
bool sy_copies_seen(struct sy_copies *copies, const struct sy_batch *batch, uint32_t lane,
	uint8_t vantage, struct sy_copy_of *first, uint64_t *overflow);
