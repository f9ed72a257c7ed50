// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

// Flows without a single counterpart after which there is no doubt.
#define SURE 20

static void report(struct sy_verdict *verdict, uint8_t vantage)
{
	const struct sy_facts *facts = sy_view_facts(verdict, vantage);
	const struct sy_vantage_stats *seen = &facts->vantages[vantage];
	unsigned long long one = seen->flows_one_way, both = seen->flows_both_ways;
	bool sure = both == 0 && one >= SURE;
	struct sy_finding f;

	sy_draft(&f, SY_CODE_ONE_WAY_TAP, sure ? SY_CERTAIN : SY_LIKELY);
	sy_draft_vantage(&f, verdict->facts, vantage);
	f.weight = one;
	f.since_ns = facts->start_ns;
	f.last_seen_ns = facts->end_ns;
	sy_text(f.owner, sizeof(f.owner), "owner of the monitor: %s", f.subject_text);
	sy_text(f.says, sizeof(f.says),
		"%s sees one direction only: %llu flows had packets of one side, %llu of both; "
		"silence proves nothing here, so verdicts about it are withheld.",
		f.subject_text, one, both);
	sy_draft_count(&f, "flows_one_way", (double)one);
	sy_draft_count(&f, "flows_both_ways", (double)both);
	sy_draft_alternative(&f, "the network routes the two directions differently",
		"the same to this monitor: the other direction has to be tapped too");
	sy_verdict_add(verdict, &f);
}

void sy_rule_one_way_tap(struct sy_verdict *verdict)
{
	for (uint8_t v = 0; v < SY_VANTAGE_MAX; v++) {
		if (sy_view_facts(verdict, v)->view[v] == SY_VIEW_ONE_WAY)
			report(verdict, v);
	}
}
