// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The verdict on one attempt, from the evidence its record holds (SEMANTICS 2).

#include "tcp_internal.h"

static enum sy_outcome outcome_with_synack(const struct sy_flow *flow, const struct sy_attempt *a)
{
	if (a->flags & SY_ATT_CAME_UP)
		return SY_OUTCOME_ESTABLISHED;
	if (a->flags & SY_ATT_RST_BEFORE_SYNACK)
		return SY_OUTCOME_ABORTED;
	if ((a->flags & SY_ATT_RST_VALID) && a->rst_phase == SY_RST_TO_SYNACK)
		return a->rst_side == SY_CLIENT ? SY_OUTCOME_ABORTED
						: SY_OUTCOME_RESET_IN_HANDSHAKE;
	if (a->flags & SY_ATT_RST_AFTER_SYNACK)
		return SY_OUTCOME_ABORTED;
	// The connection came up and its SYN-ACK was seen late without a fitting ACK.
	if (flow->state == SY_STATE_ONE_SIDED || flow->state == SY_STATE_CLOSED)
		return SY_OUTCOME_ONE_SIDED;
	return SY_OUTCOME_HALF_OPEN;
}

enum sy_outcome sy_tcp_outcome(const struct sy_flow *flow, const struct sy_attempt *a)
{
	if (a->flags & (SY_ATT_SYN_VALIDATED | SY_ATT_SIMULTANEOUS_OPEN))
		return outcome_with_synack(flow, a);
	if (a->flags & (SY_ATT_CLIENT_ALIVE | SY_ATT_SERVER_ALIVE))
		return SY_OUTCOME_ONE_SIDED;
	// The SYN came again after a reset, and nothing that tells more.
	if (a->flags & SY_ATT_ANSWERED_BEFORE)
		return outcome_with_synack(flow, a);
	if (a->refusals > 0)
		return SY_OUTCOME_REFUSED;
	if (a->icmp_seen)
		return SY_OUTCOME_UNREACHABLE;
	if (a->flags & SY_ATT_RST_BEFORE_SYNACK)
		return SY_OUTCOME_ABORTED;
	if (a->flags & SY_ATT_INVALID_ANSWER)
		return SY_OUTCOME_INVALID_ANSWER;
	return a->flags & SY_ATT_SERVER_STRAY ? SY_OUTCOME_ONE_SIDED : SY_OUTCOME_UNANSWERED;
}

/// Time at which a vantage saw a noted packet; 0 when it did not, as far as is known.
static uint64_t seen_ns(const struct sy_attempt *a, enum sy_note which, uint8_t vantage)
{
	const struct sy_packet_note *note = &a->note[which];

	if (note->ts_ns == 0)
		return 0;
	if (note->vantage == vantage)
		return note->ts_ns;
	if ((note->seen_at & (1u << vantage)) && note->other_vantage == vantage &&
		a->other_dt_ns[which] != SY_DT_UNKNOWN)
		return note->ts_ns + (uint64_t)(int64_t)a->other_dt_ns[which];
	return 0;
}

/// Only an ACK of the SYN-ACK and of nothing more measures the client's side; its own sequence
/// number must be one that the server can take (the window of a SYN-ACK is never scaled).
static bool measures_client(const struct sy_attempt *a)
{
	const struct sy_packet_note *ack = &a->note[SY_NOTE_ACK];
	const struct sy_packet_note *synack = &a->note[SY_NOTE_SYNACK];

	return ack->ts_ns != 0 && ack->ack == synack->seq + 1 &&
	       ack->seq - synack->ack <= synack->window;
}

/// What is shorter than the times can tell is not known.
static uint64_t round_trip(const struct sy_tcp *tcp, uint64_t from_ns, uint64_t until_ns)
{
	return until_ns - from_ns < tcp->config.least_rtt_ns ? SY_NS_UNKNOWN : until_ns - from_ns;
}

void sy_tcp_rtts(const struct sy_tcp *tcp, struct sy_attempt *a)
{
	const struct sy_attempt_work *w = &a->work;
	const struct sy_packet_note *ack = &a->note[SY_NOTE_ACK];
	uint64_t synack_ns = seen_ns(a, SY_NOTE_SYNACK, w->syn_vantage);

	if (!(a->flags & SY_ATT_SYN_VALIDATED) || (a->flags & SY_ATT_SIMULTANEOUS_OPEN))
		return;
	if (w->rtt_syn_ns != 0 && synack_ns >= w->rtt_syn_ns)
		a->server_rtt_ns = round_trip(tcp, w->rtt_syn_ns, synack_ns);
	if (!measures_client(a))
		return;
	if (a->synack_count > 1)
		synack_ns = w->last_synack_ns;
	else
		synack_ns = seen_ns(a, SY_NOTE_SYNACK, ack->vantage);
	if (synack_ns != 0 && ack->ts_ns >= synack_ns)
		a->client_rtt_ns = round_trip(tcp, synack_ns, ack->ts_ns);
	else if (a->synack_count > 1)
		a->flags |= SY_ATT_RTT_AMBIGUOUS;
}
