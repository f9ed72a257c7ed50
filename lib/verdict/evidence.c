// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "rule.h"

// Missing packets that make the traffic's own proof of loss more than an accident.
#define MISSING_MIN 10

const char *sy_vantage_label(const struct sy_facts *facts, uint8_t vantage)
{
	static const char *const numbers[SY_VANTAGE_MAX] = {"vantage 0", "vantage 1", "vantage 2",
		"vantage 3", "vantage 4", "vantage 5", "vantage 6", "vantage 7"};

	if (facts->vantage_names != NULL && vantage < facts->vantage_count)
		return facts->vantage_names[vantage];
	return vantage < SY_VANTAGE_MAX ? numbers[vantage] : "?";
}

double sy_vantage_loss(const struct sy_facts *facts, uint8_t vantage)
{
	const struct sy_vantage_stats *seen = &facts->vantages[vantage];
	uint64_t missing = seen->ack_of_unseen + seen->synack_without_syn +
			   seen->ack_without_synack;
	double loss = missing >= MISSING_MIN ? facts->loss_estimate[vantage] : 0.0;
	double lost = 0.0, received = 0.0;

	for (uint32_t i = 0; i < facts->port_count; i++) {
		const struct sy_port_stats *port = &facts->ports[i];
		if (facts->vantage_of_port == NULL || facts->vantage_of_port[i] != vantage)
			continue;
		lost += (double)port->nic_missed + (double)port->no_mbuf + (double)port->ring_full;
		received += (double)port->received;
	}
	if (lost > 0.0 && lost / (lost + received) > loss)
		loss = lost / (lost + received);
	return loss;
}

const struct sy_facts *sy_view_facts(const struct sy_verdict *verdict, uint8_t vantage)
{
	return verdict->latest->view[vantage] != SY_VIEW_UNKNOWN ? verdict->latest : verdict->facts;
}

struct sy_span sy_span_of_run(
	const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	const struct sy_run *run = &service->run;

	(void)verdict;
	return (struct sy_span){.attempts = service->failed,
		.since_ns = run->from_ns != 0 ? run->from_ns : service->stats->first_seen_ns,
		.last_seen_ns = run->until_ns != 0 ? run->until_ns : service->stats->last_seen_ns};
}

struct sy_span sy_span_of_kind(
	const struct sy_service_facts *service, enum sy_evidence kind, uint64_t attempts)
{
	const struct sy_service_stats *stats = service->stats;
	struct sy_span span = sy_span_of_run(NULL, service);
	uint64_t first_ns = stats->first_ns[kind];

	// A silence began with the first SYN of its first attempt, which no other evidence tells.
	if (kind == SY_EVIDENCE_SILENT)
		first_ns = service->state == SY_SERVICE_SILENT ? service->since_ns : 0;
	if (first_ns > span.since_ns)
		span.since_ns = first_ns;
	if (stats->last_ns[kind] != 0 && stats->last_ns[kind] < span.last_seen_ns)
		span.last_seen_ns = stats->last_ns[kind];
	span.attempts = attempts;
	return span;
}

bool sy_seen_both_ways(const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	const struct sy_service_detail *detail = service->stats->detail;
	bool known = false;

	for (uint8_t v = 0; v < SY_VANTAGE_MAX; v++) {
		bool saw = verdict->facts->vantages[v].segments > 0;
		if (detail != NULL && v < SY_MASK_VANTAGES)
			saw = sy_seen_at(service->stats, SY_SEEN_SYN, v) > 0;
		if (saw && sy_view_facts(verdict, v)->view[v] != SY_VIEW_ONE_WAY)
			return true;
		known |= saw;
	}
	return !known;
}

bool sy_is_silent_run(const struct sy_verdict *verdict, const struct sy_service_facts *service)
{
	if (service->run.silent_syns < verdict->config->silent_min_syns)
		return false;
	return service->run.state == SY_SERVICE_SILENT && sy_seen_both_ways(verdict, service) &&
	       (service->state == SY_SERVICE_SILENT || service->recovered ||
		       service->state == SY_SERVICE_UNKNOWN);
}

static const struct sy_attempt *with_rst(const struct sy_attempt *attempt)
{
	bool has = attempt != NULL && attempt->note[SY_NOTE_RST].ts_ns != 0 &&
		   attempt->rst_side == SY_SERVER;

	return has ? attempt : NULL;
}

void sy_rst_examples(const struct sy_service_stats *stats,
	const struct sy_attempt *examples[static SY_RST_EXAMPLES])
{
	const struct sy_service_detail *detail = stats->detail;
	const struct sy_attempt *refused = with_rst(detail != NULL ? detail->first_refused : NULL);
	const struct sy_attempt *reset = with_rst(detail != NULL ? detail->first_reset : NULL);
	bool reset_first = refused == NULL;

	if (refused != NULL && reset != NULL && !sy_attempt_cut_off(reset))
		reset_first = reset->note[SY_NOTE_SYN].ts_ns < refused->note[SY_NOTE_SYN].ts_ns;
	examples[0] = reset_first ? reset : refused;
	examples[1] = reset_first ? refused : reset;
}

uint64_t sy_seen_only(
	const struct sy_service_stats *stats, enum sy_seen kind, uint8_t at, uint8_t not_at)
{
	uint64_t count = 0;

	for (uint32_t mask = 0; stats->detail != NULL && mask < SY_SEEN_MASKS; mask++) {
		if ((mask >> at & 1) != 0 && (mask >> not_at & 1) == 0)
			count += stats->detail->seen[kind][mask];
	}
	return count;
}

uint64_t sy_seen_at(const struct sy_service_stats *stats, enum sy_seen kind, uint8_t at)
{
	uint64_t count = 0;

	for (uint32_t mask = 0; stats->detail != NULL && mask < SY_SEEN_MASKS; mask++) {
		if ((mask >> at & 1) != 0)
			count += stats->detail->seen[kind][mask];
	}
	return count;
}
