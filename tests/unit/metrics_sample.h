// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "export_cmocka.h"
#include "export_sample.h"

#include "sy_metrics.h"

/// Metrics with something in all of them. Not to be moved once metrics_sample_init() has run.
struct metrics_sample {
	struct sample sample;
	struct sy_metrics_port ports[2];
	struct sy_metrics_vantage vantages[2];
	struct sy_rtt_sums rtt[2], transit_sums;
	struct sy_metrics_transit transit[2];
	struct sy_metrics_store store;
	struct sy_metrics metrics;
};

static inline void metrics_sample_init(struct metrics_sample *s)
{
	*s = (struct metrics_sample){0};
	sample_init(&s->sample);
	s->ports[0] = (struct sy_metrics_port){"0000:17:00.0", "client", &s->sample.ports[0], true};
	s->ports[1] = (struct sy_metrics_port){"a\"b\\c\n-\xff", NULL, &s->sample.ports[1]};
	s->vantages[0] = (struct sy_metrics_vantage){"client", 0.015};
	s->vantages[1] = (struct sy_metrics_vantage){"ser\"ver", 0};
	sy_rtt_sums_add(&s->rtt[SY_SERVER], &s->sample.totals.rtt[SY_SERVER]);
	sy_rtt_sums_add(&s->transit_sums, &s->sample.transit.time[0][1]);
	s->transit[0] = (struct sy_metrics_transit){"client", "ser\"ver",
		sy_hist_spread(&s->sample.transit.time[0][1]), &s->transit_sums};
	s->transit[1] = (struct sy_metrics_transit){
		"ser\"ver", "client", sy_spread_unknown(), &s->transit_sums};
	s->store = (struct sy_metrics_store){.files = 12,
		.bytes = 3456,
		.writing = true,
		.not_written = {.intervals = 2, .lines = {[SY_KIND_ATTEMPTS] = 77}}};
	s->metrics = (struct sy_metrics){.version = "0.1.0",
		.started_ns = SAMPLE_TS,
		.ports = s->ports,
		.port_count = 2,
		.vantages = s->vantages,
		.vantage_count = 2,
		.transit = s->transit,
		.transit_count = 2,
		.totals = &s->sample.totals,
		.rtt = s->rtt,
		.flows = 4711,
		.evicted_half_open = 5,
		.findings = {[SY_CODE_RESET_BY_PATH] = 1},
		.interval_lag_ns = 1500000,
		.store = &s->store};
}
