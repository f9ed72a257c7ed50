// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// One segment on its way through the machine.

#include "tcp_internal.h"

/// The flow of a lane, unless its time is over: then it is ended first, so that what a late packet
/// means does not depend on how far the sweep has come.
static struct sy_flow *find_live(struct sy_tcp *tcp, uint64_t tag, uint64_t ts_ns)
{
	struct sy_flow *flow = sy_flow_table_find(tcp->flows, tag);

	if (flow != NULL && sy_tcp_expired(tcp, flow, ts_ns)) {
		sy_tcp_finish(tcp, flow, SY_DECIDED_BY_TIMEOUT, ts_ns);
		return NULL;
	}
	if (flow != NULL)
		sy_tcp_settle(tcp, flow, ts_ns);
	return flow;
}

static void start_step(struct sy_step *s, struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i)
{
	bool greater = b->bits[i] & SY_SEG_SWAP;

	s->tcp = tcp;
	s->batch = b;
	s->lane = i;
	s->ts_ns = b->ts_ns[i];
	s->seq = b->seq[i];
	s->ack = b->ack[i];
	s->payload = b->payload_bytes[i];
	s->flags = b->flags[i];
	s->vantage = tcp->vantage_of_port[b->port[i]];
	s->dir = SY_CLIENT;
	s->apart = false;
	s->attempt = NULL;
	s->flow = find_live(tcp, sy_batch_tag(b, i), s->ts_ns);
	if (s->flow != NULL) {
		s->dir = greater == !!(s->flow->bits & SY_BIT_CLIENT_GREATER) ? SY_CLIENT
									      : SY_SERVER;
		s->attempt = sy_flow_table_record(tcp->flows, s->flow);
	}
}

/// Time from one vantage to the other; a copy of a retransmission does not tell it.
static int32_t transit_ns(uint64_t there_ns, uint64_t here_ns)
{
	uint64_t apart = there_ns > here_ns ? there_ns - here_ns : here_ns - there_ns;

	return apart > SY_COPY_WINDOW_NS ? SY_DT_UNKNOWN : (int32_t)(there_ns - here_ns);
}

/// A copy from another vantage: adds where and when one of the noted packets was seen.
static void take_copy(struct sy_step *s)
{
	if (s->attempt == NULL)
		return;
	for (int which = 0; which < SY_NOTE_COUNT; which++) {
		struct sy_packet_note *note = &s->attempt->note[which];
		uint8_t bit = (uint8_t)(1u << s->vantage);

		if (note->ts_ns == 0 || note->seq != s->seq || note->ack != s->ack ||
			note->tcp_flags != s->flags || (note->seen_at & bit))
			continue;
		if (note->seen_at == (1u << note->vantage)) {
			note->other_vantage = s->vantage;
			s->attempt->other_dt_ns[which] = transit_ns(s->ts_ns, note->ts_ns);
		}
		note->seen_at |= bit;
		return;
	}
}

/// Tells how long a packet was on its way between two vantages. Of two ports that are polled in
/// turn the later on the way may be the first to be read: times decide, not the order.
static void tell_transit(const struct sy_step *s, const struct sy_copy_of *first)
{
	const struct sy_tcp_sink *sink = &s->tcp->sink;
	int32_t later_ns = transit_ns(s->ts_ns, first->ts_ns);

	if (later_ns == SY_DT_UNKNOWN)
		return;
	if (later_ns >= 0)
		sink->transit(sink->arg, first->vantage, s->vantage, (uint64_t)later_ns);
	else
		sink->transit(sink->arg, s->vantage, first->vantage, (uint64_t)-later_ns);
}

/// With tracking: handshake, FINs and ordinary segments of unknown flows open none.
static bool opens_flow(const struct sy_step *s)
{
	return s->tcp->watch == NULL || (s->flags & (SY_TCP_SYN | SY_TCP_RST));
}

static bool is_plain(const struct sy_step *s)
{
	return !(s->flags & (SY_TCP_SYN | SY_TCP_RST)) &&
	       (s->flow->state == SY_STATE_ESTABLISHED || s->flow->state == SY_STATE_MIDSTREAM);
}

void sy_tcp_segment(struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i)
{
	struct sy_copy_of first;
	struct sy_step s;

	start_step(&s, tcp, b, i);
	// Before its copies are looked at, which wait as well.
	if (s.flow == NULL && sy_tcp_postpone(tcp, b, i))
		return;
	if (tcp->copies != NULL && sy_copies_seen(tcp->copies, b, i, s.vantage, &first,
					   &tcp->counters.copies_overflow)) {
		uint16_t kind = s.flags & (SY_TCP_SYN | SY_TCP_ACK | SY_TCP_RST);
		if (kind & SY_TCP_SYN)
			tcp->sink.ttl(tcp->sink.arg, kind & SY_TCP_ACK ? 1 : 0, b, i);
		tell_transit(&s, &first);
		take_copy(&s);
		return;
	}
	if (s.flow == NULL) {
		if (opens_flow(&s))
			sy_tcp_open(&s);
	} else if (is_plain(&s)) {
		sy_tcp_track(&s);
	} else {
		sy_tcp_step(&s, sy_tcp_classify(&s));
	}
	if (s.flow == NULL)
		return;
	sy_flow_table_note(tcp->flows, s.flow);
	if (tcp->watch != NULL)
		sy_tcp_watch(tcp, s.flow);
}

void sy_tcp_icmp_error(struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i)
{
	struct sy_step s;

	start_step(&s, tcp, b, i);
	if (s.flow == NULL && sy_tcp_postpone(tcp, b, i))
		return;
	sy_tcp_icmp(&s);
	if (s.flow != NULL)
		sy_flow_table_note(tcp->flows, s.flow);
}
