// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdint.h>

// A log-linear histogram of durations: 16 equal steps in each power of two (HdrHistogram's idea),
// so a quantile is at most 1/32 off. Values under 256 ns share the first steps; values over 2^38 ns
// (275 s) the last. Merging is addition, so the order of workers does not matter; only where a step
// would pass 2^32, the steps of both are halved.

#define SY_HIST_STEP_BITS  4
#define SY_HIST_FIRST_BITS 8
#define SY_HIST_LAST_BITS  38
#define SY_HIST_STEPS      ((SY_HIST_LAST_BITS - SY_HIST_FIRST_BITS + 1) << SY_HIST_STEP_BITS)

struct sy_hist {
	uint64_t count;
	uint64_t min_ns; ///< exact; meaningless when count is 0
	uint64_t max_ns; ///< exact
	uint32_t steps[SY_HIST_STEPS];
};

/// What files and reports say of durations. SY_NS_UNKNOWN = not known, or no duration at all.
struct sy_spread {
	uint64_t count;
	uint64_t min_ns, p50_ns, p90_ns, p99_ns, max_ns;
};

/// Adds one duration.
void sy_hist_add(struct sy_hist *hist, uint64_t value_ns);

/// Adds all of `from`.
void sy_hist_merge(struct sy_hist *into, const struct sy_hist *from);

/// The middle of a step in nanoseconds: what its durations are taken for.
uint64_t sy_hist_step_middle(uint32_t step);

/// The value below or at which the share q (0..1) of the durations lies, within [min, max];
/// 0 when empty.
uint64_t sy_hist_quantile(const struct sy_hist *hist, double q);

/// Count, extremes and quantiles at once.
struct sy_spread sy_hist_spread(const struct sy_hist *hist);

/// Of no duration.
struct sy_spread sy_spread_unknown(void);

/// Starts to load what a later sy_hist_add() of that duration will look at.
void sy_hist_prefetch(const struct sy_hist *hist, uint64_t value_ns);
