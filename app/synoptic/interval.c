// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "interval.h"

#include <string.h>

void interval_reset(struct interval *interval)
{
	struct sy_stats *stats = interval->stats;

	sy_stats_reset(stats);
	memset(interval, 0, sizeof(*interval));
	interval->stats = stats;
}

static void add_times(struct sy_port_stats *into, const struct sy_port_stats *from)
{
	if (from->received == 0)
		return;
	if (into->first_ns == 0 || from->first_ns < into->first_ns)
		into->first_ns = from->first_ns;
	if (from->last_ns > into->last_ns)
		into->last_ns = from->last_ns;
}

void interval_add_port(struct sy_port_stats *into, const struct sy_port_stats *from)
{
	add_times(into, from);
	into->received += from->received;
	into->bytes += from->bytes;
	for (int i = 0; i < SY_BUCKET_COUNT; i++)
		into->bucket[i] += from->bucket[i];
	into->snapped += from->snapped;
	into->nic_missed += from->nic_missed;
	into->nic_errors += from->nic_errors;
	into->no_mbuf += from->no_mbuf;
	into->ring_full += from->ring_full;
	into->moved += from->moved;
	into->backwards += from->backwards;
}

void interval_add_flows(struct sy_flow_counters *into, const struct sy_flow_counters *from)
{
	into->inserted += from->inserted;
	for (int rank = 0; rank <= SY_RANK_KEEP; rank++)
		into->evicted[rank] += from->evicted[rank];
	into->no_slot += from->no_slot;
	into->no_record += from->no_record;
	into->used += from->used;
	into->used_max += from->used_max;
}

void interval_merge(struct interval *into, const struct interval *from)
{
	sy_stats_merge(into->stats, from->stats);
	for (uint32_t p = 0; p < SY_PORT_MAX; p++) {
		interval_add_port(&into->ports[p], &from->ports[p]);
	}
	into->wrong_worker += from->wrong_worker;
	into->turns += from->turns;
	into->busy_turns += from->busy_turns;
	into->last |= from->last;
}
