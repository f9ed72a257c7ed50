// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"
#include "path.h"

#include <stdlib.h>

static bool match(const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	return sy_is_reset_by_path(verdict, service);
}

// "192.0.2.1:445: 3 SYNs were answered by a RST" and "2 connections were cut off by a RST"
static void say_what(struct sy_finding *f, const struct sy_path_evidence *evidence,
	const struct sy_service_stats *stats)
{
	uint64_t syns = evidence->rsts > stats->refusals ? evidence->rsts : stats->refusals;
	uint64_t up = evidence->rsts_up;

	if (!evidence->by_ttl && evidence->between.up) {
		up = evidence->between.here;
		syns = 0;
	} else if (!evidence->by_ttl && (syns == 0 || evidence->between.there > 0)) {
		syns = evidence->between.here;
	}
	// Refusals of the host itself are no part of it.
	if (evidence->by_ttl && evidence->rsts < stats->outcome[SY_OUTCOME_REFUSED])
		syns = evidence->rsts;
	sy_text(f->says, sizeof(f->says), "%s: ", f->subject_text);
	if (syns > 0)
		sy_text_add(f->says, sizeof(f->says), "%llu SYN%s answered by a RST",
			(unsigned long long)syns, syns == 1 ? " was" : "s were");
	if (up > 0)
		sy_text_add(f->says, sizeof(f->says), "%s%llu connection%s cut off by a RST",
			syns > 0 ? " and " : "", (unsigned long long)up,
			up == 1 ? " was" : "s were");
}

static void say_why(
	struct sy_finding *f, const struct sy_facts *facts, const struct sy_path_evidence *evidence)
{
	const struct sy_between *between = &evidence->between;
	char device[80];

	if (evidence->by_ttl) {
		sy_text_device(device, sizeof(device), evidence->rst->ttl);
		sy_text_add(f->says, sizeof(f->says),
			" with TTL %u, while the host's own packets come with TTL %d: %s answered "
			"in the server's name",
			evidence->rst->ttl, evidence->host->ttl, device);
	} else {
		sy_text_add(f->says, sizeof(f->says),
			" that a device on the path made in the server's name");
	}
	if (evidence->by_position)
		sy_text_add(f->says, sizeof(f->says),
			"%s between %s, where the RST was seen, and %s, where it was not",
			evidence->by_ttl ? ", and stands" : ": it stands",
			sy_vantage_label(facts, between->client_side),
			sy_vantage_label(facts, between->server_side));
	sy_text_add(f->says, sizeof(f->says), ".");
}

// What else the RST looks like; none of it decides alone.
static void add_looks(struct sy_finding *f, const struct sy_path_evidence *evidence,
	const struct sy_service_detail *detail)
{
	const struct sy_attempt *reset = evidence->shown;
	const struct sy_attempt *served = detail != NULL ? detail->first_served : NULL;

	if (evidence->rst != NULL) {
		sy_draft_count(f, "ttl_rst", evidence->rst->ttl);
		sy_draft_count(f, "ttl_host", evidence->host->ttl);
		sy_draft_count(f, "hops_host", evidence->host->guess.hops);
		sy_draft_count(f, "hops_rst", sy_ttl_guess(evidence->rst->ttl).hops);
	}
	if (reset == NULL || reset->note[SY_NOTE_RST].ts_ns == 0)
		return;
	sy_draft_count(f, "rst_ip_id", reset->note[SY_NOTE_RST].ip_id);
	sy_draft_count(f, "rst_tos", reset->note[SY_NOTE_RST].tos);
	sy_draft_count(f, "rst_window", reset->note[SY_NOTE_RST].window);
	if (served != NULL && served->note[SY_NOTE_SYNACK].ts_ns != 0) {
		sy_draft_count(f, "synack_ip_id", served->note[SY_NOTE_SYNACK].ip_id);
		sy_draft_count(f, "synack_tos", served->note[SY_NOTE_SYNACK].tos);
	}
	if ((reset->flags & SY_ATT_DATA_AFTER_RST) != 0)
		sy_draft_count(f, "server_sent_after_its_rst", 1);
}

// Of the host's ordinary packets with the RST's TTL: too few to be its own, or none.
static uint64_t count_alike(const struct sy_path_evidence *evidence)
{
	const struct sy_host_stats *stats = evidence->host->stats;
	uint64_t alike = 0;

	for (uint32_t i = 0; i < stats->ttl_slots; i++) {
		for (uint32_t role = 0; role < SY_ROLE_COUNT; role++)
			alike += stats->ttl[i].ttl == evidence->rst->ttl ? stats->ttl[i].count[role]
									 : 0;
	}
	return alike;
}

static void name_ttl_alternatives(struct sy_finding *f, const struct sy_path_evidence *evidence)
{
	int more = evidence->host->ttl - (int)evidence->rst->ttl;
	uint64_t alike = count_alike(evidence);
	char what[128], seen[64];

	if (alike == 0)
		sy_text(seen, sizeof(seen), "none with %u", evidence->rst->ttl);
	else
		sy_text(seen, sizeof(seen), "only %llu with %u, which may be forged too",
			(unsigned long long)alike, evidence->rst->ttl);
	if (more > 0)
		sy_text(what, sizeof(what),
			"the server made the RST, and it went %d hop%s farther on its way back",
			more, sy_plural((uint64_t)more));
	else
		sy_text(what, sizeof(what),
			"the server made the RST, and it came a way %d hops shorter", abs(more));
	sy_draft_alternative(f, what,
		"its other packets come with TTL %d, and %s, the same way at the same time",
		evidence->host->ttl, seen);
	sy_draft_alternative(f, "the server's stack gives its RSTs another initial TTL",
		"known stacks do not: a RST from a closed port comes with the same TTL as a SYN-ACK; "
		"a capture at the server would settle it");
}

static void name_alternatives(
	struct sy_finding *f, const struct sy_facts *facts, const struct sy_path_evidence *evidence)
{
	const struct sy_between *between = &evidence->between;

	if (evidence->by_ttl)
		name_ttl_alternatives(f, evidence);
	if (!evidence->by_position)
		return;
	sy_draft_alternative(f, "the tap at the server's side lost the RSTs",
		"its loss is estimated at %.2f %%, and it saw %llu of %llu",
		100.0 * sy_vantage_loss(facts, between->server_side),
		(unsigned long long)between->there,
		(unsigned long long)(between->here + between->there));
	sy_draft_alternative(f, "the RSTs came another way than through that tap",
		between->path == SY_PATH_PROVEN
			? "other handshakes with this server passed both taps"
			: "traffic of this server passes that tap, though no handshake was seen at both");
}

static void set_owner(
	struct sy_finding *f, const struct sy_facts *facts, const struct sy_path_evidence *evidence)
{
	if (evidence->by_position)
		sy_text(f->owner, sizeof(f->owner), "network or firewall owner between %s and %s",
			sy_vantage_label(facts, evidence->between.client_side),
			sy_vantage_label(facts, evidence->between.server_side));
	else
		sy_text(f->owner, sizeof(f->owner), "network or firewall owner on the way to %s",
			f->subject_text);
}

// The RSTs from elsewhere, by TTL, or else by position.
static struct sy_span span_of(
	const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	const struct sy_service_stats *stats = service->stats;
	struct sy_span span = {.attempts = service->rst_by_origin[SY_ORIGIN_PATH] +
					   service->rst_up_by_origin[SY_ORIGIN_PATH]};
	struct sy_between between;

	for (uint32_t i = 0; i < stats->rst_slots; i++) {
		const struct sy_service_rst *rst = &stats->rst[i];
		if (sy_facts_rst_origin(verdict->facts, &stats->server, rst->vantage, rst->ttl) !=
			SY_ORIGIN_PATH)
			continue;
		if (span.since_ns == 0 || rst->first_ns < span.since_ns)
			span.since_ns = rst->first_ns;
		if (rst->last_ns > span.last_seen_ns)
			span.last_seen_ns = rst->last_ns;
	}
	if (span.attempts > 0)
		return span;
	span = sy_span_of_run(verdict, service);
	if (sy_is_made_between(verdict, service, &between))
		span.attempts = between.here;
	return span;
}

static void report_one(struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	const struct sy_service_stats *stats = service->stats;
	struct sy_path_evidence evidence = sy_path_evidence_collect(verdict, service);
	struct sy_span span = span_of(verdict, service);
	struct sy_finding f;

	sy_draft(&f, SY_CODE_RESET_BY_PATH, sy_path_evidence_judge(&evidence));
	sy_draft_service(&f, stats);
	sy_draft_run(&f, service, &span);
	set_owner(&f, verdict->facts, &evidence);
	say_what(&f, &evidence, stats);
	say_why(&f, verdict->facts, &evidence);
	sy_draft_count(&f, "rsts_before_established", (double)evidence.rsts);
	sy_draft_count(&f, "rsts_after_established", (double)evidence.rsts_up);
	add_looks(&f, &evidence, stats->detail);
	name_alternatives(&f, verdict->facts, &evidence);
	sy_draft_packets(&f, evidence.shown);
	if (stats->detail != NULL)
		sy_draft_packets(&f, stats->detail->first_served);
	sy_verdict_add(verdict, &f);
}

static void report_many(struct sy_verdict *verdict, const struct sy_group *group)
{
	struct sy_path_evidence evidence = sy_path_evidence_collect(verdict, group->heaviest);
	const struct sy_service_detail *detail = group->heaviest->stats->detail;
	char device[80] = "a device on the path";
	struct sy_finding f;

	sy_draft(&f, SY_CODE_RESET_BY_PATH, sy_path_evidence_judge(&evidence));
	sy_draft_group(&f, group);
	set_owner(&f, verdict->facts, &evidence);
	if (evidence.by_ttl)
		sy_text_device(device, sizeof(device), evidence.rst->ttl);
	sy_text(f.says, sizeof(f.says),
		"%s answers with RST in the name of %u ports of %s (%s; %llu RSTs).", device,
		group->matched, f.subject_text, group->ports, (unsigned long long)group->attempts);
	f.says[0] = f.says[0] == 'a' ? 'A' : f.says[0];
	add_looks(&f, &evidence, detail);
	name_alternatives(&f, verdict->facts, &evidence);
	sy_draft_packets(&f, evidence.shown);
	sy_verdict_add(verdict, &f);
}

void sy_rule_reset_by_path(struct sy_verdict *verdict)
{
	static const struct sy_group_rule rule = {match, report_one, report_many, span_of};

	sy_group_each(verdict, &rule);
}
