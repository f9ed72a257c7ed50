// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// How flows end: by time, by what came, because room was needed, or with the capture.

#include "tcp_internal.h"

/// One direction only, and more than a SYN or a RST: what a tap on one fibre shows.
static void count_sides(struct sy_tcp *tcp, const struct sy_flow *flow, const struct sy_attempt *a)
{
	const struct sy_flow_track *t = &flow->track;
	bool client = t->letters & 0xff, server = t->letters >> 8;
	bool answered = a != NULL && (a->synack_count > 0 || a->rst_side == SY_SERVER);
	uint8_t v = t->vantage;

	if (a != NULL && (a->flags & SY_ATT_SIDES))
		return;
	if ((client && (server || answered)) || (server && a != NULL && a->syn_count > 0))
		tcp->counters.flows_both_ways[v]++;
	else if (client != server &&
		 t->packets[client ? SY_CLIENT : SY_SERVER] >= (a != NULL ? 3 : 2) &&
		 t->packets[client ? SY_SERVER : SY_CLIENT] == 0)
		tcp->counters.flows_one_way[v]++;
}

static void set_volume(const struct sy_tcp *tcp, const struct sy_flow *flow, struct sy_attempt *a)
{
	const struct sy_flow_track *t = &flow->track;

	if (tcp->watch != NULL)
		return;
	a->flags |= SY_ATT_VOLUME;
	for (int side = SY_CLIENT; side <= SY_SERVER; side++) {
		bool fin = flow->bits & SY_BIT_FIN(side);
		uint64_t length = (uint64_t)t->wraps[side] << 32;

		// Where the turns are counted no more the rest says nothing either.
		if (t->wraps[side] < UINT16_MAX)
			length |= t->next_seq[side] - t->first_seq[side];
		else
			fin = false;

		a->packets[side] = t->packets[side];
		if (t->valid & SY_TRACK_SEQ(side))
			a->bytes[side] = length >= fin ? length - fin : 0;
	}
}

static void set_decision(struct sy_tcp *tcp, const struct sy_flow *flow, struct sy_attempt *a,
	enum sy_decided_by why, uint64_t now_ns)
{
	bool by_packets = a->outcome == SY_OUTCOME_ESTABLISHED ||
			  a->outcome == SY_OUTCOME_REFUSED ||
			  a->outcome == SY_OUTCOME_UNREACHABLE ||
			  a->outcome == SY_OUTCOME_ABORTED ||
			  a->outcome == SY_OUTCOME_RESET_IN_HANDSHAKE;

	if (by_packets) {
		a->decided_by = SY_DECIDED_BY_PACKETS;
		return;
	}
	a->decided_by = (uint8_t)why;
	a->decided_ns = why == SY_DECIDED_BY_TIMEOUT ? sy_tcp_deadline_ns(tcp, flow) : now_ns;
}

/// Whoever sent anything but SYNs and RSTs was there; known to be so only after the outcome, which
/// counts what fits the SYN alone.
static void set_alive(const struct sy_flow *flow, struct sy_attempt *a)
{
	if (!(a->flags & SY_ATT_CAME_UP))
		return;
	a->flags |= flow->track.letters & 0xff ? SY_ATT_CLIENT_ALIVE : 0;
	a->flags |= flow->track.letters >> 8 ? SY_ATT_SERVER_ALIVE : 0;
}

/// Fills what only the end can tell, and reports the attempt.
static void report(struct sy_tcp *tcp, const struct sy_flow *flow, struct sy_attempt *a,
	enum sy_decided_by why, uint64_t now_ns)
{
	bool is_open = flow->rank == SY_RANK_KEEP || flow->state == SY_STATE_ONE_SIDED;

	if (is_open && flow->last_ns > a->end_ns)
		a->end_ns = flow->last_ns;
	if (flow->bits & SY_BIT_FIN(SY_CLIENT))
		a->flags |= SY_ATT_FIN_CLIENT;
	if (flow->bits & SY_BIT_FIN(SY_SERVER))
		a->flags |= SY_ATT_FIN_SERVER;
	a->outcome = (uint8_t)sy_tcp_outcome(flow, a);
	if (a->flags & SY_ATT_ANSWERED_BEFORE)
		a->flags |= SY_ATT_SYN_VALIDATED;
	if (a->server_rtt_ns == SY_NS_UNKNOWN)
		sy_tcp_rtts(tcp, a);
	set_decision(tcp, flow, a, why, now_ns);
	if (why == SY_DECIDED_BY_TIMEOUT && a->outcome == SY_OUTCOME_ESTABLISHED &&
		a->close == SY_CLOSE_NONE)
		a->close = SY_CLOSE_IDLE;
	set_alive(flow, a);
	a->conn_state = (uint8_t)sy_tcp_conn_state(a);
	tcp->sink.ended(tcp->sink.arg, a);
}

/// Only the SYN of the attempt was seen, and its slot has all of it.
static void report_lone_syn(
	struct sy_tcp *tcp, struct sy_flow *flow, enum sy_decided_by why, uint64_t now_ns)
{
	uint64_t decided_ns = why == SY_DECIDED_BY_TIMEOUT ? sy_tcp_deadline_ns(tcp, flow) : now_ns;
	struct sy_attempt a;

	if (tcp->sink.lone_syn != NULL &&
		tcp->sink.lone_syn(tcp->sink.arg, &flow->syn, flow->last_ns, decided_ns, why))
		return;
	sy_tcp_attempt_from_syn(flow, &a);
	a.flags |= tcp->watch == NULL ? SY_ATT_VOLUME : 0;
	a.packets[SY_CLIENT] = 1;
	report(tcp, flow, &a, why, now_ns);
}

void sy_tcp_report(
	struct sy_tcp *tcp, struct sy_flow *flow, enum sy_decided_by why, uint64_t now_ns)
{
	struct sy_attempt *a = sy_flow_table_record(tcp->flows, flow);

	if (flow->state == SY_STATE_GHOST)
		return;
	if (!(flow->bits & SY_BIT_ATTEMPT)) {
		tcp->counters.midstream_flows++;
		if (a != NULL)
			tcp->counters.synack_without_syn[flow->track.vantage]++;
		count_sides(tcp, flow, a);
		return;
	}
	if (a == NULL) {
		report_lone_syn(tcp, flow, why, now_ns);
		return;
	}
	count_sides(tcp, flow, a);
	set_volume(tcp, flow, a);
	report(tcp, flow, a, why, now_ns);
}

void sy_tcp_finish(
	struct sy_tcp *tcp, struct sy_flow *flow, enum sy_decided_by why, uint64_t now_ns)
{
	sy_tcp_report(tcp, flow, why, now_ns);
	if (tcp->watch != NULL)
		sy_tcp_unwatch(tcp, flow);
	sy_flow_table_remove(tcp->flows, flow);
}

/// sy_flow_evict_fn: the table frees the slot itself.
void sy_tcp_evict(void *arg, struct sy_flow *flow)
{
	struct sy_tcp *tcp = arg;

	sy_tcp_report(tcp, flow, SY_DECIDED_BY_EVICTED, sy_tcp_now_ns(tcp, flow));
	if (tcp->watch != NULL)
		sy_tcp_unwatch(tcp, flow);
}
