// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// summary.json: the totals of a run, in one record.

#include "summary_cells.h"

#include <stddef.h>

#define SCHEMA_INPUT                                                                              \
	SY_SCHEMA_OBJECT("\"path\":" SY_SCHEMA_TEXT_NULL ",\"vantage\":" SY_SCHEMA_TEXT_NULL      \
			 ",\"frames\":" SY_SCHEMA_COUNT ",\"bytes\":" SY_SCHEMA_COUNT             \
			 ",\"first_seen\":" SY_SCHEMA_TIME_NULL                                   \
			 ",\"last_seen\":" SY_SCHEMA_TIME_NULL                                    \
			 ",\"clock_offset_ns\":" SY_SCHEMA_INTEGER ",\"cut_off\":" SY_SCHEMA_BOOL \
			 ",\"why\":" SY_SCHEMA_TEXT_NULL,                                         \
		"\"path\",\"vantage\",\"frames\",\"bytes\",\"first_seen\",\"last_seen\",\"clock_offset_ns\",\"cut_off\",\"why\"")

#define SCHEMA_ORIGINS                                                                \
	SY_SCHEMA_OBJECT("\"endpoint\":" SY_SCHEMA_COUNT ",\"path\":" SY_SCHEMA_COUNT \
			 ",\"unknown\":" SY_SCHEMA_COUNT,                             \
		"\"endpoint\",\"path\",\"unknown\"")

#define SCHEMA_LOSSES                                                                              \
	SY_SCHEMA_OBJECT("\"nic_missed\":" SY_SCHEMA_COUNT ",\"nic_errors\":" SY_SCHEMA_COUNT      \
			 ",\"no_mbuf\":" SY_SCHEMA_COUNT ",\"ring_full\":" SY_SCHEMA_COUNT         \
			 ",\"snapped\":" SY_SCHEMA_COUNT ",\"evicted_half_open\":" SY_SCHEMA_COUNT \
			 ",\"evicted_midstream\":" SY_SCHEMA_COUNT                                 \
			 ",\"evicted_ended\":" SY_SCHEMA_COUNT ",\"no_slot\":" SY_SCHEMA_COUNT     \
			 ",\"no_record\":" SY_SCHEMA_COUNT                                         \
			 ",\"services_not_tracked\":" SY_SCHEMA_COUNT                              \
			 ",\"hosts_not_tracked\":" SY_SCHEMA_COUNT                                 \
			 ",\"details_not_tracked\":" SY_SCHEMA_COUNT                               \
			 ",\"hists_not_tracked\":" SY_SCHEMA_COUNT                                 \
			 ",\"exemplars_not_tracked\":" SY_SCHEMA_COUNT                             \
			 ",\"copies_not_tracked\":" SY_SCHEMA_COUNT                                \
			 ",\"findings_dropped\":" SY_SCHEMA_COUNT,                                 \
		"\"nic_missed\",\"nic_errors\",\"no_mbuf\",\"ring_full\",\"snapped\",\"evicted_half_open\",\"evicted_midstream\",\"evicted_ended\",\"no_slot\",\"no_record\",\"services_not_tracked\",\"hosts_not_tracked\",\"details_not_tracked\",\"hists_not_tracked\",\"exemplars_not_tracked\",\"copies_not_tracked\",\"findings_dropped\"")

#define SCHEMA_VIEW "{\"enum\":[\"unknown\",\"both_ways\",\"one_way\"]}"

#define SCHEMA_VANTAGE                                                                            \
	SY_SCHEMA_OBJECT("\"vantage\":" SY_SCHEMA_TEXT_NULL ",\"view\":" SCHEMA_VIEW              \
			 ",\"segments\":" SY_SCHEMA_COUNT ",\"ack_of_unseen\":" SY_SCHEMA_COUNT   \
			 ",\"synack_without_syn\":" SY_SCHEMA_COUNT                               \
			 ",\"ack_without_synack\":" SY_SCHEMA_COUNT                               \
			 ",\"flows_both_ways\":" SY_SCHEMA_COUNT                                  \
			 ",\"flows_one_way\":" SY_SCHEMA_COUNT ",\"duplicates\":" SY_SCHEMA_COUNT \
			 ",\"capture_loss_estimate\":" SY_SCHEMA_NUMBER_NULL,                     \
		"\"vantage\",\"view\",\"segments\",\"ack_of_unseen\",\"synack_without_syn\",\"ack_without_synack\",\"flows_both_ways\",\"flows_one_way\",\"duplicates\",\"capture_loss_estimate\"")

#define SCHEMA_TRANSIT                                                                  \
	SY_SCHEMA_OBJECT("\"from\":" SY_SCHEMA_TEXT_NULL ",\"to\":" SY_SCHEMA_TEXT_NULL \
			 "," SY_SCHEMA_SPREAD_FIELDS,                                   \
		"\"from\",\"to\"," SY_SCHEMA_SPREAD_NAMES)

#define SCHEMA_CLOCK                                                                          \
	SY_SCHEMA_OBJECT("\"source\":" SY_SCHEMA_TEXT_NULL ",\"backwards\":" SY_SCHEMA_COUNT, \
		"\"source\",\"backwards\"")

#define SCHEMA_ICMP                                                                       \
	SY_SCHEMA_OBJECT("\"errors\":" SY_SCHEMA_COUNT ",\"unmatched\":" SY_SCHEMA_COUNT, \
		"\"errors\",\"unmatched\"")

#define SCHEMA_LINES                                                                      \
	SY_SCHEMA_OBJECT("\"attempts\":" SY_SCHEMA_COUNT ",\"services\":" SY_SCHEMA_COUNT \
			 ",\"hosts\":" SY_SCHEMA_COUNT ",\"findings\":" SY_SCHEMA_COUNT   \
			 ",\"ports\":" SY_SCHEMA_COUNT ",\"summary\":" SY_SCHEMA_COUNT,   \
		"\"attempts\",\"services\",\"hosts\",\"findings\",\"ports\",\"summary\"")

#define SCHEMA_NOT_WRITTEN                                                                    \
	SY_SCHEMA_OBJECT("\"intervals\":" SY_SCHEMA_COUNT ",\"lines\":" SCHEMA_LINES          \
			 ",\"since\":" SY_SCHEMA_TIME_NULL ",\"until\":" SY_SCHEMA_TIME_NULL, \
		"\"intervals\",\"lines\",\"since\",\"until\"")

static const struct sy_column columns[] = {
	SY_COLUMN("version", SY_TYPE_TEXT, SY_NULLABLE, sy_summary_put_run_text,
		offsetof(struct sy_run_info, version), "Version of the program."),
	SY_COLUMN("started", SY_TYPE_TIME, SY_NULLABLE, sy_summary_put_run_time,
		offsetof(struct sy_run_info, started_ns),
		"When the run began, by the clock of the box."),
	SY_COLUMN("ended", SY_TYPE_TIME, SY_NULLABLE, sy_summary_put_run_time,
		offsetof(struct sy_run_info, ended_ns), "When it ended, likewise."),
	SY_COLUMN("first_seen", SY_TYPE_TIME, SY_NULLABLE, sy_summary_put_port_time,
		offsetof(struct sy_port_stats, first_ns), "Earliest time of a frame."),
	SY_COLUMN("last_seen", SY_TYPE_TIME, SY_NULLABLE, sy_summary_put_port_time,
		offsetof(struct sy_port_stats, last_ns), "Latest time of a frame."),
	SY_COLUMN_NESTED("inputs", SY_TYPE_ARRAY, SY_ALWAYS, sy_summary_put_inputs, 0, NULL,
		SCHEMA_INPUT,
		"Capture files or ports, in the order given; cut_off = ended in the middle of a record or damaged, and why."),
	SY_COLUMN("packets", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_port_u64,
		offsetof(struct sy_port_stats, received),
		"Frames received: the sum of the buckets."),
	SY_COLUMN("bytes", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_port_u64,
		offsetof(struct sy_port_stats, bytes), "Bytes on the wire of these."),
	SY_COLUMN_NESTED("buckets", SY_TYPE_OBJECT, SY_ALWAYS, sy_summary_put_buckets, 0,
		&sy_words_bucket, SY_SCHEMA_COUNT, "Frames by the one bucket that each ends in."),
	SY_COLUMN_NESTED("attempts", SY_TYPE_OBJECT, SY_ALWAYS, sy_summary_put_totals,
		offsetof(struct sy_totals, outcome), &sy_words_outcome, SY_SCHEMA_COUNT,
		"Attempts by outcome; exact, whatever the tables had room for."),
	SY_COLUMN_NESTED("decided_by", SY_TYPE_OBJECT, SY_ALWAYS, sy_summary_put_totals,
		offsetof(struct sy_totals, decided_by), &sy_words_decided_by, SY_SCHEMA_COUNT,
		"Attempts by what ended the wait for more evidence."),
	SY_COLUMN_NESTED("rsts", SY_TYPE_OBJECT, SY_ALWAYS, sy_summary_put_rsts, 0,
		&sy_words_rst_phase, SCHEMA_ORIGINS, "RSTs by phase and origin."),
	SY_COLUMN_NESTED("server_rtt_us", SY_TYPE_OBJECT, SY_ALWAYS, sy_summary_put_rtt, SY_SERVER,
		NULL, SY_SCHEMA_RTT,
		"Microseconds from SYN to SYN-ACK at the tap, over all attempts."),
	SY_COLUMN_NESTED("client_rtt_us", SY_TYPE_OBJECT, SY_ALWAYS, sy_summary_put_rtt, SY_CLIENT,
		NULL, SY_SCHEMA_RTT,
		"Microseconds from SYN-ACK to final ACK at the tap, over all attempts."),
	SY_COLUMN_NESTED("losses", SY_TYPE_OBJECT, SY_ALWAYS, sy_summary_put_losses, 0, NULL,
		SCHEMA_LOSSES,
		"What never reached the program (frames), what was cut (snapped), and what the tables had no room for (attempts, flows, notes, round trips, findings)."),
	SY_COLUMN_NESTED("vantages", SY_TYPE_ARRAY, SY_ALWAYS, sy_summary_put_vantages, 0, NULL,
		SCHEMA_VANTAGE,
		"What each vantage saw and what the traffic proves that it missed: view says whether both directions pass it; capture_loss_estimate is a share of packets, 0 to 1."),
	SY_COLUMN_NESTED("transit_us", SY_TYPE_ARRAY, SY_ALWAYS, sy_summary_put_transit, 0, NULL,
		SCHEMA_TRANSIT,
		"Times that packets took between two vantages, in microseconds: from is the one that saw them first; empty where there is one vantage. As good as the clocks: see clock, and the offset of each input."),
	SY_COLUMN_NESTED("clock", SY_TYPE_OBJECT, SY_ALWAYS, sy_summary_put_clock, 0, NULL,
		SCHEMA_CLOCK,
		"Where times come from, and frames whose time was before that of the frame before."),
	SY_COLUMN("midstream_flows", SY_TYPE_INTEGER, SY_NULLABLE, sy_summary_put_midstream, 0,
		"Flows seen without a SYN: no attempts; null when tracking is handshake."),
	SY_COLUMN("syn_retransmits", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_total,
		offsetof(struct sy_totals, syn_retransmits), "SYNs that repeated an earlier one."),
	SY_COLUMN("simultaneous_opens", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_total,
		offsetof(struct sy_totals, simultaneous_opens), "Attempts whose SYNs crossed."),
	SY_COLUMN("two_responders", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_total,
		offsetof(struct sy_totals, two_responders),
		"Attempts answered by two different SYN-ACKs."),
	SY_COLUMN("refusals", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_total,
		offsetof(struct sy_totals, refusals), "Valid RSTs that answered a SYN."),
	SY_COLUMN("invalid_refusals", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_total,
		offsetof(struct sy_totals, invalid_refusals),
		"RSTs towards clients that no stack accepts as an answer to a SYN."),
	SY_COLUMN("tfo", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_total,
		offsetof(struct sy_totals, tfo), "Attempts whose SYN had a TCP Fast Open option."),
	SY_COLUMN("ecn_setup", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_total,
		offsetof(struct sy_totals, ecn_setup), "Attempts whose SYN asked for ECN."),
	SY_COLUMN("ecn_accepted", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_total,
		offsetof(struct sy_totals, ecn_accepted), "Attempts whose SYN-ACK agreed to ECN."),
	SY_COLUMN("rtt_ambiguous", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_total,
		offsetof(struct sy_totals, rtt_ambiguous),
		"Attempts with a round trip withheld because of retransmissions."),
	SY_COLUMN_NESTED("icmp", SY_TYPE_OBJECT, SY_ALWAYS, sy_summary_put_icmp, 0, NULL,
		SCHEMA_ICMP, "ICMP errors that quote TCP, and those of no attempt in the table."),
	SY_COLUMN_NESTED("services", SY_TYPE_OBJECT, SY_ALWAYS, sy_summary_put_services, 0,
		&sy_words_service_state, SY_SCHEMA_COUNT,
		"Services by state; of live those that have a line in the interval."),
	SY_COLUMN("hosts", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_hosts, 0,
		"Records of hosts: addresses at vantages; of live likewise."),
	SY_COLUMN_NESTED("findings", SY_TYPE_OBJECT, SY_ALWAYS, sy_summary_put_findings, 0,
		&sy_words_code, SY_SCHEMA_COUNT,
		"Findings by code: of live those that are open at the end of the interval, of read all."),
	SY_COLUMN("tracking", SY_TYPE_TEXT, SY_NULLABLE, sy_summary_put_run_text,
		offsetof(struct sy_run_info, tracking),
		"full = every packet was looked up, handshake = only those that can change a verdict."),
	SY_COLUMN("workers", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_run_u32,
		offsetof(struct sy_run_info, workers), "Worker threads."),
	SY_COLUMN("flows_max", SY_TYPE_INTEGER, SY_ALWAYS, sy_summary_put_run_u64,
		offsetof(struct sy_run_info, flows_max), "Most flows in the tables at a time."),
	SY_COLUMN_NESTED("not_written", SY_TYPE_OBJECT, SY_NULLABLE, sy_summary_put_not_written, 0,
		NULL, SCHEMA_NOT_WRITTEN,
		"What could not be written before this line (a full disk), in lines by file, and the intervals that lack them; null where files are written once, at the end."),
};

const struct sy_table sy_table_summary = {
	.name = "summary",
	.doc = "The totals of a run: one document.",
	.columns = columns,
	.column_count = sizeof(columns) / sizeof(columns[0]),
};
