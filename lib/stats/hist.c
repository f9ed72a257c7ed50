// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_hist.h"
#include "sy_time.h"

#include <math.h>

#define STEPS_PER_POWER (1u << SY_HIST_STEP_BITS)

// Step 0..15: 16 ns each up to 2^8. After that, 16 steps for each power of two.
static uint32_t step_of(uint64_t value_ns)
{
	uint32_t power;

	if (value_ns >> SY_HIST_FIRST_BITS == 0)
		return (uint32_t)(value_ns >> (SY_HIST_FIRST_BITS - SY_HIST_STEP_BITS));
	power = 63u - (uint32_t)__builtin_clzll(value_ns);
	if (power >= SY_HIST_LAST_BITS)
		return SY_HIST_STEPS - 1;
	return ((power - SY_HIST_FIRST_BITS + 1) << SY_HIST_STEP_BITS) +
	       (uint32_t)(value_ns >> (power - SY_HIST_STEP_BITS) & (STEPS_PER_POWER - 1));
}

uint64_t sy_hist_step_middle(uint32_t step)
{
	uint32_t group = step >> SY_HIST_STEP_BITS;
	uint32_t in_group = step & (STEPS_PER_POWER - 1);
	uint32_t power = SY_HIST_FIRST_BITS + (group == 0 ? 0 : group - 1);
	uint64_t width = UINT64_C(1) << (power - SY_HIST_STEP_BITS);
	uint64_t low = (group == 0 ? 0 : UINT64_C(1) << power) + in_group * width;

	return low + width / 2;
}

void sy_hist_add(struct sy_hist *hist, uint64_t value_ns)
{
	if (hist->count == 0 || value_ns < hist->min_ns)
		hist->min_ns = value_ns;
	if (hist->count == 0 || value_ns > hist->max_ns)
		hist->max_ns = value_ns;
	hist->count++;
	hist->steps[step_of(value_ns)]++;
}

void sy_hist_prefetch(const struct sy_hist *hist, uint64_t value_ns)
{
	__builtin_prefetch(hist, 1);
	__builtin_prefetch(&hist->steps[step_of(value_ns)], 1);
}

// Halves the steps of one that gathers months before one of them would begin again from 0: from
// then on the durations of late weigh more.
static uint32_t shift_for(struct sy_hist *into, const struct sy_hist *from)
{
	uint64_t greatest = 0;

	for (uint32_t i = 0; i < SY_HIST_STEPS; i++) {
		uint64_t sum = (uint64_t)into->steps[i] + from->steps[i];
		greatest = sum > greatest ? sum : greatest;
	}
	if (greatest <= UINT32_MAX)
		return 0;
	for (uint32_t i = 0; i < SY_HIST_STEPS; i++)
		into->steps[i] >>= 1;
	return 1;
}

void sy_hist_merge(struct sy_hist *into, const struct sy_hist *from)
{
	uint32_t shift;

	if (from->count == 0)
		return;
	if (into->count == 0 || from->min_ns < into->min_ns)
		into->min_ns = from->min_ns;
	if (into->count == 0 || from->max_ns > into->max_ns)
		into->max_ns = from->max_ns;
	into->count += from->count;
	shift = shift_for(into, from);
	for (uint32_t i = 0; i < SY_HIST_STEPS; i++)
		into->steps[i] += from->steps[i] >> shift;
}

// As many as `count`, but for one that was halved.
static uint64_t counted(const struct sy_hist *hist)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < SY_HIST_STEPS; i++)
		sum += hist->steps[i];
	return sum;
}

uint64_t sy_hist_quantile(const struct sy_hist *hist, double q)
{
	uint64_t rank, below = 0, count = counted(hist);

	if (count == 0)
		return 0;
	if (!(q > 0.0))
		return hist->min_ns;
	rank = q >= 1.0 ? count : (uint64_t)ceil(q * (double)count);
	if (rank >= count)
		return hist->max_ns;
	for (uint32_t i = 0; i < SY_HIST_STEPS - 1; i++) {
		below += hist->steps[i];
		if (below >= rank) {
			uint64_t value = sy_hist_step_middle(i);
			if (value < hist->min_ns)
				return hist->min_ns;
			return value > hist->max_ns ? hist->max_ns : value;
		}
	}
	// The last step is open at the top: only its end is known.
	return hist->max_ns;
}

struct sy_spread sy_spread_unknown(void)
{
	return (struct sy_spread){.min_ns = SY_NS_UNKNOWN,
		.p50_ns = SY_NS_UNKNOWN,
		.p90_ns = SY_NS_UNKNOWN,
		.p99_ns = SY_NS_UNKNOWN,
		.max_ns = SY_NS_UNKNOWN};
}

struct sy_spread sy_hist_spread(const struct sy_hist *hist)
{
	if (hist->count == 0)
		return sy_spread_unknown();
	return (struct sy_spread){.count = hist->count,
		.min_ns = hist->min_ns,
		.p50_ns = sy_hist_quantile(hist, 0.5),
		.p90_ns = sy_hist_quantile(hist, 0.9),
		.p99_ns = sy_hist_quantile(hist, 0.99),
		.max_ns = hist->max_ns};
}
