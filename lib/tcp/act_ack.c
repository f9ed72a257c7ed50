// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "actions.h"

/// A segment that belongs to the flow and proves nothing: counted, and its TTL may be shown.
void sy_act_absorb(struct sy_step *s)
{
	uint64_t last_ns = s->flow->last_ns;

	// The server talks on this tuple, but not to this SYN: a connection of which nothing else
	// passed here, unless it is the one whose place the attempt took.
	if (s->flow->state == SY_STATE_SYN_SENT && s->dir == SY_SERVER && (s->flags & SY_TCP_ACK) &&
		!s->attempt->work.has_previous)
		s->attempt->flags |= SY_ATT_SERVER_STRAY;
	sy_tcp_track(s);
	if (s->attempt != NULL) {
		s->attempt->end_ns = s->ts_ns;
		if (s->flow->state == SY_STATE_FAILED && s->dir == s->attempt->rst_side)
			s->attempt->flags |= SY_ATT_DATA_AFTER_RST;
	}
	// An open attempt ages from its last SYN or SYN-ACK, whatever else passes.
	if (s->flow->rank == SY_RANK_HALF_OPEN)
		s->flow->last_ns = last_ns;
}

/// The same for one whose numbers must not be mistaken for those of this connection.
void sy_act_stray(struct sy_step *s)
{
	s->apart = true;
	sy_act_absorb(s);
}

/// An ACK, data or FIN shows that the connection came up though no SYN-ACK was seen.
void sy_act_one_sided(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;

	if (!(a->flags & (SY_ATT_CLIENT_ALIVE | SY_ATT_SERVER_ALIVE)) &&
		!(a->flags & SY_ATT_SYN_VALIDATED))
		s->tcp->counters.ack_without_synack[s->vantage]++;
	a->flags |= s->dir == SY_CLIENT ? SY_ATT_CLIENT_ALIVE : SY_ATT_SERVER_ALIVE;
	if (s->dir == SY_SERVER && s->ack == s->flow->track.first_seq[SY_CLIENT])
		s->flow->bits |= SY_BIT_SERVER_ACKED;
	// A SYN and an ACK are made up as easily as a SYN alone: until the server has shown that it
	// is there, such a flow gives way like any other.
	s->flow->rank = a->flags & SY_ATT_SERVER_ALIVE ? SY_RANK_KEEP : SY_RANK_HALF_OPEN;
	sy_tcp_track(s);
}

void sy_act_come_up(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;

	s->flow->state = SY_STATE_ESTABLISHED;
	s->flow->rank = SY_RANK_KEEP;
	s->flow->bits |= SY_BIT_CLIENT_ACKED;
	s->flow->bits &= (uint8_t)~SY_BIT_RST_SERVER;
	a->flags |= SY_ATT_CLIENT_ALIVE | SY_ATT_CAME_UP;
	a->outcome = SY_OUTCOME_ESTABLISHED;
	a->decided_by = SY_DECIDED_BY_PACKETS;
	a->decided_ns = s->ts_ns;
	sy_tcp_rtts(s->tcp, a);
	// At once, and not at the end: a live tap is judged by what it sees now.
	if (!(a->flags & SY_ATT_SIDES))
		s->tcp->counters.flows_both_ways[s->flow->track.vantage]++;
	a->flags |= SY_ATT_SIDES;
	if (s->tcp->sink.established != NULL && !(a->flags & SY_ATT_COUNTED)) {
		s->tcp->sink.established(s->tcp->sink.arg, a);
		a->flags |= SY_ATT_COUNTED;
	}
}

/// True when the client's segment continues both sides and acknowledges nothing unseen.
static bool continues_both(const struct sy_step *s)
{
	const struct sy_flow_track *t = &s->flow->track;
	const struct sy_packet_note *synack = &s->attempt->note[SY_NOTE_SYNACK];
	uint32_t accepted = synack->ack - t->first_seq[SY_CLIENT];

	if (accepted > s->attempt->note[SY_NOTE_SYN].payload_bytes)
		accepted = 0;
	return s->seq == t->first_seq[SY_CLIENT] + accepted &&
	       sy_seq_diff(s->ack, t->next_seq[SY_SERVER]) <= 0;
}

/// SEMANTICS 2: the final ACK, or client data that acknowledges the SYN-ACK.
void sy_act_established(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;

	sy_tcp_note(&a->note[SY_NOTE_ACK], s);
	if (continues_both(s))
		a->flags |= SY_ATT_ACK_SYNCHRONIZED;
	// When the SYN-ACK was sent more than once the echo says which one is meant.
	if (a->synack_count > 1 && s->batch->bits[s->lane] & SY_SEG_TS &&
		(a->opt[SY_SERVER].present & SY_OPT_TS) &&
		a->opt[SY_SERVER].tsval != a->work.last_synack_tsval) {
		uint32_t echo = s->batch->tsecr[s->lane];
		if (echo == a->opt[SY_SERVER].tsval)
			a->work.last_synack_ns = a->note[SY_NOTE_SYNACK].ts_ns;
		else if (echo != a->work.last_synack_tsval)
			a->work.last_synack_ns = 0;
	} else if (a->synack_count > 1) {
		a->work.last_synack_ns = 0;
	}
	sy_act_come_up(s);
	sy_tcp_track(s);
}

static void crossing_done(struct sy_step *s)
{
	uint8_t both = SY_BIT_CLIENT_ACKED | SY_BIT_SERVER_ACKED;

	if ((s->flow->bits & both) == both)
		sy_act_come_up(s);
}

void sy_act_client_crossing(struct sy_step *s)
{
	uint32_t server_next = s->flow->track.first_seq[SY_SERVER];

	if ((s->flags & SY_TCP_ACK) && sy_seq_diff(s->ack, server_next) >= 0) {
		s->flow->bits |= SY_BIT_CLIENT_ACKED;
		if (s->attempt->note[SY_NOTE_ACK].ts_ns == 0)
			sy_tcp_note(&s->attempt->note[SY_NOTE_ACK], s);
		if (s->ack == server_next)
			s->attempt->flags |= SY_ATT_ACK_SYNCHRONIZED;
		if (s->flags & SY_TCP_SYN)
			sy_tcp_history(s->attempt, 'h', SY_CLIENT);
	}
	sy_act_absorb(s);
	crossing_done(s);
}

void sy_act_server_crossing(struct sy_step *s)
{
	if ((s->flags & SY_TCP_ACK) && s->ack == s->flow->track.first_seq[SY_CLIENT])
		s->flow->bits |= SY_BIT_SERVER_ACKED;
	if (s->flags & SY_TCP_SYN)
		sy_tcp_history(s->attempt, 'h', SY_SERVER);
	sy_act_absorb(s);
	crossing_done(s);
}

void sy_act_server_early(struct sy_step *s)
{
	s->attempt->flags |= SY_ATT_SERVER_ALIVE;
	sy_act_absorb(s);
}
