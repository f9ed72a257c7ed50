// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "tcp_internal.h"

/// True while an ordinary segment can still change what is said of the flow: a handshake under way,
/// a server that has shown no TTL of its data yet, a RST that may turn out not to be its sender's.
static bool wants_watch(const struct sy_flow *flow)
{
	uint8_t server_letters = (uint8_t)(flow->track.letters >> 8);

	switch (flow->state) {
	case SY_STATE_ESTABLISHED:
		return !(server_letters & (SY_LETTER_A | SY_LETTER_D));
	case SY_STATE_CLOSED:
		return flow->bits & (SY_BIT_RST_CLIENT | SY_BIT_RST_SERVER);
	case SY_STATE_MIDSTREAM:
	case SY_STATE_GHOST:
		return false;
	default:
		return true;
	}
}

/// A lone SYN in its slot has no room for the mark: it is always watched, and always was.
static bool is_inline(const struct sy_flow *flow)
{
	return flow->state == SY_STATE_SYN_SENT && flow->record == SY_NO_RECORD;
}

void sy_tcp_watch(struct sy_tcp *tcp, struct sy_flow *flow)
{
	bool watched = flow->track.valid & SY_TRACK_WATCHED;

	if (is_inline(flow) || watched == wants_watch(flow))
		return;
	flow->track.valid ^= SY_TRACK_WATCHED;
	if (watched)
		sy_watch_remove(tcp->watch, flow->tag);
	else
		sy_watch_add(tcp->watch, flow->tag);
}

void sy_tcp_unwatch(struct sy_tcp *tcp, struct sy_flow *flow)
{
	if (is_inline(flow) || (flow->track.valid & SY_TRACK_WATCHED))
		sy_watch_remove(tcp->watch, flow->tag);
}
