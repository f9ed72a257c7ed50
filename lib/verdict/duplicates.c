// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

// Duplicates, and their share of the segments, that are worth a word.
#define DUPLICATES_MIN    10
#define DUPLICATES_ONE_IN 100

static void report(struct sy_verdict *verdict, uint8_t vantage)
{
	const struct sy_vantage_stats *seen = &verdict->facts->vantages[vantage];
	double all = (double)seen->segments + (double)seen->duplicates;
	struct sy_finding f;

	sy_draft(&f, SY_CODE_DUPLICATES, SY_CERTAIN);
	sy_draft_vantage(&f, verdict->facts, vantage);
	f.weight = seen->duplicates;
	f.since_ns = verdict->facts->start_ns;
	f.last_seen_ns = verdict->facts->end_ns;
	sy_text(f.owner, sizeof(f.owner), "owner of the monitor: the mirror session of %s",
		f.subject_text);
	sy_text(f.says, sizeof(f.says),
		"%s delivers packets twice: %llu of %.0f TCP segments (%.1f %%) were copies; they "
		"were left out.",
		f.subject_text, (unsigned long long)seen->duplicates, all,
		100.0 * (double)seen->duplicates / all);
	sy_draft_count(&f, "duplicates", (double)seen->duplicates);
	sy_draft_count(&f, "segments", (double)seen->segments);
	sy_draft_alternative(&f, "the senders retransmit",
		"a retransmission comes later than the duplicate window and with another IP id or "
		"timestamp, so its checksum differs");
	sy_verdict_add(verdict, &f);
}

void sy_rule_duplicates(struct sy_verdict *verdict)
{
	for (uint8_t v = 0; v < SY_VANTAGE_MAX; v++) {
		const struct sy_vantage_stats *seen = &verdict->facts->vantages[v];
		if (seen->duplicates >= DUPLICATES_MIN &&
			seen->duplicates * DUPLICATES_ONE_IN >= seen->segments + seen->duplicates)
			report(verdict, v);
	}
}
