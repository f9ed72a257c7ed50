// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "rule.h"

#include <stdlib.h>

static bool is_about_the_monitor(enum sy_code code)
{
	return code == SY_CODE_ONE_WAY_TAP || code == SY_CODE_DUPLICATES ||
	       code == SY_CODE_LOSSY_MONITOR;
}

static int compare_findings(const void *left, const void *right)
{
	const struct sy_finding *a = left, *b = right;
	int order;

	if (is_about_the_monitor(a->code) != is_about_the_monitor(b->code))
		return is_about_the_monitor(a->code) ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	order = (int)a->code - (int)b->code;
	if (order == 0)
		order = sy_addr_compare(&a->subject, &b->subject);
	if (order == 0)
		order = (int)a->subject_port - (int)b->subject_port;
	if (order == 0 && a->since_ns != b->since_ns)
		order = a->since_ns < b->since_ns ? -1 : 1;
	return order;
}

void sy_findings_sort(struct sy_findings *findings)
{
	if (findings->count > 0)
		qsort(findings->list, findings->count, sizeof(*findings->list), compare_findings);
}

static bool grow(struct sy_findings *findings)
{
	uint32_t capacity = findings->capacity > 0 ? findings->capacity * 2 : 16;
	struct sy_finding *list = realloc(findings->list, capacity * sizeof(*list));

	if (list == NULL)
		return false;
	findings->list = list;
	findings->capacity = capacity;
	return true;
}

bool sy_findings_add(struct sy_findings *findings, const struct sy_finding *finding)
{
	if (findings->count >= findings->max ||
		(findings->count == findings->capacity && !grow(findings)))
		return false;
	findings->list[findings->count++] = *finding;
	sy_findings_sort(findings);
	return true;
}

static uint32_t find_lightest(const struct sy_findings *findings)
{
	uint32_t lightest = 0;

	for (uint32_t i = 1; i < findings->count; i++) {
		if (compare_findings(&findings->list[i], &findings->list[lightest]) > 0)
			lightest = i;
	}
	return lightest;
}

static struct sy_finding *place_for(struct sy_verdict *verdict, const struct sy_finding *finding)
{
	struct sy_findings *findings = verdict->findings;
	struct sy_finding *last;

	if (findings->count < findings->max) {
		if (findings->count == findings->capacity && !grow(findings)) {
			verdict->no_memory = true;
			return NULL;
		}
		return &findings->list[findings->count++];
	}
	findings->dropped++;
	if (findings->count == 0)
		return NULL;
	if (verdict->lightest == UINT32_MAX)
		verdict->lightest = find_lightest(findings);
	last = &findings->list[verdict->lightest];
	if (compare_findings(finding, last) >= 0)
		return NULL;
	verdict->lightest = UINT32_MAX;
	return last;
}

void sy_verdict_add(struct sy_verdict *verdict, const struct sy_finding *finding)
{
	struct sy_finding *place = place_for(verdict, finding);

	if (place == NULL)
		return;
	*place = *finding;
	place->loss_estimate = verdict->loss;
	place->uncertain = verdict->loss > verdict->config->loss_threshold &&
			   !is_about_the_monitor(finding->code);
}

void sy_findings_destroy(struct sy_findings *findings)
{
	if (findings == NULL)
		return;
	free(findings->list);
	free(findings);
}
