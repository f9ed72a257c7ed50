// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The words of the product's files, one table an enum.

#include "sy_attempt.h"
#include "sy_bucket.h"

#include <stddef.h>

#define NAME_OF(table, index) \
	((size_t)(index) < sizeof(table) / sizeof((table)[0]) ? (table)[index] : "?")

const char *sy_bucket_name(enum sy_bucket bucket)
{
	static const char *const names[SY_BUCKET_COUNT] = {
		[SY_BUCKET_TCP] = "tcp",
		[SY_BUCKET_DUPLICATE] = "duplicate",
		[SY_BUCKET_FILTERED] = "filtered",
		[SY_BUCKET_OTHER_IP] = "other_ip",
		[SY_BUCKET_NON_IP] = "non_ip",
		[SY_BUCKET_FRAGMENT] = "fragment",
		[SY_BUCKET_TRUNCATED] = "truncated",
		[SY_BUCKET_MALFORMED] = "malformed",
		[SY_BUCKET_UNSUPPORTED_TUNNEL] = "unsupported_tunnel",
	};
	return NAME_OF(names, bucket);
}

const char *sy_outcome_name(enum sy_outcome outcome)
{
	static const char *const names[SY_OUTCOME_COUNT] = {
		[SY_OUTCOME_ESTABLISHED] = "established",
		[SY_OUTCOME_REFUSED] = "refused",
		[SY_OUTCOME_UNREACHABLE] = "unreachable",
		[SY_OUTCOME_UNANSWERED] = "unanswered",
		[SY_OUTCOME_HALF_OPEN] = "half_open",
		[SY_OUTCOME_ABORTED] = "aborted",
		[SY_OUTCOME_RESET_IN_HANDSHAKE] = "reset_in_handshake",
		[SY_OUTCOME_INVALID_ANSWER] = "invalid_answer",
		[SY_OUTCOME_ONE_SIDED] = "one_sided",
	};
	return NAME_OF(names, outcome);
}

const char *sy_decided_by_name(enum sy_decided_by decided_by)
{
	static const char *const names[SY_DECIDED_BY_COUNT] = {
		[SY_DECIDED_BY_PACKETS] = "packets",
		[SY_DECIDED_BY_TIMEOUT] = "timeout",
		[SY_DECIDED_BY_END] = "end",
		[SY_DECIDED_BY_EVICTED] = "evicted",
	};
	return NAME_OF(names, decided_by);
}

const char *sy_rst_phase_name(enum sy_rst_phase phase)
{
	static const char *const names[SY_RST_PHASE_COUNT] = {
		[SY_RST_TO_SYN] = "to_syn",
		[SY_RST_TO_SYNACK] = "to_synack",
		[SY_RST_IN_DATA] = "in_data",
		[SY_RST_AFTER_FIN] = "after_fin",
		[SY_RST_STRAY] = "stray",
	};
	return NAME_OF(names, phase);
}

const char *sy_rst_origin_name(enum sy_rst_origin origin)
{
	static const char *const names[SY_ORIGIN_COUNT] = {
		[SY_ORIGIN_ENDPOINT] = "endpoint",
		[SY_ORIGIN_PATH] = "path",
		[SY_ORIGIN_UNKNOWN] = "unknown",
	};
	return NAME_OF(names, origin);
}

const char *sy_close_name(enum sy_close close)
{
	static const char *const names[SY_CLOSE_COUNT] = {
		[SY_CLOSE_NONE] = "none",
		[SY_CLOSE_FIN_CLIENT] = "fin_client",
		[SY_CLOSE_FIN_SERVER] = "fin_server",
		[SY_CLOSE_RST_CLIENT] = "rst_client",
		[SY_CLOSE_RST_SERVER] = "rst_server",
		[SY_CLOSE_IDLE] = "idle",
	};
	return NAME_OF(names, close);
}

const char *sy_conn_state_name(enum sy_conn_state state)
{
	static const char *const names[SY_ZEEK_COUNT] = {
		[SY_ZEEK_S0] = "S0",
		[SY_ZEEK_S1] = "S1",
		[SY_ZEEK_SF] = "SF",
		[SY_ZEEK_REJ] = "REJ",
		[SY_ZEEK_S2] = "S2",
		[SY_ZEEK_S3] = "S3",
		[SY_ZEEK_RSTO] = "RSTO",
		[SY_ZEEK_RSTR] = "RSTR",
		[SY_ZEEK_RSTOS0] = "RSTOS0",
		[SY_ZEEK_RSTRH] = "RSTRH",
		[SY_ZEEK_SH] = "SH",
		[SY_ZEEK_SHR] = "SHR",
		[SY_ZEEK_OTH] = "OTH",
	};
	return NAME_OF(names, state);
}

const char *sy_tunnel_name(enum sy_tunnel tunnel)
{
	static const char *const names[SY_TUNNEL_COUNT] = {
		[SY_TUNNEL_NONE] = "none",
		[SY_TUNNEL_IPIP] = "ipip",
		[SY_TUNNEL_GRE] = "gre",
		[SY_TUNNEL_ERSPAN] = "erspan",
		[SY_TUNNEL_VXLAN] = "vxlan",
		[SY_TUNNEL_GENEVE] = "geneve",
		[SY_TUNNEL_GTPU] = "gtpu",
	};
	return NAME_OF(names, tunnel);
}
