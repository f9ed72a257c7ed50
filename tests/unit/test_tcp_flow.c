// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What flows do after, beside and without a handshake: port reuse, RST phases, midstream, ICMP that
// does not fit, numbers that wrap, stale segments.

#include "tcp_internal.h"
#include "tcp_script.h"

#define NEW 700000u // ISN of a second attempt

static void in_syn_sent(struct script *t)
{
	CLIENT(t, .flags = SYN, .seq = C0);
}

static void in_syn_received(struct script *t)
{
	in_syn_sent(t);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
}

static void in_simultaneous(struct script *t)
{
	in_syn_sent(t);
	SERVER(t, .flags = SYN, .seq = S0);
}

static void in_one_sided(struct script *t)
{
	in_syn_sent(t);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
}

static void in_refused(struct script *t)
{
	in_syn_sent(t);
	SERVER(t, .flags = RST | ACK, .ack = C0 + 1);
}

static void in_failed(struct script *t)
{
	in_syn_received(t);
	CLIENT(t, .flags = RST, .seq = C0 + 1);
}

static void in_closed(struct script *t)
{
	script_handshake(t);
	CLIENT(t, .flags = FIN | ACK, .seq = C0 + 1, .ack = S0 + 1);
	SERVER(t, .flags = FIN | ACK, .seq = S0 + 1, .ack = C0 + 2);
}

static void port_reuse_in_each_state(void **state)
{
	static const struct {
		void (*reach)(struct script *t);
		enum sy_outcome outcome;
	} cases[] = {
		{in_syn_sent, SY_OUTCOME_UNANSWERED},
		{in_syn_received, SY_OUTCOME_HALF_OPEN},
		{in_simultaneous, SY_OUTCOME_HALF_OPEN},
		{in_one_sided, SY_OUTCOME_ONE_SIDED},
		{in_refused, SY_OUTCOME_REFUSED},
		{in_failed, SY_OUTCOME_ABORTED},
		{script_handshake, SY_OUTCOME_ESTABLISHED},
		{in_closed, SY_OUTCOME_ESTABLISHED},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct script *t = i == 0 ? *state : script_new(1);
		cases[i].reach(t);
		CLIENT(t, .flags = SYN, .seq = NEW);
		assert_int_equal(t->ended_count, 1);
		assert_int_equal(t->ended[0].outcome, cases[i].outcome);
		assert_int_equal(t->ended[0].decided_by, SY_DECIDED_BY_PACKETS);
		SERVER(t, .flags = SYN | ACK, .seq = NEW, .ack = NEW + 1);
		CLIENT(t, .flags = ACK, .seq = NEW + 1, .ack = NEW + 1);
		script_end(t);
		assert_int_equal(t->ended_count, 2);
		assert_int_equal(t->ended[1].outcome, SY_OUTCOME_ESTABLISHED);
		assert_int_equal(t->ended[1].note[SY_NOTE_SYN].seq, NEW);
		script_free(t);
	}
}

/// What is left of the attempt before must neither answer the new one nor spoil its numbers.
static void stale_segments_after_reuse(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = NEW);
	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = SYN | ACK, .seq = 99, .ack = NEW + 1);
	SERVER(t, .flags = ACK, .seq = 99, .ack = C0 + (1u << 30));
	CLIENT(t, .flags = ACK, .seq = C0 - 100, .ack = S0 + (1u << 30));
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1, .payload = 10);
	SERVER(t, .flags = RST, .seq = S0 + 1);
	assert_int_equal(t->rst_count[SY_RST_IN_DATA], 1);
	script_end(t);
	struct sy_attempt a = t->ended[1];
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_int_equal(a.close, SY_CLOSE_RST_SERVER);
	assert_int_equal(a.bytes[SY_CLIENT], 10);
	assert_int_equal(a.bytes[SY_SERVER], 0);
	assert_false(a.flags & SY_ATT_INVALID_ANSWER);
	script_free(t);
}

/// RFC 9293 3.5.1: the server still has a connection, says so, is reset, and then answers.
static void half_open_discovery(void **state)
{
	struct script *t = *state;
	uint32_t old = C0 + (1u << 30);

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = ACK, .seq = 300, .ack = old);
	CLIENT(t, .flags = RST, .seq = old);
	script_wait(t, SY_NS_PER_S);
	script_handshake(t);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_int_equal(a.syn_count, 2);
	script_free(t);
}

static void reset_phases(void **state)
{
	struct script *t = *state;

	script_handshake(t);
	SERVER(t, .flags = RST, .seq = S0 + 1 + (1u << 26));
	assert_int_equal(t->rst_count[SY_RST_STRAY], 1);
	SERVER(t, .flags = RST, .seq = S0 + 1);
	assert_int_equal(t->rst_count[SY_RST_IN_DATA], 1);
	SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 1, .payload = 5);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_int_equal(a.conn_state, SY_ZEEK_RSTR);
	assert_int_equal(a.close, SY_CLOSE_RST_SERVER);
	assert_int_equal(a.rst_phase, SY_RST_IN_DATA);
	assert_true(a.flags & SY_ATT_DATA_AFTER_RST);
	script_free(t);
}

static void reset_after_fin(void **state)
{
	struct script *t = *state;

	script_handshake(t);
	CLIENT(t, .flags = FIN | ACK, .seq = C0 + 1, .ack = S0 + 1);
	SERVER(t, .flags = RST, .seq = S0 + 1);
	assert_int_equal(t->rst_count[SY_RST_IN_DATA], 1);
	CLIENT(t, .flags = RST, .seq = C0 + 2);
	assert_int_equal(t->rst_count[SY_RST_AFTER_FIN], 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.close, SY_CLOSE_FIN_CLIENT);
	assert_int_equal(a.conn_state, SY_ZEEK_RSTR);
	script_free(t);
}

static void reset_without_a_flow(void **state)
{
	struct script *t = *state;

	SERVER(t, .flags = RST | ACK, .ack = C0 + 1);
	assert_int_equal(t->rst_count[SY_RST_STRAY], 1);
	script_end(t);
	assert_int_equal(t->ended_count, 0);
	script_free(t);
}

static void reset_of_backscatter(void **state)
{
	struct script *t = *state;

	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	CLIENT(t, .flags = RST, .seq = C0 + 1);
	assert_int_equal(t->rst_count[SY_RST_TO_SYNACK], 1);
	script_end(t);
	assert_int_equal(t->ended_count, 0);
	assert_int_equal(sy_tcp_counters(t->tcp)->synack_without_syn[0], 1);
	script_free(t);
}

static void midstream(void **state)
{
	struct script *t = *state;

	for (uint32_t i = 0; i < 50; i++) {
		CLIENT(t, .flags = ACK, .seq = C0 + i * 10, .ack = S0, .payload = 10);
		SERVER(t, .flags = ACK, .seq = S0, .ack = C0 + i * 10 + 10);
	}
	CLIENT(t, .flags = FIN | ACK, .seq = C0 + 500, .ack = S0);
	SERVER(t, .flags = FIN | ACK, .seq = S0, .ack = C0 + 501);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	script_end(t);
	assert_int_equal(t->ended_count, 0);
	assert_int_equal(sy_tcp_counters(t->tcp)->midstream_flows, 1);
	assert_int_equal(sy_tcp_counters(t->tcp)->flows_both_ways[0], 1);
	assert_int_equal(sy_tcp_counters(t->tcp)->ack_of_unseen[0], 0);
	script_free(t);
}

static void midstream_then_syn(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = ACK, .seq = 77, .ack = 88);
	script_handshake(t);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_int_equal(sy_tcp_counters(t->tcp)->midstream_flows, 1);
	script_free(t);
}

static void icmp_that_does_not_fit(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	script_icmp(t, 3, 3, false, false, C0 + 1);
	script_icmp(t, 3, 4, false, false, C0);
	script_icmp(t, 5, 0, false, false, C0);
	script_icmp(t, 3, 3, true, false, C0);
	assert_int_equal(sy_tcp_counters(t->tcp)->icmp_errors, 4);
	assert_int_equal(sy_tcp_counters(t->tcp)->icmp_unmatched, 4);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_UNANSWERED, SY_DECIDED_BY_END, SY_ZEEK_S0, "S");
	assert_false(a.icmp_seen);
}

static void icmp_without_sequence_number(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0, .v6 = true);
	script_icmp(t, 1, 4, false, true, 0);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_UNREACHABLE, SY_DECIDED_BY_PACKETS, SY_ZEEK_S0, "S");
	assert_false(a.flags & SY_ATT_ICMP_PROHIBITED);
	assert_int_equal(a.tuple.client.b[0], 1);
}

static void answer_after_icmp(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	script_icmp(t, 3, 1, false, false, C0);
	script_handshake(t);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_true(a.icmp_seen);
	script_free(t);
}

static void isn_at_the_wrap(void **state)
{
	static const uint32_t isns[] = {0xffffffff, 0xfffffffe, 0xffffff00, 0x7fffffff, 0};

	for (size_t i = 0; i < sizeof(isns) / sizeof(isns[0]); i++) {
		struct script *t = i == 0 ? *state : script_new(1);
		uint32_t c = isns[i], s = isns[i] + 7;
		CLIENT(t, .flags = SYN, .seq = c, .payload = 300);
		SERVER(t, .flags = SYN | ACK, .seq = s, .ack = c + 301, .payload = 200);
		CLIENT(t, .flags = ACK, .seq = c + 301, .ack = s + 201, .payload = 1000);
		SERVER(t, .flags = FIN | ACK, .seq = s + 201, .ack = c + 1301, .payload = 9);
		struct sy_attempt a = *script_only(t);
		assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
		assert_true(a.flags & SY_ATT_ACK_SYNCHRONIZED);
		assert_int_equal(a.bytes[SY_CLIENT], 1300);
		assert_int_equal(a.bytes[SY_SERVER], 209);
		script_free(t);
	}
}

static void more_than_four_gigabytes(void **state)
{
	struct script *t = *state;
	uint64_t sent = 0;

	script_handshake(t);
	for (uint32_t i = 0; i < 24; i++, sent += 1u << 29)
		CLIENT(t, .flags = ACK, .seq = C0 + 1 + (uint32_t)sent, .ack = S0 + 1,
			.payload = 1u << 29);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.bytes[SY_CLIENT], sent);
	assert_true(sent == UINT64_C(3) << 32);
	script_free(t);
}

static void fill_packets(void *arg, struct sy_flow *flow)
{
	(void)arg;
	flow->track.packets[SY_CLIENT] = UINT32_MAX - 1;
	flow->track.packets[SY_SERVER] = UINT32_MAX - 2;
	flow->track.wraps[SY_CLIENT] = UINT16_MAX - 1;
}

/// Counts stay at their greatest value: on the short way of ordinary segments and on the long one.
static void counts_do_not_wrap(void **state)
{
	struct script *t = *state;
	uint64_t sent = 0;

	script_handshake(t);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1, .payload = 1);
	SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 2);
	sy_flow_table_sweep(t->tcp->flows, 1024, false, fill_packets, NULL);
	for (uint32_t i = 0; i < 20; i++, sent += 1u << 30) {
		CLIENT(t, .flags = ACK, .seq = C0 + 2 + (uint32_t)sent, .ack = S0 + 1,
			.payload = 1u << 30);
		SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 2 + (uint32_t)sent);
	}
	for (uint32_t i = 0; i < 2; i++)
		CLIENT(t, .flags = FIN | ACK, .seq = C0 + 2 + (uint32_t)sent, .ack = S0 + 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.packets[SY_CLIENT], UINT32_MAX);
	assert_int_equal(a.packets[SY_SERVER], UINT32_MAX);
	assert_true(a.bytes[SY_CLIENT] == (uint64_t)UINT16_MAX << 32);
	assert_int_equal(a.bytes[SY_SERVER], 0);
	script_free(t);
}

static void many_refusals_do_not_wrap(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	for (uint32_t i = 0; i < 65536; i++)
		SERVER(t, .flags = RST | ACK, .ack = C0 + 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_REFUSED);
	assert_int_equal(a.refusals, 65535);
	script_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(port_reuse_in_each_state),
		SCRIPT_TEST(stale_segments_after_reuse),
		SCRIPT_TEST(half_open_discovery),
		SCRIPT_TEST(reset_phases),
		SCRIPT_TEST(reset_after_fin),
		SCRIPT_TEST(reset_without_a_flow),
		SCRIPT_TEST(reset_of_backscatter),
		SCRIPT_TEST(midstream),
		SCRIPT_TEST(midstream_then_syn),
		SCRIPT_TEST(icmp_that_does_not_fit),
		SCRIPT_TEST(icmp_without_sequence_number),
		SCRIPT_TEST(answer_after_icmp),
		SCRIPT_TEST(isn_at_the_wrap),
		SCRIPT_TEST(more_than_four_gigabytes),
		SCRIPT_TEST(counts_do_not_wrap),
		SCRIPT_TEST(many_refusals_do_not_wrap),
	};

	return cmocka_run_group_tests_name("tcp flow", tests, NULL, NULL);
}
