// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

static bool match(const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	const struct sy_run *run = &service->run;

	if (!service->recovered || run->state == SY_SERVICE_UNKNOWN)
		return false;
	return run->refused > 0 || run->silent_syns >= verdict->config->silent_min_syns;
}

// An example of how it failed.
static const struct sy_attempt *failed(const struct sy_service_facts *service)
{
	const struct sy_service_stats *stats = service->stats;

	if (service->run.state == SY_SERVICE_SILENT)
		return stats->detail->first_silent;
	return stats->last_ns[SY_EVIDENCE_ICMP] > stats->last_ns[SY_EVIDENCE_REFUSED]
		       ? stats->detail->first_icmp
		       : stats->detail->first_refused;
}

static void report_one(struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	static const char *const how[SY_SERVICE_STATE_COUNT] = {
		[SY_SERVICE_REFUSING] = "refused",
		[SY_SERVICE_SILENT] = "was silent",
		[SY_SERVICE_BLOCKED] = "was blocked",
	};
	const struct sy_run *run = &service->run;
	char from[SY_SHORT_TIME_SIZE], until[SY_SHORT_TIME_SIZE], again[SY_SHORT_TIME_SIZE];
	const struct sy_service_detail *detail = service->stats->detail;
	unsigned long long attempts = run->refused + run->silent;
	struct sy_finding f;

	sy_draft(&f, SY_CODE_RECOVERED, SY_CERTAIN);
	sy_draft_service(&f, service->stats);
	f.weight = attempts;
	f.since_ns = run->recovered_ns;
	f.last_seen_ns = service->last_answered_ns;
	sy_text(f.owner, sizeof(f.owner), "nobody: %s works", f.subject_text);
	sy_text(f.says, sizeof(f.says),
		"%s answers again since %s: it %s from %s until %s at least (%llu attempt%s).",
		f.subject_text, sy_short_time(run->recovered_ns, again), how[run->state],
		sy_short_time(run->from_ns, from), sy_short_time(run->until_ns, until), attempts,
		sy_plural(attempts));
	sy_draft_time(&f, "failed_from", run->from_ns);
	sy_draft_time(&f, "failed_until", run->until_ns);
	sy_draft_time(&f, "recovered_at", run->recovered_ns);
	sy_draft_count(&f, "attempts_failed", (double)attempts);
	sy_draft_count(&f, "syns_unanswered", (double)run->silent_syns);
	if (detail != NULL) {
		sy_draft_packets(&f, failed(service));
		sy_draft_packets(&f, detail->first_served);
	}
	sy_verdict_add(verdict, &f);
}

static void report_many(struct sy_verdict *verdict, const struct sy_group *group)
{
	uint64_t recovered_ns = 0;
	char again[SY_SHORT_TIME_SIZE];
	struct sy_finding f;

	for (uint32_t i = 0; i < group->count; i++) {
		const struct sy_service_facts *service = &group->services[i];
		if (match(verdict, service) &&
			(recovered_ns == 0 || service->run.recovered_ns < recovered_ns))
			recovered_ns = service->run.recovered_ns;
	}
	sy_draft(&f, SY_CODE_RECOVERED, SY_CERTAIN);
	sy_draft_group(&f, group);
	f.since_ns = recovered_ns;
	sy_text(f.owner, sizeof(f.owner), "nobody: %s works", f.subject_text);
	sy_text(f.says, sizeof(f.says),
		"%u ports of %s (%s) that failed answer again, the first since %s.", group->matched,
		f.subject_text, group->ports, sy_short_time(recovered_ns, again));
	sy_verdict_add(verdict, &f);
}

void sy_rule_recovered(struct sy_verdict *verdict)
{
	static const struct sy_group_rule rule = {match, report_one, report_many, sy_span_of_run};

	sy_group_each(verdict, &rule);
}
