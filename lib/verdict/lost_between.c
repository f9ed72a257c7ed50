// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

// Packets that must vanish before it is certain.
#define SURE 3

static bool match(const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	struct sy_between between;

	return sy_is_lost_between(verdict, service, &between);
}

static enum sy_certainty judge(const struct sy_between *between)
{
	if (between->path != SY_PATH_PROVEN)
		return SY_POSSIBLE;
	return between->here >= SURE && between->there == 0 ? SY_CERTAIN : SY_LIKELY;
}

static void say(struct sy_finding *f, const struct sy_facts *facts,
	const struct sy_between *between, uint32_t ports)
{
	uint8_t from = between->synack ? between->server_side : between->client_side;
	uint8_t to = between->synack ? between->client_side : between->server_side;
	const char *what = between->synack ? "SYN-ACK" : "SYN";

	sy_text(f->says, sizeof(f->says),
		"%s: %llu %s%s%s seen at %s and not at %s, which %s: lost ", f->subject_text,
		(unsigned long long)between->here, what, sy_plural(between->here),
		between->here == 1 ? " was" : " were", sy_vantage_label(facts, from),
		sy_vantage_label(facts, to),
		between->path == SY_PATH_PROVEN ? "carries this server's other handshakes"
						: "carries traffic of this server");
	sy_text_add(f->says, sizeof(f->says), "or blocked between the two taps");
	if (ports > 1)
		sy_text_add(f->says, sizeof(f->says), " (%u ports of the host likewise)", ports);
	sy_text_add(f->says, sizeof(f->says), ".");
}

static void report(struct sy_verdict *verdict, const struct sy_service_facts *service,
	const struct sy_group *group)
{
	const struct sy_facts *facts = verdict->facts;
	struct sy_span span = sy_span_of_run(verdict, service);
	struct sy_between between;
	struct sy_finding f;

	if (!sy_is_lost_between(verdict, service, &between))
		return;
	sy_draft(&f, SY_CODE_LOST_BETWEEN, judge(&between));
	if (group != NULL) {
		sy_draft_group(&f, group);
	} else {
		sy_draft_service(&f, service->stats);
		sy_draft_run(&f, service, &span);
	}
	if (between.synack && group == NULL)
		f.weight += service->stats->outcome[SY_OUTCOME_HALF_OPEN];
	sy_text(f.owner, sizeof(f.owner), "network owner between %s and %s",
		sy_vantage_label(facts, between.client_side),
		sy_vantage_label(facts, between.server_side));
	say(&f, facts, &between, group != NULL ? group->matched : 1);
	sy_draft_count(
		&f, between.synack ? "synacks_vanished" : "syns_vanished", (double)between.here);
	sy_draft_count(&f, between.synack ? "synacks_seen_at_both" : "syns_seen_beyond",
		(double)between.there);
	sy_draft_alternative(&f, "the tap that did not see them lost them itself",
		"its loss is estimated at %.2f %%, and %s is missing there",
		100.0 * sy_vantage_loss(
				facts, between.synack ? between.client_side : between.server_side),
		between.there == 0 ? "every failed try" : "most of what failed");
	sy_draft_alternative(&f, "these packets take a way that does not pass that tap",
		between.path == SY_PATH_PROVEN
			? "other handshakes with the same server passed both taps"
			: "not excluded: no handshake with this server was seen at both taps");
	sy_draft_packets(&f, between.shown);
	sy_verdict_add(verdict, &f);
}

static void report_one(struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	report(verdict, service, NULL);
}

static void report_many(struct sy_verdict *verdict, const struct sy_group *group)
{
	report(verdict, group->heaviest, group);
}

void sy_rule_lost_between(struct sy_verdict *verdict)
{
	static const struct sy_group_rule rule = {match, report_one, report_many, sy_span_of_run};

	if (verdict->facts->vantage_count > 1)
		sy_group_each(verdict, &rule);
}
