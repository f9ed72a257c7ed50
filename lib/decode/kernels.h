// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_decode.h"

// The vector kernels, and what chooses and checks them.

SY_DECODE_FN(sy_decode_avx2);
SY_DECODE_FN(sy_decode_avx512);
SY_DECODE_FN(sy_decode_verify);

/// Why code with these instructions cannot run here, as a phrase; NULL = it can.
const char *sy_cpu_lacks_avx2(void);
const char *sy_cpu_lacks_avx512(void);

/// Which kernel sy_decode_verify() holds against the scalar one.
void sy_decode_verify_set(sy_decode_fn *fast);

/// True when lane i says the same in both, in every field that its kind has.
bool sy_batch_same_lane(const struct sy_batch *a, const struct sy_batch *b, uint32_t i);
