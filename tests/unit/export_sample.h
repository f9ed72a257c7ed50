// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "rtts.h"

#include "sy_summary.h"
#include "sy_tables.h"

#include <stdio.h>

// A small run made by hand: two taps, a service that works, one in whose name a device on the path
// sends RSTs, and what the report must say about them.

#define SAMPLE_TS UINT64_C(1795336380000001000) // 2026-11-22T08:33:00.000001000Z

static const char *const sample_vantages[] = {"client", "ser\"ver"};
static const uint8_t sample_vantage_of_port[] = {0, 1};

static inline struct sy_attempt sample_attempt(void)
{
	struct sy_attempt attempt = {
		.tuple = {.client = sy_addr_from_v4(0xc0a80164),
			.server = sy_addr_from_v4(0xc0a8020a),
			.client_port = 50000,
			.server_port = 445},
		.note = {[SY_NOTE_SYN] = {.ts_ns = SAMPLE_TS,
				 .seq = 4000000000u,
				 .ttl = 128,
				 .ip_flags = SY_IP_DF,
				 .tcp_flags = SY_TCP_SYN,
				 .window = 64240,
				 .seen_at = 1},
			[SY_NOTE_RST] = {.ts_ns = SAMPLE_TS + 1500250,
				.ack = 4000000001u,
				.ttl = 64,
				.tos = 0x10,
				.tcp_flags = SY_TCP_RST | SY_TCP_ACK,
				.seen_at = 3,
				.other_vantage = 1}},
		.other_dt_ns = {[SY_NOTE_RST] = -250},
		.opt = {[SY_CLIENT] = {.mss = 1460,
				.wscale = 8,
				.present = SY_OPT_MSS | SY_OPT_WSCALE | SY_OPT_SACK}},
		.last_syn_ns = SAMPLE_TS + 1000,
		.decided_ns = SAMPLE_TS + 1500250,
		.end_ns = SAMPLE_TS + 1500250,
		.server_rtt_ns = SY_NS_UNKNOWN,
		.client_rtt_ns = SY_NS_UNKNOWN,
		.flags = SY_ATT_RST_VALID,
		.syn_count = 2,
		.rst_count = 1,
		.refusals = 1,
		.vlan = 0xffff,
		.outcome = SY_OUTCOME_REFUSED,
		.decided_by = SY_DECIDED_BY_PACKETS,
		.rst_phase = SY_RST_TO_SYN,
		.rst_side = SY_SERVER,
		.conn_state = SY_ZEEK_REJ,
		.completeness = SY_COMPLETE_SYN | SY_COMPLETE_RST,
		.history_count = 2,
		.history = {'S', 'r'},
	};
	return attempt;
}

/// Everything that a summary points to. Not to be moved once sample_init() has run.
struct sample {
	struct sy_service_detail detail;
	struct sy_service_stats service_stats[2];
	struct sy_service_facts services[2];
	struct sy_host_stats host_stats[2];
	struct sy_host_facts hosts[2];
	const struct sy_host_facts *sorted_hosts[2];
	struct sy_port_stats ports[2];
	struct sy_totals totals;
	struct sy_transit transit;
	struct sy_facts facts;
	struct sy_finding finding_list[2];
	struct sy_findings findings;
	struct sy_run_input inputs[2];
	struct sy_run_info run;
	struct sy_summary summary;
};

static inline void sample_services(struct sample *sample)
{
	static const uint64_t durations_ns[] = {900000, 1000000, 55533250};

	for (int i = 0; i < 3; i++) {
		sy_rtts_add(&sample->detail.rtt[SY_SERVER], durations_ns[i], NULL, NULL);
		sy_hist_add(&sample->totals.rtt[SY_SERVER], durations_ns[i]);
	}
	sample->service_stats[0] = (struct sy_service_stats){
		.server = sy_addr_from_v4(0xc0a8020a),
		.port = 445,
		.rst_slots = 1,
		.outcome = {[SY_OUTCOME_REFUSED] = 7},
		.refusals = 7,
		.first_seen_ns = SAMPLE_TS,
		.rst = {{.ttl = 64, .count = 7, .first_ns = SAMPLE_TS, .last_ns = SAMPLE_TS + 9}},
	};
	sample->service_stats[1] = (struct sy_service_stats){
		.server = sy_addr_from_v6((const uint8_t[16]){0x20, 0x01, 0x0d, 0xb8, [15] = 1}),
		.port = 80,
		.outcome = {[SY_OUTCOME_ESTABLISHED] = 1200},
		.icmp_self = 1,
		.icmp_from = sy_addr_from_v4(0x0a000001),
		.icmp_type = 3,
		.icmp_code = 13,
		.detail = &sample->detail,
	};
	sample->services[0] = (struct sy_service_facts){
		.stats = &sample->service_stats[0],
		.state = SY_SERVICE_BLOCKED,
		.since_ns = SAMPLE_TS,
		.attempts = 7,
		.failed = 7,
		.rst_by_origin = {[SY_ORIGIN_PATH] = 7},
	};
	sample->services[1] = (struct sy_service_facts){
		.stats = &sample->service_stats[1],
		.state = SY_SERVICE_LISTENING,
		.last_answered_ns = SAMPLE_TS,
		.attempts = 1200,
		.clients = 17,
	};
}

static inline void sample_hosts(struct sample *sample)
{
	sample->host_stats[0] = (struct sy_host_stats){
		.addr = sy_addr_from_v4(0xc0a8020a),
		.ttl_slots = 1,
		.rst_slots = 1,
		.confirmed = 1,
		.ttl = {{.ttl = 127, .count = {[SY_ROLE_DATA] = 90}, .first_ns = SAMPLE_TS}},
		.rst = {{.ttl = 64, .count = {[SY_RST_TO_SYN] = 7}, .first_ns = SAMPLE_TS}},
	};
	sample->host_stats[1] = (struct sy_host_stats){.addr = sample->service_stats[1].server};
	sample->hosts[0] = (struct sy_host_facts){
		.stats = &sample->host_stats[0],
		.baseline = {-1, -1, 127, -1},
		.ttl = 127,
		.guess = {.initial = 128, .hops = 1, .family = SY_FAMILY_WINDOWS},
	};
	sample->hosts[1] = (struct sy_host_facts){
		.stats = &sample->host_stats[1], .baseline = {-1, -1, -1, -1}, .ttl = -1};
}

static inline void sample_findings(struct sample *sample)
{
	sample->finding_list[0] = (struct sy_finding){
		.code = SY_CODE_RESET_BY_PATH,
		.certainty = SY_LIKELY,
		.subject = sy_addr_from_v4(0xc0a8020a),
		.subject_port = 445,
		.since_ns = SAMPLE_TS,
		.last_seen_ns = SAMPLE_TS + 9,
		.weight = 7,
		.subject_text = "192.168.2.10:445",
		.owner = "network/firewall owner",
		.says = "A unix-family device 0 hops from this tap answers in the name of 192.168.2.10 "
			"(TTL 64 where the host's own packets have 127).",
		.figures = {{.name = "rst_count", .value = 7},
			{.name = "last_answered", .is_time = true, .time_ns = 0},
			{.name = "share", .value = 0.25}},
		.figure_count = 3,
		.packets =
			{"08:33:00.001501250 192.168.2.10:445 > 192.168.1.100:50000 [R.] seq 0 ack 1 "
			 "win 0 ttl 64 id 0x0000"},
		.packet_count = 1,
		.alternatives = {{.what = "64 extra hops on the way back",
			.why = "no ordinary packet took such a way"}},
		.alternative_count = 1,
	};
	sample->finding_list[1] = (struct sy_finding){
		.code = SY_CODE_LOSSY_MONITOR,
		.uncertain = true,
		.loss_estimate = 0.015,
		.subject_text = "client",
		.owner = "owner of the monitor",
		.says = "The monitor lost packets.",
	};
	sample->findings = (struct sy_findings){
		.list = sample->finding_list, .count = 2, .capacity = 2, .dropped = 3};
}

static inline void sample_run(struct sample *sample)
{
	sample->ports[0] = (struct sy_port_stats){
		.received = 1234567,
		.bytes = 987654321,
		.bucket = {[SY_BUCKET_TCP] = 1234000, [SY_BUCKET_NON_IP] = 567},
		.snapped = 42,
		.first_ns = SAMPLE_TS,
		.last_ns = SAMPLE_TS + 130 * SY_NS_PER_S,
	};
	sample->ports[1] = (struct sy_port_stats){.received = 1, .bucket = {[SY_BUCKET_TCP] = 1}};
	sample->inputs[0] = (struct sy_run_input){.path = "a,\"b\".pcap"};
	sample->inputs[1] = (struct sy_run_input){.path = "b\x1b.pcap",
		.link = "down",
		.cut_off = true,
		.why = "b.pcap ends in the middle of a record"};
	sample->run = (struct sy_run_info){
		.version = "0.1.0",
		.clock_source = "capture file",
		.tracking = "full",
		.inputs = sample->inputs,
		.input_count = 2,
		.workers = 1,
		.started_ns = SAMPLE_TS,
	};
}

/// An accumulator that knows the two hosts, in this order, so that their facts are found.
static inline const struct sy_stats *sample_stats(const struct sample *sample)
{
	static struct sy_stats *stats;
	struct sy_stats_config config = {.services = 16, .hosts = 16, .details = 1};

	if (stats == NULL)
		stats = sy_stats_create(&config);
	for (uint32_t i = 0; i < 2; i++)
		sy_stats_ttl(stats, SY_ROLE_DATA, &sample->host_stats[i].addr, 127, 0, SAMPLE_TS);
	return stats;
}

static inline void sample_init(struct sample *sample)
{
	*sample = (struct sample){0};
	sample_services(sample);
	sample_hosts(sample);
	sample_findings(sample);
	sample_run(sample);
	sample->totals.outcome[SY_OUTCOME_ESTABLISHED] = 1200;
	sample->totals.outcome[SY_OUTCOME_REFUSED] = 7;
	sample->totals.decided_by[SY_DECIDED_BY_PACKETS] = 1207;
	sample->totals.rst[SY_RST_TO_SYN] = 7;
	sy_hist_add(&sample->transit.time[0][1], 120000);
	sy_hist_add(&sample->transit.time[1][0], 250000);
	sample->sorted_hosts[0] = &sample->hosts[0];
	sample->sorted_hosts[1] = &sample->hosts[1];
	sample->facts = (struct sy_facts){
		.stats = sample_stats(sample),
		.sorted_hosts = sample->sorted_hosts,
		.totals = &sample->totals,
		.services = sample->services,
		.service_count = 2,
		.hosts = sample->hosts,
		.host_count = 2,
		.rst = {[SY_RST_TO_SYN] = {[SY_ORIGIN_PATH] = 7}},
		.ports = sample->ports,
		.port_count = 2,
		.vantage_of_port = sample_vantage_of_port,
		.vantage_names = sample_vantages,
		.vantage_count = 2,
		.transit = &sample->transit,
		.loss_estimate = {0.0125},
		.start_ns = SAMPLE_TS,
		.end_ns = SAMPLE_TS + 130 * SY_NS_PER_S,
	};
	sample->summary = (struct sy_summary){
		.run = &sample->run, .facts = &sample->facts, .findings = &sample->findings};
}

/// The text so far, 0-terminated.
static inline const char *sample_text(struct sy_text *text)
{
	sy_text_put(text, "\0", 1);
	text->size--;
	return text->data;
}
