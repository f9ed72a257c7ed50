// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdint.h>

/// Keeps the earlier of two times, where 0 means "never".
static inline void sy_keep_first(uint64_t *kept_ns, uint64_t ts_ns)
{
	if (ts_ns != 0 && (*kept_ns == 0 || ts_ns < *kept_ns))
		*kept_ns = ts_ns;
}

/// Adds up to the greatest number and no further: an accumulator that gathers months says "at
/// least" rather than begin again from 0.
static inline void sy_add_capped(uint32_t *into, uint32_t add)
{
	*into = add > UINT32_MAX - *into ? UINT32_MAX : *into + add;
}

/// Keeps the later of two times.
static inline void sy_keep_last(uint64_t *kept_ns, uint64_t ts_ns)
{
	if (ts_ns > *kept_ns)
		*kept_ns = ts_ns;
}
