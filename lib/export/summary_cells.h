// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_summary.h"
#include "sy_tables.h"

// Private to lib/export: what fills summary.json. Row: struct sy_summary.

#define SY_SUMMARY_PUT(what)        \
	void sy_summary_put_##what( \
		const void *row, const struct sy_column *column, struct sy_cell *cell)

// arg: an offset in struct sy_run_info.
SY_SUMMARY_PUT(run_text);
SY_SUMMARY_PUT(run_time);
SY_SUMMARY_PUT(run_u32);
SY_SUMMARY_PUT(run_u64);

// arg: an offset in struct sy_port_stats, for the sum over all inputs.
SY_SUMMARY_PUT(port_u64);
SY_SUMMARY_PUT(port_time);

// arg: an offset in struct sy_totals; totals is an array there, one element a word.
SY_SUMMARY_PUT(total);
SY_SUMMARY_PUT(totals);

// arg: enum sy_side.
SY_SUMMARY_PUT(rtt);

// arg: none.
SY_SUMMARY_PUT(inputs);
SY_SUMMARY_PUT(buckets);
SY_SUMMARY_PUT(rsts);
SY_SUMMARY_PUT(losses);
SY_SUMMARY_PUT(vantages);
SY_SUMMARY_PUT(transit);
SY_SUMMARY_PUT(clock);
SY_SUMMARY_PUT(icmp);
SY_SUMMARY_PUT(services);
SY_SUMMARY_PUT(hosts);
SY_SUMMARY_PUT(midstream);
SY_SUMMARY_PUT(findings);
SY_SUMMARY_PUT(not_written);
