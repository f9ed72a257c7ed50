// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Connections that both sides have closed. What may still come, comes soon; after
// SY_SETTLE_NS an attempt is final: it is reported, and its record serves the next one, so that the
// records in use stay few and near. The flow lingers as a ghost, which knows its numbers and keeps
// late segments from being taken for something new.
//
// Whether a segment comes too late to change the record depends on its time alone, not on when the
// record was let go.

#include "tcp_internal.h"

#define QUEUE     (1u << 16)
#define STEP_MAX  16 // flows settled for each batch
#define AHEAD     16 // flows whose slot is loaded ...
#define AHEAD_REC 8  // ... and whose record is, before their turn

/// Closed flows in the order of their closing. What finds no room in it the sweep settles.
struct sy_closings {
	uint32_t head, tail; ///< taken from, put at; counting on for ever
	struct closing {
		uint64_t tag, close_ns;
	} flow[QUEUE];
};

size_t sy_closings_bytes(void)
{
	return sizeof(struct sy_closings);
}

/// Only an ordinary end: after a RST late segments are evidence for as long as the flow lingers.
static bool may_settle(const struct sy_flow *flow)
{
	return flow->state == SY_STATE_CLOSED && flow->record != SY_NO_RECORD &&
	       !(flow->bits & (SY_BIT_RST_CLIENT | SY_BIT_RST_SERVER)) &&
	       (flow->bits & SY_BIT_ATTEMPT);
}

void sy_tcp_settle(struct sy_tcp *tcp, struct sy_flow *flow, uint64_t now_ns)
{
	if (!may_settle(flow) || now_ns <= flow->last_ns + tcp->settle_ns ||
		!(sy_flow_table_record(tcp->flows, flow)->flags & SY_ATT_CAME_UP))
		return;
	sy_tcp_report(tcp, flow, SY_DECIDED_BY_PACKETS, now_ns);
	sy_flow_table_drop_record(tcp->flows, flow);
	flow->state = SY_STATE_GHOST;
	flow->bits &= (uint8_t)~SY_BIT_ATTEMPT;
}

void sy_tcp_closing(struct sy_tcp *tcp, const struct sy_flow *flow)
{
	struct sy_closings *c = tcp->closings;

	if (c->tail - c->head == QUEUE || !may_settle(flow))
		return;
	c->flow[c->tail++ % QUEUE] = (struct closing){flow->tag, flow->last_ns};
}

/// Loads what the flows that are next will need.
static void load_ahead(const struct sy_tcp *tcp, const struct sy_closings *c)
{
	const struct sy_flow_view *view = sy_flow_table_view(tcp->flows);
	uint64_t tag = c->flow[(c->head + AHEAD) % QUEUE].tag;
	const struct sy_flow *near = sy_flow_home(view, c->flow[(c->head + AHEAD_REC) % QUEUE].tag);

	__builtin_prefetch(sy_flow_home(view, tag), 1);
	if (near->record != SY_NO_RECORD)
		sy_flow_table_prefetch_record(tcp->flows, near);
}

void sy_tcp_settle_due(struct sy_tcp *tcp)
{
	struct sy_closings *c = tcp->closings;
	uint64_t then_ns = sy_time_since(tcp->now_ns, SY_BACKWARDS_NS);

	for (int n = 0; n < STEP_MAX && c->head != c->tail; n++) {
		struct closing *next = &c->flow[c->head % QUEUE];
		struct sy_flow *flow;

		if (then_ns <= next->close_ns + tcp->settle_ns)
			return;
		load_ahead(tcp, c);
		flow = sy_flow_table_find(tcp->flows, next->tag);
		if (flow != NULL)
			sy_tcp_settle(tcp, flow, then_ns);
		c->head++;
	}
}
