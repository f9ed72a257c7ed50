// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The machine's outside: memory, batches, ageing.

#include "tcp_internal.h"

// How far packets may run back behind the latest one without the sweep making a difference.
#define BACKWARDS_NS SY_NS_PER_S

static size_t aligned(size_t bytes)
{
	return (bytes + 63) & ~(size_t)63;
}

struct sy_tcp_config sy_tcp_config_default(void)
{
	return (struct sy_tcp_config){
		.attempt_timeout_ns = 75 * SY_NS_PER_S,
		.idle_timeout_ns = 3600 * SY_NS_PER_S,
		.linger_ns = 75 * SY_NS_PER_S,
		.reorder_window_ns = 10 * SY_NS_PER_MS,
		.data_sample_mask = 0xff,
	};
}

size_t sy_tcp_bytes(const struct sy_flow_config *flows)
{
	return aligned(sizeof(struct sy_tcp)) + aligned(sy_copies_bytes()) +
	       aligned(sizeof(struct sy_watch)) + sy_flow_table_bytes(flows);
}

static void set_timeouts(struct sy_tcp *tcp)
{
	for (int state = 0; state < SY_STATE_COUNT; state++)
		tcp->timeout_ns[state] = tcp->config.attempt_timeout_ns;
	tcp->timeout_ns[SY_STATE_ONE_SIDED] = tcp->config.idle_timeout_ns;
	tcp->timeout_ns[SY_STATE_ESTABLISHED] = tcp->config.idle_timeout_ns;
	tcp->timeout_ns[SY_STATE_MIDSTREAM] = tcp->config.idle_timeout_ns;
	tcp->timeout_ns[SY_STATE_CLOSED] = tcp->config.linger_ns;
}

struct sy_tcp *sy_tcp_init(void *memory, const struct sy_flow_config *flows,
	const struct sy_tcp_config *config, const struct sy_tcp_sink *sink,
	const uint8_t *vantage_of_port, uint32_t ports)
{
	struct sy_tcp *tcp = memory;
	uint8_t *at = (uint8_t *)memory + aligned(sizeof(*tcp));

	tcp->config = *config;
	set_timeouts(tcp);
	tcp->sink = *sink;
	for (uint32_t p = 0; p < ports && p < sizeof(tcp->vantage_of_port); p++) {
		tcp->vantage_of_port[p] = vantage_of_port[p];
		if (vantage_of_port[p] != vantage_of_port[0])
			tcp->copies = (struct sy_copies *)at;
	}
	at += aligned(sy_copies_bytes());
	if (config->tracking == SY_TRACKING_HANDSHAKE)
		tcp->watch = (struct sy_watch *)at;
	at += aligned(sizeof(struct sy_watch));
	tcp->flows = sy_flow_table_init(at, flows, sy_tcp_evict, tcp);
	return tcp;
}

/// The flow of a lane, unless its time is over: then it is ended first, so that what a late packet
/// means does not depend on how far the sweep has come.
static struct sy_flow *find_live(struct sy_tcp *tcp, uint64_t tag, uint64_t ts_ns)
{
	struct sy_flow *flow = sy_flow_table_find(tcp->flows, tag);

	if (flow != NULL && sy_tcp_expired(tcp, flow, ts_ns)) {
		sy_tcp_finish(tcp, flow, SY_DECIDED_BY_TIMEOUT, ts_ns);
		flow = NULL;
	}
	return flow;
}

static void start_step(struct sy_step *s, struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i)
{
	uint64_t tag = b->hash[i] + !b->hash[i];
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
	s->flow = find_live(tcp, tag, s->ts_ns);
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

static bool is_plain(const struct sy_step *s)
{
	return !(s->flags & (SY_TCP_SYN | SY_TCP_RST)) &&
	       (s->flow->state == SY_STATE_ESTABLISHED || s->flow->state == SY_STATE_MIDSTREAM);
}

/// One segment in (mask + 1), by its own numbers, so that every run takes the same.
static bool is_sampled(const struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i)
{
	uint32_t mix = b->seq[i] * UINT32_C(0x9e3779b1) ^ b->ack[i] * UINT32_C(0x85ebca6b);

	return (mix >> 16 & tcp->config.data_sample_mask) == 0;
}

/// With tracking: handshake, FINs and ordinary segments of unknown flows open none.
static bool opens_flow(const struct sy_step *s)
{
	return s->tcp->watch == NULL || (s->flags & (SY_TCP_SYN | SY_TCP_RST));
}

static void step_segment(struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i)
{
	struct sy_step s;

	start_step(&s, tcp, b, i);
	if (tcp->copies != NULL && sy_copies_seen(tcp->copies, b, i, s.vantage)) {
		uint16_t kind = s.flags & (SY_TCP_SYN | SY_TCP_ACK | SY_TCP_RST);
		if (kind & SY_TCP_SYN)
			tcp->sink.ttl(tcp->sink.arg, kind & SY_TCP_ACK ? 1 : 0, b, i);
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
	if (tcp->watch != NULL && s.flow != NULL)
		sy_tcp_watch(tcp, s.flow);
}

static void step_icmp(struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i)
{
	struct sy_step s;

	start_step(&s, tcp, b, i);
	sy_tcp_icmp(&s);
}

/// What the first look at a lane tells.
enum look {
	LOOK_NEVER,   ///< nothing for the flow stage
	LOOK_WATCHED, ///< only if its flow is watched
	LOOK_ALWAYS,
};

/// With tracking: full every segment's flow is looked at, else only those that can change a verdict
/// and a sample, whose TTL keeps the data role's baseline current.
static enum look look_at(struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i)
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

void sy_tcp_batch(struct sy_tcp *tcp, const struct sy_batch *b)
{
	uint8_t look[SY_BURST_MAX];

	for (uint32_t i = 0; i < b->count; i++) {
		uint64_t tag = b->hash[i] + !b->hash[i];

		if (b->ts_ns[i] > tcp->now_ns)
			tcp->now_ns = b->ts_ns[i];
		look[i] = (uint8_t)look_at(tcp, b, i);
		if (look[i] == LOOK_ALWAYS ||
			(look[i] == LOOK_WATCHED && sy_watch_perhaps(tcp->watch, tag)))
			sy_flow_table_prefetch(tcp->flows, tag);
	}
	for (uint32_t i = 0; i < b->count; i++) {
		if (look[i] == LOOK_NEVER)
			continue;
		// Asked again: a SYN of this very batch may have made its flow a watched one.
		if (look[i] == LOOK_WATCHED &&
			!sy_watch_perhaps(tcp->watch, b->hash[i] + !b->hash[i]))
			continue;
		if (b->lane[i] == SY_LANE_TCP)
			step_segment(tcp, b, i);
		else
			step_icmp(tcp, b, i);
	}
}

static void age_one(void *arg, struct sy_flow *flow)
{
	struct sy_tcp *tcp = arg;

	// Only when no packet that comes out of order can still find the flow alive.
	if (sy_tcp_expired(tcp, flow, sy_time_since(tcp->now_ns, BACKWARDS_NS)))
		sy_tcp_finish(tcp, flow, SY_DECIDED_BY_TIMEOUT, tcp->now_ns);
}

void sy_tcp_age(struct sy_tcp *tcp, uint64_t now_ns, uint32_t slots)
{
	if (now_ns > tcp->now_ns)
		tcp->now_ns = now_ns;
	sy_flow_table_sweep(tcp->flows, slots, false, age_one, tcp);
}

static void end_one(void *arg, struct sy_flow *flow)
{
	struct sy_tcp *tcp = arg;
	bool late = sy_tcp_expired(tcp, flow, tcp->now_ns);

	sy_tcp_finish(tcp, flow, late ? SY_DECIDED_BY_TIMEOUT : SY_DECIDED_BY_END, tcp->now_ns);
}

void sy_tcp_end(struct sy_tcp *tcp, uint64_t now_ns)
{
	tcp->now_ns = now_ns;
	for (uint64_t left = sy_tcp_slots(tcp); left > 0; left -= left < 1024 ? left : 1024)
		sy_flow_table_sweep(
			tcp->flows, left < 1024 ? (uint32_t)left : 1024, true, end_one, tcp);
}

const struct sy_tcp_counters *sy_tcp_counters(const struct sy_tcp *tcp)
{
	return &tcp->counters;
}

const struct sy_flow_counters *sy_tcp_flow_counters(const struct sy_tcp *tcp)
{
	return sy_flow_table_counters(tcp->flows);
}

uint64_t sy_tcp_slots(const struct sy_tcp *tcp)
{
	return sy_flow_table_slots(tcp->flows);
}

uint8_t sy_tcp_vantage(const struct sy_tcp *tcp, uint8_t port)
{
	return tcp->vantage_of_port[port];
}
