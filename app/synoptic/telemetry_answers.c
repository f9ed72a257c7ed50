// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// From a snapshot to DPDK's dictionaries and arrays, which become JSON. A dictionary has room for
// 256 entries, a text for 128 bytes, an answer for 16 KB: 64 ports in brief, or one in full.

#include "telemetry_answers.h"

#include "sy_ports.h"
#include "sy_time.h"

#include <rte_version.h>

#include <stdio.h>
#include <string.h>

#if RTE_VERSION < RTE_VERSION_NUM(23, 3, 0, 0)
#define rte_tel_data_add_dict_uint rte_tel_data_add_dict_u64
#endif

static void put(struct rte_tel_data *dict, const char *name, uint64_t value)
{
	rte_tel_data_add_dict_uint(dict, name, value);
}

static void put_text(struct rte_tel_data *dict, const char *name, const char *text)
{
	rte_tel_data_add_dict_string(dict, name, text);
}

static void put_time(struct rte_tel_data *dict, const char *name, uint64_t ts_ns)
{
	char text[SY_TIME_TEXT_SIZE] = "";

	if (ts_ns != 0)
		sy_time_format(ts_ns, text);
	put_text(dict, name, text);
}

// A dictionary within another, or NULL when there is no memory. Given away by put_child(), also
// when that fails.
static struct rte_tel_data *make_child(void)
{
	struct rte_tel_data *child = rte_tel_data_alloc();

	if (child != NULL)
		rte_tel_data_start_dict(child);
	return child;
}

static void put_child(struct rte_tel_data *dict, const char *name, struct rte_tel_data *child)
{
	if (child != NULL && rte_tel_data_add_dict_container(dict, name, child, 0) != 0)
		rte_tel_data_free(child);
}

// 22.11 has no arrays of dictionaries: items are numbered, {"0": {}, "1": {}}.
static void append_child(struct rte_tel_data *dict, uint32_t number, struct rte_tel_data *child)
{
	char name[16];

	snprintf(name, sizeof(name), "%u", number);
	put_child(dict, name, child);
}

static void put_outcomes(struct rte_tel_data *dict, const uint64_t *outcome)
{
	struct rte_tel_data *child = make_child();

	for (int i = 0; child != NULL && i < SY_OUTCOME_COUNT; i++)
		put(child, sy_outcome_name((enum sy_outcome)i), outcome[i]);
	put_child(dict, "attempts", child);
}

static void put_rsts(struct rte_tel_data *dict, const uint64_t *rst)
{
	struct rte_tel_data *child = make_child();

	for (int i = 0; child != NULL && i < SY_RST_PHASE_COUNT; i++)
		put(child, sy_rst_phase_name((enum sy_rst_phase)i), rst[i]);
	put_child(dict, "rsts", child);
}

static uint64_t losses_of(const struct telemetry_port *port)
{
	return port->missed + port->errors + port->no_mbuf + port->kernel_drops + port->ring_full;
}

static void put_traffic(struct rte_tel_data *dict, const struct telemetry_snapshot *s)
{
	uint64_t received = 0, bytes = 0, lost = 0;

	for (uint32_t i = 0; i < s->port_count; i++) {
		received += s->ports[i].received;
		bytes += s->ports[i].bytes;
		lost += losses_of(&s->ports[i]);
	}
	put(dict, "received", received);
	put(dict, "bytes", bytes);
	put(dict, "lost", lost);
	put_outcomes(dict, s->outcome);
	put_rsts(dict, s->rst);
}

static void put_tables(struct rte_tel_data *dict, const struct telemetry_snapshot *s)
{
	struct rte_tel_data *child = make_child();

	put(dict, "flows", s->flows);
	if (child != NULL) {
		put(child, "ended", s->evicted_ended);
		put(child, "midstream", s->evicted_midstream);
		put(child, "half_open", s->evicted_half_open);
		put(child, "no_slot", s->no_slot);
		put(child, "no_record", s->no_record);
	}
	put_child(dict, "evicted", child);
}

static void put_store(struct rte_tel_data *dict, const struct telemetry_snapshot *s)
{
	struct rte_tel_data *child = make_child();

	if (child != NULL) {
		put(child, "writing", s->store_writing);
		put(child, "files", s->store_files);
		put(child, "bytes", s->store_bytes);
		put(child, "removed_files", s->store_removed_files);
		put(child, "removed_bytes", s->store_removed_bytes);
		put(child, "backlog_bytes", s->store_backlog_bytes);
		put(child, "dropped_records", s->store_dropped_records);
	}
	put_child(dict, "store", child);
}

void telemetry_answer_stats(struct rte_tel_data *data, const struct telemetry_snapshot *s,
	const char *parameter, uint64_t age_ns)
{
	(void)parameter;
	rte_tel_data_start_dict(data);
	put_text(data, "state", "running");
	put_text(data, "version", s->version);
	put_time(data, "started", s->started_ns);
	put(data, "uptime_s", s->uptime_ns / SY_NS_PER_S);
	put(data, "interval", s->interval);
	put_time(data, "interval_start", s->interval_start_ns);
	put_time(data, "interval_end", s->interval_end_ns);
	put(data, "interval_lag_ms", s->interval_lag_ns / SY_NS_PER_MS);
	put(data, "age_ms", age_ns / SY_NS_PER_MS);
	put_text(data, "clock", s->clock);
	put_traffic(data, s);
	put_tables(data, s);
	put_store(data, s);
}

static void put_port(struct rte_tel_data *dict, const struct telemetry_port *port)
{
	struct rte_tel_data *buckets = make_child();
	struct rte_tel_data *losses = make_child();
	struct rte_tel_data *drivers = make_child();

	put_text(dict, "name", port->name);
	put_text(dict, "vantage", port->vantage);
	put_text(dict, "driver", port->driver);
	put_text(dict, "link", sy_port_link_name(port->up, port->gone));
	put(dict, "received", port->received);
	put(dict, "bytes", port->bytes);
	for (int i = 0; buckets != NULL && i < SY_BUCKET_COUNT; i++)
		put(buckets, sy_bucket_name((enum sy_bucket)i), port->bucket[i]);
	put_child(dict, "buckets", buckets);
	if (losses != NULL) {
		put(losses, "missed", port->missed);
		put(losses, "errors", port->errors);
		put(losses, "no_mbuf", port->no_mbuf);
		put(losses, "kernel_drops", port->kernel_drops);
		put(losses, "ring_full", port->ring_full);
	}
	put_child(dict, "losses", losses);
	for (uint32_t i = 0; drivers != NULL && i < port->counter_count; i++)
		put(drivers, port->counters[i].name, port->counters[i].count);
	put_child(dict, "driver_losses", drivers);
	put(dict, "snapped", port->snapped);
	put(dict, "moved", port->moved);
	put(dict, "backwards", port->backwards);
}

// Without a name all ports in brief, since an answer has no more than 16 KB; with a name one in
// full. A name cannot be the key: it may have a '-', which DPDK does not allow in one.
void telemetry_answer_ports(struct rte_tel_data *data, const struct telemetry_snapshot *s,
	const char *parameter, uint64_t age_ns)
{
	(void)age_ns;
	if (parameter != NULL && parameter[0] != '\0') {
		rte_tel_data_start_dict(data);
		for (uint32_t i = 0; i < s->port_count; i++)
			if (strcmp(s->ports[i].name, parameter) == 0) {
				put_port(data, &s->ports[i]);
				return;
			}
		put_text(data, "error", "there is no port of that name");
		return;
	}
	rte_tel_data_start_dict(data);
	for (uint32_t i = 0; i < s->port_count; i++) {
		const struct telemetry_port *port = &s->ports[i];
		struct rte_tel_data *child = make_child();

		if (child == NULL)
			continue;
		put_text(child, "name", port->name);
		put_text(child, "link", sy_port_link_name(port->up, port->gone));
		put(child, "received", port->received);
		put(child, "bytes", port->bytes);
		put(child, "lost", losses_of(port));
		append_child(data, i, child);
	}
}

void telemetry_answer_workers(struct rte_tel_data *data, const struct telemetry_snapshot *s,
	const char *parameter, uint64_t age_ns)
{
	(void)parameter;
	(void)age_ns;
	rte_tel_data_start_dict(data);
	for (uint32_t i = 0; i < s->worker_count; i++) {
		const struct telemetry_worker *worker = &s->workers[i];
		struct rte_tel_data *child = make_child();

		if (child == NULL)
			continue;
		put(child, "worker", i);
		put(child, "core", worker->core);
		rte_tel_data_add_dict_int(child, "socket", worker->socket);
		put(child, "busy_permille", worker->busy_permille);
		put(child, "segments", worker->segments);
		put(child, "flows", worker->flows);
		put(child, "late_handovers", worker->late_handovers);
		put(child, "wrong_worker", worker->wrong_worker);
		append_child(data, i, child);
	}
}

static struct rte_tel_data *make_finding(const struct telemetry_finding *finding)
{
	struct rte_tel_data *child = make_child();

	if (child == NULL)
		return NULL;
	put_text(child, "code", sy_code_name(finding->code));
	put_text(child, "subject", finding->subject);
	put_text(child, "certainty", sy_certainty_name(finding->certainty));
	put(child, "uncertain", finding->uncertain);
	put(child, "attempts", finding->weight);
	put_text(child, "owner", finding->owner);
	return child;
}

void telemetry_answer_findings(struct rte_tel_data *data, const struct telemetry_snapshot *s,
	const char *parameter, uint64_t age_ns)
{
	struct rte_tel_data *counts = make_child();
	struct rte_tel_data *open = make_child();

	(void)parameter;
	(void)age_ns;
	rte_tel_data_start_dict(data);
	for (int i = 0; counts != NULL && i < SY_CODE_COUNT; i++)
		put(counts, sy_code_name((enum sy_code)i), s->findings[i]);
	put_child(data, "count", counts);
	for (uint32_t i = 0; open != NULL && i < s->open_count && i < TELEMETRY_FINDINGS; i++)
		append_child(open, i, make_finding(&s->open[i]));
	put_child(data, "open", open);
}
