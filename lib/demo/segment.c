// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "talk.h"

#include "sy_attempt.h"
#include "sy_frame.h"

// From a connection's state to a frame.

#define QUOTE_MAX     (40 + 60) // of a SYN, in an ICMP error
#define ICMP_HEADER   8
#define ICMP_TOS      0xc0
#define INTERFERE_TTL 64
#define INTERFERE_TOS 0x10

/// Both ends, and a segment between them.
struct segment {
	struct host host[2];
	struct sy_addr addr[2];
	uint8_t options[TALK_OPTIONS_MAX];
	struct sy_frame_ip ip;
	struct sy_frame_tcp tcp;
	uint32_t payload_bytes;
};

static struct sy_addr address(const struct host *host, bool v6)
{
	struct sy_addr addr = sy_addr_from_v4(host->v4);

	if (!v6)
		return addr;
	memset(addr.b, 0, 12);
	memcpy(addr.b, (const uint8_t[]){0x20, 1, 0x0d, 0xb8}, 4);
	return addr;
}

static uint16_t window(uint8_t flags, uint8_t stack)
{
	if (flags & SY_TCP_RST)
		return 0;
	if (stack == STACK_SCANNER)
		return 1024;
	if (!(flags & SY_TCP_SYN))
		return stack == STACK_WINDOWS ? 1026 : 502;
	if (!(flags & SY_TCP_ACK))
		return 64240;
	return stack == STACK_WINDOWS ? 65535 : 65160;
}

// Addresses, ports and what the sender's stack makes of the rest.
static void fill(struct segment *s, struct talk *talk, enum side from, uint8_t flags)
{
	const struct service *service = &sy_demo_services[talk->service];
	uint16_t ports[2] = {talk->port, service->port};

	s->host[CLIENT] = sy_demo_client(talk->client);
	s->host[SERVER] = sy_demo_servers[service->host];
	for (uint32_t i = 0; i < 2; i++)
		s->addr[i] = address(&s->host[i], talk->v6);
	s->ip = (struct sy_frame_ip){
		.src = &s->addr[from],
		.dst = &s->addr[!from],
		.src_mac = from == CLIENT ? s->host[CLIENT].v4 : sy_demo_router.v4,
		.dst_mac = from == CLIENT ? sy_demo_router.v4 : s->host[CLIENT].v4,
		.vlan = service->vlan,
		.ttl = s->host[from].ttl,
		.protocol = SY_FRAME_PROTOCOL_TCP,
	};
	// Linux answers SYNs with 0.
	if (from == CLIENT || s->host[SERVER].stack == STACK_WINDOWS ||
		!(flags & (SY_TCP_SYN | SY_TCP_RST)))
		s->ip.ident = talk->ident[from]++;
	s->tcp = (struct sy_frame_tcp){
		.seq = talk->seq[from],
		.ack = flags & SY_TCP_ACK ? talk->seq[!from] : 0,
		.sport = ports[from],
		.dport = ports[!from],
		.flags = flags,
		.window = window(flags, s->host[from].stack),
		.options = s->options,
	};
	s->payload_bytes = 0;
	s->tcp.option_bytes = (uint8_t)sy_talk_options(talk, from, flags, s->options);
}

static uint32_t write_segment(
	const struct segment *s, const struct message *message, uint32_t offset, uint8_t *frame)
{
	uint32_t bytes = 20u + s->tcp.option_bytes + s->payload_bytes;
	uint8_t *tcp = sy_frame_put_ip(frame, &s->ip, bytes);
	uint8_t *payload = sy_frame_put_tcp(tcp, &s->tcp);

	if (s->payload_bytes > 0)
		sy_payload_write(message, offset, payload, s->payload_bytes);
	sy_frame_put_checksum(tcp, bytes, 16, &s->ip);
	return sy_frame_finish(frame, payload + s->payload_bytes);
}

// A part of a request or response.
static uint32_t write_data(struct segment *s, struct talk *talk, enum side from, uint8_t *frame)
{
	struct message message = {
		sy_demo_services[talk->service].protocol, from == SERVER, talk->message_bytes};
	uint32_t left = talk->message_bytes - talk->message_sent,
		 most = sy_talk_segment_bytes(talk);
	uint32_t offset = talk->message_sent;

	s->payload_bytes = left < most ? left : most;
	talk->message_sent += s->payload_bytes;
	talk->seq[from] += s->payload_bytes;
	return write_segment(s, &message, offset, frame);
}

// The client acknowledges every second segment, and the last.
static void acknowledge(struct segment *s, struct talk *talk)
{
	uint32_t two = 2 * sy_talk_segment_bytes(talk);

	talk->acked = talk->seq[SERVER] - talk->acked > two ? talk->acked + two : talk->seq[SERVER];
	s->tcp.ack = talk->acked;
}

static uint32_t write_refusal(struct segment *s, const struct talk *talk, uint8_t *frame)
{
	s->tcp.seq = 0;
	if (talk->step == STEP_INTERFERENCE) {
		s->ip.ttl = INTERFERE_TTL;
		s->ip.tos = INTERFERE_TOS;
		s->ip.ident = 0;
	}
	return write_segment(s, NULL, 0, frame);
}

// Destination unreachable, communication administratively prohibited; quotes the SYN.
static uint32_t write_prohibition(struct talk *talk, uint8_t *frame)
{
	uint8_t syn[SY_FRAME_IP_MAX + QUOTE_MAX];
	struct segment s;
	struct sy_addr router = address(&sy_demo_router, false);
	uint32_t quote;
	uint8_t *icmp;

	fill(&s, talk, CLIENT, SY_TCP_SYN);
	s.ip.vlan = 0;
	s.ip.ident = --talk->ident[CLIENT] - 1u;
	s.tcp.seq--;
	write_segment(&s, NULL, 0, syn);
	quote = 20 + 20u + s.tcp.option_bytes;
	s.ip.src_mac = sy_demo_router.v4;
	s.ip.dst_mac = s.host[CLIENT].v4;
	s.ip.vlan = sy_demo_services[talk->service].vlan;
	s.ip.src = &router;
	s.ip.dst = &s.addr[CLIENT];
	s.ip.ident = talk->ident[SERVER];
	s.ip.ttl = sy_demo_router.ttl;
	s.ip.tos = ICMP_TOS;
	s.ip.protocol = SY_FRAME_PROTOCOL_ICMP;
	icmp = sy_frame_put_ip(frame, &s.ip, ICMP_HEADER + quote);
	sy_frame_put32(sy_frame_put32(icmp, 0x030d0000), 0);
	memcpy(icmp + ICMP_HEADER, syn + 14, quote);
	sy_frame_put_checksum(icmp, ICMP_HEADER + quote, 2, &s.ip);
	return sy_frame_finish(frame, icmp + ICMP_HEADER + quote);
}

static uint8_t flags_of(const struct talk *talk)
{
	static const uint8_t flags[STEP_OVER] = {
		[STEP_SYN] = SY_TCP_SYN,
		[STEP_SYNACK] = SY_TCP_SYN | SY_TCP_ACK,
		[STEP_ACK] = SY_TCP_ACK,
		[STEP_REQUEST] = SY_TCP_PSH | SY_TCP_ACK,
		[STEP_RESPONSE] = SY_TCP_PSH | SY_TCP_ACK,
		[STEP_CLIENT_ACK] = SY_TCP_ACK,
		[STEP_FIN] = SY_TCP_FIN | SY_TCP_ACK,
		[STEP_SERVER_FIN] = SY_TCP_FIN | SY_TCP_ACK,
		[STEP_LAST_ACK] = SY_TCP_ACK,
		[STEP_REFUSAL] = SY_TCP_RST | SY_TCP_ACK,
		[STEP_INTERFERENCE] = SY_TCP_RST | SY_TCP_ACK,
		[STEP_SCAN_RESET] = SY_TCP_RST,
	};

	if (talk->step == STEP_SYN && talk->ecn)
		return SY_TCP_SYN | SY_TCP_ECE | SY_TCP_CWR;
	return flags[talk->step];
}

static enum side sender(enum step step)
{
	switch (step) {
	case STEP_SYNACK:
	case STEP_RESPONSE:
	case STEP_SERVER_FIN:
	case STEP_REFUSAL:
	case STEP_INTERFERENCE:
	case STEP_PROHIBITION:
		return SERVER;
	default:
		return CLIENT;
	}
}

uint32_t sy_talk_write(struct talk *talk, uint8_t *frame, enum side *from)
{
	struct segment s;

	*from = sender(talk->step);
	if (talk->step == STEP_PROHIBITION)
		return write_prohibition(talk, frame);
	fill(&s, talk, *from, flags_of(talk));
	if (talk->step == STEP_REQUEST || talk->step == STEP_RESPONSE)
		return write_data(&s, talk, *from, frame);
	if (talk->step == STEP_REFUSAL || talk->step == STEP_INTERFERENCE)
		return write_refusal(&s, talk, frame);
	if (talk->step == STEP_CLIENT_ACK)
		acknowledge(&s, talk);
	if (s.tcp.flags & (SY_TCP_SYN | SY_TCP_FIN))
		talk->seq[*from]++;
	if (talk->step == STEP_SYNACK)
		talk->acked = talk->seq[SERVER];
	return write_segment(&s, NULL, 0, frame);
}
