// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_report.h"

// Private to lib/export: what the sections of the terminal report share.

#define SY_REPORT_COLUMNS 100

enum sy_ink {
	SY_INK_PLAIN,
	SY_INK_BOLD,
	SY_INK_DIM,
	SY_INK_RED,
	SY_INK_YELLOW,
	SY_INK_GREEN,
};

/// A report in the making.
struct sy_report {
	struct sy_text *out;
	const struct sy_summary *summary;
	const struct sy_report_options *options;
};

/// A short piece of text, returned by value.
struct sy_bit {
	char text[48];
};

struct sy_bit sy_bit_count(uint64_t count);                ///< 1,234,567
struct sy_bit sy_bit_share(uint64_t part, uint64_t whole); ///< 12.3 %; "-" of nothing
struct sy_bit sy_bit_duration(uint64_t duration_ns);       ///< three figures and a unit
struct sy_bit sy_bit_time(uint64_t ts_ns);                 ///< 2026-11-22 08:33:00; "never"
struct sy_bit sy_bit_bytes(uint64_t bytes);                ///< 1.2 MB

/// Switches the colour on; SY_INK_PLAIN switches it off.
void sy_report_ink(const struct sy_report *report, enum sy_ink ink);

/// A bold section head after an empty line, and a remark behind it ("" = none).
void sy_report_head(const struct sy_report *report, const char *head, const char *remark);

/// Text from outside, control characters replaced.
void sy_report_puts(const struct sy_report *report, const char *text);

/// A label at column `indent`, then text wrapped to the width behind it.
void sy_report_wrap(
	const struct sy_report *report, uint32_t indent, const char *label, const char *text);

// The sections, in the order of the report.
void sy_report_inputs(const struct sy_report *report);
void sy_report_findings(const struct sy_report *report);
void sy_report_attempts(const struct sy_report *report);
void sy_report_round_trips(const struct sy_report *report);
void sy_report_transit(const struct sy_report *report);
void sy_report_rsts(const struct sy_report *report);
void sy_report_services(const struct sy_report *report);
void sy_report_hosts(const struct sy_report *report);
void sy_report_packets(const struct sy_report *report);
void sy_report_losses(const struct sy_report *report);
