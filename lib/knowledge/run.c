// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "judge.h"

#include <string.h>

/// Runs as they are met in time.
struct walk {
	struct sy_run open;
	struct sy_run ended;
	bool blocked;
};

bool sy_run_is_for_good(const struct sy_run *run, bool blocked)
{
	return run->silent_syns >= SY_SILENT_SYNS ||
	       run->refused >= (blocked ? 1 : SY_REFUSED_ATTEMPTS);
}

bool sy_bucket_interleaves(const struct sy_timeline_bucket *b)
{
	return b->first_answered_ns != 0 && b->first_failed_ns != 0 &&
	       b->first_answered_ns < b->last_failed_ns && b->first_failed_ns < b->last_answered_ns;
}

static void close_run(struct walk *walk, uint64_t answered_ns)
{
	if (walk->open.from_ns != 0 && sy_run_is_for_good(&walk->open, walk->blocked)) {
		walk->ended = walk->open;
		walk->ended.recovered_ns = answered_ns;
	}
	memset(&walk->open, 0, sizeof(walk->open));
}

static void extend_run(struct walk *walk, const struct sy_timeline_bucket *b)
{
	if (walk->open.from_ns == 0)
		walk->open.from_ns = b->first_failed_ns;
	walk->open.until_ns = b->last_failed_ns;
	walk->open.refused += b->refused;
	walk->open.silent += b->silent;
	walk->open.silent_syns += b->silent_syns;
}

// How many of an interleaved bucket's failures belong to which run is not known: none is counted
// here.
static void cross_bucket(struct walk *walk, const struct sy_timeline_bucket *b)
{
	close_run(walk, b->first_answered_ns);
	if (b->last_failed_ns > b->last_answered_ns) {
		walk->open.from_ns = b->last_answered_ns;
		walk->open.until_ns = b->last_failed_ns;
	}
}

static void step(struct walk *walk, const struct sy_timeline_bucket *b)
{
	bool answered = b->first_answered_ns != 0, failed = b->first_failed_ns != 0;

	if (answered && sy_bucket_interleaves(b)) {
		cross_bucket(walk, b);
		return;
	}
	if (failed && (!answered || b->last_failed_ns <= b->first_answered_ns)) {
		extend_run(walk, b);
		failed = false;
	}
	if (answered)
		close_run(walk, b->first_answered_ns);
	if (failed)
		extend_run(walk, b);
}

static uint64_t last_failure(const struct sy_service_stats *stats, uint64_t *first_ns)
{
	uint64_t last_ns = 0;

	*first_ns = 0;
	for (uint32_t kind = 0; kind < SY_EVIDENCE_COUNT; kind++) {
		if (kind == SY_EVIDENCE_ANSWERED || stats->first_ns[kind] == 0)
			continue;
		if (*first_ns == 0 || stats->first_ns[kind] < *first_ns)
			*first_ns = stats->first_ns[kind];
		if (stats->last_ns[kind] > last_ns)
			last_ns = stats->last_ns[kind];
	}
	return last_ns;
}

// Without a timeline only the first and last times tell.
static void walk_without_detail(struct walk *walk, const struct sy_service_stats *stats)
{
	uint64_t first_ns, last_ns = last_failure(stats, &first_ns);
	uint64_t answered_ns = stats->last_ns[SY_EVIDENCE_ANSWERED];
	struct sy_run *run = &walk->open;

	if (last_ns == 0)
		return;
	run->from_ns = first_ns > answered_ns ? first_ns : answered_ns;
	run->until_ns = last_ns;
	run->refused = stats->outcome[SY_OUTCOME_REFUSED] + stats->outcome[SY_OUTCOME_UNREACHABLE];
	run->silent = stats->outcome[SY_OUTCOME_UNANSWERED] +
		      stats->outcome[SY_OUTCOME_INVALID_ANSWER] - stats->cut_short;
	run->silent_syns = stats->silent_syns;
	if (last_ns <= answered_ns) {
		run->from_ns = first_ns;
		if (last_ns <= stats->first_ns[SY_EVIDENCE_ANSWERED])
			close_run(walk, stats->first_ns[SY_EVIDENCE_ANSWERED]);
		memset(run, 0, sizeof(*run));
	}
}

static void keep_greater(uint64_t *kept, uint64_t count)
{
	if (count > *kept)
		*kept = count;
}

// A bucket that holds answers and failures does not tell how many came after the last answer. Those
// of the latest hours do, as far as no answer lies between them; both are "at least".
static void count_recent(struct sy_run *run, const struct sy_service_stats *stats)
{
	struct sy_recent_bucket after = sy_recent_after(
		&stats->detail->recent, stats->last_ns[SY_EVIDENCE_ANSWERED]);

	keep_greater(&run->refused, after.refused);
	keep_greater(&run->silent, after.silent);
	keep_greater(&run->silent_syns, after.silent_syns);
}

struct sy_run sy_run_find(const struct sy_service_stats *stats, bool blocked)
{
	struct walk walk = {.blocked = blocked};

	if (stats->detail == NULL)
		walk_without_detail(&walk, stats);
	for (uint32_t i = 0; stats->detail != NULL && i < SY_TIMELINE_BUCKETS; i++)
		step(&walk, &stats->detail->timeline.bucket[i]);
	if (stats->detail != NULL && walk.open.from_ns != 0)
		count_recent(&walk.open, stats);
	if (walk.ended.from_ns != 0 && !sy_run_is_for_good(&walk.open, blocked))
		return walk.ended;
	return walk.open;
}
