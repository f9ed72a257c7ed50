// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The machine's outside: memory, batches, ageing.

#include "tcp_internal.h"

#include <string.h>

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
	       aligned(sizeof(struct sy_watch)) + aligned(sy_closings_bytes()) +
	       aligned(sy_postponed_bytes()) + sy_flow_table_bytes(flows);
}

static void set_timeouts(struct sy_tcp *tcp)
{
	for (int state = 0; state < SY_STATE_COUNT; state++)
		tcp->timeout_ns[state] = tcp->config.attempt_timeout_ns;
	tcp->timeout_ns[SY_STATE_ONE_SIDED] = tcp->config.idle_timeout_ns;
	tcp->timeout_ns[SY_STATE_ESTABLISHED] = tcp->config.idle_timeout_ns;
	tcp->timeout_ns[SY_STATE_MIDSTREAM] = tcp->config.idle_timeout_ns;
	tcp->timeout_ns[SY_STATE_CLOSED] = tcp->config.linger_ns;
	tcp->timeout_ns[SY_STATE_GHOST] = tcp->config.linger_ns;
	tcp->settle_ns = tcp->config.linger_ns < SY_SETTLE_NS ? tcp->config.linger_ns
							      : SY_SETTLE_NS;
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
	tcp->closings = (struct sy_closings *)at;
	at += aligned(sy_closings_bytes());
	tcp->postponed = (struct sy_postponed *)at;
	at += aligned(sy_postponed_bytes());
	tcp->flows = sy_flow_table_init(at, flows, sy_tcp_evict, tcp);
	return tcp;
}

static void age_one(void *arg, struct sy_flow *flow)
{
	struct sy_tcp *tcp = arg;
	// Only when no packet that comes out of order can still find the flow alive.
	uint64_t now_ns = sy_tcp_now_ns(tcp, flow);
	uint64_t then_ns = sy_time_since(now_ns, SY_BACKWARDS_NS);

	if (sy_tcp_expired(tcp, flow, then_ns))
		sy_tcp_finish(tcp, flow, SY_DECIDED_BY_TIMEOUT, now_ns);
	else
		sy_tcp_settle(tcp, flow, then_ns);
}

void sy_tcp_age(struct sy_tcp *tcp, uint64_t now_ns, uint32_t slots)
{
	if (now_ns > tcp->now_ns)
		tcp->now_ns = now_ns;
	sy_tcp_take_postponed(tcp, now_ns);
	sy_flow_table_sweep(tcp->flows, slots, false, age_one, tcp);
}

static void end_one(void *arg, struct sy_flow *flow)
{
	struct sy_tcp *tcp = arg;
	uint64_t now_ns = sy_tcp_now_ns(tcp, flow);
	bool late = sy_tcp_expired(tcp, flow, now_ns);

	sy_tcp_finish(tcp, flow, late ? SY_DECIDED_BY_TIMEOUT : SY_DECIDED_BY_END, now_ns);
}

void sy_tcp_end(struct sy_tcp *tcp, uint64_t latest_ns, uint64_t last_ns)
{
	tcp->now_ns = tcp->latest_ns = latest_ns;
	tcp->last_ns = last_ns;
	sy_tcp_take_postponed(tcp, UINT64_MAX);
	for (uint64_t left = sy_tcp_slots(tcp); left > 0; left -= left < 1024 ? left : 1024)
		sy_flow_table_sweep(
			tcp->flows, left < 1024 ? (uint32_t)left : 1024, true, end_one, tcp);
}

void sy_tcp_cut(struct sy_tcp *tcp, uint64_t now_ns)
{
	sy_tcp_end(tcp, now_ns, now_ns);
	tcp->now_ns = tcp->last_ns = tcp->latest_ns = 0;
	memset(tcp->closings, 0, sy_closings_bytes());
	if (tcp->copies != NULL)
		memset(tcp->copies, 0, sy_copies_bytes());
}

const struct sy_tcp_counters *sy_tcp_counters(const struct sy_tcp *tcp)
{
	return &tcp->counters;
}

void sy_tcp_take_counters(struct sy_tcp *tcp, struct sy_tcp_counters *out)
{
	*out = tcp->counters;
	memset(&tcp->counters, 0, sizeof(tcp->counters));
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
