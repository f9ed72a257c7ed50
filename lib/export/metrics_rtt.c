// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Round trips of an interval, added to those since the start.

#include "sy_metrics.h"

#include <assert.h>

// Steps of struct sy_hist that lie below 2^bits ns.
static uint32_t steps_below(uint32_t bits)
{
	return (bits - SY_HIST_FIRST_BITS + 1) << SY_HIST_STEP_BITS;
}

static_assert(SY_RTT_FIRST_BOUND_BITS >= SY_HIST_FIRST_BITS, "bounds are those of steps");
static_assert(SY_RTT_FIRST_BOUND_BITS + SY_RTT_BOUNDS - 1 < SY_HIST_LAST_BITS,
	"the last step has no upper bound");

static uint64_t within(uint64_t value, uint64_t min, uint64_t max)
{
	return value < min ? min : value > max ? max : value;
}

void sy_rtt_sums_add(struct sy_rtt_sums *sums, const struct sy_hist *interval)
{
	uint64_t below = 0;
	uint32_t bound = 0;

	for (uint32_t step = 0; step < SY_HIST_STEPS; step++) {
		while (bound < SY_RTT_BOUNDS &&
			step == steps_below(SY_RTT_FIRST_BOUND_BITS + bound))
			sums->below[bound++] += below;
		if (interval->steps[step] == 0)
			continue;
		below += interval->steps[step];
		sums->sum_ns += interval->steps[step] * within(sy_hist_step_middle(step),
								interval->min_ns, interval->max_ns);
	}
	sums->count += interval->count;
}
