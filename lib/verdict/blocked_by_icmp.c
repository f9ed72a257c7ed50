// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

static bool match(const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	(void)verdict;
	return service->stats->outcome[SY_OUTCOME_UNREACHABLE] > 0 &&
	       (service->last_answered_ns < service->stats->last_ns[SY_EVIDENCE_ICMP] ||
		       service->recovered || service->state == SY_SERVICE_MIXED);
}

static struct sy_span span_of(
	const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	(void)verdict;
	return sy_span_of_kind(
		service, SY_EVIDENCE_ICMP, service->stats->outcome[SY_OUTCOME_UNREACHABLE]);
}

// ICMP (RFC 792, 1812) and ICMPv6 (RFC 4443) number their errors differently.
static const char *icmp_words(bool v4, uint8_t type, uint8_t code)
{
	static const char *const v4_codes[] = {"network unreachable", "host unreachable",
		"protocol unreachable", "port unreachable", "fragmentation needed",
		"source route failed", "network unknown", "host unknown", "host isolated",
		"network administratively prohibited", "host administratively prohibited",
		"network unreachable for this service", "host unreachable for this service",
		"communication administratively prohibited"};
	static const char *const v6_codes[] = {"no route to destination",
		"communication administratively prohibited", "beyond scope of source address",
		"address unreachable", "port unreachable", "source address failed policy",
		"route rejected"};

	if (v4 && type == 3 && code < sizeof(v4_codes) / sizeof(v4_codes[0]))
		return v4_codes[code];
	if (!v4 && type == 1 && code < sizeof(v6_codes) / sizeof(v6_codes[0]))
		return v6_codes[code];
	if ((v4 && type == 11) || (!v4 && type == 3))
		return "time exceeded, which a routing loop makes";
	return "an ICMP error";
}

static bool host_is_missing(bool v4, uint8_t type, uint8_t code)
{
	return v4 ? type == 3 && (code == 1 || code == 7) : type == 1 && code == 3;
}

static void report(struct sy_verdict *verdict, const struct sy_service_facts *service,
	const struct sy_group *group)
{
	const struct sy_service_stats *stats = service->stats;
	bool v4 = sy_addr_is_v4(&stats->server), self = stats->icmp_prohibited == 0;
	struct sy_span span = span_of(verdict, service);
	uint64_t attempts = group != NULL ? group->attempts : span.attempts;
	uint8_t type = stats->icmp_type, code = stats->icmp_code;
	char name[SY_ADDR_TEXT_SIZE];
	struct sy_finding f;

	sy_addr_format(&stats->icmp_from, name);
	sy_draft(&f, SY_CODE_BLOCKED_BY_ICMP, SY_CERTAIN);
	if (group == NULL) {
		sy_draft_service(&f, stats);
		sy_draft_run(&f, service, &span);
		sy_text(f.says, sizeof(f.says),
			"%s itself says by ICMP that %s cannot be reached (%s): %llu attempt%s.",
			name, f.subject_text, icmp_words(v4, type, code),
			(unsigned long long)attempts, sy_plural(attempts));
	} else {
		sy_draft_group(&f, group);
		sy_text(f.says, sizeof(f.says),
			"%s itself says by ICMP that %u ports of %s cannot be reached (%s): %s.",
			name, group->matched, f.subject_text, icmp_words(v4, type, code),
			group->ports);
	}
	if (self)
		sy_text(f.owner, sizeof(f.owner), "owner of the host %s: its own firewall", name);
	else
		sy_text(f.owner, sizeof(f.owner), "owner of the device %s", name);
	sy_draft_count(&f, "attempts_unreachable", (double)attempts);
	sy_draft_count(&f, "icmp_type", type);
	sy_draft_count(&f, "icmp_code", code);
	if (host_is_missing(v4, type, code))
		sy_draft_alternative(&f, "the device blocks on purpose",
			"it says that the host does not answer it on the last hop: look whether "
			"the host is up first");
	sy_draft_alternative(&f, "the ICMP error is forged",
		"it quotes the addresses and ports of the very SYN");
	if (stats->detail != NULL)
		sy_draft_packets(&f, stats->detail->first_icmp);
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

void sy_rule_blocked_by_icmp(struct sy_verdict *verdict)
{
	static const struct sy_group_rule rule = {match, report_one, report_many, span_of};

	sy_group_each(verdict, &rule);
}
