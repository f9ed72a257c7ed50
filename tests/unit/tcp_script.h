// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

// A machine that is fed segment by segment, and what it has reported. One connection by default:
// client 10.0.0.1:40000 with ISN 1000, server 10.0.0.2:80 with ISN 5000; each segment comes 1 ms
// after the one before.

#include "export_cmocka.h"

#include "sy_decode.h"
#include "sy_tcp.h"

#include <stdlib.h>
#include <string.h>

#define C0  1000u // client ISN
#define S0  5000u // server ISN
#define FIN SY_TCP_FIN
#define SYN SY_TCP_SYN
#define RST SY_TCP_RST
#define ACK SY_TCP_ACK
#define ECE SY_TCP_ECE
#define CWR SY_TCP_CWR

#define ENDED_MAX 8192

/// One segment. What is 0 gets the default of its side.
struct segment {
	uint32_t seq, ack, payload, tsval, tsecr;
	uint16_t flags, client_port, window, ip_id;
	uint8_t port, ttl, options;
	bool from_server, v6;
};

struct script {
	struct sy_tcp *tcp;
	void *memory;
	struct sy_batch batch;
	uint64_t now_ns;
	uint32_t ended_count, established_count, ttl_count[3], rst_count[SY_RST_PHASE_COUNT];
	uint32_t transit_count[SY_VANTAGE_MAX][SY_VANTAGE_MAX];
	uint64_t transit_ns; ///< the last one
	struct sy_attempt ended[ENDED_MAX];
};

static void script_established(void *arg, const struct sy_attempt *a)
{
	struct script *t = arg;

	assert_int_equal(a->outcome, SY_OUTCOME_ESTABLISHED);
	t->established_count++;
}

static void script_ended(void *arg, const struct sy_attempt *a)
{
	struct script *t = arg;

	assert_true(t->ended_count < ENDED_MAX);
	t->ended[t->ended_count++] = *a;
}

static void script_rst(void *arg, enum sy_rst_phase phase, const struct sy_batch *b, uint32_t lane)
{
	struct script *t = arg;

	assert_true(b->flags[lane] & RST);
	t->rst_count[phase]++;
}

static void script_ttl(void *arg, uint8_t role, const struct sy_batch *b, uint32_t lane)
{
	struct script *t = arg;

	assert_int_equal(b->lane[lane], SY_LANE_TCP);
	t->ttl_count[role]++;
}

static void script_transit(void *arg, uint8_t from, uint8_t to, uint64_t transit_ns)
{
	struct script *t = arg;

	assert_int_not_equal(from, to);
	t->transit_count[from][to]++;
	t->transit_ns = transit_ns;
}

static inline struct script *script_new_with(uint32_t vantages, uint64_t postpone_ns)
{
	static const uint8_t vantage_of_port[SY_VANTAGE_MAX] = {0, 1, 2, 3, 4, 5, 6, 7};
	struct sy_flow_config flows = {.slots = 1024, .records = 1024};
	struct sy_tcp_config config = sy_tcp_config_default();
	struct script *t = calloc(1, sizeof(*t));
	struct sy_tcp_sink sink = {
		t, script_established, script_ended, NULL, script_rst, script_ttl, script_transit};
	size_t bytes = (sy_tcp_bytes(&flows) + 63) & ~(size_t)63;

	config.postpone_ns = postpone_ns;
	config.least_rtt_ns = postpone_ns > 0 ? SY_NS_PER_US : 0;
	assert_non_null(t);
	t->memory = aligned_alloc(64, bytes);
	assert_non_null(t->memory);
	memset(t->memory, 0, bytes);
	t->tcp = sy_tcp_init(t->memory, &flows, &config, &sink, vantage_of_port, vantages);
	t->now_ns = 1000 * SY_NS_PER_S;
	return t;
}

static inline struct script *script_new(uint32_t vantages)
{
	return script_new_with(vantages, 0);
}

static inline void script_free(struct script *t)
{
	free(t->memory);
	free(t);
}

static inline void script_address(struct script *t, bool from_server, bool v6, uint16_t port)
{
	struct sy_batch *b = &t->batch;

	b->bits[0] = v6 ? SY_SEG_V6 : 0;
	b->src4[0] = from_server ? 0x0a000002 : 0x0a000001;
	b->dst4[0] = from_server ? 0x0a000001 : 0x0a000002;
	memset(b->src6[0], from_server ? 2 : 1, 16);
	memset(b->dst6[0], from_server ? 1 : 2, 16);
	port = port != 0 ? port : 40000;
	b->sport[0] = from_server ? 80 : port;
	b->dport[0] = from_server ? port : 80;
	b->ts_ns[0] = t->now_ns;
	b->vlan[0] = 0xffff;
	b->count = 1;
}

static inline void script_run(struct script *t)
{
	struct sy_hash_key key = sy_hash_key_from_seed(1);

	sy_batch_hash(&t->batch, &key);
	sy_tcp_batch(t->tcp, &t->batch);
	t->now_ns += SY_NS_PER_MS;
}

static inline void script_send(struct script *t, struct segment s)
{
	struct sy_batch *b = &t->batch;

	script_address(t, s.from_server, s.v6, s.client_port);
	b->lane[0] = SY_LANE_TCP;
	b->bucket[0] = SY_BUCKET_TCP;
	b->port[0] = s.port;
	b->bits[0] |= (uint8_t)(s.tsval != 0 ? SY_SEG_TS : 0);
	b->flags[0] = s.flags;
	b->seq[0] = s.seq;
	b->ack[0] = s.ack;
	b->payload_bytes[0] = s.payload;
	b->tsval[0] = s.tsval;
	b->tsecr[0] = s.tsecr;
	b->window[0] = s.window != 0 ? s.window : 65000;
	b->ttl[0] = s.ttl != 0 ? s.ttl : 64;
	b->ip_id[0] = s.ip_id;
	b->checksum[0] = (uint16_t)(s.seq * 31 + s.ack * 17 + s.tsval + s.payload);
	b->opt[0] = (struct sy_tcp_options){.tsval = s.tsval,
		.tsecr = s.tsecr,
		.present = (uint8_t)(s.options | (s.tsval != 0 ? SY_OPT_TS : 0))};
	script_run(t);
}

#define CLIENT(t, ...) script_send(t, (struct segment){__VA_ARGS__})
#define SERVER(t, ...) script_send(t, (struct segment){.from_server = true, __VA_ARGS__})

/// An ICMP error about a segment from the client, or from the server.
static inline void script_icmp(
	struct script *t, uint8_t type, uint8_t code, bool about_server, bool v6, uint32_t seq)
{
	struct sy_batch *b = &t->batch;

	script_address(t, about_server, v6, 0);
	b->lane[0] = SY_LANE_ICMP_ERROR;
	b->bucket[0] = SY_BUCKET_OTHER_IP;
	b->port[0] = 0;
	b->bits[0] |= (uint8_t)(seq != 0 ? SY_SEG_ICMP_SEQ : 0);
	b->seq[0] = seq;
	b->icmp_type[0] = type;
	b->icmp_code[0] = code;
	b->icmp_from[0] = sy_addr_from_v4(0x0a0000fe);
	script_run(t);
}

static inline void script_wait(struct script *t, uint64_t ns)
{
	t->now_ns += ns - SY_NS_PER_MS;
}

static inline void script_handshake(struct script *t)
{
	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
}

static inline void script_end(struct script *t)
{
	sy_tcp_end(t->tcp, t->now_ns, t->now_ns);
	assert_int_equal(sy_tcp_flow_counters(t->tcp)->used, 0);
}

/// What the record says in words: outcome, who decided, Zeek's words.
static inline void script_check(const struct sy_attempt *a, enum sy_outcome outcome,
	enum sy_decided_by by, enum sy_conn_state state, const char *history)
{
	char text[sizeof(a->history) + 1] = {0};

	memcpy(text, a->history, a->history_count);
	assert_string_equal(sy_outcome_name(a->outcome), sy_outcome_name(outcome));
	assert_string_equal(sy_decided_by_name(a->decided_by), sy_decided_by_name(by));
	assert_string_equal(sy_conn_state_name(a->conn_state), sy_conn_state_name(state));
	assert_string_equal(text, history);
}

/// Ends the capture; the one attempt that was made.
static inline const struct sy_attempt *script_only(struct script *t)
{
	script_end(t);
	assert_int_equal(t->ended_count, 1);
	assert_int_equal(
		t->established_count, t->ended[0].outcome == SY_OUTCOME_ESTABLISHED ? 1 : 0);
	return &t->ended[0];
}

/// Ends the capture, checks the only attempt and frees the script.
static inline struct sy_attempt script_close(struct script *t, enum sy_outcome outcome,
	enum sy_decided_by by, enum sy_conn_state state, const char *history)
{
	struct sy_attempt a = *script_only(t);

	script_check(&a, outcome, by, state, history);
	script_free(t);
	return a;
}

// A test that needs no more than one vantage.
static inline int script_setup(void **state)
{
	*state = script_new(1);
	return 0;
}

#define SCRIPT_TEST(f) cmocka_unit_test_setup(f, script_setup)
