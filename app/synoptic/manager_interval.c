// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// An interval that is whole: judged and written.

#include "log.h"
#include "manager.h"

#include <stdlib.h>

#define LIMIT_NS (60 * SY_NS_PER_S)

struct sy_flow_counters manager_flows(const struct manager *m)
{
	struct sy_flow_counters all = {0};

	for (uint32_t w = 0; w < m->live->worker_count; w++)
		interval_add_flows(&all, &m->flows[w]);
	return all;
}

/// For how long a finding stays open without new evidence: silence is known only when the wait for
/// an answer is over.
static struct stated_clock patience(const struct manager *m)
{
	uint64_t patience_s = 2 * (uint64_t)m->config->timeouts.attempt_s +
			      2 * (uint64_t)m->config->interval_s;

	return (struct stated_clock){m->interval_end_ns, patience_s * SY_NS_PER_S};
}

/// The figures of the interval, by all that is known; or, without that, those of all intervals.
static struct sy_facts *judge(
	const struct manager *m, const struct interval *interval, const struct sy_facts *known)
{
	bool all = known == NULL;
	const struct sy_facts_inputs inputs = {
		.stats = interval->stats,
		.ports = interval->ports,
		.port_count = m->config->port_count,
		.vantage_of_port = m->live->vantage_of_port,
		.vantage_names = m->vantage_names,
		.vantage_count = m->config->vantage_count,
		.interval_start_ns = all ? 0 : m->interval_start_ns,
		.interval_end_ns = all ? 0 : m->interval_end_ns,
		.known = known,
	};

	return sy_facts_create(&inputs);
}

static void add_sums(struct manager *m)
{
	const struct sy_totals *totals = sy_stats_totals_read(m->sum.stats);
	const struct sy_transit *transit = sy_stats_transit_read(m->sum.stats);

	for (uint32_t p = 0; p < m->config->port_count; p++)
		sy_stats_vantage(m->sum.stats, m->live->vantage_of_port[p])->duplicates +=
			m->sum.ports[p].bucket[SY_BUCKET_DUPLICATE];
	sy_rtt_sums_add(&m->rtt[SY_CLIENT], &totals->rtt[SY_CLIENT]);
	sy_rtt_sums_add(&m->rtt[SY_SERVER], &totals->rtt[SY_SERVER]);
	for (uint32_t i = 0; i < SY_VANTAGE_MAX * SY_VANTAGE_MAX; i++)
		sy_rtt_sums_add(&m->transit[i / SY_VANTAGE_MAX][i % SY_VANTAGE_MAX],
			&transit->time[i / SY_VANTAGE_MAX][i % SY_VANTAGE_MAX]);
	interval_merge(&m->all, &m->sum);
}

const char *manager_clock_source(const struct manager *m)
{
	uint32_t stamped = 0;

	for (uint32_t p = 0; p < m->config->port_count; p++)
		stamped += live_has_times(m->live, p);
	if (stamped == 0)
		return "time-stamp counter, when polled";
	return stamped == m->config->port_count
		       ? "the frames' own times"
		       : "by port: the frames' own, or time-stamp counter, when polled";
}

/// What is known of the run since `started_ns`, when the tables' counters were those of `before`.
static struct sy_run_info run_info(const struct manager *m, struct sy_run_input *inputs,
	uint64_t started_ns, const struct sy_flow_counters *before)
{
	struct sy_flow_counters now = manager_flows(m);

	for (uint32_t p = 0; p < m->config->port_count; p++) {
		const struct sy_port *port = sy_ports_get(m->live->ports, p);

		inputs[p] = (struct sy_run_input){.path = m->config->ports[p].name,
			.link = sy_port_link_name(port->up, port->gone),
			.counters = m->counters[p].grown,
			.counter_count = m->counters[p].count};
	}
	return (struct sy_run_info){
		.version = SYNOPTIC_VERSION,
		.clock_source = manager_clock_source(m),
		.tracking = sy_config_tracking_name(m->config->tracking),
		.inputs = inputs,
		.input_count = m->config->port_count,
		.workers = m->live->worker_count,
		.started_ns = started_ns,
		.ended_ns = m->interval_end_ns,
		.since_ns = m->started_ns,
		.evicted_ended = now.evicted[SY_RANK_ENDED] - before->evicted[SY_RANK_ENDED],
		.evicted_midstream = now.evicted[SY_RANK_MIDSTREAM] -
				     before->evicted[SY_RANK_MIDSTREAM],
		.evicted_half_open = now.evicted[SY_RANK_HALF_OPEN] -
				     before->evicted[SY_RANK_HALF_OPEN],
		.no_slot = now.no_slot - before->no_slot,
		.no_record = now.no_record - before->no_record,
		.flows_max = now.used_max,
	};
}

void manager_know_nothing(struct manager *m)
{
	m->all_facts = judge(m, &m->all, NULL);
}

static bool judge_all(struct manager *m)
{
	const struct sy_verdict_config config = sy_verdict_config_default();

	sy_findings_destroy(m->findings);
	sy_facts_destroy(m->facts);
	sy_facts_destroy(m->all_facts);
	m->findings = NULL;
	m->facts = NULL;
	m->all_facts = judge(m, &m->all, NULL);
	if (m->all_facts != NULL)
		m->facts = judge(m, &m->sum, m->all_facts);
	if (m->facts != NULL)
		m->findings = sy_verdict_run_interval(m->all_facts, m->facts, &config);
	return m->facts != NULL && m->findings != NULL && sy_facts_sort_hosts(m->facts) == 0;
}

void manager_finish(struct manager *m)
{
	const struct sy_flow_counters none = {0};
	struct sy_run_input inputs[SY_PORT_MAX];
	struct sy_findings news;

	manager_add_losses(m);
	add_sums(m);
	m->number++;
	if (!judge_all(m) || stated_renew(&m->stated, m->findings, patience(m), &news) != 0) {
		log_limited(LOG_HERE, LIMIT_NS, SY_CONFIG_LOG_ERROR, "verdict",
			"no memory to judge an interval: it is counted and not written");
	} else {
		const struct sy_run_info now = run_info(
			m, inputs, m->interval_start_ns, &m->flows_before);
		const struct sy_run_info run = run_info(m, inputs, m->started_ns, &none);
		const struct sy_summary interval = {.run = &now,
			.facts = m->facts,
			.findings = &news,
			.known = m->findings,
			.history = m->all_facts};
		const struct sy_summary all = {.run = &run,
			.facts = m->all_facts,
			.findings = m->findings,
			.known = m->findings};

		manager_write(m, &interval, &all);
		free(news.list);
	}
	manager_write_held(m); // if the interval was not written: they do not depend on it
	m->flows_before = manager_flows(m);
	m->interval_start_ns = m->interval_end_ns;
	if (m->ended < m->live->worker_count)
		manager_begin(m);
	sy_facts_destroy(m->facts); // `sum` is for the next interval now
	m->facts = NULL;
	interval_reset(&m->sum);
}
