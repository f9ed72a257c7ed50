// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Sequence numbers and volume of a flow, both directions: the path of every ordinary segment.

#include "tcp_internal.h"

/// Notes a letter that comes for the first time.
static __attribute__((noinline, cold)) void note_letter(
	struct sy_step *s, uint16_t letter, char name, uint8_t completeness)
{
	s->flow->track.letters |= (uint16_t)(letter << (s->dir == SY_SERVER ? 8 : 0));
	if (s->attempt == NULL) {
		if (letter == SY_LETTER_A || letter == SY_LETTER_D)
			s->tcp->sink.ttl(s->tcp->sink.arg, 2, s->batch, s->lane);
		return;
	}
	if (s->attempt->data_ttl[s->dir] == 0)
		s->attempt->data_ttl[s->dir] = s->batch->ttl[s->lane];
	s->attempt->completeness |= completeness;
	sy_tcp_history(s->attempt, name, s->dir);
}

/// Letters and completeness bits come at most once a side: mostly there is nothing to do.
static inline void first_of_its_kind(
	struct sy_step *s, uint16_t letter, char name, uint8_t completeness)
{
	if (!(s->flow->track.letters >> (s->dir == SY_SERVER ? 8 : 0) & letter))
		note_letter(s, letter, name, completeness);
}

static void take_fin(struct sy_step *s)
{
	struct sy_flow *f = s->flow;

	first_of_its_kind(s, SY_LETTER_F, 'f', SY_COMPLETE_FIN);
	f->bits |= SY_BIT_FIN(s->dir);
	if (s->attempt != NULL && s->attempt->close == SY_CLOSE_NONE)
		s->attempt->close = s->dir == SY_CLIENT ? SY_CLOSE_FIN_CLIENT : SY_CLOSE_FIN_SERVER;
	// Both sides have closed (RFC 9293 3.6): only late segments can follow.
	if ((f->bits & SY_BIT_FIN(SY_CLIENT)) && (f->bits & SY_BIT_FIN(SY_SERVER)) &&
		(f->state == SY_STATE_ESTABLISHED || f->state == SY_STATE_ONE_SIDED ||
			f->state == SY_STATE_MIDSTREAM)) {
		f->state = SY_STATE_CLOSED;
		f->rank = SY_RANK_ENDED;
		if (s->attempt != NULL)
			s->attempt->end_ns = s->ts_ns;
		sy_tcp_closing(s->tcp, f);
	}
}

static uint16_t place_of(uint32_t number)
{
	uint16_t place = (uint16_t)(number >> 16);

	return place == 0 ? 1 : place; // 0 = none
}

static bool is_just_after(uint32_t number, uint16_t place)
{
	return place != 0 && (uint16_t)(place_of(number) - place) <= SY_LEAD_BYTES >> 16;
}

/// True for numbers that are far outside every window, and which nothing has confirmed: of another
/// connection, or made up. More than a window may have been lost, so they are taken when a second
/// segment, of either side, goes on where the first one went; a slot has room to remember that to
/// 64 KB.
static __attribute__((noinline, cold)) bool is_stranger(
	struct sy_step *s, bool seq_far, bool ack_far)
{
	struct sy_flow *f = s->flow;
	bool confirmed = (seq_far && is_just_after(s->seq, f->jump)) ||
			 (ack_far && is_just_after(s->ack, f->jump));

	f->jump = confirmed ? 0 : place_of(seq_far ? s->seq : s->ack);
	return !confirmed;
}

#define NUMBER_SEQ 1
#define NUMBER_ACK 2

/// Which of a segment's numbers are of this connection. Those of a flow that is not watched go on
/// unseen.
static inline uint8_t numbers_to_take(struct sy_step *s)
{
	const struct sy_flow_track *t = &s->flow->track;
	uint8_t dir = s->dir, peer = dir ^ 1;
	bool seq_far = (t->valid & SY_TRACK_SEQ(dir)) &&
		       sy_seq_diff(s->seq, t->next_seq[dir]) > SY_LEAD_BYTES;
	bool ack_far = (s->flags & SY_TCP_ACK) && (t->valid & SY_TRACK_SEQ(peer)) &&
		       sy_seq_diff(s->ack, t->next_seq[peer]) > SY_LEAD_BYTES;

	if (s->apart)
		return 0;
	if ((seq_far || ack_far) && s->tcp->watch == NULL && is_stranger(s, seq_far, ack_far))
		return seq_far ? 0 : NUMBER_SEQ;
	return NUMBER_SEQ | NUMBER_ACK;
}

/// It was acknowledged before it was seen, and has come now: two tap ports are polled in turn, so
/// their packets may overtake one another. Nothing was lost.
static void overtaken(struct sy_step *s)
{
	uint64_t *lost = &s->tcp->counters.ack_of_unseen[s->vantage];

	s->flow->track.valid &= (uint8_t)~SY_TRACK_UNSEEN(s->dir);
	*lost -= *lost > 0 && s->tcp->watch == NULL;
}

static void advance_seq(struct sy_step *s, uint32_t length)
{
	struct sy_flow_track *t = &s->flow->track;
	uint8_t dir = s->dir;
	uint32_t end = s->seq + length;

	if (!(t->valid & SY_TRACK_SEQ(dir))) {
		t->valid |= SY_TRACK_SEQ(dir);
		t->first_seq[dir] = s->seq;
		t->next_seq[dir] = end;
		return;
	}
	if (sy_seq_diff(end, t->next_seq[dir]) > 0) {
		if (sy_seq_diff(s->seq, t->next_seq[dir]) > 0)
			first_of_its_kind(s, SY_LETTER_G, 'g', 0);
		sy_tcp_count_wrap(t, dir, t->next_seq[dir], end);
		t->next_seq[dir] = end;
		t->valid &= (uint8_t)~SY_TRACK_UNSEEN(dir);
	} else if (length > 0 && (t->valid & SY_TRACK_UNSEEN(dir))) {
		overtaken(s);
	} else if (s->payload > 0) {
		first_of_its_kind(s, SY_LETTER_T, 't', 0);
	}
}

/// An ACK for data that never passed this tap is the traffic's own proof of loss (SEMANTICS 8).
static void advance_ack(struct sy_step *s)
{
	struct sy_flow_track *t = &s->flow->track;
	uint8_t dir = s->dir, peer = dir ^ 1;

	if (!(t->valid & SY_TRACK_ACK(dir)) || sy_seq_diff(s->ack, t->max_ack[dir]) > 0)
		t->max_ack[dir] = s->ack;
	t->valid |= SY_TRACK_ACK(dir);
	if (!(t->valid & SY_TRACK_SEQ(peer)))
		return;
	// One more than what was seen may be a FIN's number that the capture has not shown yet.
	int32_t beyond = sy_seq_diff(s->ack, t->next_seq[peer]);
	if (beyond > 0) {
		// What was not looked at is not lost.
		s->tcp->counters.ack_of_unseen[s->vantage] += s->tcp->watch == NULL;
		t->valid |= (uint8_t)SY_TRACK_UNSEEN(peer);
		sy_tcp_count_wrap(t, peer, t->next_seq[peer], s->ack);
		t->next_seq[peer] = s->ack;
	}
}

/// True for what its sender may have sent before its RST: where several taps are polled, what one
/// of them shows late was perhaps not looked at when the other showed it.
static bool may_be_older(const struct sy_step *s)
{
	const struct sy_packet_note *rst = &s->attempt->note[SY_NOTE_RST];

	return s->tcp->copies != NULL && s->attempt->rst_side == s->dir &&
	       sy_seq_diff(s->seq + s->payload, rst->seq) <= 0 &&
	       sy_time_since(s->ts_ns, rst->ts_ns) <= SY_COPY_WINDOW_NS;
}

/// What comes after the close: it prolongs nothing, and may show that a RST was not its sender's.
static void take_late(struct sy_step *s)
{
	if (s->attempt == NULL)
		return;
	s->attempt->end_ns = s->ts_ns;
	if ((s->flow->bits & (s->dir == SY_CLIENT ? SY_BIT_RST_CLIENT : SY_BIT_RST_SERVER)) &&
		!may_be_older(s))
		s->attempt->flags |= SY_ATT_DATA_AFTER_RST;
}

// The record of the attempt is not touched but for what is the first of its kind: the data of an
// established connection cost one cache line.
void sy_tcp_track(struct sy_step *s)
{
	struct sy_flow *f = s->flow;
	bool fin = s->flags & SY_TCP_FIN;
	uint8_t numbers = numbers_to_take(s);

	if (f->state == SY_STATE_CLOSED)
		take_late(s);
	else
		sy_tcp_touch(s);
	sy_tcp_count_packet(&f->track, s->dir);
	if (numbers & NUMBER_SEQ)
		advance_seq(s, s->payload + fin);
	if (s->flags & SY_TCP_ACK) {
		if (numbers & NUMBER_ACK)
			advance_ack(s);
		if (s->payload == 0 && !fin)
			first_of_its_kind(s, SY_LETTER_A, 'a', SY_COMPLETE_ACK);
		else if (s->payload == 0 && s->attempt != NULL)
			s->attempt->completeness |= SY_COMPLETE_ACK;
	}
	if (s->payload > 0)
		first_of_its_kind(s, SY_LETTER_D, 'd', SY_COMPLETE_DATA);
	if (s->batch->window[s->lane] == 0)
		first_of_its_kind(s, SY_LETTER_W, 'w', 0);
	if (fin)
		take_fin(s);
}
