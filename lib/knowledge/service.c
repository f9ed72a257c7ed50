// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "judge.h"

// "In the same period" (SEMANTICS 7): the last minute of evidence, or the last bucket of the
// timeline when that is longer. A service that fails and recovers turns twice; one that turns more
// often answers some and not others.
#define PERIOD_NS   (60 * SY_NS_PER_S)
#define MIXED_TURNS 3
// Failures that make a service mixed: this many attempts, and one in this many of the period's.
#define MIXED_ATTEMPTS 2
#define MIXED_ONE_IN   20
// Failures since the last answer that say that those before are over: this many attempts, over more
// than a minute, and one in this many of the period's.
#define OVER_ATTEMPTS 5
#define OVER_ONE_IN   4

static void judge_rsts(const struct sy_facts *facts, struct sy_service_facts *service)
{
	const struct sy_service_stats *stats = service->stats;

	for (uint32_t i = 0; i < stats->rst_slots; i++) {
		const struct sy_service_rst *rst = &stats->rst[i];
		enum sy_rst_origin origin = sy_facts_rst_origin(
			facts, &stats->server, rst->vantage, rst->ttl);
		service->rst_by_origin[origin] += rst->count;
		service->rst_up_by_origin[origin] += rst->count_up;
	}
	service->rst_by_origin[SY_ORIGIN_UNKNOWN] += stats->rst_overflow;
}

enum sy_rst_origin sy_service_last_origin(
	const struct sy_facts *facts, const struct sy_service_stats *stats)
{
	const struct sy_service_rst *last = NULL;

	for (uint32_t i = 0; i < stats->rst_slots; i++) {
		if (stats->rst[i].count > 0 &&
			(last == NULL || stats->rst[i].last_ns > last->last_ns))
			last = &stats->rst[i];
	}
	if (last == NULL)
		return SY_ORIGIN_UNKNOWN;
	return sy_facts_rst_origin(facts, &stats->server, last->vantage, last->ttl);
}

static enum sy_service_state state_of_kind(
	const struct sy_facts *facts, const struct sy_service_stats *stats, enum sy_evidence kind)
{
	switch (kind) {
	case SY_EVIDENCE_ANSWERED:
		return SY_SERVICE_LISTENING;
	case SY_EVIDENCE_REFUSED:
		return sy_service_last_origin(facts, stats) == SY_ORIGIN_PATH ? SY_SERVICE_BLOCKED
									      : SY_SERVICE_REFUSING;
	case SY_EVIDENCE_ICMP:
		return stats->icmp_prohibited > 0 ? SY_SERVICE_BLOCKED : SY_SERVICE_REFUSING;
	case SY_EVIDENCE_SILENT:
		return SY_SERVICE_SILENT;
	default:
		return SY_SERVICE_UNKNOWN;
	}
}

// What the last period of a timeline holds, and how often the evidence turned in it.
struct period {
	struct sy_timeline_bucket sum;
	uint32_t turns;   ///< from answered to failed and back
	bool interleaved; ///< inside its last bucket
	uint64_t last_ns;
	char kind; ///< of the earliest evidence so far: 'a', 'f', 0 = none
};

static void turn_to(struct period *period, char kind)
{
	period->turns += period->kind != 0 && period->kind != kind;
	period->kind = kind;
}

static uint64_t last_event(const struct sy_timeline_bucket *b)
{
	return b->last_answered_ns > b->last_failed_ns ? b->last_answered_ns : b->last_failed_ns;
}

/// Adds a bucket in front: the walk goes backwards in time.
static void add_bucket(struct period *period, const struct sy_timeline_bucket *b)
{
	bool first = period->last_ns == 0;

	if (first)
		period->last_ns = last_event(b);
	if (sy_bucket_interleaves(b)) {
		period->interleaved |= first;
		period->turns += 2;
	} else if (b->last_failed_ns > b->last_answered_ns) {
		turn_to(period, 'f');
		if (b->first_answered_ns != 0)
			turn_to(period, 'a');
	} else {
		turn_to(period, 'a');
		if (b->first_failed_ns != 0)
			turn_to(period, 'f');
	}
	period->sum.answered += b->answered;
	period->sum.refused += b->refused;
	period->sum.silent += b->silent;
	period->sum.silent_syns += b->silent_syns;
	if (b->first_answered_ns != 0)
		period->sum.first_answered_ns = b->first_answered_ns;
	if (b->first_failed_ns != 0)
		period->sum.first_failed_ns = b->first_failed_ns;
}

static struct period last_period(const struct sy_service_stats *stats)
{
	struct period period = {.turns = 0};

	for (uint32_t i = SY_TIMELINE_BUCKETS; stats->detail != NULL && i-- > 0;) {
		const struct sy_timeline_bucket *b = &stats->detail->timeline.bucket[i];
		if (last_event(b) == 0)
			continue;
		if (period.last_ns > last_event(b) + PERIOD_NS)
			break;
		add_bucket(&period, b);
	}
	return period;
}

static bool is_mixed(const struct sy_timeline_bucket *b)
{
	// Attempts of one SYN each are what chance loses; silence shows in retransmissions.
	bool silence = b->silent_syns >= 2 * (uint64_t)b->silent;
	uint64_t failed = (uint64_t)b->refused + (silence ? b->silent : 0);

	return failed >= MIXED_ATTEMPTS && failed * MIXED_ONE_IN >= failed + b->answered;
}

// True when a service that answered some and not others answers nobody any more.
static bool is_over(const struct sy_run *run, const struct sy_timeline_bucket *b)
{
	uint64_t failed = run->refused + run->silent;

	return run->from_ns != 0 && run->recovered_ns == 0 &&
	       run->until_ns - run->from_ns > PERIOD_NS && failed >= OVER_ATTEMPTS &&
	       failed * OVER_ONE_IN >= (uint64_t)b->refused + b->silent &&
	       sy_run_is_for_good(run, false);
}

// The kind of the last evidence, silence left out when it is too little to count.
static enum sy_evidence last_kind(const struct sy_service_stats *stats, bool silence_counts)
{
	enum sy_evidence last = SY_EVIDENCE_COUNT;

	for (enum sy_evidence kind = 0; kind < SY_EVIDENCE_COUNT; kind++) {
		if (stats->last_ns[kind] == 0 || (kind == SY_EVIDENCE_SILENT && !silence_counts))
			continue;
		if (last == SY_EVIDENCE_COUNT || stats->last_ns[kind] > stats->last_ns[last])
			last = kind;
	}
	return last;
}

static bool overlaps(const struct sy_run *run, const struct sy_service_stats *stats, uint32_t kind)
{
	return stats->first_ns[kind] != 0 && stats->first_ns[kind] <= run->until_ns &&
	       stats->last_ns[kind] >= run->from_ns;
}

// The kind of failure that a run consisted of: the last whose evidence ends inside it; evidence
// that goes on after the run (noise later) only when nothing else fits.
static void judge_run(const struct sy_facts *facts, struct sy_service_facts *service)
{
	static const enum sy_evidence kinds[] = {
		SY_EVIDENCE_REFUSED, SY_EVIDENCE_ICMP, SY_EVIDENCE_SILENT};
	const struct sy_service_stats *stats = service->stats;
	enum sy_evidence best = SY_EVIDENCE_COUNT;
	uint64_t best_ns = 0;

	for (uint32_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		uint64_t end_ns = stats->last_ns[kinds[i]];
		if (!overlaps(&service->run, stats, kinds[i]))
			continue;
		if (kinds[i] == SY_EVIDENCE_SILENT && service->run.silent_syns < SY_SILENT_SYNS)
			continue;
		if (end_ns > service->run.until_ns)
			end_ns = 1;
		if (end_ns > best_ns) {
			best_ns = end_ns;
			best = kinds[i];
		}
	}
	if (service->run.from_ns != 0)
		service->run.state = state_of_kind(facts, stats, best);
}

// The first evidence against the last contrary one (see sy_facts.h).
static uint64_t find_since(const struct sy_service_facts *service, enum sy_evidence kind)
{
	const struct sy_service_stats *stats = service->stats;
	enum sy_evidence contrary = SY_EVIDENCE_COUNT;
	uint64_t contrary_ns = 0;

	for (enum sy_evidence other = 0; other < SY_EVIDENCE_COUNT; other++) {
		if (other != kind && stats->last_ns[other] > contrary_ns) {
			contrary_ns = stats->last_ns[other];
			contrary = other;
		}
	}
	if (contrary == SY_EVIDENCE_COUNT || contrary == SY_EVIDENCE_ANSWERED) {
		if (service->run.from_ns != 0 && service->run.recovered_ns == 0)
			return service->run.from_ns;
	}
	return stats->first_ns[kind] > contrary_ns ? stats->first_ns[kind] : contrary_ns;
}

static void judge_state(const struct sy_facts *facts, struct sy_service_facts *service)
{
	const struct sy_service_stats *stats = service->stats;
	struct period period = last_period(stats);
	bool silence_counts = facts->sees_answers && service->run.recovered_ns == 0 &&
			      service->run.silent_syns >= SY_SILENT_SYNS;
	enum sy_evidence kind = last_kind(stats, silence_counts);

	if ((period.interleaved || period.turns >= MIXED_TURNS) &&
		!is_over(&service->run, &period.sum)) {
		const struct sy_timeline_bucket *b = &period.sum;
		bool mixed = is_mixed(b);
		service->state = mixed ? SY_SERVICE_MIXED : SY_SERVICE_LISTENING;
		service->since_ns = b->first_answered_ns > b->first_failed_ns ? b->first_answered_ns
									      : b->first_failed_ns;
		kind = mixed ? SY_EVIDENCE_COUNT : SY_EVIDENCE_ANSWERED;
	}
	service->recovered = service->run.recovered_ns != 0 && kind == SY_EVIDENCE_ANSWERED;
	if (kind == SY_EVIDENCE_COUNT)
		return;
	service->state = state_of_kind(facts, stats, kind);
	if (kind != SY_EVIDENCE_ANSWERED)
		service->since_ns = find_since(service, kind);
	else
		service->since_ns = service->recovered ? service->run.recovered_ns
						       : stats->first_ns[SY_EVIDENCE_ANSWERED];
}

static void count(struct sy_service_facts *service)
{
	const struct sy_service_stats *stats = service->stats;
	uint64_t served = 0;

	for (uint32_t i = 0; i < SY_OUTCOME_COUNT; i++)
		service->attempts += stats->outcome[i];
	service->failed = (uint64_t)stats->outcome[SY_OUTCOME_REFUSED] +
			  stats->outcome[SY_OUTCOME_UNREACHABLE] +
			  stats->outcome[SY_OUTCOME_UNANSWERED] +
			  stats->outcome[SY_OUTCOME_INVALID_ANSWER] +
			  stats->outcome[SY_OUTCOME_RESET_IN_HANDSHAKE] + stats->aborted_failed -
			  stats->cut_short;
	service->last_answered_ns = stats->last_ns[SY_EVIDENCE_ANSWERED];
	for (uint32_t kind = SY_EVIDENCE_ANSWERED + 1; kind < SY_EVIDENCE_COUNT; kind++) {
		if (stats->last_ns[kind] > service->last_failed_ns)
			service->last_failed_ns = stats->last_ns[kind];
	}
	if (stats->detail == NULL)
		return;
	service->clients = sy_client_set_estimate(&stats->detail->clients);
	served = sy_client_set_estimate(&stats->detail->served);
	service->clients_only_failing = service->clients > served ? service->clients - served : 0;
}

void sy_service_judge(const struct sy_facts *facts, struct sy_service_facts *service)
{
	bool blocked;

	count(service);
	judge_rsts(facts, service);
	blocked = service->rst_by_origin[SY_ORIGIN_PATH] > 0 || service->stats->icmp_prohibited > 0;
	service->run = sy_run_find(service->stats, blocked);
	service->failed_from_ns = service->run.from_ns;
	judge_run(facts, service);
	judge_state(facts, service);
}
