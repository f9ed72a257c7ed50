// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Established connections. Nothing is kept about a flow: its number gives its tuple and its initial
// sequence numbers, and the round gives how far it has come.

#include "frame.h"
#include "traffic.h"

#include <stdlib.h>

#define GROUP   32 // handshakes that proceed together
#define CLIENTS 50021
#define SERVERS 2003
#define PAYLOAD 448
#define GAP_NS  100

struct steady {
	struct traffic base;
	uint64_t setup; ///< packets of the handshakes that were given
	uint64_t round, in_round;
	uint64_t flow, stride;
	uint32_t net;
	bool vxlan;
};

static struct segment between(const struct steady *s, uint64_t flow, bool from_client)
{
	uint32_t client = s->net + (uint32_t)(flow % CLIENTS);
	uint32_t server = (s->net ^ 0x80000000u) + (uint32_t)(flow % SERVERS);
	uint16_t port = (uint16_t)(1024 + flow / CLIENTS);

	if (from_client)
		return (struct segment){
			.src = client, .dst = server, .sport = port, .dport = 443, .ttl = 64};
	return (struct segment){
		.src = server, .dst = client, .sport = 443, .dport = port, .ttl = 60};
}

static void set_numbers(struct segment *segment, uint64_t flow, bool from_client,
	uint32_t client_sent, uint32_t server_sent)
{
	uint64_t isns = random_of(flow);
	uint32_t client = (uint32_t)isns + client_sent, server = (uint32_t)(isns >> 32);

	server += server_sent;
	segment->seq = from_client ? client : server;
	segment->ack = from_client ? server : client;
}

static struct segment handshake(struct steady *s)
{
	uint64_t phase = s->setup % (3 * GROUP) / GROUP;
	uint64_t flow = s->setup / (3 * GROUP) * GROUP + s->setup % GROUP;
	struct segment segment = between(s, flow, phase != 1);

	set_numbers(&segment, flow, phase != 1, phase > 0, phase > 1);
	segment.flags = phase == 0 ? SY_TCP_SYN : phase == 1 ? SY_TCP_SYN | SY_TCP_ACK : SY_TCP_ACK;
	if (phase == 0)
		segment.ack = 0;
	s->setup++;
	return segment;
}

/// In even rounds each client sends, in odd ones each server.
static struct segment data(struct steady *s)
{
	bool from_client = (s->round & 1) == 0;
	uint32_t turns = (uint32_t)(s->round / 2);
	struct segment segment = between(s, s->flow, from_client);

	set_numbers(&segment, s->flow, from_client, 1 + (turns + !from_client) * PAYLOAD,
		1 + turns * PAYLOAD);
	segment.flags = SY_TCP_PSH | SY_TCP_ACK;
	segment.payload_bytes = PAYLOAD;
	s->flow += s->stride;
	if (s->flow >= s->base.flows)
		s->flow -= s->base.flows;
	if (++s->in_round == s->base.flows) {
		s->in_round = 0;
		s->round++;
	}
	return segment;
}

static uint32_t next(struct traffic *traffic, uint8_t *at)
{
	struct steady *s = (struct steady *)traffic;
	struct segment segment;

	if (traffic->draining)
		return 0;
	segment = s->setup < 3 * traffic->flows ? handshake(s) : data(s);
	traffic->ts_ns += GAP_NS;
	segment.ip_id = (uint16_t)(traffic->ts_ns / GAP_NS);
	return frame_write(at, &segment, s->vxlan);
}

static void destroy(struct traffic *traffic)
{
	free(traffic);
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	while (b != 0) {
		uint64_t rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

struct traffic *traffic_steady(uint64_t flows, uint32_t base, bool vxlan)
{
	struct steady *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->base.name = vxlan ? "tunnel" : "steady";
	s->base.flows = (flows + GROUP - 1) / GROUP * GROUP;
	// The handshakes, and the first data of each side, which is not like what follows.
	s->base.setup_packets = (3 + 2) * s->base.flows;
	s->base.ts_ns = UINT64_C(1795336380000000000);
	s->base.has_truth = true;
	s->base.expected[SY_OUTCOME_ESTABLISHED] = s->base.flows;
	s->base.next = next;
	s->base.destroy = destroy;
	s->net = 0x0a000000u + base;
	s->vxlan = vxlan;
	// Far jumps that still come to every flow, so that neither neighbours in memory nor a
	// pattern help.
	s->stride = s->base.flows * 618 / 1000 | 1;
	while (common_divisor(s->stride, s->base.flows) != 1)
		s->stride += 2;
	return &s->base;
}
