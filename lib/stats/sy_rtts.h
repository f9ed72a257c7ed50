// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_hist.h"

#include <stdint.h>

#define SY_RTTS_SPARSE 22

/// The durations of one service: all of them while they are few, then a histogram. Most services
/// have few connections, and a histogram each would be most of what they cost. What it says depends
/// on the durations alone, not on their order nor on how accumulators shared them.
struct sy_rtts {
	uint64_t count; ///< exact; > SY_RTTS_SPARSE = dense
	union {
		uint64_t samples_ns[SY_RTTS_SPARSE]; ///< in order; zero behind the last
		struct {
			uint64_t min_ns, max_ns; ///< exact
			struct sy_hist *hist;    ///< NULL when the accumulator had none left
		};
	};
};

/// What files and reports say of them: exact while they are few, else as the histogram has it.
/// Quantiles are SY_NS_UNKNOWN when the histogram is missing, all when there is no duration.
struct sy_spread sy_rtts_spread(const struct sy_rtts *rtts);
