// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "path.h"

// RSTs that must be missing at the far tap before position alone is certain.
#define SURE 2

// Some of the examples may be the host's own.
static const struct sy_attempt *find_shown(
	const struct sy_path_evidence *evidence, const struct sy_service_stats *stats)
{
	const struct sy_attempt *examples[SY_RST_EXAMPLES];

	if (evidence->by_position && evidence->between.shown != NULL)
		return evidence->between.shown;
	sy_rst_examples(stats, examples);
	for (uint32_t i = 0; evidence->rst != NULL && i < SY_RST_EXAMPLES; i++) {
		if (examples[i] != NULL && examples[i]->note[SY_NOTE_RST].ttl == evidence->rst->ttl)
			return examples[i];
	}
	return NULL;
}

struct sy_path_evidence sy_path_evidence_collect(
	const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	const struct sy_service_stats *stats = service->stats;
	struct sy_path_evidence evidence = {.rsts = service->rst_by_origin[SY_ORIGIN_PATH],
		.rsts_up = service->rst_up_by_origin[SY_ORIGIN_PATH]};

	evidence.by_ttl = evidence.rsts + evidence.rsts_up > 0;
	for (uint32_t i = 0; i < stats->rst_slots; i++) {
		const struct sy_service_rst *rst = &stats->rst[i];
		const struct sy_host_facts *host = sy_facts_host(
			verdict->facts, &stats->server, rst->vantage);
		if (sy_rst_origin_judge(host, rst->ttl) != SY_ORIGIN_PATH)
			continue;
		if (evidence.rst == NULL ||
			rst->count + rst->count_up > evidence.rst->count + evidence.rst->count_up) {
			evidence.rst = rst;
			evidence.host = host;
		}
	}
	evidence.by_position = sy_is_made_between(verdict, service, &evidence.between);
	evidence.shown = find_shown(&evidence, stats);
	return evidence;
}

bool sy_is_reset_by_path(const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	struct sy_between between;

	return service->rst_by_origin[SY_ORIGIN_PATH] > 0 ||
	       service->rst_up_by_origin[SY_ORIGIN_PATH] > 0 ||
	       sy_is_made_between(verdict, service, &between);
}

uint64_t sy_refused_by_path(
	const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	const struct sy_service_stats *stats = service->stats;
	struct sy_between between;
	uint64_t rsts = 0;

	for (uint32_t i = 0; i < stats->rst_slots; i++) {
		const struct sy_service_rst *rst = &stats->rst[i];
		// Those that ended before this run explain nothing of it.
		if (rst->last_ns >= service->run.from_ns &&
			sy_facts_rst_origin(verdict->facts, &stats->server, rst->vantage,
				rst->ttl) == SY_ORIGIN_PATH)
			rsts += rst->count;
	}
	if (sy_is_made_between(verdict, service, &between) && !between.up && between.here > rsts)
		rsts = between.here;
	return rsts;
}

// A device between the tap and the host is nearer than the host.
static bool is_nearer(const struct sy_path_evidence *evidence)
{
	struct sy_ttl_guess guess = sy_ttl_guess(evidence->rst->ttl);

	if (guess.initial == 0 || evidence->host->guess.initial == 0)
		return false;
	return guess.hops <= evidence->host->guess.hops;
}

enum sy_certainty sy_path_evidence_judge(const struct sy_path_evidence *evidence)
{
	const struct sy_between *between = &evidence->between;

	if (evidence->by_position) {
		const struct sy_attempt *reset = between->shown;
		uint8_t syn_seen_at = reset != NULL ? reset->note[SY_NOTE_SYN].seen_at : 0;
		bool syn_stopped = reset != NULL && (syn_seen_at >> between->server_side & 1) == 0;
		bool sure = between->here >= SURE || syn_stopped || evidence->by_ttl;
		if (evidence->by_ttl || (between->path == SY_PATH_PROVEN && sure))
			return SY_CERTAIN;
		return between->path == SY_PATH_PROVEN || sure ? SY_LIKELY : SY_POSSIBLE;
	}
	return is_nearer(evidence) ? SY_LIKELY : SY_POSSIBLE;
}
