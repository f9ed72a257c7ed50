// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Makes large captures for benchmarks and tests of scale, and says what is true of them.
//
//   gencap OUT.pcap [--packets N] [--connections M] [--seed S] [--gap-ns G]
//   gencap OUT.pcap --attempts N [--seed S] [--gap-ns G]
//
// The first form writes N frames of M connections of mixed outcomes, a tenth of them IPv6, a tenth
// in a VLAN, and some UDP. The second writes N lone SYNs, each from another source. Both print the
// truth as one JSON object.

#include "gencap_frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WINDOW      4096 // connections that are open at a time
#define CLIENTS     50021
#define SERVERS     2003
#define UDP_EVERY   20
#define SERVER_BASE 0xc6120000u // 198.18.0.0
#define CLIENT_BASE 0x0a000000u // 10.0.0.0

enum outcome { ESTABLISHED, REFUSED, UNANSWERED, HALF_OPEN, ABORTED, RESET, OUTCOMES };

static const char *const outcome_names[OUTCOMES] = {
	"established", "refused", "unanswered", "half_open", "aborted", "reset_in_handshake"};

// What comes next: upper case from the client. S syn, k syn-ack, A final ack, D/d data, F/f fin,
// R/r reset, x refusal.
static const char *const scripts[OUTCOMES] = {"SkA*FfA", "Sx", "SSS", "Skk", "SkR", "Skr"};

struct options {
	const char *path;
	uint64_t packets, connections, attempts, seed, gap_ns;
};

struct connection {
	struct gen_end client, server;
	uint32_t client_seq, server_seq;
	uint32_t data_left;
	uint16_t vlan;
	uint8_t kind, step;
	bool v6, open;
	bool synack_sent, ack_sent, ended;
};

struct load {
	struct gen_file file;
	const struct options *options;
	uint64_t random;
	uint64_t started;
	uint64_t outcome[OUTCOMES];
	uint64_t udp;
	struct connection window[WINDOW];
};

// splitmix64
static uint64_t next_random(struct load *load)
{
	uint64_t z = (load->random += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint8_t pick_kind(uint64_t roll)
{
	static const uint8_t shares[OUTCOMES] = {84, 6, 4, 2, 2, 2};
	uint32_t percent = (uint32_t)(roll % 100), sum = 0;

	for (uint8_t kind = 0; kind < OUTCOMES; kind++) {
		sum += shares[kind];
		if (percent < sum)
			return kind;
	}
	return ESTABLISHED;
}

static void start(struct load *load, struct connection *one)
{
	static const uint16_t ports[] = {443, 443, 80, 445, 5432, 8080, 22, 25};
	uint64_t index = load->started++;
	uint64_t roll = next_random(load);
	uint64_t mean = load->options->packets / load->options->connections;

	*one = (struct connection){
		.client = {CLIENT_BASE + (uint32_t)(index % CLIENTS),
			(uint16_t)(1024 + index / CLIENTS % 60000), 64},
		.server = {SERVER_BASE + (uint32_t)(roll % SERVERS), ports[roll >> 16 & 7], 60},
		.client_seq = (uint32_t)next_random(load),
		.server_seq = (uint32_t)(roll >> 32),
		.kind = pick_kind(roll >> 20),
		.v6 = (roll >> 24 & 0xff) < 26,
		.vlan = (roll >> 12 & 0xf) == 0 ? 100 : 0,
		.open = true,
	};
	// The other kinds are short; established connections make up for them.
	if (mean > 6)
		one->data_left = (uint32_t)((roll >> 40) % (2 * (mean * 118 / 100 - 6) + 1));
}

static void send_tcp(struct load *load, struct connection *one, bool from_client, uint8_t flags,
	uint32_t payload_bytes)
{
	uint32_t *seq = from_client ? &one->client_seq : &one->server_seq;
	uint32_t ack = from_client ? one->server_seq : one->client_seq;
	const struct gen_segment segment = {
		.src = from_client ? &one->client : &one->server,
		.dst = from_client ? &one->server : &one->client,
		.seq = *seq,
		.ack = (flags & 0x10) != 0 ? ack : 0,
		.payload_bytes = payload_bytes,
		.vlan = one->vlan,
		.flags = flags,
		.v6 = one->v6,
		.options = (flags & 2) != 0,
	};

	gen_write_tcp(&load->file, &segment);
	*seq += payload_bytes + ((flags & 1) != 0);
}

static void send_data(struct load *load, struct connection *one)
{
	one->data_left--;
	send_tcp(load, one, (one->data_left & 1) != 0, 0x18, (uint32_t)(next_random(load) % 130));
}

// A SYN, or its repetition: the sequence number moves on with the answer.
static void answer_syn(struct load *load, struct connection *one, uint8_t flags)
{
	uint32_t server_seq = one->server_seq;

	if (!one->synack_sent)
		one->client_seq++;
	if ((flags & 4) != 0)
		one->server_seq = 0;
	else if (one->synack_sent)
		one->server_seq--;
	send_tcp(load, one, false, flags, 0);
	one->server_seq = (flags & 4) != 0 ? server_seq : one->server_seq + 1;
	one->synack_sent = (flags & 4) == 0;
	one->ended = (flags & 4) != 0;
}

static void take_step(struct load *load, struct connection *one)
{
	const char *script = scripts[one->kind];
	char what = script[one->step];

	if (what == '*' && one->data_left > 0) {
		send_data(load, one);
		return;
	}
	if (what == '*')
		what = script[++one->step];
	one->step++;
	switch (what) {
	case 'S':
		send_tcp(load, one, true, 0x02, 0);
		break;
	case 'k':
		answer_syn(load, one, 0x12);
		break;
	case 'x':
		answer_syn(load, one, 0x14);
		break;
	case 'A':
		send_tcp(load, one, true, 0x10, 0);
		one->ack_sent = true;
		break;
	case 'F':
	case 'f':
		send_tcp(load, one, what == 'F', 0x11, 0);
		break;
	default:
		send_tcp(load, one, what == 'R', 0x04, 0);
		one->ended = true;
	}
}

// By what was sent, which for the connections that the end of the file cuts off is less than
// planned.
static enum outcome outcome_of(const struct connection *one)
{
	if (one->ack_sent)
		return ESTABLISHED;
	if (one->ended)
		return (enum outcome)one->kind;
	return one->synack_sent ? HALF_OPEN : UNANSWERED;
}

static void finish(struct load *load, struct connection *one)
{
	if (one->open && one->step > 0)
		load->outcome[outcome_of(one)]++;
	one->open = false;
}

static void write_udp(struct load *load)
{
	const struct gen_end client = {
		CLIENT_BASE + (uint32_t)(next_random(load) % CLIENTS), 40000, 64};
	const struct gen_end server = {SERVER_BASE, 40001, 60};

	gen_write_udp(&load->file, &client, &server, 40);
	load->udp++;
}

// Connections take turns, so the packets of one are WINDOW frames apart. When the last connection
// has been started and frames are still missing, they are UDP.
static void write_connections(struct load *load)
{
	const struct options *options = load->options;
	uint64_t window = options->connections < WINDOW ? options->connections : WINDOW;
	uint64_t turn = 0;

	while (load->file.frames < options->packets) {
		struct connection *one = &load->window[turn++ % window];

		if (one->open && scripts[one->kind][one->step] == '\0')
			finish(load, one);
		if (!one->open && load->started < options->connections)
			start(load, one);
		if (!one->open || load->file.frames % UDP_EVERY == 0)
			write_udp(load);
		else
			take_step(load, one);
	}
	for (uint32_t i = 0; i < WINDOW; i++)
		finish(load, &load->window[i]);
}

static void write_attempts(struct load *load)
{
	const struct gen_end server = {SERVER_BASE + 10, 80, 60};
	const struct options *options = load->options;

	for (uint64_t i = 0; i < options->attempts; i++) {
		// an odd factor: every source is another one
		const struct gen_end client = {(uint32_t)(i * 2654435761u + options->seed),
			(uint16_t)(1024 + i % 60000), 50};
		const struct gen_segment syn = {.src = &client,
			.dst = &server,
			.seq = (uint32_t)next_random(load),
			.flags = 0x02,
			.options = true};

		gen_write_tcp(&load->file, &syn);
	}
	load->outcome[UNANSWERED] = options->attempts;
}

static void print_truth(const struct load *load)
{
	printf("{\"packets\":%llu,\"bytes\":%llu,\"tcp\":%llu,\"other_ip\":%llu,\"attempts\":{",
		(unsigned long long)load->file.frames, (unsigned long long)load->file.bytes,
		(unsigned long long)(load->file.frames - load->udp), (unsigned long long)load->udp);
	for (int i = 0; i < OUTCOMES; i++)
		printf("%s\"%s\":%llu", i > 0 ? "," : "", outcome_names[i],
			(unsigned long long)load->outcome[i]);
	printf("}}\n");
}

static bool parse(int argc, char **argv, struct options *options)
{
	const struct {
		const char *name;
		uint64_t *value;
	} known[] = {
		{"--packets", &options->packets},
		{"--connections", &options->connections},
		{"--attempts", &options->attempts},
		{"--seed", &options->seed},
		{"--gap-ns", &options->gap_ns},
	};

	if (argc < 2 || argc % 2 != 0 || argv[1][0] == '-')
		return false;
	options->path = argv[1];
	for (int i = 2; i < argc; i += 2) {
		size_t k = 0;
		char *end = NULL;

		while (k < sizeof(known) / sizeof(known[0]) && strcmp(argv[i], known[k].name) != 0)
			k++;
		if (k == sizeof(known) / sizeof(known[0]))
			return false;
		*known[k].value = strtoull(argv[i + 1], &end, 0);
		if (*end != '\0')
			return false;
	}
	return options->connections > 0;
}

int main(int argc, char **argv)
{
	struct options options = {
		.packets = 2000000, .connections = 200000, .seed = 1, .gap_ns = 15000};
	static struct load load;

	if (!parse(argc, argv, &options)) {
		fprintf(stderr,
			"usage: gencap OUT.pcap [--packets N] [--connections M | --attempts N] "
			"[--seed S] [--gap-ns G]\n");
		return 1;
	}
	load.options = &options;
	load.random = options.seed;
	if (!gen_file_open(&load.file, options.path, options.gap_ns)) {
		fprintf(stderr, "gencap: %s: %s\n", options.path, strerror(errno));
		return 2;
	}
	if (options.attempts > 0)
		write_attempts(&load);
	else
		write_connections(&load);
	if (!gen_file_close(&load.file)) {
		fprintf(stderr, "gencap: %s: %s\n", options.path, strerror(errno));
		return 2;
	}
	print_truth(&load);
	return 0;
}
