// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "passage.h"

// RSTs that must be missing at the far tap when it saw others, and their share of all.
#define RSTS_MIN    2
#define RSTS_ONE_IN 5

// SYN-ACKs that must vanish, as one may be a capture's loss, and their share of the connections
// that came up: a few clients' answers may have another way.
#define SYNACKS_MIN    2
#define SYNACKS_ONE_IN 10

static bool host_seen_at(
	const struct sy_verdict *verdict, const struct sy_addr *addr, uint8_t vantage)
{
	const struct sy_host_facts *host = sy_facts_host(verdict->facts, addr, vantage);

	return host != NULL && host->stats->first_seen_ns != 0;
}

// Answers that pass the near tap and not the far one show that there is another way to the server.
static enum sy_path judge_path(
	const struct sy_verdict *verdict, const struct sy_addr *server, uint8_t near, uint8_t far)
{
	const struct sy_passage *passage = sy_passage_find(verdict, server, near, far);

	if (passage->synacks_near > passage->both / 2)
		return SY_PATH_NONE;
	if (passage->both > 0)
		return SY_PATH_PROVEN;
	if (passage->far > 0 || host_seen_at(verdict, server, far))
		return SY_PATH_PLAUSIBLE;
	return SY_PATH_NONE;
}

// True when the SYN passed `near`, and passed `far` later or not at all. NULL = not known.
static bool comes_from(const struct sy_attempt *attempt, uint8_t near, uint8_t far)
{
	const struct sy_packet_note *syn;

	if (attempt == NULL)
		return false;
	syn = &attempt->note[SY_NOTE_SYN];
	if (syn->ts_ns == 0 || (syn->seen_at >> near & 1) == 0)
		return false;
	return (syn->seen_at >> far & 1) == 0 || syn->vantage == near;
}

typedef bool pair_fn(const struct sy_verdict *verdict, const struct sy_service_facts *service,
	struct sy_between *between);

static bool each_pair(const struct sy_verdict *verdict, const struct sy_service_facts *service,
	pair_fn *holds, struct sy_between *between)
{
	uint32_t count = verdict->facts->vantage_count;

	if (service->stats->detail == NULL)
		return false;
	for (uint8_t near = 0; near < count && near < SY_MASK_VANTAGES; near++) {
		for (uint8_t far = 0; far < count && far < SY_MASK_VANTAGES; far++) {
			*between = (struct sy_between){.client_side = near, .server_side = far};
			if (near != far && holds(verdict, service, between))
				return true;
		}
	}
	return false;
}

// The attempt, when its packet was seen at one vantage and not at the other.
static const struct sy_attempt *shows(
	const struct sy_attempt *attempt, enum sy_note note, uint8_t at, uint8_t not_at)
{
	uint8_t seen_at = attempt != NULL ? attempt->note[note].seen_at : 0;

	return (seen_at >> at & 1) != 0 && (seen_at >> not_at & 1) == 0 ? attempt : NULL;
}

// Chance hides RSTs from the far tap as it hides SYN-ACKs, which must pass it: many more must be
// missing than that, and one may be the host's own.
static bool misses_many(const struct sy_between *between, const struct sy_passage *passage)
{
	uint64_t all = between->here + between->there;
	uint64_t synacks = passage->synacks_near + passage->synacks_both;

	if (between->there == 0)
		return between->here > 0;
	return between->here >= RSTS_MIN && between->here * RSTS_ONE_IN >= all &&
	       between->here * synacks >= 2 * passage->synacks_near * all;
}

// True when the clients' packets pass `near` first. One of the examples may show the RST, unless it
// is of the other phase or passed both taps.
static bool look_at_examples(const struct sy_service_stats *stats, struct sy_between *between)
{
	uint8_t near = between->client_side, far = between->server_side;
	const struct sy_attempt *examples[SY_RST_EXAMPLES];
	bool passes = false;

	sy_rst_examples(stats, examples);
	for (uint32_t i = 0; i < SY_RST_EXAMPLES && examples[i] != NULL; i++) {
		if (!comes_from(examples[i], near, far))
			continue;
		passes = true;
		if (between->shown == NULL && sy_attempt_cut_off(examples[i]) == between->up)
			between->shown = shows(examples[i], SY_NOTE_RST, near, far);
	}
	return passes;
}

static bool is_made_in(const struct sy_verdict *verdict, const struct sy_service_facts *service,
	struct sy_between *between, enum sy_seen phase)
{
	const struct sy_service_stats *stats = service->stats;
	uint8_t near = between->client_side, far = between->server_side;

	between->up = phase == SY_SEEN_RST_UP;
	between->here = sy_seen_only(stats, phase, near, far);
	between->there = sy_seen_at(stats, phase, far);
	if (between->here == 0 || !look_at_examples(stats, between) ||
		!misses_many(between, sy_passage_find(verdict, &stats->server, near, far)))
		return false;
	between->path = judge_path(verdict, &stats->server, near, far);
	return between->path != SY_PATH_NONE;
}

static bool is_made(const struct sy_verdict *verdict, const struct sy_service_facts *service,
	struct sy_between *between)
{
	return is_made_in(verdict, service, between, SY_SEEN_RST);
}

static bool is_made_up(const struct sy_verdict *verdict, const struct sy_service_facts *service,
	struct sy_between *between)
{
	return is_made_in(verdict, service, between, SY_SEEN_RST_UP);
}

bool sy_is_made_between(const struct sy_verdict *verdict, const struct sy_service_facts *service,
	struct sy_between *between)
{
	return each_pair(verdict, service, is_made, between) ||
	       each_pair(verdict, service, is_made_up, between);
}

static bool syn_lost(const struct sy_verdict *verdict, const struct sy_service_facts *service,
	struct sy_between *between)
{
	const struct sy_service_stats *stats = service->stats;
	const struct sy_attempt *silent = stats->detail->first_silent;
	uint8_t near = between->client_side, far = between->server_side;

	between->here = sy_seen_only(stats, SY_SEEN_SILENT_SYN, near, far);
	between->there = sy_seen_at(stats, SY_SEEN_SILENT_SYN, far);
	if (between->here <= between->there || !comes_from(silent, near, far))
		return false;
	between->shown = shows(silent, SY_NOTE_SYN, near, far);
	between->path = judge_path(verdict, &stats->server, near, far);
	return between->path != SY_PATH_NONE;
}

static bool synack_lost(const struct sy_verdict *verdict, const struct sy_service_facts *service,
	struct sy_between *between)
{
	const struct sy_service_stats *stats = service->stats;
	const struct sy_attempt *open = stats->detail->first_half_open;
	uint8_t near = between->client_side, far = between->server_side;

	between->synack = true;
	between->here = sy_seen_only(stats, SY_SEEN_OPEN_SYNACK, far, near);
	between->there = sy_seen_at(stats, SY_SEEN_OPEN_SYNACK, near);
	if (between->here < SYNACKS_MIN || between->here <= between->there ||
		between->here * SYNACKS_ONE_IN < stats->outcome[SY_OUTCOME_ESTABLISHED] ||
		!comes_from(open, near, far))
		return false;
	between->shown = shows(open, SY_NOTE_SYNACK, far, near);
	between->path = judge_path(verdict, &stats->server, near, far);
	return between->path != SY_PATH_NONE;
}

bool sy_is_lost_between(const struct sy_verdict *verdict, const struct sy_service_facts *service,
	struct sy_between *between)
{
	const struct sy_service_stats *stats = service->stats;

	if (service->run.silent > 0 && sy_is_silent_run(verdict, service) &&
		each_pair(verdict, service, syn_lost, between))
		return true;
	return stats->outcome[SY_OUTCOME_HALF_OPEN] > stats->half_open_cut_short &&
	       each_pair(verdict, service, synack_lost, between);
}
