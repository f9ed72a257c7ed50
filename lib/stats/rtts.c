// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "rtts.h"

#include "sy_time.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

static bool is_dense(const struct sy_rtts *rtts)
{
	return rtts->count > SY_RTTS_SPARSE;
}

// In order, so that equal sets are equal bytes.
static void insert(struct sy_rtts *rtts, uint64_t value_ns)
{
	uint64_t at = rtts->count++;

	for (; at > 0 && rtts->samples_ns[at - 1] > value_ns; at--)
		rtts->samples_ns[at] = rtts->samples_ns[at - 1];
	rtts->samples_ns[at] = value_ns;
}

static void add_dense(struct sy_rtts *rtts, uint64_t value_ns, uint64_t *lost)
{
	rtts->count++;
	if (value_ns < rtts->min_ns)
		rtts->min_ns = value_ns;
	if (value_ns > rtts->max_ns)
		rtts->max_ns = value_ns;
	if (rtts->hist != NULL)
		sy_hist_add(rtts->hist, value_ns);
	else
		++*lost;
}

// The full sparse set and one more.
static void make_dense(
	struct sy_rtts *rtts, uint64_t value_ns, struct sy_pool *hists, uint64_t *lost)
{
	struct sy_rtts old = *rtts;

	memset(rtts, 0, sizeof(*rtts));
	rtts->min_ns = UINT64_MAX;
	rtts->hist = sy_pool_take(hists);
	for (uint32_t i = 0; i < SY_RTTS_SPARSE; i++)
		add_dense(rtts, old.samples_ns[i], lost);
	add_dense(rtts, value_ns, lost);
}

void sy_rtts_add(struct sy_rtts *rtts, uint64_t value_ns, struct sy_pool *hists, uint64_t *lost)
{
	if (rtts->count < SY_RTTS_SPARSE)
		insert(rtts, value_ns);
	else if (rtts->count == SY_RTTS_SPARSE)
		make_dense(rtts, value_ns, hists, lost);
	else
		add_dense(rtts, value_ns, lost);
}

static void merge_dense(
	struct sy_rtts *into, const struct sy_rtts *from, struct sy_pool *hists, uint64_t *lost)
{
	if (into->hist != NULL && from->hist != NULL) {
		sy_hist_merge(into->hist, from->hist);
	} else {
		*lost += into->hist != NULL ? into->count : 0;
		*lost += from->hist != NULL ? from->count : 0;
		sy_rtts_give_back(into, hists);
	}
	into->count += from->count;
	if (from->min_ns < into->min_ns)
		into->min_ns = from->min_ns;
	if (from->max_ns > into->max_ns)
		into->max_ns = from->max_ns;
}

void sy_rtts_merge(
	struct sy_rtts *into, const struct sy_rtts *from, struct sy_pool *hists, uint64_t *lost)
{
	struct sy_rtts few = *into;

	if (!is_dense(from)) {
		for (uint64_t i = 0; i < from->count; i++)
			sy_rtts_add(into, from->samples_ns[i], hists, lost);
		return;
	}
	if (is_dense(into)) {
		merge_dense(into, from, hists, lost);
		return;
	}
	*into = *from;
	if (from->hist != NULL) {
		into->hist = sy_pool_take(hists);
		if (into->hist != NULL)
			memcpy(into->hist, from->hist, sizeof(*into->hist));
		else
			*lost += from->count;
	}
	for (uint64_t i = 0; i < few.count; i++)
		add_dense(into, few.samples_ns[i], lost);
}

void sy_rtts_give_back(struct sy_rtts *rtts, struct sy_pool *hists)
{
	if (!is_dense(rtts))
		return;
	sy_pool_give(hists, rtts->hist);
	rtts->hist = NULL;
}

void sy_rtts_prefetch(const struct sy_rtts *rtts, uint64_t value_ns)
{
	if (value_ns == SY_NS_UNKNOWN)
		return;
	if (!is_dense(rtts))
		__builtin_prefetch(&rtts->samples_ns[rtts->count / 2], 1);
	else if (rtts->hist != NULL)
		sy_hist_prefetch(rtts->hist, value_ns);
}

// By the same rank as the histogram's.
static uint64_t exact_quantile(const struct sy_rtts *rtts, double q)
{
	return rtts->samples_ns[(uint64_t)ceil(q * (double)rtts->count) - 1];
}

struct sy_spread sy_rtts_spread(const struct sy_rtts *rtts)
{
	if (rtts->count == 0)
		return sy_spread_unknown();
	if (!is_dense(rtts))
		return (struct sy_spread){.count = rtts->count,
			.min_ns = rtts->samples_ns[0],
			.p50_ns = exact_quantile(rtts, 0.5),
			.p90_ns = exact_quantile(rtts, 0.9),
			.p99_ns = exact_quantile(rtts, 0.99),
			.max_ns = rtts->samples_ns[rtts->count - 1]};
	if (rtts->hist != NULL)
		return sy_hist_spread(rtts->hist);
	struct sy_spread spread = sy_spread_unknown();
	spread.count = rtts->count;
	spread.min_ns = rtts->min_ns;
	spread.max_ns = rtts->max_ns;
	return spread;
}
