// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The vocabularies of the columns, each from the function that names its enum.

#include "sy_finding.h"
#include "sy_table.h"

#define WORDS(what, number, expression)                \
	static const char *name_##what(uint32_t index) \
	{                                              \
		return expression;                     \
	}                                              \
	const struct sy_words sy_words_##what = {name_##what, number};

static const char *const sides[] = {[SY_CLIENT] = "client", [SY_SERVER] = "server"};
static const char *const aborts[] = {"after_synack", "before_synack"};
static const char *const seen[] = {
	[SY_NOTE_SYN] = "syn",
	[SY_NOTE_SYNACK] = "synack",
	[SY_NOTE_ACK] = "ack",
	[SY_NOTE_RST] = "rst",
};

WORDS(outcome, SY_OUTCOME_COUNT, sy_outcome_name((enum sy_outcome)index))
WORDS(decided_by, SY_DECIDED_BY_COUNT, sy_decided_by_name((enum sy_decided_by)index))
WORDS(rst_phase, SY_RST_PHASE_COUNT, sy_rst_phase_name((enum sy_rst_phase)index))
WORDS(rst_origin, SY_ORIGIN_COUNT, sy_rst_origin_name((enum sy_rst_origin)index))
WORDS(close, SY_CLOSE_COUNT, sy_close_name((enum sy_close)index))
WORDS(conn_state, SY_ZEEK_COUNT, sy_conn_state_name((enum sy_conn_state)index))
WORDS(tunnel, SY_TUNNEL_COUNT, sy_tunnel_name((enum sy_tunnel)index))
WORDS(bucket, SY_BUCKET_COUNT, sy_bucket_name((enum sy_bucket)index))
WORDS(family, SY_FAMILY_COUNT, sy_family_name((enum sy_family)index))
WORDS(service_state, SY_SERVICE_STATE_COUNT, sy_service_state_name((enum sy_service_state)index))
WORDS(code, SY_CODE_COUNT, sy_code_name((enum sy_code)index))
WORDS(certainty, SY_CERTAINTY_COUNT, sy_certainty_name((enum sy_certainty)index))
WORDS(ended, SY_ENDED_COUNT - 1, sy_ended_name((enum sy_ended)(index + 1)))
WORDS(side, 2, index < 2 ? sides[index] : "?")
WORDS(abort, 2, index < 2 ? aborts[index] : "?")
WORDS(seen, SY_NOTE_COUNT, index < SY_NOTE_COUNT ? seen[index] : "?")
