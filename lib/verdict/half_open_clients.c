// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

// Half-open attempts, and their share of the answered ones, that are worth a word.
#define HALF_OPEN_MIN    3
#define HALF_OPEN_ONE_IN 10

static uint64_t half_open(const struct sy_service_facts *service)
{
	return service->stats->outcome[SY_OUTCOME_HALF_OPEN] - service->stats->half_open_cut_short;
}

static bool match(const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	uint64_t open = half_open(service);
	uint64_t answered = open + service->stats->outcome[SY_OUTCOME_ESTABLISHED];
	struct sy_between between;

	return open >= HALF_OPEN_MIN && open * HALF_OPEN_ONE_IN >= answered &&
	       sy_seen_both_ways(verdict, service) &&
	       !sy_is_lost_between(verdict, service, &between);
}

static void finish(struct sy_verdict *verdict, struct sy_finding *f,
	const struct sy_service_facts *service, uint64_t open)
{
	const struct sy_service_detail *detail = service->stats->detail;
	bool spread = service->clients * 2 > open && service->clients > SY_CLIENT_SPARSE;

	f->weight = open;
	f->since_ns = service->stats->first_seen_ns;
	f->last_seen_ns = service->stats->last_seen_ns;
	sy_text(f->owner, sizeof(f->owner), "%s",
		spread ? "security: the sources are probably spoofed"
		       : "owner of the clients and of the way to them, or spoofed sources");
	sy_draft_count(f, "attempts_half_open", (double)open);
	sy_draft_count(f, "attempts_established", service->stats->outcome[SY_OUTCOME_ESTABLISHED]);
	sy_draft_count(f, "clients", (double)service->clients);
	sy_draft_alternative(
		f, "the service is at fault", "it answered every one of these SYNs with a SYN-ACK");
	if (spread)
		sy_draft_alternative(f, "the SYN-ACKs do not reach real clients",
			"about %llu clients for %llu attempts: real clients try again",
			(unsigned long long)service->clients, (unsigned long long)open);
	else
		sy_draft_alternative(f, "spoofed sources or a SYN scan",
			"only %llu client%s made the attempts: floods use many more",
			(unsigned long long)service->clients, sy_plural(service->clients));
	if (detail != NULL)
		sy_draft_packets(f, detail->first_half_open);
	sy_verdict_add(verdict, f);
}

static void report_one(struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	unsigned long long open = half_open(service);
	struct sy_finding f;

	sy_draft(&f, SY_CODE_HALF_OPEN_CLIENTS, SY_LIKELY);
	sy_draft_service(&f, service->stats);
	sy_text(f.says, sizeof(f.says),
		"%s answered %llu SYNs of about %llu client%s with SYN-ACK that no client ever "
		"acknowledged (%u attempts were established).",
		f.subject_text, open, (unsigned long long)service->clients,
		sy_plural(service->clients), service->stats->outcome[SY_OUTCOME_ESTABLISHED]);
	finish(verdict, &f, service, open);
}

static void report_many(struct sy_verdict *verdict, const struct sy_group *group)
{
	unsigned long long open = 0;
	struct sy_finding f;

	for (uint32_t i = 0; i < group->count; i++) {
		if (match(verdict, &group->services[i]))
			open += half_open(&group->services[i]);
	}
	sy_draft(&f, SY_CODE_HALF_OPEN_CLIENTS, SY_LIKELY);
	sy_draft_group(&f, group);
	sy_text(f.says, sizeof(f.says),
		"%u ports of %s (%s) answered %llu SYNs with SYN-ACK that no client ever "
		"acknowledged.",
		group->matched, f.subject_text, group->ports, open);
	finish(verdict, &f, group->heaviest, open);
}

void sy_rule_half_open_clients(struct sy_verdict *verdict)
{
	static const struct sy_group_rule rule = {match, report_one, report_many, sy_span_of_run};

	sy_group_each(verdict, &rule);
}
