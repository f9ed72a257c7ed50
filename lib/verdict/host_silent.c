// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

static bool is_silent(const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	return service->run.silent_syns > 0 && service->last_answered_ns == 0 &&
	       sy_seen_both_ways(verdict, service);
}

// SYNs of the services that stayed silent; 0 when another one was refused, answered or lost on the
// way, so that it is not the whole host that is silent.
static uint64_t silent_syns(
	const struct sy_verdict *verdict, const struct sy_group *group, uint64_t *clients)
{
	struct sy_between between;
	uint64_t syns = 0;

	for (uint32_t i = 0; i < group->count; i++) {
		const struct sy_service_facts *service = &group->services[i];
		if (service->failed == 0 && service->last_answered_ns == 0)
			continue;
		if (!is_silent(verdict, service) || service->run.refused > 0 ||
			sy_is_lost_between(verdict, service, &between))
			return 0;
		syns += service->run.silent_syns;
		if (service->clients > *clients)
			*clients = service->clients;
	}
	return syns;
}

static void report(
	struct sy_verdict *verdict, const struct sy_group *group, uint64_t syns, uint64_t clients)
{
	const struct sy_service_detail *detail = group->heaviest->stats->detail;
	bool proven = verdict->facts->sees_answers;
	struct sy_finding f;

	sy_draft(&f, SY_CODE_HOST_SILENT, proven ? SY_LIKELY : SY_POSSIBLE);
	sy_draft_group(&f, group);
	sy_text(f.owner, sizeof(f.owner), "owner of the host %s, or of the network it is in",
		f.subject_text);
	sy_text(f.says, sizeof(f.says),
		"Nothing at all came from %s: %llu SYN%s to %u port%s (%s) of at least %llu "
		"client%s stayed unanswered%s.",
		f.subject_text, (unsigned long long)syns, sy_plural(syns), group->matched,
		sy_plural(group->matched), group->ports, (unsigned long long)clients,
		sy_plural(clients), proven ? ", while this tap saw answers of other hosts" : "");
	sy_draft_count(&f, "syns_unanswered", (double)syns);
	if (proven)
		sy_draft_alternative(
			&f, "this tap does not see answers", "it saw answers of other hosts");
	else
		sy_draft_alternative(&f, "this tap does not see answers",
			"not excluded: it saw no answer of any host");
	sy_draft_alternative(&f, "a filter or a broken route before the host drops the SYNs",
		"not excluded from one tap: a second tap beside the host would tell");
	if (detail != NULL)
		sy_draft_packets(&f, detail->first_silent);
	sy_verdict_add(verdict, &f);
}

void sy_rule_host_silent(struct sy_verdict *verdict)
{
	static const struct sy_group_rule rule = {.match = is_silent, .span = sy_span_of_run};

	for (uint32_t first = 0; first < verdict->facts->service_count;) {
		struct sy_group group = sy_group_collect(verdict, first, &rule);
		const struct sy_addr *server = &group.services->stats->server;
		uint64_t clients = 0, syns = 0;

		first += group.count;
		if (group.matched == 0 || sy_facts_host_talks(verdict->facts, server))
			continue;
		syns = silent_syns(verdict, &group, &clients);
		if (syns >= verdict->config->silent_min_syns)
			report(verdict, &group, syns, clients);
	}
}
