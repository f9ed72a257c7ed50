// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "talk.h"

#include "sy_demo.h"
#include "sy_time.h"

#define SYNS_MAX         4 // of an attempt that nobody answers: after 0, 1, 3 and 7 s
#define WINDOWS_SYNS     3 // of an attempt that is refused
#define WINDOWS_AGAIN_NS (500 * SY_NS_PER_MS)
#define BURST_MAX        10
#define SEGMENT_GAP_NS   (12 * SY_NS_PER_US)

// A round trip and up to a quarter of it.
static uint32_t draw_rtt(uint32_t rtt_us, uint64_t *random)
{
	return (uint32_t)(rtt_us * SY_NS_PER_US + demo_below(random, rtt_us * SY_NS_PER_US / 4));
}

void sy_talk_begin(struct talk *talk, uint32_t client, uint32_t service, uint16_t port,
	uint64_t due_ns, uint64_t *random)
{
	const struct service *s = &sy_demo_services[service];
	struct host from = sy_demo_client(client);
	uint64_t isns = demo_random(random), idents = demo_random(random);

	*talk = (struct talk){
		.due_ns = due_ns,
		.rtt_ns = {draw_rtt(from.rtt_us, random),
			draw_rtt(sy_demo_servers[s->host].rtt_us, random)},
		.seq = {(uint32_t)isns, (uint32_t)(isns >> 32)},
		.ident = {(uint16_t)idents, (uint16_t)(idents >> 16)},
		.port = port,
		.client = (uint8_t)client,
		.service = (uint8_t)service,
		.step = STEP_SYN,
		.v6 = demo_below(random, 100) < s->v6_percent,
	};
	if (s->exchanges_max > 0)
		talk->exchanges = (uint8_t)(1 + demo_below(random, s->exchanges_max));
}

static void go(struct talk *talk, enum step step, uint64_t after_ns)
{
	talk->step = (uint8_t)step;
	talk->due_ns += after_ns;
}

// The same SYN once more.
static void try_again(struct talk *talk, uint64_t after_ns)
{
	talk->seq[CLIENT]--;
	go(talk, STEP_SYN, after_ns);
}

static void wait_in_vain(struct talk *talk)
{
	if (talk->tries < SYNS_MAX)
		try_again(talk, SY_NS_PER_S << (talk->tries - 1));
	else
		talk->step = STEP_OVER;
}

static bool hello_is_silent(uint64_t since_start_ns)
{
	uint64_t phase_s = since_start_ns / SY_NS_PER_S % SY_DEMO_SILENT_PERIOD_S;

	return phase_s >= SY_DEMO_SILENT_FROM_S &&
	       phase_s < SY_DEMO_SILENT_FROM_S + SY_DEMO_SILENT_FOR_S;
}

static void answer_syn(struct talk *talk, uint64_t since_start_ns)
{
	talk->tries++;
	switch (sy_demo_services[talk->service].behaviour) {
	case REFUSES:
		go(talk, STEP_REFUSAL, talk->rtt_ns[SERVER]);
		break;
	case INTERFERED:
		go(talk, STEP_INTERFERENCE, talk->rtt_ns[SERVER] / 8);
		break;
	case PROHIBITED:
		go(talk, STEP_PROHIBITION, sy_demo_router.rtt_us * SY_NS_PER_US);
		break;
	case DOWN:
		wait_in_vain(talk);
		break;
	case HELLO:
		if (hello_is_silent(since_start_ns)) {
			wait_in_vain(talk);
			break;
		}
		// fallthrough
	default:
		go(talk, STEP_SYNACK, talk->rtt_ns[SERVER]);
	}
}

static void begin_message(struct talk *talk, bool response, uint64_t *random)
{
	const struct service *s = &sy_demo_services[talk->service];
	uint64_t wanted = response ? demo_below(random, s->response_max + 1u)
				   : 128 + demo_below(random, 500);

	// The mean of the square of a fair draw is a third: most answers are short.
	if (response)
		wanted = wanted * demo_below(random, 1024) / 1024;
	talk->message_bytes = sy_payload_bytes(s->protocol, response, (uint32_t)wanted);
	talk->message_sent = 0;
	talk->burst = 0;
}

static void next_exchange(struct talk *talk, uint64_t pause_ns, uint64_t *random)
{
	if (talk->exchanges == 0) {
		go(talk, STEP_FIN, pause_ns / 8);
		return;
	}
	talk->exchanges--;
	begin_message(talk, false, random);
	go(talk, STEP_REQUEST, pause_ns);
}

static void after_response(struct talk *talk)
{
	if (talk->message_sent < talk->message_bytes && ++talk->burst < BURST_MAX)
		go(talk, STEP_RESPONSE, SEGMENT_GAP_NS);
	else
		go(talk, STEP_CLIENT_ACK, talk->rtt_ns[CLIENT]);
}

static void after_client_ack(struct talk *talk, uint64_t *random)
{
	if (talk->acked != talk->seq[SERVER]) {
		go(talk, STEP_CLIENT_ACK, 2 * SEGMENT_GAP_NS);
	} else if (talk->message_sent < talk->message_bytes) {
		talk->burst = 0;
		go(talk, STEP_RESPONSE, talk->rtt_ns[SERVER]);
	} else {
		next_exchange(talk, SY_NS_PER_MS + demo_below(random, 30 * SY_NS_PER_MS), random);
	}
}

void sy_talk_advance(struct talk *talk, uint64_t since_start_ns, uint64_t *random)
{
	uint8_t stack = sy_demo_client(talk->client).stack;

	switch (talk->step) {
	case STEP_SYN:
		answer_syn(talk, since_start_ns);
		break;
	case STEP_SYNACK:
		go(talk, stack == STACK_SCANNER ? STEP_SCAN_RESET : STEP_ACK, talk->rtt_ns[CLIENT]);
		break;
	case STEP_ACK:
		next_exchange(talk, 40 * SY_NS_PER_US, random);
		break;
	case STEP_REQUEST:
		begin_message(talk, true, random);
		go(talk, STEP_RESPONSE,
			talk->rtt_ns[SERVER] + demo_below(random, 6 * SY_NS_PER_MS));
		break;
	case STEP_RESPONSE:
		after_response(talk);
		break;
	case STEP_CLIENT_ACK:
		after_client_ack(talk, random);
		break;
	case STEP_FIN:
		go(talk, STEP_SERVER_FIN, talk->rtt_ns[SERVER]);
		break;
	case STEP_SERVER_FIN:
		go(talk, STEP_LAST_ACK, talk->rtt_ns[CLIENT]);
		break;
	case STEP_REFUSAL:
	case STEP_INTERFERENCE:
		if (stack == STACK_WINDOWS && talk->tries < WINDOWS_SYNS)
			try_again(talk, WINDOWS_AGAIN_NS);
		else
			talk->step = STEP_OVER;
		break;
	default:
		talk->step = STEP_OVER;
	}
}
