// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_facts.h"
#include "sy_stats.h"

#include <string.h>

// Hand-made attempts for the tests of stats, knowledge and verdict. Times are seconds after T0.

#define T0 UINT64_C(1795335180000000000) // 2026-11-22T08:13:00Z

static inline uint64_t at_s(double seconds)
{
	return T0 + (uint64_t)(seconds * 1e9);
}

static inline struct sy_addr v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
	return sy_addr_from_v4((uint32_t)a << 24 | (uint32_t)b << 16 | (uint32_t)c << 8 | d);
}

/// An attempt whose `syns` SYNs were sent from `first_s` on, one a second, and seen at the vantages
/// of `mask`, by a client with TTL 128.
static inline struct sy_attempt make_syn(struct sy_addr client, uint16_t client_port,
	struct sy_addr server, uint16_t port, double first_s, uint16_t syns, uint8_t mask)
{
	struct sy_attempt a;

	memset(&a, 0, sizeof(a));
	a.tuple.client = client;
	a.tuple.server = server;
	a.tuple.client_port = client_port;
	a.tuple.server_port = port;
	a.vlan = 0xffff;
	a.syn_count = syns;
	a.note[SY_NOTE_SYN] = (struct sy_packet_note){.ts_ns = at_s(first_s),
		.seq = 1000,
		.window = 64240,
		.tcp_flags = SY_TCP_SYN,
		.ttl = 128,
		.ip_id = 0x1234,
		.ip_flags = SY_IP_DF,
		.seen_at = mask};
	a.opt[SY_CLIENT] = (struct sy_tcp_options){
		.present = SY_OPT_MSS | SY_OPT_SACK, .mss = 1460};
	a.last_syn_ns = at_s(first_s + syns - 1);
	a.server_rtt_ns = a.client_rtt_ns = SY_NS_UNKNOWN;
	return a;
}

static inline void add_note(struct sy_attempt *a, enum sy_note which, double s, uint16_t flags,
	uint8_t ttl, uint8_t mask)
{
	struct sy_packet_note *note = &a->note[which];

	*note = (struct sy_packet_note){
		.ts_ns = at_s(s), .tcp_flags = flags, .ttl = ttl, .seen_at = mask};
	note->vantage = (mask & 1) != 0 ? 0 : 1;
	note->ack = which == SY_NOTE_SYNACK || which == SY_NOTE_RST ? 1001 : 5001;
	note->seq = which == SY_NOTE_SYNACK ? 5000 : which == SY_NOTE_ACK ? 1001 : 0;
	note->window = which == SY_NOTE_RST ? 0 : 65160;
}

/// Ends it without an answer, `waited_s` after its last SYN.
static inline struct sy_attempt make_unanswered(
	struct sy_attempt a, enum sy_decided_by decided_by, double waited_s)
{
	a.outcome = SY_OUTCOME_UNANSWERED;
	a.decided_by = (uint8_t)decided_by;
	a.decided_ns = a.end_ns = a.last_syn_ns + (uint64_t)(waited_s * 1e9);
	return a;
}

/// Ends it by a RST of the server's side, 10 ms after its last SYN.
static inline struct sy_attempt make_refused(struct sy_attempt a, uint8_t ttl, uint8_t mask)
{
	double s = (double)(a.last_syn_ns - T0) / 1e9 + 0.01;

	a.outcome = SY_OUTCOME_REFUSED;
	a.decided_by = SY_DECIDED_BY_PACKETS;
	a.rst_side = SY_SERVER;
	a.rst_phase = SY_RST_TO_SYN;
	a.rst_count = a.refusals = a.syn_count;
	a.flags |= SY_ATT_RST_VALID;
	add_note(&a, SY_NOTE_RST, s, SY_TCP_RST | SY_TCP_ACK, ttl, mask);
	a.decided_ns = a.end_ns = at_s(s);
	return a;
}

/// Establishes it: SYN-ACK 10 ms after its last SYN, ACK 1 ms later.
static inline struct sy_attempt make_established(struct sy_attempt a, uint8_t ttl, uint8_t mask)
{
	double s = (double)(a.last_syn_ns - T0) / 1e9 + 0.01;

	a.outcome = SY_OUTCOME_ESTABLISHED;
	a.decided_by = SY_DECIDED_BY_PACKETS;
	a.flags |= SY_ATT_SYN_VALIDATED | SY_ATT_ACK_SYNCHRONIZED;
	a.synack_count = 1;
	add_note(&a, SY_NOTE_SYNACK, s, SY_TCP_SYN | SY_TCP_ACK, ttl, mask);
	add_note(&a, SY_NOTE_ACK, s + 0.001, SY_TCP_ACK, 128, mask);
	a.server_rtt_ns = 10 * SY_NS_PER_MS;
	a.client_rtt_ns = 1 * SY_NS_PER_MS;
	a.decided_ns = a.end_ns = at_s(s + 0.001);
	return a;
}

/// Leaves it at the SYN-ACK.
static inline struct sy_attempt make_half_open(struct sy_attempt a, uint8_t ttl, uint8_t mask)
{
	a = make_established(a, ttl, mask);
	memset(&a.note[SY_NOTE_ACK], 0, sizeof(a.note[SY_NOTE_ACK]));
	a.outcome = SY_OUTCOME_HALF_OPEN;
	a.decided_by = SY_DECIDED_BY_TIMEOUT;
	a.client_rtt_ns = SY_NS_UNKNOWN;
	a.decided_ns = a.end_ns = a.last_syn_ns + 75 * SY_NS_PER_S;
	return a;
}

/// What the handshake machine would report for an attempt: the TTLs, the RST, the end.
static inline void feed(struct sy_stats *stats, const struct sy_attempt *a)
{
	static const enum sy_role roles[] = {SY_ROLE_SYN, SY_ROLE_SYNACK, SY_ROLE_DATA};

	for (enum sy_note i = SY_NOTE_SYN; i <= SY_NOTE_ACK; i++) {
		const struct sy_packet_note *note = &a->note[i];
		const struct sy_addr *sender = i == SY_NOTE_SYNACK ? &a->tuple.server
								   : &a->tuple.client;
		for (uint8_t v = 0; note->ts_ns != 0 && v < 2; v++) {
			// The end of the attempt tells of the vantage that saw it first.
			if (v != note->vantage && (note->seen_at >> v & 1) != 0)
				sy_stats_ttl(stats, roles[i], sender, note->ttl, v, note->ts_ns);
		}
	}
	if (a->note[SY_NOTE_RST].ts_ns != 0)
		sy_stats_rst(stats, a->rst_phase,
			a->rst_side == SY_SERVER ? &a->tuple.server : &a->tuple.client,
			a->note[SY_NOTE_RST].ttl, a->note[SY_NOTE_RST].vantage,
			a->note[SY_NOTE_RST].ts_ns);
	sy_stats_ended(stats, a);
	sy_stats_flush(stats);
}

static inline struct sy_stats *make_stats(uint32_t entries)
{
	struct sy_stats_config config = {.services = entries,
		.hosts = entries,
		.details = entries,
		.key = sy_hash_key_from_seed(42)};

	return sy_stats_create(&config);
}
