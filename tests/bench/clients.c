// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "clients.h"

#define SERVED_BYTES 300

// One letter a segment. From the client: S syn, A ack, D data, F fin, R reset; from the server:
// k syn-ack, f fin, x refusal.
static const struct {
	const char *script;
	enum sy_outcome outcome;
} kinds[] = {
	{"SkADfFa", SY_OUTCOME_ESTABLISHED},
	{"Sx", SY_OUTCOME_REFUSED},
	{"SkADfFa", SY_OUTCOME_ESTABLISHED},
	{"SkR", SY_OUTCOME_ABORTED},
};

static uint8_t flags_of(char letter)
{
	switch (letter) {
	case 'S':
		return SY_TCP_SYN;
	case 'k':
		return SY_TCP_SYN | SY_TCP_ACK;
	case 'x':
		return SY_TCP_RST | SY_TCP_ACK;
	case 'R':
		return SY_TCP_RST;
	case 'D':
		return SY_TCP_PSH | SY_TCP_ACK;
	case 'F':
	case 'f':
		return SY_TCP_FIN | SY_TCP_ACK;
	default:
		return SY_TCP_ACK;
	}
}

static void write_segment(const struct client *one, uint32_t server, struct segment *segment)
{
	const char letter = kinds[one->kind].script[one->step];
	bool from_client = letter >= 'A' && letter <= 'Z';
	uint64_t isns = random_of(one->number ^ UINT64_C(0x5bd1e995000000));
	uint32_t here = 0x0a000000u + (uint32_t)(one->number % 50021);
	uint16_t port = (uint16_t)(1024 + one->number / 50021);
	// What each side has sent before this segment, by the script of a served client.
	uint32_t client_sent = (one->step > 0) + (one->step > 3 ? SERVED_BYTES : 0) +
			       (one->step > 5);
	uint32_t server_sent = (one->step > 1) + (one->step > 4);
	uint32_t client_seq = (uint32_t)isns + client_sent;
	uint32_t server_seq = (uint32_t)(isns >> 32) + server_sent;

	*segment = (struct segment){
		.src = from_client ? here : server,
		.dst = from_client ? server : here,
		.sport = from_client ? port : 80,
		.dport = from_client ? 80 : port,
		.flags = flags_of(letter),
		.payload_bytes = letter == 'D' ? SERVED_BYTES : 0,
		.ttl = from_client ? 62 : 58,
		.ip_id = (uint16_t)(one->number * 8 + one->step),
	};
	segment->seq = from_client ? client_seq : letter == 'x' ? 0 : server_seq;
	if (segment->flags & SY_TCP_ACK)
		segment->ack = from_client ? server_seq : client_seq;
}

static void start(struct clients *clients, struct client *one)
{
	one->number = clients->started++;
	one->kind = (uint8_t)(one->number % (sizeof(kinds) / sizeof(kinds[0])));
	one->step = 0;
	one->open = true;
	clients->open++;
}

bool clients_next(struct clients *clients, bool draining, uint32_t server,
	uint64_t expected[static SY_OUTCOME_COUNT], struct segment *segment)
{
	struct client *one = &clients->client[clients->turn++ % CLIENTS_OPEN];

	while (draining && clients->open > 0 && !one->open)
		one = &clients->client[clients->turn++ % CLIENTS_OPEN];
	if (!one->open) {
		if (draining)
			return false;
		start(clients, one);
	}
	write_segment(one, server, segment);
	if (kinds[one->kind].script[++one->step] == '\0') {
		expected[kinds[one->kind].outcome]++;
		one->open = false;
		clients->open--;
	}
	return true;
}
