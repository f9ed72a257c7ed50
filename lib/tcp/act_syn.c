// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "actions.h"

static void count_syn(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;

	if (a->syn_count < UINT16_MAX)
		a->syn_count++;
	if (a->work.outstanding < UINT16_MAX)
		a->work.outstanding++;
	a->work.last_syn_tsval = s->batch->opt[s->lane].tsval;
	a->work.syn_vantage = s->vantage;
	a->last_syn_ns = a->end_ns = s->ts_ns;
	sy_tcp_count_packet(&s->flow->track, s->dir);
}

void sy_act_syn_again(struct sy_step *s)
{
	count_syn(s);
	if (s->flow->state == SY_STATE_SYN_SENT) {
		s->flow->rank = SY_RANK_HALF_OPEN;
		s->flow->bits &= (uint8_t)~SY_BIT_RST_SERVER;
	}
	if (s->flow->rank == SY_RANK_HALF_OPEN)
		sy_tcp_touch(s);
}

/// The next answer will have other numbers. The SYN-ACK that was reset stays noted until another
/// one takes its place: the server did answer.
static void forget_answer(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;
	struct sy_flow_track *t = &s->flow->track;

	if (a->flags & SY_ATT_SYN_VALIDATED)
		a->flags |= SY_ATT_ANSWERED_BEFORE;
	a->flags &= ~(SY_ATT_SYN_VALIDATED | SY_ATT_CLIENT_ALIVE | SY_ATT_SERVER_ALIVE);
	t->valid = (uint8_t)((t->valid & SY_TRACK_WATCHED) | SY_TRACK_SEQ(SY_CLIENT));
	t->next_seq[SY_CLIENT] = t->first_seq[SY_CLIENT] + a->note[SY_NOTE_SYN].payload_bytes;
	t->wraps[SY_CLIENT] = t->wraps[SY_SERVER] = 0;
	s->flow->bits &= SY_BIT_CLIENT_GREATER | SY_BIT_ATTEMPT;
}

/// After an abort or a reset the same SYN again is the same attempt, open again.
void sy_act_syn_revive(struct sy_step *s)
{
	forget_answer(s);
	count_syn(s);
	sy_tcp_touch(s);
	s->flow->rank = SY_RANK_HALF_OPEN;
	s->flow->state = SY_STATE_SYN_SENT;
}

void sy_act_syn_peer(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;
	struct sy_flow_track *t = &s->flow->track;

	a->flags |= SY_ATT_SIMULTANEOUS_OPEN;
	a->end_ns = s->ts_ns;
	sy_tcp_note(&a->note[SY_NOTE_SYNACK], s);
	a->opt[SY_SERVER] = s->batch->opt[s->lane];
	sy_tcp_history(a, 's', SY_SERVER);
	t->first_seq[SY_SERVER] = s->seq + 1;
	t->next_seq[SY_SERVER] = s->seq + 1 + s->payload;
	t->wraps[SY_SERVER] = 0;
	t->valid |= SY_TRACK_SEQ(SY_SERVER);
	sy_tcp_count_packet(t, SY_SERVER);
	sy_tcp_touch(s);
}

/// A SYN with another ISN on the same ports ends what was there and begins a new attempt.
void sy_act_restart(struct sy_step *s)
{
	struct sy_tcp *tcp = s->tcp;
	bool had_attempt = (s->flow->bits & SY_BIT_ATTEMPT) || s->flow->state == SY_STATE_GHOST;
	uint32_t previous_isn = had_attempt ? sy_tcp_client_isn(s->flow, s->attempt) : 0;
	bool same_client = s->dir == SY_CLIENT;

	sy_tcp_finish(tcp, s->flow, SY_DECIDED_BY_PACKETS, s->ts_ns);
	sy_tcp_open(s);
	if (s->flow == NULL || !had_attempt || !same_client)
		return;
	if (sy_tcp_promote(s) == NULL)
		return;
	s->attempt->work.previous_isn = previous_isn;
	s->attempt->work.has_previous = 1;
}

/// The SYN of a SYN-ACK that was seen first: reordered between two tap ports if it comes soon.
void sy_act_join(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;
	struct sy_packet_note synack;
	struct sy_tcp_options options;
	struct sy_flow_track before = s->flow->track;
	int64_t other_dt_ns;

	if (a == NULL || s->dir != SY_CLIENT ||
		a->note[SY_NOTE_SYNACK].ack - (s->seq + 1) > s->payload ||
		sy_time_since(s->ts_ns, a->note[SY_NOTE_SYNACK].ts_ns) >
			s->tcp->config.reorder_window_ns) {
		sy_act_restart(s);
		return;
	}
	synack = a->note[SY_NOTE_SYNACK];
	options = a->opt[SY_SERVER];
	other_dt_ns = a->other_dt_ns[SY_NOTE_SYNACK];
	if (s->tcp->watch != NULL)
		sy_tcp_unwatch(s->tcp, s->flow);
	sy_flow_table_remove(s->tcp->flows, s->flow);
	sy_tcp_open(s);
	if (s->flow == NULL || (a = sy_tcp_promote(s)) == NULL)
		return;
	a->note[SY_NOTE_SYNACK] = synack;
	a->other_dt_ns[SY_NOTE_SYNACK] = other_dt_ns;
	a->opt[SY_SERVER] = options;
	a->synack_count = 1;
	a->flags |= SY_ATT_SYN_VALIDATED;
	a->completeness |= SY_COMPLETE_SYNACK;
	if ((a->flags & SY_ATT_ECN_SETUP) &&
		(synack.tcp_flags & (SY_TCP_ECE | SY_TCP_CWR)) == SY_TCP_ECE)
		a->flags |= SY_ATT_ECN_ACCEPTED;
	a->work.last_synack_ns = synack.ts_ns;
	a->work.last_synack_tsval = options.tsval;
	sy_tcp_history(a, 'h', SY_SERVER);
	s->flow->state = SY_STATE_SYN_RECEIVED;
	// The server may have sent more on the heels of its SYN-ACK.
	s->flow->track.first_seq[SY_SERVER] = synack.seq + 1;
	s->flow->track.next_seq[SY_SERVER] = before.next_seq[SY_SERVER];
	s->flow->track.max_ack[SY_SERVER] = before.max_ack[SY_SERVER];
	s->flow->track.valid |= SY_TRACK_SEQ(SY_SERVER) | SY_TRACK_ACK(SY_SERVER);
	s->flow->track.packets[SY_SERVER] = before.packets[SY_SERVER];
	s->flow->track.letters |= before.letters & 0xff00;
}
