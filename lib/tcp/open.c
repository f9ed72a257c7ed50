// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// How a flow begins: with a SYN, with a SYN-ACK that overtook its SYN, or in the middle.

#include "tcp_internal.h"

void sy_tcp_note(struct sy_packet_note *note, const struct sy_step *s)
{
	const struct sy_batch *b = s->batch;
	uint8_t bits = b->bits[s->lane];

	*note = (struct sy_packet_note){
		.ts_ns = s->ts_ns,
		.seq = s->seq,
		.ack = s->ack,
		.payload_bytes = s->payload,
		.window = b->window[s->lane],
		.ip_id = b->ip_id[s->lane],
		.tcp_flags = s->flags,
		.ttl = b->ttl[s->lane],
		.tos = b->tos[s->lane],
		.ip_flags = (uint8_t)((bits & SY_SEG_V6 ? SY_IP_V6 : 0) |
				      (bits & SY_SEG_DF ? SY_IP_DF : 0) |
				      (bits & SY_SEG_MF ? SY_IP_MF : 0)),
		.vantage = s->vantage,
		.seen_at = (uint8_t)(1u << s->vantage),
	};
}

uint32_t sy_tcp_client_isn(const struct sy_flow *flow, const struct sy_attempt *attempt)
{
	if (flow->state == SY_STATE_GHOST)
		return flow->track.first_seq[SY_CLIENT] - 1;
	return attempt == NULL ? flow->syn.isn : attempt->note[SY_NOTE_SYN].seq;
}

/// What follows from the flags and options of the first SYN.
static void set_syn_facts(struct sy_attempt *a)
{
	const struct sy_packet_note *syn = &a->note[SY_NOTE_SYN];

	if ((syn->tcp_flags & (SY_TCP_ECE | SY_TCP_CWR)) == (SY_TCP_ECE | SY_TCP_CWR))
		a->flags |= SY_ATT_ECN_SETUP;
	if (a->opt[SY_CLIENT].present & SY_OPT_TFO)
		a->flags |= SY_ATT_TFO;
	a->last_syn_ns = a->end_ns = syn->ts_ns;
	a->syn_count = 1;
	a->server_rtt_ns = a->client_rtt_ns = SY_NS_UNKNOWN;
	a->work.outstanding = 1;
	a->work.last_syn_tsval = a->opt[SY_CLIENT].tsval;
	a->work.syn_vantage = syn->vantage;
	a->rst_side = SY_SIDE_NONE;
	a->completeness |= SY_COMPLETE_SYN;
	sy_tcp_history(a, 's', SY_CLIENT);
	if (syn->payload_bytes > 0) {
		a->completeness |= SY_COMPLETE_DATA;
		sy_tcp_history(a, 'd', SY_CLIENT);
	}
}

void sy_tcp_attempt_from_syn(const struct sy_flow *flow, struct sy_attempt *out)
{
	const struct sy_lone_syn *syn = &flow->syn;

	memset(out, 0, sizeof(*out));
	out->tuple = (struct sy_tuple){
		.client = sy_addr_from_v4(syn->client4),
		.server = sy_addr_from_v4(syn->server4),
		.client_port = syn->client_port,
		.server_port = syn->server_port,
	};
	out->note[SY_NOTE_SYN] = (struct sy_packet_note){
		.ts_ns = flow->last_ns,
		.seq = syn->isn,
		.window = syn->window,
		.ip_id = syn->ip_id,
		.tcp_flags = syn->tcp_flags,
		.ttl = syn->ttl,
		.tos = syn->tos,
		.ip_flags = syn->ip_flags,
		.vantage = syn->vantage,
		.seen_at = (uint8_t)(1u << syn->vantage),
	};
	out->opt[SY_CLIENT] = (struct sy_tcp_options){
		.mss = syn->mss,
		.wscale = syn->wscale,
		.present = syn->present,
		.tsval = syn->tsval,
	};
	out->vlan = syn->vlan;
	set_syn_facts(out);
}

/// Attempt and flow are one now: the slot keeps sequence numbers instead of the SYN.
static void start_tracking(struct sy_flow *flow, const struct sy_attempt *a)
{
	const struct sy_packet_note *syn = &a->note[SY_NOTE_SYN];

	memset(&flow->track, 0, sizeof(flow->track));
	flow->track.first_seq[SY_CLIENT] = syn->seq + 1;
	flow->track.next_seq[SY_CLIENT] = syn->seq + 1 + syn->payload_bytes;
	flow->track.valid = SY_TRACK_SEQ(SY_CLIENT);
	flow->track.packets[SY_CLIENT] = 1;
	flow->track.vantage = syn->vantage;
	flow->track.letters = syn->payload_bytes > 0 ? SY_LETTER_D : 0;
}

struct sy_attempt *sy_tcp_promote(struct sy_step *s)
{
	if (s->attempt != NULL)
		return s->attempt;
	s->attempt = sy_flow_table_add_record(s->tcp->flows, s->flow);
	if (s->attempt == NULL)
		return NULL;
	sy_tcp_attempt_from_syn(s->flow, s->attempt);
	start_tracking(s->flow, s->attempt);
	if (s->tcp->watch != NULL)
		s->flow->track.valid |= SY_TRACK_WATCHED;
	return s->attempt;
}

/// A SYN whose facts fit the slot: IPv4, no tunnel, no domain, no data, no Fast Open, one vantage.
static bool fits_slot(const struct sy_step *s)
{
	const struct sy_batch *b = s->batch;

	return !(b->bits[s->lane] & SY_SEG_V6) && s->payload == 0 &&
	       b->tunnel[s->lane] == SY_TUNNEL_NONE && b->domain[s->lane] == 0 &&
	       !(b->opt[s->lane].present & SY_OPT_TFO) && s->tcp->copies == NULL;
}

static void fill_slot(const struct sy_step *s)
{
	const struct sy_batch *b = s->batch;
	uint32_t i = s->lane;
	const struct sy_tcp_options *opt = &b->opt[i];

	s->flow->syn = (struct sy_lone_syn){
		.client4 = b->src4[i],
		.server4 = b->dst4[i],
		.isn = s->seq,
		.tsval = opt->tsval,
		.client_port = b->sport[i],
		.server_port = b->dport[i],
		.mss = opt->mss,
		.window = b->window[i],
		.ip_id = b->ip_id[i],
		.vlan = b->vlan[i],
		.tcp_flags = s->flags,
		.ttl = b->ttl[i],
		.tos = b->tos[i],
		.wscale = opt->wscale,
		.present = opt->present,
		.ip_flags = b->bits[i] & SY_SEG_DF ? SY_IP_DF : 0,
		.vantage = s->vantage,
	};
}

static void fill_record(const struct sy_step *s, struct sy_attempt *a, enum sy_side sender)
{
	const struct sy_batch *b = s->batch;
	uint32_t i = s->lane;
	struct sy_addr src = sy_batch_src(b, i);
	struct sy_addr dst = sy_batch_dst(b, i);
	bool from_client = sender == SY_CLIENT;

	memset(a, 0, sizeof(*a));
	a->tuple = (struct sy_tuple){
		.client = from_client ? src : dst,
		.server = from_client ? dst : src,
		.client_port = from_client ? b->sport[i] : b->dport[i],
		.server_port = from_client ? b->dport[i] : b->sport[i],
		.domain = b->domain[i],
	};
	a->vlan = b->vlan[i];
	a->tunnel = b->tunnel[i];
	a->vni = b->vni[i];
	sy_tcp_note(&a->note[from_client ? SY_NOTE_SYN : SY_NOTE_SYNACK], s);
	a->opt[sender] = b->opt[i];
	if (from_client)
		set_syn_facts(a);
}

/// A SYN that found no room is still an attempt, known by this packet alone.
static void report_untracked(struct sy_step *s)
{
	struct sy_attempt a;

	fill_record(s, &a, SY_CLIENT);
	a.flags |= SY_ATT_UNTRACKED | (s->tcp->watch == NULL ? SY_ATT_VOLUME : 0);
	a.packets[SY_CLIENT] = 1;
	a.outcome = SY_OUTCOME_UNANSWERED;
	a.decided_by = SY_DECIDED_BY_EVICTED;
	a.decided_ns = s->ts_ns;
	a.conn_state = SY_ZEEK_S0;
	s->tcp->sink.ended(s->tcp->sink.arg, &a);
}

static void open_attempt(struct sy_step *s)
{
	struct sy_flow *f = s->flow;

	f->state = SY_STATE_SYN_SENT;
	f->rank = SY_RANK_HALF_OPEN;
	f->bits = SY_BIT_ATTEMPT |
		  (s->batch->bits[s->lane] & SY_SEG_SWAP ? SY_BIT_CLIENT_GREATER : 0);
	if (fits_slot(s)) {
		fill_slot(s);
		if (s->tcp->watch != NULL)
			sy_watch_add(s->tcp->watch, f->tag);
		return;
	}
	s->attempt = sy_flow_table_add_record(s->tcp->flows, f);
	if (s->attempt == NULL) {
		sy_flow_table_remove(s->tcp->flows, f);
		s->flow = NULL;
		report_untracked(s);
		return;
	}
	fill_record(s, s->attempt, SY_CLIENT);
	start_tracking(f, s->attempt);
}

/// A SYN-ACK without its SYN: an attempt if the SYN follows within the reorder window.
static void open_synack_first(struct sy_step *s)
{
	struct sy_flow *f = s->flow;

	f->state = SY_STATE_SYNACK_FIRST;
	f->rank = SY_RANK_MIDSTREAM;
	// The sender is the server here.
	f->bits = s->batch->bits[s->lane] & SY_SEG_SWAP ? 0 : SY_BIT_CLIENT_GREATER;
	memset(&f->track, 0, sizeof(f->track));
	f->track.first_seq[SY_SERVER] = f->track.next_seq[SY_SERVER] = s->seq + 1;
	f->track.max_ack[SY_SERVER] = s->ack;
	f->track.valid = SY_TRACK_SEQ(SY_SERVER) | SY_TRACK_ACK(SY_SERVER);
	f->track.packets[SY_SERVER] = 1;
	f->track.vantage = s->vantage;
	s->attempt = sy_flow_table_add_record(s->tcp->flows, f);
	if (s->attempt == NULL) {
		f->state = SY_STATE_MIDSTREAM;
		return;
	}
	fill_record(s, s->attempt, SY_SERVER);
	s->attempt->synack_count = 1;
}

static void open_midstream(struct sy_step *s)
{
	struct sy_flow *f = s->flow;

	f->state = SY_STATE_MIDSTREAM;
	f->rank = SY_RANK_MIDSTREAM;
	f->bits = 0;
	memset(&f->track, 0, sizeof(f->track));
	f->track.vantage = s->vantage;
	s->dir = s->batch->bits[s->lane] & SY_SEG_SWAP ? SY_SERVER : SY_CLIENT;
	sy_tcp_track(s);
}

void sy_tcp_open(struct sy_step *s)
{
	bool syn = s->flags & SY_TCP_SYN;
	bool ack = s->flags & SY_TCP_ACK;

	if (s->flags & SY_TCP_RST) {
		s->tcp->sink.rst(s->tcp->sink.arg, SY_RST_STRAY, s->batch, s->lane);
		return;
	}
	s->attempt = NULL;
	s->flow = sy_flow_table_insert(
		s->tcp->flows, s->batch->hash[s->lane] + !s->batch->hash[s->lane]);
	if (s->flow == NULL) {
		if (syn && !ack)
			report_untracked(s);
		return;
	}
	s->flow->last_ns = s->ts_ns;
	s->flow->jump = 0;
	if (syn && ack)
		s->tcp->sink.ttl(s->tcp->sink.arg, 1, s->batch, s->lane);
	if (syn && !ack)
		open_attempt(s);
	else if (syn)
		open_synack_first(s);
	else
		open_midstream(s);
}
