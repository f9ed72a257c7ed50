// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_duplicates.h"

#include <stdbool.h>

// Inside of lib/decode: what both forms of sy_duplicates_mark() share.

/// Sets `print` of the lanes, at least of those that are TCP.
#define SY_PRINT_FN(name) void name(struct sy_batch *batch, const uint8_t *vantage_of_port)

typedef SY_PRINT_FN(sy_print_fn);

SY_PRINT_FN(sy_duplicates_print_scalar);
SY_PRINT_FN(sy_duplicates_print_avx512);

#define SY_DUPLICATE_FACTOR UINT64_C(0x9fb21c651e98df24)

/// The same packet with the same checksum at the same vantage (SEMANTICS 6).
static inline uint64_t sy_duplicate_print(const struct sy_batch *b, uint32_t i, uint8_t vantage)
{
	return sy_batch_fingerprint(b, i) ^
	       ((uint64_t)b->checksum[i] << 8 | vantage) * SY_DUPLICATE_FACTOR;
}
