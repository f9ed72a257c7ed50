// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

// Ports of the same host that a sentence names.
#define PORTS_NAMED 4

/// What shows that the host itself is there.
struct talk {
	uint32_t ports; ///< other ports that answered
	char list[48];
	uint64_t last_seen_ns; ///< last packet of the host, of any kind but RST
};

static struct talk listen_to(
	const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	const struct sy_facts *facts = verdict->facts;
	const struct sy_addr *server = &service->stats->server;
	const struct sy_service_facts *end = facts->services + facts->service_count;
	const struct sy_service_facts *self = service;
	struct talk talk = {.ports = 0};

	while (service > facts->services && sy_addr_equal(&service[-1].stats->server, server))
		service--;
	for (; service < end && sy_addr_equal(&service->stats->server, server); service++) {
		if (service == self || service->last_answered_ns == 0 ||
			service->state == SY_SERVICE_SILENT)
			continue;
		if (talk.ports < PORTS_NAMED)
			sy_text_add(talk.list, sizeof(talk.list), "%s%u",
				talk.ports > 0 ? ", " : "", service->stats->port);
		else if (talk.ports == PORTS_NAMED)
			sy_text_add(talk.list, sizeof(talk.list), ", ...");
		talk.ports++;
	}
	for (uint8_t v = 0; v < SY_VANTAGE_MAX; v++) {
		const struct sy_host_facts *host = sy_facts_host(facts, server, v);
		if (host != NULL && host->stats->last_seen_ns > talk.last_seen_ns)
			talk.last_seen_ns = host->stats->last_seen_ns;
	}
	return talk;
}

static bool match(const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	struct sy_between between;

	if (!sy_is_silent_run(verdict, service))
		return false;
	if (service->last_answered_ns == 0 &&
		!sy_facts_host_talks(verdict->facts, &service->stats->server))
		return false;
	return !sy_is_lost_between(verdict, service, &between);
}

static void say(
	struct sy_finding *f, const struct talk *talk, const struct sy_service_facts *service)
{
	const struct sy_run *run = &service->run;
	char when[SY_SHORT_TIME_SIZE];

	sy_text(f->says, sizeof(f->says), "%s answered none of %llu SYN%s (%llu attempt%s)",
		f->subject_text, (unsigned long long)run->silent_syns, sy_plural(run->silent_syns),
		(unsigned long long)run->silent, sy_plural(run->silent));
	if (talk->ports > 0)
		sy_text_add(f->says, sizeof(f->says), ", while port%s %s of the host answered",
			sy_plural(talk->ports), talk->list);
	else if (talk->last_seen_ns != 0)
		sy_text_add(f->says, sizeof(f->says), ", while the host itself was heard");
	if (service->recovered)
		sy_text_add(f->says, sizeof(f->says), "; it answers again since %s",
			sy_short_time(run->recovered_ns, when));
	else if (service->last_answered_ns != 0)
		sy_text_add(f->says, sizeof(f->says), "; it last answered at %s",
			sy_short_time(service->last_answered_ns, when));
	else if (service->stats->last_ns[SY_EVIDENCE_REFUSED] != 0)
		sy_text_add(f->says, sizeof(f->says), "; it refused with RST until %s",
			sy_short_time(service->stats->last_ns[SY_EVIDENCE_REFUSED], when));
	else
		sy_text_add(f->says, sizeof(f->says), "; it was never seen to answer");
	sy_text_add(f->says, sizeof(f->says), ".");
}

static void name_alternatives(
	struct sy_finding *f, const struct talk *talk, const struct sy_service_facts *service)
{
	unsigned long long syns = service->run.silent_syns;

	if (talk->ports > 0)
		sy_draft_alternative(f, "the whole host is down, or the way to it is broken",
			"%u other port%s of it answered: %s", talk->ports, sy_plural(talk->ports),
			talk->list);
	sy_draft_alternative(f, "a filter between this tap and the host drops SYNs to this port",
		"not excluded from one tap: a second tap beside the host would tell");
	sy_draft_alternative(f, "the answers take another way and do not pass this tap", "%s",
		talk->last_seen_ns != 0 ? "other packets of this host do pass it"
					: "answers of this service passed it before");
	sy_draft_alternative(f, "the SYNs were lost by chance",
		"%llu SYNs were lost and none came through", syns);
}

static struct sy_span span_of(
	const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	const struct sy_service_stats *stats = service->stats;
	uint64_t silent = (uint64_t)stats->outcome[SY_OUTCOME_UNANSWERED] +
			  stats->outcome[SY_OUTCOME_INVALID_ANSWER] - stats->cut_short;

	(void)verdict;
	return sy_span_of_kind(service, SY_EVIDENCE_SILENT, silent);
}

static void report_one(struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	const struct sy_service_detail *detail = service->stats->detail;
	struct sy_span span = span_of(verdict, service);
	struct talk talk = listen_to(verdict, service);
	bool heard_meanwhile = talk.last_seen_ns >= service->run.from_ns || talk.ports > 0;
	struct sy_finding f;

	sy_draft(&f, SY_CODE_SERVICE_SILENT, heard_meanwhile ? SY_LIKELY : SY_POSSIBLE);
	sy_draft_service(&f, service->stats);
	sy_draft_run(&f, service, &span);
	sy_text(f.owner, sizeof(f.owner), "service owner of %s, or its host's firewall",
		f.subject_text);
	say(&f, &talk, service);
	sy_draft_count(&f, "syns_unanswered", (double)service->run.silent_syns);
	sy_draft_count(&f, "attempts_unanswered", (double)service->run.silent);
	sy_draft_count(&f, "other_ports_answering", talk.ports);
	sy_draft_time(&f, "host_last_heard", talk.last_seen_ns);
	name_alternatives(&f, &talk, service);
	if (detail != NULL) {
		sy_draft_packets(&f, detail->first_silent);
		sy_draft_packets(&f, detail->first_served);
	}
	sy_verdict_add(verdict, &f);
}

static void report_many(struct sy_verdict *verdict, const struct sy_group *group)
{
	const struct sy_service_detail *detail = group->heaviest->stats->detail;
	struct sy_finding f;

	sy_draft(&f, SY_CODE_SERVICE_SILENT, SY_LIKELY);
	sy_draft_group(&f, group);
	sy_text(f.owner, sizeof(f.owner), "owner of %s or of its firewall, or whoever scans it",
		f.subject_text);
	sy_text(f.says, sizeof(f.says),
		"%u ports of %s never answer (%s; %llu attempts), while the host itself is heard.",
		group->matched, f.subject_text, group->ports, (unsigned long long)group->attempts);
	sy_draft_alternative(&f, "services that should run there are down",
		"so many silent ports are usually a scan of a host whose firewall drops: at most "
		"%llu client%s tried one of them",
		(unsigned long long)group->clients, sy_plural(group->clients));
	if (detail != NULL)
		sy_draft_packets(&f, detail->first_silent);
	sy_verdict_add(verdict, &f);
}

void sy_rule_service_silent(struct sy_verdict *verdict)
{
	static const struct sy_group_rule rule = {match, report_one, report_many, span_of};

	sy_group_each(verdict, &rule);
}
