// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_summary.h"

/// How the terminal report looks.
struct sy_report_options {
	bool colour;  ///< ANSI colours and bold heads
	bool utf8;    ///< the terminal shows UTF-8; otherwise plain ASCII
	uint32_t top; ///< services, hosts and findings shown at most; 0 = all
};

/// Appends the report of a run for people: what is wrong first, what was lost always. At most 100
/// columns, a name or address that does not fit apart.
void sy_report_write(struct sy_text *out, const struct sy_summary *summary,
	const struct sy_report_options *options);
