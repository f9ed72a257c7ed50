// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

// True when most refusals are the host's own. The run of failures knows how many there were of
// late.
static bool refuses_itself(const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	uint64_t refused = service->run.state == SY_SERVICE_REFUSING && service->run.refused > 0
				   ? service->run.refused
				   : service->stats->outcome[SY_OUTCOME_REFUSED];

	return sy_refused_by_path(verdict, service) * 2 < refused;
}

static bool match(const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	bool refuses = service->state == SY_SERVICE_REFUSING || service->state == SY_SERVICE_MIXED;
	bool refused = service->recovered && service->run.state == SY_SERVICE_REFUSING;

	return (refuses || refused) && service->stats->outcome[SY_OUTCOME_REFUSED] > 0 &&
	       refuses_itself(verdict, service);
}

// Without those of which the TTL says that they are a device's.
static uint32_t own_refusals(const struct sy_service_facts *service)
{
	uint32_t refused = service->stats->outcome[SY_OUTCOME_REFUSED];
	uint64_t by_path = service->rst_by_origin[SY_ORIGIN_PATH];

	return by_path < refused ? refused - (uint32_t)by_path : refused;
}

static struct sy_span span_of(
	const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	(void)verdict;
	return sy_span_of_kind(service, SY_EVIDENCE_REFUSED, own_refusals(service));
}

/// The RSTs in the service's name, seen from the vantage with most of them.
struct rst_view {
	const struct sy_service_rst *rst; ///< NULL when none was kept
	const struct sy_host_facts *host;
	bool known; ///< the host's ordinary packets tell what its TTL is
	bool exact; ///< and some had exactly the RST's
};

static struct rst_view look(
	const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	const struct sy_service_stats *stats = service->stats;
	struct rst_view view = {.rst = NULL};

	for (uint32_t i = 0; i < stats->rst_slots; i++) {
		if (sy_facts_rst_origin(verdict->facts, &stats->server, stats->rst[i].vantage,
			    stats->rst[i].ttl) == SY_ORIGIN_PATH)
			continue;
		if (view.rst == NULL || stats->rst[i].count > view.rst->count)
			view.rst = &stats->rst[i];
	}
	if (view.rst == NULL)
		return view;
	view.host = sy_facts_host(verdict->facts, &stats->server, view.rst->vantage);
	view.known = sy_rst_origin_judge(view.host, view.rst->ttl) == SY_ORIGIN_ENDPOINT;
	for (uint32_t i = 0; view.host != NULL && i < view.host->stats->ttl_slots; i++)
		view.exact |= view.host->stats->ttl[i].ttl == view.rst->ttl;
	return view;
}

// The earliest refusal, unless it is a device's.
static const struct sy_attempt *own_example(
	const struct sy_verdict *verdict, const struct sy_service_stats *stats)
{
	const struct sy_attempt *refused = stats->detail != NULL ? stats->detail->first_refused
								 : NULL;
	const struct sy_packet_note *rst = refused != NULL ? &refused->note[SY_NOTE_RST] : NULL;

	if (rst == NULL || rst->ts_ns == 0)
		return refused;
	return sy_facts_rst_origin(verdict->facts, &stats->server, rst->vantage, rst->ttl) ==
			       SY_ORIGIN_PATH
		       ? NULL
		       : refused;
}

static enum sy_certainty judge(const struct rst_view *view, const struct sy_service_facts *service)
{
	bool repeated = own_refusals(service) >= 2;

	if (service->state == SY_SERVICE_MIXED)
		return SY_POSSIBLE;
	if (view->known)
		return repeated && view->exact ? SY_CERTAIN : SY_LIKELY;
	return repeated ? SY_LIKELY : SY_POSSIBLE;
}

static void say(
	struct sy_finding *f, const struct rst_view *view, const struct sy_service_facts *service)
{
	uint32_t refused = own_refusals(service);
	char when[SY_SHORT_TIME_SIZE];

	sy_text(f->says, sizeof(f->says), "%s refused %u attempt%s with RST", f->subject_text,
		refused, sy_plural(refused));
	if (view->known && view->exact)
		sy_text_add(f->says, sizeof(f->says),
			" of TTL %u, as the host's own packets have: SYNs reach the host and "
			"nothing listens there",
			view->rst->ttl);
	else if (view->known)
		sy_text_add(f->says, sizeof(f->says),
			" of TTL %u, near the %d of the host's own packets: SYNs reach the host and "
			"nothing listens there",
			view->rst->ttl, view->host->ttl);
	else
		sy_text_add(f->says, sizeof(f->says),
			": nothing listens there, if the RSTs are the host's own, of which no "
			"other packet was seen to compare");
	if (service->state == SY_SERVICE_MIXED)
		sy_text_add(f->says, sizeof(f->says), "; it answered others meanwhile");
	else if (service->recovered)
		sy_text_add(f->says, sizeof(f->says), "; it answers again since %s",
			sy_short_time(service->run.recovered_ns, when));
	else if (service->last_answered_ns != 0)
		sy_text_add(f->says, sizeof(f->says), "; it last answered at %s",
			sy_short_time(service->last_answered_ns, when));
	sy_text_add(f->says, sizeof(f->says), ".");
}

static void name_alternatives(struct sy_finding *f, const struct rst_view *view)
{
	if (view->known && view->exact)
		sy_draft_alternative(f, "a device on the path made the RSTs",
			"it would have to be as far away as the host and of the same family: the "
			"RST's TTL %u is one that the host's other packets have",
			view->rst->ttl);
	else if (view->known)
		sy_draft_alternative(f, "a device one hop from the host made the RSTs",
			"the TTL %u is within the slack that routes have, but not equal to the "
			"host's %d: this is not excluded",
			view->rst->ttl, view->host->ttl);
	else
		sy_draft_alternative(f, "a device on the path made the RSTs",
			"not excluded: no other packet of the host shows what its TTL is here");
	sy_draft_alternative(f, "the host's own firewall rejects with RST",
		"cannot be told from a closed port by packets; look at the host's firewall if the "
		"service runs");
}

static void report_one(struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	struct rst_view view = look(verdict, service);
	const struct sy_service_detail *detail = service->stats->detail;
	struct sy_span span = span_of(verdict, service);
	struct sy_finding f;

	sy_draft(&f, SY_CODE_NOT_LISTENING, judge(&view, service));
	sy_draft_service(&f, service->stats);
	sy_draft_run(&f, service, &span);
	sy_text(f.owner, sizeof(f.owner), "service owner of %s: start the service", f.subject_text);
	say(&f, &view, service);
	sy_draft_count(&f, "attempts_refused", (double)span.attempts);
	sy_draft_count(&f, "rsts_answering_syns", service->stats->refusals);
	if (view.rst != NULL)
		sy_draft_count(&f, "ttl_rst", view.rst->ttl);
	if (view.host != NULL && view.host->ttl >= 0)
		sy_draft_count(&f, "ttl_host", view.host->ttl);
	name_alternatives(&f, &view);
	sy_draft_packets(&f, own_example(verdict, service->stats));
	if (detail != NULL && service->recovered)
		sy_draft_packets(&f, detail->first_served);
	sy_verdict_add(verdict, &f);
}

static void report_many(struct sy_verdict *verdict, const struct sy_group *group)
{
	struct rst_view view = look(verdict, group->heaviest);
	struct sy_finding f;

	sy_draft(&f, SY_CODE_NOT_LISTENING, view.known ? SY_CERTAIN : SY_LIKELY);
	sy_draft_group(&f, group);
	sy_text(f.owner, sizeof(f.owner), "owner of %s, or whoever scans it", f.subject_text);
	sy_text(f.says, sizeof(f.says),
		"%u ports of %s refuse with RST (%s; %llu attempts): nothing listens on them%s.",
		group->matched, f.subject_text, group->ports, (unsigned long long)group->attempts,
		view.known ? "" : ", if the RSTs are the host's own");
	sy_draft_alternative(&f, "services that should run there are down",
		"so many closed ports are usually a scan: at most %llu client%s tried one of them",
		(unsigned long long)group->clients, sy_plural(group->clients));
	sy_draft_packets(&f, own_example(verdict, group->heaviest->stats));
	sy_verdict_add(verdict, &f);
}

void sy_rule_not_listening(struct sy_verdict *verdict)
{
	static const struct sy_group_rule rule = {match, report_one, report_many, span_of};

	sy_group_each(verdict, &rule);
}
