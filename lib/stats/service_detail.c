// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "rtts.h"
#include "service_table.h"

#include <errno.h>
#include <string.h>

// Histograms that even the smallest table has.
#define HISTS_MIN 64

static uint32_t hist_count(const struct sy_stats_config *config)
{
	uint32_t count = config->details / 4 * 2;

	return count < HISTS_MIN ? HISTS_MIN : count;
}

// Services that never answered have one exemplar for each way in which they fail, which is one as a
// rule, and half of the details: so they leave two or three to each service that answered, which is
// what most of these need at most.
static uint32_t exemplar_count(const struct sy_stats_config *config)
{
	return config->details * 2;
}

int sy_details_init(struct sy_details *details, const struct sy_stats_config *config)
{
	_Static_assert(sizeof(struct sy_service_detail) == 43 * 64, "an odd number of lines");

	memset(details, 0, sizeof(*details));
	if (sy_pool_init(&details->pool, config->details, sizeof(struct sy_service_detail)) != 0 ||
		sy_pool_init(&details->hists, hist_count(config), sizeof(struct sy_hist)) != 0 ||
		sy_pool_init(&details->exemplars, exemplar_count(config),
			sizeof(struct sy_attempt)) != 0) {
		sy_details_free(details);
		return -ENOMEM;
	}
	return 0;
}

void sy_details_free(struct sy_details *details)
{
	sy_pool_free(&details->pool);
	sy_pool_free(&details->hists);
	sy_pool_free(&details->exemplars);
	details->phantom = 0;
}

void sy_details_reset(struct sy_details *details)
{
	sy_pool_reset(&details->pool);
	sy_pool_reset(&details->hists);
	sy_pool_reset(&details->exemplars);
	details->phantom = 0;
}

size_t sy_details_bytes(const struct sy_stats_config *config)
{
	return config->details * sizeof(struct sy_service_detail) +
	       hist_count(config) * sizeof(struct sy_hist) +
	       exemplar_count(config) * sizeof(struct sy_attempt);
}

static bool is_phantom(const struct sy_service_stats *service)
{
	return service->first_ns[SY_EVIDENCE_ANSWERED] == 0;
}

struct sy_service_detail *sy_details_take(
	struct sy_details *details, struct sy_service_stats *service)
{
	bool phantom = is_phantom(service);

	if (service->detail != NULL)
		return service->detail;
	// Scans and floods must not take what services that answer need.
	if (phantom && details->phantom >= (details->pool.count + 1) / 2)
		return NULL;
	service->detail = sy_pool_take(&details->pool);
	if (service->detail != NULL)
		details->phantom += phantom;
	return service->detail;
}

void sy_details_give_back(struct sy_details *details, struct sy_service_stats *service)
{
	struct sy_service_detail *detail = service->detail;

	if (detail == NULL)
		return;
	for (uint32_t side = 0; side < 2; side++)
		sy_rtts_give_back(&detail->rtt[side], &details->hists);
	sy_pool_give(&details->exemplars, detail->first_silent);
	sy_pool_give(&details->exemplars, detail->first_refused);
	sy_pool_give(&details->exemplars, detail->first_icmp);
	sy_pool_give(&details->exemplars, detail->first_reset);
	sy_pool_give(&details->exemplars, detail->first_served);
	sy_pool_give(&details->exemplars, detail->first_half_open);
	sy_pool_give(&details->pool, detail);
	details->phantom -= is_phantom(service);
	service->detail = NULL;
}

void sy_details_answered(struct sy_details *details, const struct sy_service_stats *service)
{
	if (service->detail != NULL && is_phantom(service))
		details->phantom--;
}

void sy_details_prefetch(const struct sy_service_detail *detail)
{
	__builtin_prefetch(detail, 1);
	__builtin_prefetch(&detail->timeline.bucket[1], 1);
	__builtin_prefetch(&detail->clients, 1);
	__builtin_prefetch(&detail->served, 1);
	for (uint32_t side = 0; side < 2; side++)
		__builtin_prefetch(&detail->rtt[side], 1);
	// Few vantages: their masks are at the start of a line.
	for (enum sy_seen kind = SY_SEEN_SYN; kind <= SY_SEEN_SYNACK; kind++)
		__builtin_prefetch(detail->seen[kind], 1);
}

// What adding an event of then writes to, unless it changes the timeline's width.
static void prefetch_bucket(const struct sy_timeline *timeline, uint64_t ts_ns)
{
	if (timeline->width_ns != 0 && ts_ns >= timeline->start_ns) {
		uint64_t at = (ts_ns - timeline->start_ns) / timeline->width_ns;
		if (at < SY_TIMELINE_BUCKETS)
			__builtin_prefetch(&timeline->bucket[at], 1);
	}
}

// A full search of the set's sparse form; of the dense one, all of it.
static void prefetch_clients(const struct sy_client_set *set)
{
	uint32_t count = set->sparse_count < SY_CLIENT_SPARSE ? set->sparse_count
							      : SY_CLIENT_SPARSE;

	for (uint32_t i = 8; i < count; i += 8)
		__builtin_prefetch(&set->sparse[i], 1);
}

void sy_details_prefetch_behind(const struct sy_service_detail *detail, const struct sy_attempt *a)
{
	const struct sy_attempt *exemplar = detail->first_served;

	if (a->outcome != SY_OUTCOME_ESTABLISHED)
		exemplar = a->outcome == SY_OUTCOME_REFUSED ? detail->first_refused
							    : detail->first_silent;
	if (exemplar != NULL)
		__builtin_prefetch(exemplar);
	prefetch_bucket(&detail->timeline, a->last_syn_ns);
	prefetch_clients(&detail->clients);
	prefetch_clients(&detail->served);
	sy_rtts_prefetch(&detail->rtt[SY_SERVER], a->server_rtt_ns);
	sy_rtts_prefetch(&detail->rtt[SY_CLIENT], a->client_rtt_ns);
}
