// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "clock_offset.h"

#include "sy_time.h"

#include <errno.h>
#include <stdlib.h>

#define PAIRS_MIN      2
#define NOISE_NS       ((int64_t)(5 * SY_NS_PER_US))   // of two clocks that are one
#define TRANSIT_MAX_NS ((int64_t)(500 * SY_NS_PER_MS)) // longer: the clocks differ
#define VIOLATED_SHARE 10 // more than 1 in so many: TTLs do not tell the direction here
#define OUTLIERS_SHARE 20 // 1 in so many may be a look-alike, such as a copy sent again
#define NO_LOWER_END   INT64_MIN
#define NO_UPPER_END   INT64_MAX

/// What one packet says of the offset.
struct bound {
	int64_t at_ns;
	bool lower; ///< the offset is at least this, else at most
};

struct bounds {
	struct bound *bound;
	uint32_t count, lower;
};

/// The range that contradicts the fewest bounds.
struct range {
	int64_t low_ns, high_ns;
	uint32_t violated;
};

static int64_t distance(int64_t ns)
{
	return ns < 0 ? -ns : ns;
}

static int by_flow(const void *one, const void *other)
{
	const struct clock_pair *a = one, *b = other;

	if (a->flow != b->flow)
		return a->flow < b->flow ? -1 : 1;
	if (a->side != b->side)
		return a->side < b->side ? -1 : 1;
	return (a->difference_ns > b->difference_ns) - (a->difference_ns < b->difference_ns);
}

/// Lower bounds first where both are at one place: they meet.
static int by_place(const void *one, const void *other)
{
	const struct bound *a = one, *b = other;

	if (a->at_ns != b->at_ns)
		return a->at_ns < b->at_ns ? -1 : 1;
	return b->lower - a->lower;
}

/// Which direction of a flow goes from A to B, whatever the clocks: the one with the larger
/// difference. 1 = side 0, -1 = side 1, 0 = only one direction was seen at both.
static int forward_side(const struct clock_pair *flow, uint32_t count)
{
	uint32_t first = 0;

	while (first < count && flow[first].side == 0)
		first++;
	if (first == 0 || first == count)
		return 0;
	return flow[first / 2].difference_ns >= flow[(first + count) / 2].difference_ns ? 1 : -1;
}

static void add_flow(
	struct bounds *b, const struct clock_pair *flow, uint32_t count, bool trust_ttl)
{
	int forward = forward_side(flow, count);

	for (uint32_t i = 0; i < count; i++) {
		int passed = flow[i].side == 0 ? forward : -forward;

		if (flow[i].passed != 0 && (trust_ttl || passed == 0))
			passed = flow[i].passed;
		if (passed == 0)
			continue;
		b->bound[b->count++] = (struct bound){flow[i].difference_ns, passed < 0};
		b->lower += passed < 0;
	}
}

static void set_bounds(
	struct bounds *b, const struct clock_pair *pairs, uint32_t count, bool trust_ttl)
{
	uint32_t end;

	b->count = b->lower = 0;
	for (uint32_t start = 0; start < count; start = end) {
		for (end = start; end < count && pairs[end].flow == pairs[start].flow;)
			end++;
		add_flow(b, &pairs[start], end - start, trust_ttl);
	}
	qsort(b->bound, b->count, sizeof(b->bound[0]), by_place);
}

static bool is_open(const struct range *r)
{
	return r->low_ns == NO_LOWER_END || r->high_ns == NO_UPPER_END;
}

/// Goes along the bounds; a range with both ends is preferred among equals.
static struct range best_range(const struct bounds *b)
{
	struct range best = {NO_LOWER_END, NO_UPPER_END, UINT32_MAX};
	uint32_t violated = b->lower;

	for (uint32_t i = 0; i <= b->count; i++) {
		struct range here = {
			.low_ns = i == 0 ? NO_LOWER_END : b->bound[i - 1].at_ns,
			.high_ns = i == b->count ? NO_UPPER_END : b->bound[i].at_ns,
			.violated = violated,
		};

		if (here.violated < best.violated ||
			(here.violated == best.violated && is_open(&best) && !is_open(&here)))
			best = here;
		if (i < b->count && b->bound[i].lower)
			violated--;
		else
			violated++;
	}
	return best;
}

/// Widens the range to what bounds disagree about (a transit that varies, clocks that drift),
/// without the outliers.
static struct range disputed(const struct bounds *b, struct range r)
{
	uint32_t upper = b->count - b->lower;
	uint32_t skip_lower = b->lower / OUTLIERS_SHARE + (b->lower >= 5);
	uint32_t skip_upper = upper / OUTLIERS_SHARE + (upper >= 5);

	for (uint32_t i = 0; i < b->count; i++) {
		if (b->bound[i].lower || skip_upper-- > 0)
			continue;
		if (b->bound[i].at_ns < r.low_ns)
			r.low_ns = b->bound[i].at_ns;
		break;
	}
	for (uint32_t i = b->count; i-- > 0;) {
		if (!b->bound[i].lower || skip_lower-- > 0)
			continue;
		if (b->bound[i].at_ns > r.high_ns)
			r.high_ns = b->bound[i].at_ns;
		break;
	}
	return r;
}

static void conclude_both_ways(
	const struct bounds *b, const struct range *best, struct clock_offset *offset)
{
	struct range wide = best->violated > 0 ? disputed(b, *best) : *best;
	int64_t middle = best->low_ns + (best->high_ns - best->low_ns) / 2;
	int64_t below = middle - wide.low_ns, above = wide.high_ns - middle;

	offset->verdict = wide.low_ns - NOISE_NS <= 0 && wide.high_ns + NOISE_NS >= 0 ? CLOCK_SAME
										      : CLOCK_APART;
	offset->offset_ns = middle;
	offset->uncertainty_ns = (uint64_t)(below > above ? below : above);
}

/// Only packets of one direction: the clocks differ for sure when a packet seems to arrive before
/// it was sent, or to be on its way for too long.
static void conclude_one_way(const struct range *best, struct clock_offset *offset)
{
	bool forward = best->low_ns == NO_LOWER_END;
	int64_t bound = forward ? best->high_ns : best->low_ns;
	int64_t transit = forward ? bound : -bound; // the shortest, were the clocks one

	offset->one_way = true;
	offset->offset_ns = bound;
	offset->verdict = transit < -NOISE_NS || transit > TRANSIT_MAX_NS ? CLOCK_APART
									  : CLOCK_UNKNOWN;
}

/// Not even the direction is known.
static void conclude_undirected(
	const struct clock_pair *pairs, uint32_t count, struct clock_offset *offset)
{
	int64_t least = pairs[0].difference_ns;

	for (uint32_t i = 1; i < count; i++)
		if (distance(pairs[i].difference_ns) < distance(least))
			least = pairs[i].difference_ns;
	offset->one_way = true;
	offset->offset_ns = least;
	offset->verdict = distance(least) > TRANSIT_MAX_NS ? CLOCK_APART : CLOCK_UNKNOWN;
}

int clock_offset_estimate(struct clock_pair *pairs, uint32_t count, struct clock_offset *offset)
{
	struct bounds bounds = {.count = 0};
	struct range best;

	*offset = (struct clock_offset){.verdict = CLOCK_UNKNOWN};
	if (count < PAIRS_MIN)
		return 0;
	bounds.bound = malloc(count * sizeof(bounds.bound[0]));
	if (bounds.bound == NULL)
		return -ENOMEM;
	qsort(pairs, count, sizeof(pairs[0]), by_flow);
	set_bounds(&bounds, pairs, count, true);
	best = best_range(&bounds);
	if (best.violated > bounds.count / VIOLATED_SHARE) {
		set_bounds(&bounds, pairs, count, false);
		best = best_range(&bounds);
	}
	if (bounds.count == 0)
		conclude_undirected(pairs, count, offset);
	else if (is_open(&best))
		conclude_one_way(&best, offset);
	else
		conclude_both_ways(&bounds, &best, offset);
	free(bounds.bound);
	return 0;
}
