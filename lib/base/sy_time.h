// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stddef.h>
#include <stdint.h>
#include <time.h>

// All times are nanoseconds since 1970-01-01T00:00:00Z in a uint64_t; 0 means "never".

#define SY_NS_PER_US UINT64_C(1000)
#define SY_NS_PER_MS UINT64_C(1000000)
#define SY_NS_PER_S  UINT64_C(1000000000)

/// Marks a duration that is not known.
#define SY_NS_UNKNOWN UINT64_MAX

/// What a clock of the system shows, in nanoseconds. Any thread; not for the hot path.
uint64_t sy_clock_ns(clockid_t clock);

/// Bytes that sy_time_format writes at most, the terminating 0 included.
#define SY_TIME_TEXT_SIZE 36

/// Writes an RFC 3339 UTC time with nanoseconds, as 2026-11-22T08:33:00.000000001Z.
/// Returns the number of characters written, without the terminating 0.
size_t sy_time_format(uint64_t ts_ns, char text[static SY_TIME_TEXT_SIZE]);

/// a - b, and 0 where b is later (clocks of captures may run backwards).
static inline uint64_t sy_time_since(uint64_t a_ns, uint64_t b_ns)
{
	return a_ns > b_ns ? a_ns - b_ns : 0;
}
