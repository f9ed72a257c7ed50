// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"
#include "passage.h"

#include <errno.h>
#include <stdlib.h>

typedef void sy_rule_fn(struct sy_verdict *verdict);

static sy_rule_fn *const rules[] = {
	sy_rule_lossy_monitor,
	sy_rule_one_way_tap,
	sy_rule_duplicates,
	sy_rule_reset_by_path,
	sy_rule_blocked_by_icmp,
	sy_rule_lost_between,
	sy_rule_not_listening,
	sy_rule_service_silent,
	sy_rule_host_silent,
	sy_rule_half_open_clients,
	sy_rule_recovered,
};

struct sy_verdict_config sy_verdict_config_default(void)
{
	return (struct sy_verdict_config){
		.max_findings = 1000,
		.silent_min_syns = SY_SILENT_SYNS,
		.loss_threshold = 0.01,
	};
}

struct sy_findings *sy_verdict_run(
	const struct sy_facts *facts, const struct sy_verdict_config *config)
{
	return sy_verdict_run_interval(facts, facts, config);
}

struct sy_findings *sy_verdict_run_interval(const struct sy_facts *facts,
	const struct sy_facts *latest, const struct sy_verdict_config *config)
{
	struct sy_passages passages = {.count = 0};
	struct sy_verdict verdict = {.facts = facts,
		.latest = latest,
		.config = config,
		.passages = &passages,
		.lightest = UINT32_MAX};

	verdict.findings = calloc(1, sizeof(*verdict.findings));
	if (verdict.findings == NULL)
		return NULL;
	verdict.findings->max = config->max_findings;
	for (uint8_t v = 0; v < SY_VANTAGE_MAX; v++) {
		double loss = sy_vantage_loss(latest, v);
		if (loss > verdict.loss)
			verdict.loss = loss;
	}
	for (uint32_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		rules[i](&verdict);
	if (verdict.no_memory) {
		sy_findings_destroy(verdict.findings);
		errno = ENOMEM;
		return NULL;
	}
	for (uint32_t i = 0; i < verdict.findings->count; i++)
		sy_draft_trace(&verdict.findings->list[i], facts);
	sy_findings_sort(verdict.findings);
	return verdict.findings;
}
