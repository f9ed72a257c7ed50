// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Zeek's words, for users who compare: conn_state and history as its documentation of
// base/protocols/conn defines them. Letters for bad checksums are never written: a tap sees the
// sender's offloading, and a snaplen hides the payload.

#include "tcp_internal.h"

enum sy_conn_state sy_tcp_conn_state(const struct sy_attempt *a)
{
	bool client_fin = a->flags & SY_ATT_FIN_CLIENT;
	bool server_fin = a->flags & SY_ATT_FIN_SERVER;
	bool reset = a->note[SY_NOTE_RST].ts_ns != 0 && a->rst_phase != SY_RST_STRAY;
	bool came_up = a->outcome == SY_OUTCOME_ESTABLISHED;
	// A refusal or a reset that a later try overcame closed nothing.
	bool overcome = (a->rst_phase == SY_RST_TO_SYN &&
				(came_up || a->outcome == SY_OUTCOME_HALF_OPEN)) ||
			(a->rst_phase == SY_RST_TO_SYNACK && came_up);

	if (a->outcome == SY_OUTCOME_REFUSED)
		return SY_ZEEK_REJ;
	if (!(a->flags & (SY_ATT_SYN_VALIDATED | SY_ATT_SIMULTANEOUS_OPEN))) {
		if (reset && a->rst_side == SY_CLIENT)
			return a->flags & (SY_ATT_SERVER_ALIVE | SY_ATT_INVALID_ANSWER)
				       ? SY_ZEEK_RSTO
				       : SY_ZEEK_RSTOS0;
		if (reset && a->rst_side == SY_SERVER)
			return SY_ZEEK_RSTR;
		if (a->flags & SY_ATT_SERVER_ALIVE)
			return SY_ZEEK_OTH;
		return client_fin ? SY_ZEEK_SH : SY_ZEEK_S0;
	}
	if (client_fin && server_fin)
		return SY_ZEEK_SF;
	if (a->outcome == SY_OUTCOME_ABORTED)
		return SY_ZEEK_RSTO;
	if (reset && !overcome)
		return a->rst_side == SY_CLIENT ? SY_ZEEK_RSTO : SY_ZEEK_RSTR;
	if (a->close == SY_CLOSE_RST_CLIENT || a->close == SY_CLOSE_RST_SERVER)
		return a->close == SY_CLOSE_RST_CLIENT ? SY_ZEEK_RSTO : SY_ZEEK_RSTR;
	if (client_fin)
		return SY_ZEEK_S2;
	return server_fin ? SY_ZEEK_S3 : SY_ZEEK_S1;
}

void sy_tcp_history(struct sy_attempt *a, char letter, enum sy_side side)
{
	if (a->history_count < sizeof(a->history))
		a->history[a->history_count++] = side == SY_CLIENT ? (char)(letter - 'a' + 'A')
								   : letter;
}
