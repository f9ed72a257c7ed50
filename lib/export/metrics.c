// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_dir.h"
#include "sy_metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "synoptic_"

struct label {
	const char *name;
	const char *value; ///< NULL = ""
};

static void put_head(struct sy_text *out, const char *name, const char *type, const char *help)
{
	sy_text_printf(
		out, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s %s\n", name, help, name, type);
}

// Name and labels of a sample; the value follows.
static void put_name(
	struct sy_text *out, const char *name, const struct label *labels, uint32_t count)
{
	sy_text_puts(out, PREFIX);
	sy_text_puts(out, name);
	for (uint32_t i = 0; i < count; i++) {
		sy_text_put(out, i == 0 ? "{" : ",", 1);
		sy_text_puts(out, labels[i].name);
		sy_text_put(out, "=", 1);
		sy_text_put_label(out, labels[i].value != NULL ? labels[i].value : "");
	}
	sy_text_puts(out, count > 0 ? "} " : " ");
}

static void put_u64(struct sy_text *out, const char *name, const struct label *labels,
	uint32_t count, uint64_t value)
{
	put_name(out, name, labels, count);
	sy_text_put_u64(out, value);
	sy_text_put(out, "\n", 1);
}

static void put_f64(struct sy_text *out, const char *name, const struct label *labels,
	uint32_t count, double value)
{
	put_name(out, name, labels, count);
	if (value - value == 0)
		sy_text_put_f64(out, value, 9);
	else
		sy_text_puts(out, "NaN");
	sy_text_put(out, "\n", 1);
}

// A metric of one sample without labels.
static void put_single(
	struct sy_text *out, const char *name, const char *type, const char *help, uint64_t value)
{
	put_head(out, name, type, help);
	put_u64(out, name, NULL, 0, value);
}

// A metric with one label, whose values are a vocabulary.
static void put_words(struct sy_text *out, const char *name, const char *type, const char *help,
	const char *label, const struct sy_words *words, const uint64_t *values)
{
	put_head(out, name, type, help);
	for (uint32_t i = 0; i < words->count; i++)
		put_u64(out, name, &(struct label){label, words->name(i)}, 1, values[i]);
}

struct value {
	const char *word;
	uint64_t value;
};

// A counter with one label.
static void put_values(struct sy_text *out, const char *name, const char *help, const char *label,
	const struct value *values, size_t count)
{
	put_head(out, name, "counter", help);
	for (size_t i = 0; i < count; i++)
		put_u64(out, name, &(struct label){label, values[i].word}, 1, values[i].value);
}

static double seconds(uint64_t ns)
{
	return (double)ns / (double)SY_NS_PER_S;
}

static void put_build(struct sy_text *out, const struct sy_metrics *metrics)
{
	put_head(out, "build_info", "gauge", "Version of the program; always 1.");
	put_u64(out, "build_info", &(struct label){"version", metrics->version}, 1, 1);
	put_single(out, "start_time_seconds", "gauge",
		"When the program started, in seconds since 1970.",
		metrics->started_ns / SY_NS_PER_S);
	put_head(out, "interval_lag_seconds", "gauge",
		"From the end of the last interval to its report.");
	put_f64(out, "interval_lag_seconds", NULL, 0, seconds(metrics->interval_lag_ns));
}

// A counter with a sample for each port: the uint64_t at `offset` of its figures.
static void put_per_port(struct sy_text *out, const struct sy_metrics *metrics, const char *name,
	const char *help, size_t offset)
{
	put_head(out, name, "counter", help);
	for (uint32_t i = 0; i < metrics->port_count; i++) {
		const struct sy_metrics_port *port = &metrics->ports[i];
		put_u64(out, name,
			(struct label[]){{"port", port->name}, {"vantage", port->vantage}}, 2,
			*(const uint64_t *)(const void *)((const char *)port->stats + offset));
	}
}

static void put_ports(struct sy_text *out, const struct sy_metrics *metrics)
{
	static const struct {
		const char *kind;
		size_t offset;
	} losses[] = {
		{"nic_missed", offsetof(struct sy_port_stats, nic_missed)},
		{"nic_errors", offsetof(struct sy_port_stats, nic_errors)},
		{"no_mbuf", offsetof(struct sy_port_stats, no_mbuf)},
		{"ring_full", offsetof(struct sy_port_stats, ring_full)},
		{"snapped", offsetof(struct sy_port_stats, snapped)},
	};

	put_head(out, "frames_total", "counter",
		"Frames that a port delivered, by the one bucket that each ends in.");
	for (uint32_t i = 0; i < metrics->port_count; i++) {
		const struct sy_metrics_port *port = &metrics->ports[i];
		for (uint32_t b = 0; b < SY_BUCKET_COUNT; b++)
			put_u64(out, "frames_total",
				(struct label[]){{"port", port->name}, {"vantage", port->vantage},
					{"bucket", sy_bucket_name((enum sy_bucket)b)}},
				3, port->stats->bucket[b]);
	}
	put_per_port(out, metrics, "received_bytes_total",
		"Bytes on the wire of the frames that a port delivered.",
		offsetof(struct sy_port_stats, bytes));
	put_head(out, "lost_frames_total", "counter",
		"Frames that were not seen (or not whole: snapped), by what lost them.");
	for (uint32_t i = 0; i < metrics->port_count; i++) {
		const struct sy_metrics_port *port = &metrics->ports[i];
		for (size_t k = 0; k < sizeof(losses) / sizeof(losses[0]); k++)
			put_u64(out, "lost_frames_total",
				(struct label[]){{"port", port->name}, {"vantage", port->vantage},
					{"kind", losses[k].kind}},
				3,
				*(const uint64_t *)(const void *)((const char *)port->stats +
								  losses[k].offset));
	}
	put_per_port(out, metrics, "moved_segments_total",
		"Segments that came to another worker than their connection's and were handed over.",
		offsetof(struct sy_port_stats, moved));
}

static void put_links(struct sy_text *out, const struct sy_metrics *metrics)
{
	put_head(out, "port_up", "gauge",
		"1 = the port's device is there and its link is up, 0 = nothing can come.");
	for (uint32_t i = 0; i < metrics->port_count; i++) {
		const struct sy_metrics_port *port = &metrics->ports[i];
		put_u64(out, "port_up",
			(struct label[]){{"port", port->name}, {"vantage", port->vantage}}, 2,
			port->up);
	}
}

static void put_rtt(struct sy_text *out, const struct sy_rtt_sums *sums, const char *side)
{
	char bound[32];
	struct label labels[] = {{"side", side}, {"le", bound}};

	for (uint32_t i = 0; i < SY_RTT_BOUNDS; i++) {
		snprintf(bound, sizeof(bound), "%.9f",
			seconds(UINT64_C(1) << (SY_RTT_FIRST_BOUND_BITS + i)));
		put_u64(out, "handshake_rtt_seconds_bucket", labels, 2, sums->below[i]);
	}
	labels[1].value = "+Inf";
	put_u64(out, "handshake_rtt_seconds_bucket", labels, 2, sums->count);
	put_f64(out, "handshake_rtt_seconds_sum", labels, 1, seconds(sums->sum_ns));
	put_u64(out, "handshake_rtt_seconds_count", labels, 1, sums->count);
}

static void put_traffic(struct sy_text *out, const struct sy_metrics *metrics)
{
	const struct sy_totals *totals = metrics->totals;

	put_words(out, "attempts_total", "counter", "Attempts to open a connection, by outcome.",
		"outcome", &sy_words_outcome, totals->outcome);
	put_words(out, "attempts_decided_total", "counter",
		"Attempts by what ended the wait for more evidence.", "decided_by",
		&sy_words_decided_by, totals->decided_by);
	put_words(out, "rsts_total", "counter", "RSTs, by when in the connection's life they came.",
		"phase", &sy_words_rst_phase, totals->rst);
	put_single(out, "syn_retransmits_total", "counter", "SYNs that repeated an earlier one.",
		totals->syn_retransmits);
	put_head(out, "handshake_rtt_seconds", "histogram",
		"Round trips of handshakes at the tap: side server is SYN to SYN-ACK, side client is SYN-ACK to ACK.");
	put_rtt(out, &metrics->rtt[SY_SERVER], "server");
	put_rtt(out, &metrics->rtt[SY_CLIENT], "client");
}

// Of a pair without packets in the last interval the quantiles are not known.
static void put_transit(struct sy_text *out, const struct sy_metrics *metrics)
{
	put_head(out, "transit_seconds", "summary",
		"Times that packets took from one vantage to another; the quantiles are of the last interval.");
	for (uint32_t i = 0; i < metrics->transit_count; i++) {
		const struct sy_metrics_transit *pair = &metrics->transit[i];
		const struct {
			const char *word;
			uint64_t ns;
		} quantiles[] = {{"0.5", pair->spread.p50_ns}, {"0.9", pair->spread.p90_ns},
			{"0.99", pair->spread.p99_ns}};
		struct label labels[] = {{"from", pair->from}, {"to", pair->to}, {"quantile", ""}};

		for (size_t q = 0; q < sizeof(quantiles) / sizeof(quantiles[0]); q++) {
			labels[2].value = quantiles[q].word;
			put_f64(out, "transit_seconds", labels, 3,
				quantiles[q].ns == SY_NS_UNKNOWN ? (double)NAN
								 : seconds(quantiles[q].ns));
		}
		put_f64(out, "transit_seconds_sum", labels, 2, seconds(pair->sums->sum_ns));
		put_u64(out, "transit_seconds_count", labels, 2, pair->sums->count);
	}
}

static void put_tables(struct sy_text *out, const struct sy_metrics *metrics)
{
	const struct value evicted[] = {{"ended", metrics->evicted_ended},
		{"midstream", metrics->evicted_midstream},
		{"half_open", metrics->evicted_half_open}};
	const struct value untracked[] = {
		{"slot", metrics->no_slot}, {"record", metrics->no_record}};

	put_single(out, "flows", "gauge", "Flows in the tables.", metrics->flows);
	put_values(out, "evicted_flows_total",
		"Flows that gave way to others because a table was full, by what they were.",
		"state", evicted, sizeof(evicted) / sizeof(evicted[0]));
	put_values(out, "untracked_flows_total", "Flows that found no room, by what they lacked.",
		"lacked", untracked, sizeof(untracked) / sizeof(untracked[0]));
	put_words(out, "findings_open", "gauge", "Findings that have not ended, by code.", "code",
		&sy_words_code, metrics->findings);
	put_head(out, "capture_loss_estimate_ratio", "gauge",
		"Share of packets that the traffic of a vantage proves missing, in the last interval.");
	for (uint32_t i = 0; i < metrics->vantage_count; i++)
		put_f64(out, "capture_loss_estimate_ratio",
			&(struct label){"vantage", metrics->vantages[i].name}, 1,
			metrics->vantages[i].loss_estimate);
}

static void put_store(struct sy_text *out, const struct sy_metrics_store *store)
{
	put_single(out, "store_files_total", "counter", "Files that were completed.", store->files);
	put_single(
		out, "store_bytes_total", "counter", "Bytes of these on the disk.", store->bytes);
	put_single(out, "store_removed_files_total", "counter", "Files that retention removed.",
		store->removed_files);
	put_single(out, "store_removed_bytes_total", "counter", "Bytes of these.",
		store->removed_bytes);
	put_single(out, "store_backlog_bytes", "gauge", "Records that wait in memory for the disk.",
		store->backlog_bytes);
	put_single(out, "store_writing", "gauge",
		"1 = files are being written, 0 = that fails (a full disk, say) and is tried again.",
		store->writing);
	put_single(out, "store_not_written_intervals_total", "counter",
		"Intervals that lack records, because they could not be written.",
		store->not_written.intervals);
	put_head(out, "store_not_written_lines_total", "counter",
		"Records that could not be written, by file.");
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++)
		put_u64(out, "store_not_written_lines_total",
			&(struct label){"file", sy_tables[kind]->name}, 1,
			store->not_written.lines[kind]);
}

void sy_metrics_write(struct sy_text *out, const struct sy_metrics *metrics)
{
	put_build(out, metrics);
	put_ports(out, metrics);
	put_links(out, metrics);
	put_traffic(out, metrics);
	if (metrics->transit_count > 0)
		put_transit(out, metrics);
	put_tables(out, metrics);
	if (metrics->store != NULL)
		put_store(out, metrics->store);
}

int sy_metrics_write_file(const char *path, const struct sy_metrics *metrics, struct sy_error *err)
{
	struct sy_text text, temporary;
	int fd = -1, rc;

	sy_text_init(&temporary, -1);
	sy_text_init(&text, -1);
	sy_text_printf(&temporary, "%s.tmp", path);
	sy_text_put(&temporary, "", 1);
	sy_metrics_write(&text, metrics);
	rc = temporary.error != 0 ? temporary.error : text.error;
	if (rc != 0)
		goto out;
	unlink(temporary.data); // of a run that was killed
	fd = sy_dir_create(AT_FDCWD, temporary.data);
	// Another program's user reads it, whatever the umask for files of addresses is.
	rc = fd < 0                  ? fd
	     : fchmod(fd, 0644) != 0 ? -errno
				     : sy_dir_write(fd, text.data, text.size, 0);
	if (fd >= 0 && close(fd) != 0 && rc == 0 && errno != EINTR)
		rc = -errno;
	if (rc == 0 && rename(temporary.data, path) != 0)
		rc = -errno;
	if (rc != 0 && fd >= 0)
		unlink(temporary.data);
out:
	if (rc != 0)
		sy_error_set(err, -rc, "cannot write %s: %s", path, strerror(-rc));
	sy_text_free(&text);
	sy_text_free(&temporary);
	return rc;
}
