// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "actions.h"

/// True when a RST to the SYN-ACK ended a handshake that had gone on after one to the SYN. Not the
/// client's after a refusal to the same SYN: a forged RST races the SYN-ACK, and the client, which
/// believed it, has nothing left but to reset the SYN-ACK.
static bool ended_it_instead(const struct sy_step *s, enum sy_rst_phase phase)
{
	const struct sy_attempt *a = s->attempt;
	bool refused = a->rst_side == SY_SERVER && (s->flow->bits & SY_BIT_RST_SERVER);

	return a->rst_phase == SY_RST_TO_SYN && phase == SY_RST_TO_SYNACK &&
	       !(a->flags & SY_ATT_RST_AFTER_SYNACK) && (s->dir == SY_SERVER || !refused);
}

/// The first RST is kept as evidence, but a valid one is better evidence than an invalid one that
/// came before it, and one that ended the handshake than one after which it went on.
static bool is_better_evidence(const struct sy_step *s, enum sy_rst_phase phase, bool valid)
{
	const struct sy_attempt *a = s->attempt;

	if (a->note[SY_NOTE_RST].ts_ns == 0)
		return true;
	return valid && (!(a->flags & SY_ATT_RST_VALID) || ended_it_instead(s, phase));
}

/// Counts a RST and reports it.
static void take_rst(struct sy_step *s, enum sy_rst_phase phase, bool valid)
{
	struct sy_attempt *a = s->attempt;

	s->tcp->sink.rst(s->tcp->sink.arg, phase, s->batch, s->lane);
	sy_tcp_count_packet(&s->flow->track, s->dir);
	if (a == NULL)
		return;
	if (a->rst_count < UINT16_MAX)
		a->rst_count++;
	a->completeness |= SY_COMPLETE_RST;
	if ((s->flags & SY_TCP_ACK) && s->payload == 0)
		a->completeness |= SY_COMPLETE_ACK;
	a->end_ns = s->ts_ns;
	if (is_better_evidence(s, phase, valid)) {
		sy_tcp_note(&a->note[SY_NOTE_RST], s);
		a->rst_phase = phase;
		a->rst_side = s->dir;
		if (valid)
			a->flags |= SY_ATT_RST_VALID;
		sy_tcp_history(a, 'r', s->dir);
	}
}

static void decide(struct sy_step *s)
{
	s->flow->rank = SY_RANK_ENDED;
	sy_tcp_touch(s);
	s->attempt->decided_ns = s->ts_ns;
}

/// The client gave up: before the SYN-ACK, or after it (half-open scan, or unwanted).
void sy_act_abort(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;
	bool answered = a->flags & SY_ATT_SYN_VALIDATED;

	take_rst(s, answered ? SY_RST_TO_SYNACK : SY_RST_TO_SYN, true);
	if (a->rst_side != SY_CLIENT && !(a->flags & SY_ATT_RST_AFTER_SYNACK))
		sy_tcp_history(a, 'r', SY_CLIENT);
	a->flags |= answered ? SY_ATT_RST_AFTER_SYNACK : SY_ATT_RST_BEFORE_SYNACK;
	decide(s);
}

/// A valid RST answers the SYN. The attempt stays: the client may send the same SYN again.
void sy_act_refuse(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;

	take_rst(s, SY_RST_TO_SYN, true);
	if (a->refusals == 0)
		a->decided_ns = s->ts_ns;
	if (a->refusals < UINT16_MAX)
		a->refusals++;
	a->work.outstanding = 0;
	s->flow->rank = SY_RANK_ENDED;
	s->flow->bits |= SY_BIT_RST_SERVER;
	sy_tcp_touch(s);
}

/// The server took its SYN-ACK back.
void sy_act_reset(struct sy_step *s)
{
	take_rst(s, SY_RST_TO_SYNACK, true);
	decide(s);
}

static enum sy_rst_phase phase_of_open(const struct sy_step *s)
{
	if (s->flow->state == SY_STATE_SYNACK_FIRST)
		return SY_RST_TO_SYNACK;
	if (s->flow->state == SY_STATE_FAILED)
		return s->attempt->flags & SY_ATT_SYN_VALIDATED ? SY_RST_TO_SYNACK : SY_RST_TO_SYN;
	return s->flow->bits & SY_BIT_FIN(s->dir) ? SY_RST_AFTER_FIN : SY_RST_IN_DATA;
}

void sy_act_close(struct sy_step *s)
{
	take_rst(s, phase_of_open(s), true);
	s->flow->bits |= s->dir == SY_CLIENT ? SY_BIT_RST_CLIENT : SY_BIT_RST_SERVER;
	s->flow->rank = SY_RANK_ENDED;
	sy_tcp_touch(s);
	if (s->attempt != NULL && s->attempt->close == SY_CLOSE_NONE)
		s->attempt->close = s->dir == SY_CLIENT ? SY_CLOSE_RST_CLIENT : SY_CLOSE_RST_SERVER;
}

void sy_act_rst_again(struct sy_step *s)
{
	take_rst(s, phase_of_open(s), true);
	s->flow->bits |= s->dir == SY_CLIENT ? SY_BIT_RST_CLIENT : SY_BIT_RST_SERVER;
	sy_tcp_touch(s);
}

/// A RST that no endpoint would take: evidence of forgery, or of a stack that is long past.
void sy_act_rst_bad(struct sy_step *s)
{
	struct sy_attempt *a = s->attempt;
	bool to_syn = s->flow->state == SY_STATE_SYN_SENT && s->dir == SY_SERVER;

	take_rst(s, to_syn ? SY_RST_TO_SYN : SY_RST_STRAY, false);
	if (!to_syn)
		return;
	if (a->invalid_refusals < UINT16_MAX)
		a->invalid_refusals++;
	a->flags |= SY_ATT_INVALID_ANSWER;
}
