// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What telemetry answers until the next interval ends.

#include "manager.h"

#include <stdio.h>
#include <string.h>

/// Since the start, those that are not 0.
static void snapshot_counters(const struct manager_counters *c, struct telemetry_port *out)
{
	const uint32_t most = sizeof(out->counters) / sizeof(out->counters[0]);

	out->counter_count = 0;
	for (uint32_t i = 0; i < c->read_count && out->counter_count < most; i++) {
		struct telemetry_counter *to = &out->counters[out->counter_count];

		if (c->read[i].count == 0)
			continue;
		snprintf(to->name, sizeof(to->name), "%s", c->read[i].name);
		to->count = c->read[i].count;
		out->counter_count++;
	}
}

static void snapshot_ports(struct manager *m)
{
	struct telemetry_snapshot *s = &m->snapshot;

	s->port_count = m->config->port_count;
	for (uint32_t p = 0; p < s->port_count; p++) {
		const struct sy_port *port = sy_ports_get(m->live->ports, p);
		const struct sy_port_stats *stats = &m->all.ports[p];
		struct telemetry_port *out = &s->ports[p];

		snprintf(out->name, sizeof(out->name), "%s", port->name);
		snprintf(out->vantage, sizeof(out->vantage), "%s", m->config->ports[p].vantage);
		snprintf(out->driver, sizeof(out->driver), "%s", port->driver);
		out->up = port->up;
		out->gone = port->gone;
		out->received = stats->received;
		out->bytes = stats->bytes;
		memcpy(out->bucket, stats->bucket, sizeof(out->bucket));
		out->snapped = stats->snapped;
		out->missed = stats->nic_missed - m->kernel_drops[p];
		out->errors = stats->nic_errors;
		out->no_mbuf = stats->no_mbuf;
		out->kernel_drops = m->kernel_drops[p];
		out->ring_full = stats->ring_full;
		snapshot_counters(&m->counters[p], out);
		out->moved = stats->moved;
		out->backwards = stats->backwards;
	}
}

static void snapshot_findings(struct manager *m)
{
	struct telemetry_snapshot *s = &m->snapshot;

	memset(s->findings, 0, sizeof(s->findings));
	manager_count_findings(m, s->findings);
	s->open_count = 0;
	for (uint32_t i = 0; i < m->findings->count && s->open_count < TELEMETRY_FINDINGS; i++) {
		const struct sy_finding *f = &m->findings->list[i];
		struct telemetry_finding *out = &s->open[s->open_count];

		if (f->ended_ns != 0)
			continue;
		*out = (struct telemetry_finding){.code = f->code,
			.certainty = f->certainty,
			.uncertain = f->uncertain,
			.weight = f->weight};
		snprintf(out->subject, sizeof(out->subject), "%s", f->subject_text);
		snprintf(out->owner, sizeof(out->owner), "%s", f->owner);
		s->open_count++;
	}
}

static void snapshot_store(struct manager *m)
{
	const struct sy_metrics_store *store;
	struct telemetry_snapshot *s = &m->snapshot;

	if (m->store == NULL)
		return;
	store = &sy_store_counters(m->store)->metrics;
	s->store_writing = store->writing;
	s->store_files = store->files;
	s->store_bytes = store->bytes;
	s->store_removed_files = store->removed_files;
	s->store_removed_bytes = store->removed_bytes;
	s->store_backlog_bytes = store->backlog_bytes;
	s->store_dropped_records = 0;
	for (int kind = 0; kind < SY_KIND_COUNT; kind++)
		s->store_dropped_records += store->not_written.lines[kind];
}

void manager_publish(struct manager *m)
{
	const struct sy_totals *totals = sy_stats_totals_read(m->all.stats);
	struct sy_flow_counters flows = manager_flows(m);
	struct telemetry_snapshot *s = &m->snapshot;

	snprintf(s->version, sizeof(s->version), "%s", SYNOPTIC_VERSION);
	snprintf(s->clock, sizeof(s->clock), "%s", manager_clock_source(m));
	s->started_ns = m->started_ns;
	s->uptime_ns = sy_time_since(m->interval_end_ns, m->started_ns);
	s->interval = m->number;
	s->interval_start_ns = m->interval_start_ns;
	s->interval_end_ns = m->interval_end_ns;
	s->interval_lag_ns = m->lag_ns;
	s->worker_count = m->live->worker_count;
	memcpy(s->workers, m->shares, sizeof(s->workers));
	memcpy(s->outcome, totals->outcome, sizeof(s->outcome));
	memcpy(s->rst, totals->rst, sizeof(s->rst));
	s->flows = flows.used;
	s->evicted_ended = flows.evicted[SY_RANK_ENDED];
	s->evicted_midstream = flows.evicted[SY_RANK_MIDSTREAM];
	s->evicted_half_open = flows.evicted[SY_RANK_HALF_OPEN];
	s->no_slot = flows.no_slot;
	s->no_record = flows.no_record;
	snapshot_ports(m);
	snapshot_findings(m);
	snapshot_store(m);
	telemetry_publish(s);
}
