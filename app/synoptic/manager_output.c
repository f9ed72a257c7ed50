// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Where an interval goes: files, Prometheus, the readable report, the log.

#include "log.h"
#include "manager.h"
#include "read_output.h"

#include "sy_report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_NS   (60 * SY_NS_PER_S)
#define REPORT_TOP 20
#define LOGGED_MAX 20 // findings of an interval that the log says

void manager_begin(struct manager *m)
{
	if (m->store != NULL)
		sy_store_begin_interval(m->store, m->interval_start_ns,
			m->interval_start_ns + m->config->interval_s * SY_NS_PER_S);
}

static void write_store(struct manager *m, const struct sy_summary *summary)
{
	if (m->store == NULL)
		return;
	manager_write_held(m);
	sy_store_put_summary(m->store, summary);
	sy_store_commit(m->store);
}

void manager_count_findings(const struct manager *m, uint64_t count[static SY_CODE_COUNT])
{
	for (uint32_t i = 0; i < m->findings->count; i++)
		count[m->findings->list[i].code] += m->findings->list[i].ended_ns == 0;
}

/// The pairs of vantages between which packets have passed since the start.
static uint32_t gather_transit(const struct manager *m, struct sy_metrics_transit *pairs)
{
	uint32_t count = 0;

	for (uint32_t from = 0; from < m->config->vantage_count; from++) {
		for (uint32_t to = 0; to < m->config->vantage_count; to++) {
			if (m->transit[from][to].count > 0)
				pairs[count++] = (struct sy_metrics_transit){m->vantage_names[from],
					m->vantage_names[to],
					sy_hist_spread(&m->facts->transit->time[from][to]),
					&m->transit[from][to]};
		}
	}
	return count;
}

static void write_metrics(struct manager *m)
{
	struct sy_metrics_port ports[SY_PORT_MAX];
	struct sy_metrics_vantage vantages[SY_VANTAGE_MAX];
	struct sy_metrics_transit transit[SY_VANTAGE_MAX * SY_VANTAGE_MAX];
	struct sy_flow_counters flows = manager_flows(m);
	struct sy_metrics metrics = {
		.version = SYNOPTIC_VERSION,
		.started_ns = m->started_ns,
		.ports = ports,
		.port_count = m->config->port_count,
		.vantages = vantages,
		.vantage_count = m->config->vantage_count,
		.transit = transit,
		.transit_count = gather_transit(m, transit),
		.totals = sy_stats_totals_read(m->all.stats),
		.rtt = m->rtt,
		.flows = flows.used,
		.evicted_ended = flows.evicted[SY_RANK_ENDED],
		.evicted_midstream = flows.evicted[SY_RANK_MIDSTREAM],
		.evicted_half_open = flows.evicted[SY_RANK_HALF_OPEN],
		.no_slot = flows.no_slot,
		.no_record = flows.no_record,
		.interval_lag_ns = m->lag_ns,
		.store = m->store != NULL ? &sy_store_counters(m->store)->metrics : NULL,
	};
	struct sy_error err;

	if (m->config->output.prometheus[0] == '\0')
		return;
	for (uint32_t p = 0; p < m->config->port_count; p++)
		ports[p] = (struct sy_metrics_port){m->config->ports[p].name,
			m->config->ports[p].vantage, &m->all.ports[p],
			sy_ports_get(m->live->ports, p)->up};
	for (uint32_t v = 0; v < m->config->vantage_count; v++)
		vantages[v] = (struct sy_metrics_vantage){
			m->vantage_names[v], m->facts->loss_estimate[v]};
	manager_count_findings(m, metrics.findings);
	if (sy_metrics_write_file(m->config->output.prometheus, &metrics, &err) != 0)
		log_limited(LOG_HERE, LIMIT_NS, SY_CONFIG_LOG_ERROR, "store", "%s", err.text);
}

static void put_report(struct sy_text *text, const struct sy_summary *summary)
{
	const struct sy_report_options options = {.utf8 = true, .top = REPORT_TOP};

	sy_report_write(text, summary, &options);
}

/// A file about the last interval, whole or not at all.
static void write_page(const struct manager *m, const char *name, const struct sy_summary *summary,
	void (*put)(struct sy_text *text, const struct sy_summary *summary))
{
	char path[1024], temporary[1024];
	struct sy_text text;
	int fd, status;

	if (m->store == NULL)
		return;
	snprintf(path, sizeof(path), "%s/%s", m->config->output.directory, name);
	if (!m->config->output.report) {
		unlink(path); // an old one would be taken for news
		return;
	}
	snprintf(temporary, sizeof(temporary), "%s/.%s.tmp", m->config->output.directory, name);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return; // the store says what is wrong with the directory
	sy_text_init(&text, fd);
	put(&text, summary);
	status = sy_text_flush(&text);
	sy_text_free(&text);
	close(fd);
	if (status != 0 || rename(temporary, path) != 0)
		unlink(temporary);
}

static void log_finding(const struct sy_finding *f)
{
	const char *code = sy_code_name(f->code), *because = sy_ended_name(f->ended_because);
	char key[128];

	// That it ends is said even when it was said a moment ago that it began.
	snprintf(key, sizeof(key), "%s %s %s", code, f->subject_text, because);
	if (f->ended_ns != 0)
		log_limited(key, LIMIT_NS, SY_CONFIG_LOG_INFO, "verdict", "%s, ended (%s): %s",
			code, because, f->says);
	else
		log_limited(key, LIMIT_NS, SY_CONFIG_LOG_INFO, "verdict", "%s: %s", code, f->says);
}

/// Those that end, then the weightiest of the others; the files have all.
static void log_news(const struct sy_findings *news)
{
	uint32_t logged = 0;

	if (news->count > LOGGED_MAX)
		log_limited(LOG_HERE, LIMIT_NS, SY_CONFIG_LOG_INFO, "verdict",
			"%u findings are new or have changed; the files have those that are not said "
			"here",
			news->count);
	for (uint32_t i = 0; i < 2 * news->count && logged < LOGGED_MAX; i++) {
		const struct sy_finding *f = &news->list[i % news->count];

		if ((f->ended_ns != 0) != (i < news->count))
			continue;
		log_finding(f);
		logged++;
	}
}

void manager_write(
	struct manager *m, const struct sy_summary *interval, const struct sy_summary *all)
{
	write_store(m, interval);
	m->lag_ns = sy_time_since(manager_now().wall_ns, m->interval_end_ns);
	write_metrics(m);
	write_page(m, "report.txt", interval, put_report);
	write_page(m, "current.json", interval, sy_document_write_current);
	manager_publish(m);
	log_news(interval->findings);
	if (m->shows_report)
		read_output_print(all, false);
}
