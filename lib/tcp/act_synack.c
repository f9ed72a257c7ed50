// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "actions.h"

/// Which SYN this SYN-ACK answers: the only one outstanding, or the one whose timestamp it echoes
/// (RFC 7323 4.3; Karn's rule forbids to guess).
static void pair_with_syn(struct sy_attempt *a, const struct sy_tcp_options *synack)
{
	const struct sy_tcp_options *first = &a->opt[SY_CLIENT];
	struct sy_attempt_work *w = &a->work;

	w->rtt_syn_ns = 0;
	if (w->outstanding <= 1) {
		w->rtt_syn_ns = a->last_syn_ns;
	} else if ((first->present & SY_OPT_TS) && (synack->present & SY_OPT_TS) &&
		   first->tsval != w->last_syn_tsval) {
		if (synack->tsecr == w->last_syn_tsval)
			w->rtt_syn_ns = a->last_syn_ns;
		else if (synack->tsecr == first->tsval)
			w->rtt_syn_ns = a->note[SY_NOTE_SYN].ts_ns;
	}
	if (w->rtt_syn_ns == 0)
		a->flags |= SY_ATT_RTT_AMBIGUOUS;
}

static void see_synack(struct sy_step *s)
{
	s->attempt->end_ns = s->ts_ns;
	s->attempt->completeness |= SY_COMPLETE_SYNACK;
	sy_tcp_count_packet(&s->flow->track, SY_SERVER);
}

/// Only a SYN-ACK that acknowledges the SYN belongs to the attempt (SEMANTICS 2).
static void count_synack(struct sy_step *s)
{
	if (s->attempt->synack_count < UINT16_MAX)
		s->attempt->synack_count++;
	see_synack(s);
}

/// The first SYN-ACK that acknowledges the SYN, or the first since the handshake began anew.
static void take_synack(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;
	struct sy_flow_track *t = &s->flow->track;

	count_synack(s);
	sy_tcp_note(&a->note[SY_NOTE_SYNACK], s);
	a->opt[SY_SERVER] = s->batch->opt[s->lane];
	a->flags |= SY_ATT_SYN_VALIDATED;
	a->flags &= ~SY_ATT_ECN_ACCEPTED;
	// RFC 3168 6.1.1: ECE without CWR accepts.
	if ((a->flags & SY_ATT_ECN_SETUP) && (s->flags & (SY_TCP_ECE | SY_TCP_CWR)) == SY_TCP_ECE)
		a->flags |= SY_ATT_ECN_ACCEPTED;
	a->work.last_synack_ns = s->ts_ns;
	a->work.last_synack_tsval = a->opt[SY_SERVER].tsval;
	pair_with_syn(a, &a->opt[SY_SERVER]);
	sy_tcp_history(a, 'h', SY_SERVER);
	t->first_seq[SY_SERVER] = s->seq + 1;
	t->next_seq[SY_SERVER] = s->seq + 1 + s->payload;
	t->wraps[SY_SERVER] = 0;
	t->max_ack[SY_SERVER] = s->ack;
	t->valid |= SY_TRACK_SEQ(SY_SERVER) | SY_TRACK_ACK(SY_SERVER);
}

void sy_act_synack(struct sy_step *s)
{
	take_synack(s);
	s->flow->rank = SY_RANK_HALF_OPEN;
	sy_tcp_touch(s);
}

void sy_act_synack_again(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;

	if (!(s->flow->bits & SY_BIT_ATTEMPT)) {
		sy_act_midstream_synack(s);
		return;
	}
	count_synack(s);
	if (!(a->flags & SY_ATT_SYN_VALIDATED))
		return;
	if (s->seq != a->note[SY_NOTE_SYNACK].seq) {
		// After a reset the same responder may begin anew.
		if (s->flow->state != SY_STATE_FAILED && s->flow->state != SY_STATE_CLOSED)
			a->flags |= SY_ATT_TWO_RESPONDERS;
		return;
	}
	a->work.last_synack_ns = s->ts_ns;
	a->work.last_synack_tsval = s->batch->opt[s->lane].tsval;
	if (s->flow->state == SY_STATE_SYN_RECEIVED)
		sy_tcp_touch(s);
}

void sy_act_synack_bad(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;

	see_synack(s);
	a->flags |= SY_ATT_INVALID_ANSWER;
	if (a->note[SY_NOTE_SYNACK].ts_ns == 0) {
		sy_tcp_note(&a->note[SY_NOTE_SYNACK], s);
		a->opt[SY_SERVER] = s->batch->opt[s->lane];
		sy_tcp_history(a, 'h', SY_SERVER);
	}
}

/// Two tap ports are polled in turn: what came just before the SYN-ACK may have come after it, and
/// then no SYN-ACK was missed.
static void was_overtaken(struct sy_step *s, bool acked)
{
	uint64_t *missed = &s->tcp->counters.ack_without_synack[s->vantage];

	if (sy_time_since(s->ts_ns, s->flow->last_ns) > s->tcp->config.reorder_window_ns)
		return;
	*missed -= *missed > 0;
	if (acked)
		s->attempt->flags |= SY_ATT_ACK_SYNCHRONIZED;
}

/// The SYN-ACK of a connection that had shown its ACK before: taken if the ACK fits.
void sy_act_synack_late(struct sy_step *s)
{
	struct sy_flow_track *t = &s->flow->track;
	bool acked = (t->valid & SY_TRACK_ACK(SY_CLIENT)) &&
		     sy_seq_diff(t->max_ack[SY_CLIENT], s->seq + 1) >= 0;
	uint32_t first = t->first_seq[SY_SERVER], next = t->next_seq[SY_SERVER];
	bool had_data = t->valid & SY_TRACK_SEQ(SY_SERVER);

	if (s->attempt->flags & SY_ATT_SYN_VALIDATED) {
		sy_act_synack_again(s);
		return;
	}
	was_overtaken(s, acked);
	take_synack(s);
	if (had_data && sy_seq_diff(next, first) >= 0 && sy_seq_diff(next, s->seq + 1) > 0)
		t->next_seq[SY_SERVER] = next;
	if (acked) {
		sy_act_come_up(s);
	} else if (!(s->attempt->flags & SY_ATT_CLIENT_ALIVE)) {
		// Only the server's data had overtaken it: the final ACK can still come.
		s->flow->state = SY_STATE_SYN_RECEIVED;
		s->flow->rank = SY_RANK_HALF_OPEN;
		sy_tcp_touch(s);
	}
}

/// A connection that was over before its SYN-ACK was read. Whatever comes later than ports can mix
/// the order is of another one.
void sy_act_synack_closed(struct sy_step *s)
{
	uint64_t late_ns = sy_time_since(s->ts_ns, s->flow->last_ns);

	if (!(s->flow->bits & SY_BIT_ATTEMPT) || late_ns > s->tcp->config.reorder_window_ns) {
		sy_act_synack_again(s);
		return;
	}
	sy_act_synack_late(s);
	s->flow->state = SY_STATE_CLOSED;
	s->flow->rank = SY_RANK_ENDED;
}

/// A SYN-ACK after the client has given up changes nothing but its count.
void sy_act_synack_after_abort(struct sy_step *s)
{
	if (s->attempt->flags & SY_ATT_SYN_VALIDATED) {
		sy_act_synack_again(s);
		return;
	}
	take_synack(s);
}

void sy_act_synack_crossing(struct sy_step *s)
{
	count_synack(s);
	s->attempt->flags |= SY_ATT_SYN_VALIDATED;
	sy_act_server_crossing(s);
}

void sy_act_midstream_synack(struct sy_step *s)
{
	sy_tcp_count_packet(&s->flow->track, s->dir);
	sy_tcp_touch(s);
	if (s->attempt != NULL && s->attempt->synack_count < UINT16_MAX)
		s->attempt->synack_count++;
	s->tcp->sink.ttl(s->tcp->sink.arg, 1, s->batch, s->lane);
}

/// What follows a SYN-ACK whose SYN has not come: within the reorder window it may be on the heels
/// of the SYN-ACK, and the SYN may still come from the other tap port.
void sy_act_after_synack(struct sy_step *s)
{
	bool server = s->dir == SY_SERVER && s->attempt != NULL;

	sy_tcp_track(s);
	if (!server || sy_time_since(s->ts_ns, s->attempt->note[SY_NOTE_SYNACK].ts_ns) >
			       s->tcp->config.reorder_window_ns)
		s->flow->state = SY_STATE_MIDSTREAM;
}
