// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_facts.h"

#include <stdint.h>

/// Codes of findings, in the order of docs/semantics.md section 9.
enum sy_code {
	SY_CODE_NOT_LISTENING,
	SY_CODE_SERVICE_SILENT,
	SY_CODE_HOST_SILENT,
	SY_CODE_RESET_BY_PATH,
	SY_CODE_BLOCKED_BY_ICMP,
	SY_CODE_LOST_BETWEEN,
	SY_CODE_HALF_OPEN_CLIENTS,
	SY_CODE_ONE_WAY_TAP,
	SY_CODE_DUPLICATES,
	SY_CODE_LOSSY_MONITOR,
	SY_CODE_RECOVERED,
	SY_CODE_COUNT,
};

enum sy_certainty {
	SY_CERTAIN,
	SY_LIKELY,
	SY_POSSIBLE,
	SY_CERTAINTY_COUNT,
};

/// Why a finding is open no longer.
enum sy_ended {
	SY_ENDED_NOT,
	SY_ENDED_ANSWERED,       ///< the service answers again
	SY_ENDED_NOT_SEEN_AGAIN, ///< no more evidence for so long
	SY_ENDED_SETTLED,        ///< it said that a service recovered, and that is no news any more
	SY_ENDED_MERGED,         ///< part of a finding of the same kind about the whole host now
	SY_ENDED_SPLIT,          ///< its ports have findings of the same kind, each its own, now
	SY_ENDED_REPLACED,       ///< another finding says now what is wrong with the same subject
	SY_ENDED_WITHDRAWN,      ///< what was seen since speaks against it
	SY_ENDED_NO_ROOM,        ///< findings of more weight filled the list
	SY_ENDED_COUNT,
};

const char *sy_code_name(enum sy_code code);
const char *sy_ended_name(enum sy_ended ended);
const char *sy_certainty_name(enum sy_certainty certainty);

#define SY_EVIDENCE_FIGURES 16
#define SY_TRACE_LINES      8
#define SY_ALTERNATIVES     4
#define SY_TRACE_TEXT_SIZE  256

/// One number behind a finding.
struct sy_figure {
	const char *name; ///< snake_case with its unit; static
	double value;
	bool is_time; ///< value unused: time_ns holds a time
	uint64_t time_ns;
};

/// A statement with its evidence. Owned by the list.
struct sy_finding {
	enum sy_code code;
	enum sy_certainty certainty;
	bool uncertain;         ///< drawn while the monitor lost more than the threshold
	double loss_estimate;   ///< the figure behind `uncertain`
	struct sy_addr subject; ///< the address concerned; zero = the monitor itself
	uint16_t subject_port;  ///< 0 = the whole host
	uint64_t since_ns, last_seen_ns;
	uint64_t ended_ns; ///< 0 = not ended: it is open
	enum sy_ended ended_because;
	uint64_t weight;       ///< attempts concerned: order of the report
	char subject_text[64]; ///< "192.0.2.1:80", "[2001:db8::1]:80", an address, or a vantage
	char owner[96];
	char says[320]; ///< one sentence
	struct sy_figure figures[SY_EVIDENCE_FIGURES];
	uint32_t figure_count;
	char packets[SY_TRACE_LINES][SY_TRACE_TEXT_SIZE];
	uint32_t packet_count;
	const struct sy_attempt *shown[4]; ///< whose packets are still to be written
	uint32_t shown_count;
	struct {
		char what[128];
		char why[224]; ///< why it is less likely
	} alternatives[SY_ALTERNATIVES];
	uint32_t alternative_count;
};

/// Findings of a run, most weighty first.
struct sy_findings {
	struct sy_finding *list;
	uint32_t count;
	uint32_t capacity;
	uint32_t dropped; ///< beyond the bound of max
	uint32_t max;
};

/// Bounds and thresholds; see sy_verdict_config_default().
struct sy_verdict_config {
	uint32_t max_findings;
	uint32_t silent_min_syns; ///< SYNs that must have gone unanswered; SY_SILENT_SYNS at least
	double loss_threshold;    ///< capture loss over which verdicts are uncertain
};
struct sy_verdict_config sy_verdict_config_default(void);

/// Applies every rule. NULL and errno (ENOMEM).
struct sy_findings *sy_verdict_run(
	const struct sy_facts *facts, const struct sy_verdict_config *config);

/// The same for a program that runs for months: `latest` has the facts of its last interval, by
/// which loss and the view of each vantage are judged. What was lost months ago makes no verdict
/// uncertain today, and months without loss hide none.
struct sy_findings *sy_verdict_run_interval(const struct sy_facts *facts,
	const struct sy_facts *latest, const struct sy_verdict_config *config);

/// Adds a finding in its place: those about the monitor first, then by weight. False when there is
/// no memory, or no room within `max`.
bool sy_findings_add(struct sy_findings *findings, const struct sy_finding *finding);

void sy_findings_destroy(struct sy_findings *findings);

/// Writes a packet of an attempt as a trace line, as
/// `08:33:00.000001000 192.0.2.1:50000 > 198.51.100.2:80 [S.] seq 0 ack 1 win 65160 ttl 127 id
/// 0x0000 DF mss 1460 ws 7 sack ts` : seq and ack relative to the attempt's ISNs. Empty when the
/// packet was not seen.
void sy_trace_line(const struct sy_attempt *attempt, enum sy_note which,
	const char *const *vantage_names, uint32_t vantage_count,
	char text[static SY_TRACE_TEXT_SIZE]);
