// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// From a segment and its flow to an event: every step is judged by sequence numbers, never by the
// flags alone.

#include "tcp_internal.h"

// A RST of an open connection may trail the stream by a little (it answers an older segment) and
// lead it by a receive window; beyond that no endpoint would take it (RFC 9293 3.5.3).
#define RST_TRAIL_BYTES (1 << 17)

static enum sy_event classify_syn(const struct sy_step *s)
{
	const struct sy_flow *f = s->flow;

	if (!(f->bits & SY_BIT_ATTEMPT))
		return SY_EVENT_SYN_OTHER;
	if (s->dir == SY_CLIENT)
		return s->seq == sy_tcp_client_isn(f, s->attempt) ? SY_EVENT_SYN_AGAIN
								  : SY_EVENT_SYN_OTHER;
	// Before any answer the two SYNs cross; afterwards it is a connection the other way round.
	if (s->attempt != NULL && s->attempt->refusals > 0)
		return SY_EVENT_SYN_OTHER;
	if (f->state == SY_STATE_SYN_SENT || f->state == SY_STATE_ONE_SIDED ||
		f->state == SY_STATE_SIMULTANEOUS)
		return SY_EVENT_SYN_PEER;
	return SY_EVENT_SYN_OTHER;
}

/// Bytes of SYN data that a SYN-ACK may acknowledge (RFC 7413 4.2).
static uint32_t syn_data(const struct sy_attempt *a)
{
	return a == NULL ? 0 : a->note[SY_NOTE_SYN].payload_bytes;
}

/// True when `ack` acknowledges the client's SYN, and no more than its data.
static bool acks_syn(const struct sy_step *s, uint32_t ack)
{
	return ack - (sy_tcp_client_isn(s->flow, s->attempt) + 1) <= syn_data(s->attempt);
}

static enum sy_event classify_synack(const struct sy_step *s)
{
	if (!(s->flow->bits & SY_BIT_ATTEMPT))
		return s->dir == SY_SERVER ? SY_EVENT_SYNACK : SY_EVENT_SYNACK_CLIENT;
	if (s->dir == SY_CLIENT)
		return SY_EVENT_SYNACK_CLIENT;
	if (acks_syn(s, s->ack))
		return SY_EVENT_SYNACK;
	// A late answer to the attempt that had these ports before is no answer to this one.
	if (s->attempt != NULL && s->attempt->work.has_previous &&
		s->ack == s->attempt->work.previous_isn + 1)
		return SY_EVENT_NOTHING;
	return SY_EVENT_SYNACK_BAD;
}

static bool is_about(uint32_t number, uint32_t expected)
{
	int32_t ahead = sy_seq_diff(number, expected);

	return ahead >= -RST_TRAIL_BYTES && ahead <= SY_LEAD_BYTES;
}

/// A RST of an open connection: inside the window of what its sender was sending. What its peer has
/// acknowledged may not have been captured, or lie far behind.
static bool rst_in_window(const struct sy_step *s)
{
	const struct sy_flow_track *t = &s->flow->track;
	uint8_t acked = SY_TRACK_ACK(s->dir ^ 1) & t->valid;
	uint8_t sent = SY_TRACK_SEQ(s->dir) & t->valid;

	// Nobody has followed the numbers of a flow that is not watched.
	if (s->tcp->watch != NULL &&
		(s->flow->state == SY_STATE_ESTABLISHED || s->flow->state == SY_STATE_CLOSED ||
			s->flow->state == SY_STATE_GHOST))
		return true;

	return (!acked && !sent) || (acked && is_about(s->seq, t->max_ack[s->dir ^ 1])) ||
	       (sent && is_about(s->seq, t->next_seq[s->dir]));
}

/// The client's own RST before any answer: at its next sequence number, or at its ISN (some
/// stacks) unless that is how it would answer a stray ACK of the server (RFC 9293 3.5.1).
static bool gives_up(const struct sy_step *s)
{
	bool stray = s->attempt != NULL && (s->attempt->flags & SY_ATT_SERVER_STRAY);

	return acks_syn(s, s->seq) || (s->seq == sy_tcp_client_isn(s->flow, s->attempt) && !stray);
}

static enum sy_event classify_rst(const struct sy_step *s)
{
	const struct sy_flow *f = s->flow;
	enum sy_event good = s->dir == SY_CLIENT ? SY_EVENT_RST_CLIENT : SY_EVENT_RST_SERVER;

	switch (f->state) {
	case SY_STATE_SYN_SENT:
	case SY_STATE_SIMULTANEOUS:
		// RFC 9293 3.10.7.3: in SYN-SENT a RST counts only if it acknowledges the SYN.
		if (s->dir == SY_SERVER)
			return (s->flags & SY_TCP_ACK) && acks_syn(s, s->ack) ? good
									      : SY_EVENT_RST_BAD;
		return gives_up(s) ? good : SY_EVENT_RST_BAD;
	case SY_STATE_SYN_RECEIVED:
	case SY_STATE_FAILED:
		// Server: continues its SYN-ACK, or refuses late like a closed port does.
		if (s->dir == SY_SERVER)
			return rst_in_window(s) || ((s->flags & SY_TCP_ACK) && acks_syn(s, s->ack))
				       ? good
				       : SY_EVENT_RST_BAD;
		return acks_syn(s, s->seq) || rst_in_window(s) ? good : SY_EVENT_RST_BAD;
	default:
		return rst_in_window(s) ? good : SY_EVENT_RST_BAD;
	}
}

/// The first segment after a SYN must be near it: with random ISNs every other stale segment of an
/// earlier connection (RFC 9293 3.5.1) looks newer than the SYN.
static bool is_near(uint32_t number, uint32_t isn)
{
	return number - (isn + 1) <= SY_LEAD_BYTES;
}

static enum sy_event classify_client(const struct sy_step *s)
{
	const struct sy_flow *f = s->flow;
	uint32_t isn = sy_tcp_client_isn(f, s->attempt);

	if (!(s->flags & SY_TCP_ACK) || sy_seq_diff(s->seq, isn + 1) < 0)
		return SY_EVENT_NOTHING;
	if (f->state == SY_STATE_SYN_RECEIVED || f->state == SY_STATE_SIMULTANEOUS ||
		f->state == SY_STATE_FAILED) {
		uint32_t server_isn = s->attempt->note[SY_NOTE_SYNACK].seq;
		return sy_seq_diff(s->ack, server_isn + 1) >= 0 ? SY_EVENT_ACK_FINAL
								: SY_EVENT_NOTHING;
	}
	return f->state == SY_STATE_SYN_SENT && !is_near(s->seq, isn) ? SY_EVENT_NOTHING
								      : SY_EVENT_CLIENT;
}

static enum sy_event classify_server(const struct sy_step *s)
{
	uint32_t isn = sy_tcp_client_isn(s->flow, s->attempt);

	// What acknowledges older numbers belongs to a connection before this one.
	if (!(s->flags & SY_TCP_ACK) || sy_seq_diff(s->ack, isn) < 0)
		return SY_EVENT_NOTHING;
	return s->flow->state == SY_STATE_SYN_SENT && !is_near(s->ack, isn) ? SY_EVENT_NOTHING
									    : SY_EVENT_SERVER;
}

enum sy_event sy_tcp_classify(const struct sy_step *s)
{
	if (s->flags & SY_TCP_RST)
		return s->flags & SY_TCP_SYN ? SY_EVENT_NOTHING : classify_rst(s);
	if (s->flags & SY_TCP_SYN)
		return s->flags & SY_TCP_ACK ? classify_synack(s) : classify_syn(s);
	if (!(s->flow->bits & SY_BIT_ATTEMPT))
		return SY_EVENT_NOTHING;
	if (s->dir == SY_CLIENT)
		return classify_client(s);
	return classify_server(s);
}
