// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A batch on its way through the machine: which lanes need their flow, what to load ahead of them,
// and the short way of ordinary segments.

#include "plain.h"

/// What the first look at a lane tells.
enum look {
	LOOK_NEVER,   ///< nothing for the flow stage
	LOOK_WATCHED, ///< only if its flow is watched
	LOOK_ALWAYS,
};

/// One segment in (mask + 1), by its own numbers, so that every run takes the same.
static inline bool is_sampled(const struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i)
{
	uint32_t mix = b->seq[i] * UINT32_C(0x9e3779b1) ^ b->ack[i] * UINT32_C(0x85ebca6b);

	return (mix >> 16 & tcp->config.data_sample_mask) == 0;
}

/// With tracking: full every segment's flow is looked at, else only those that can change a verdict
/// and a sample, whose TTL keeps the data role's baseline current.
static inline enum look look_at(struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i)
{
	uint16_t flags = b->flags[i];

	if (b->lane[i] != SY_LANE_TCP)
		return b->lane[i] == SY_LANE_ICMP_ERROR ? LOOK_ALWAYS : LOOK_NEVER;
	tcp->counters.segments[tcp->vantage_of_port[b->port[i]]]++;
	if (!(flags & (SY_TCP_SYN | SY_TCP_RST)) && is_sampled(tcp, b, i)) {
		tcp->sink.ttl(tcp->sink.arg, 2, b, i);
		return LOOK_ALWAYS;
	}
	return tcp->watch == NULL || (flags & (SY_TCP_SYN | SY_TCP_FIN | SY_TCP_RST))
		       ? LOOK_ALWAYS
		       : LOOK_WATCHED;
}

static bool is_lone_syn(const struct sy_batch *b, uint32_t i)
{
	return (b->flags[i] & (SY_TCP_SYN | SY_TCP_ACK)) == SY_TCP_SYN;
}

void sy_tcp_look(struct sy_tcp *tcp, struct sy_batch *b)
{
	const struct sy_flow_view *view = sy_flow_table_view(tcp->flows);

	for (uint32_t i = 0; i < b->count; i++) {
		enum look look = look_at(tcp, b, i);
		uint64_t tag = sy_batch_tag(b, i);

		b->look[i] = (uint8_t)look;
		if (look == LOOK_NEVER ||
			(look == LOOK_WATCHED && !sy_watch_perhaps(tcp->watch, tag)))
			continue;
		__builtin_prefetch(sy_flow_home(view, tag), 1);
		// Far ahead, and once more when it is their turn: a processor drops what comes in
		// too great a crowd.
		if (is_lone_syn(b, i))
			sy_flow_table_prefetch_places(tcp->flows, tag);
	}
}

/// Records are needed behind all but ordinary segments.
static void prefetch_record(
	const struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i, const struct sy_flow *flow)
{
	if (flow->state != SY_STATE_ESTABLISHED ||
		(b->flags[i] & (SY_TCP_SYN | SY_TCP_FIN | SY_TCP_RST)))
		sy_flow_table_prefetch_record(tcp->flows, flow);
}

/// Where the lanes' flows most likely stand; loads what will be needed besides: slots of flows that
/// are not at home, room for new ones, records. Each step is done for all before the next begins.
static void find_batch(
	struct sy_tcp *tcp, const struct sy_batch *b, struct sy_flow *at[static SY_BURST_MAX])
{
	const struct sy_flow_view *view = sy_flow_table_view(tcp->flows);
	uint8_t away[SY_BURST_MAX];
	uint32_t count = 0;

	for (uint32_t i = 0; i < b->count; i++) {
		uint64_t tag = sy_batch_tag(b, i);

		if (b->look[i] != LOOK_ALWAYS)
			continue;
		at[i] = sy_flow_home(view, tag);
		if (at[i]->tag == tag) {
			prefetch_record(tcp, b, i, at[i]);
			continue;
		}
		away[count++] = (uint8_t)i;
		sy_flow_table_prefetch_places(tcp->flows, tag);
	}
	for (uint32_t n = 0; n < count; n++)
		at[away[n]] = sy_flow_table_prefetch_slot(
			tcp->flows, sy_batch_tag(b, away[n]), is_lone_syn(b, away[n]));
	for (uint32_t n = 0; n < count; n++)
		if (at[away[n]] != NULL)
			prefetch_record(tcp, b, away[n], at[away[n]]);
}

void sy_tcp_take(struct sy_tcp *tcp, const struct sy_batch *b)
{
	struct sy_flow *at[SY_BURST_MAX];

	find_batch(tcp, b, at);
	for (uint32_t i = 0; i < b->count; i++) {
		if (b->look[i] == LOOK_NEVER)
			continue;
		if (b->ts_ns[i] > tcp->now_ns)
			tcp->now_ns = b->ts_ns[i];
		// Asked again: a SYN of this very batch may have made its flow a watched one.
		if (b->look[i] == LOOK_WATCHED && !sy_watch_perhaps(tcp->watch, sy_batch_tag(b, i)))
			continue;
		if (b->look[i] == LOOK_ALWAYS && tcp->copies == NULL && b->lane[i] == SY_LANE_TCP &&
			sy_tcp_plain(tcp, at[i], b, i))
			continue;
		if (b->lane[i] == SY_LANE_TCP)
			sy_tcp_segment(tcp, b, i);
		else
			sy_tcp_icmp_error(tcp, b, i);
	}
	if (b->count > 0) {
		tcp->last_ns = b->ts_ns[b->count - 1];
		if (tcp->last_ns > tcp->latest_ns)
			tcp->latest_ns = tcp->last_ns;
	}
	sy_tcp_take_postponed(tcp, tcp->last_ns);
	sy_tcp_settle_due(tcp);
}

void sy_tcp_batch(struct sy_tcp *tcp, struct sy_batch *b)
{
	sy_tcp_look(tcp, b);
	sy_tcp_take(tcp, b);
}
