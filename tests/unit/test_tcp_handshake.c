// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The harder ways through the handshake: retransmissions, crossing SYNs, Fast Open, port reuse,
// reordering, stale segments, numbers that wrap.

#include "tcp_script.h"

static void synack(struct script *t, uint32_t tsval, uint32_t tsecr)
{
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1, .tsval = tsval, .tsecr = tsecr);
}

static void syn_again_without_timestamps(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	script_handshake(t);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.syn_count, 2);
	assert_true(a.server_rtt_ns == SY_NS_UNKNOWN);
	assert_int_equal(a.client_rtt_ns, SY_NS_PER_MS);
	assert_true(a.flags & SY_ATT_RTT_AMBIGUOUS);
	script_free(t);
}

static void syn_again_with_timestamps(void **state)
{
	for (uint32_t echo = 10; echo <= 20; echo += 10) {
		struct script *t = echo == 10 ? *state : script_new(1);
		CLIENT(t, .flags = SYN, .seq = C0, .tsval = 10);
		CLIENT(t, .flags = SYN, .seq = C0, .tsval = 20);
		synack(t, 7, echo);
		CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
		struct sy_attempt a = *script_only(t);
		assert_int_equal(a.server_rtt_ns, (echo == 10 ? 2 : 1) * SY_NS_PER_MS);
		assert_false(a.flags & SY_ATT_RTT_AMBIGUOUS);
		script_free(t);
	}
}

static void synack_again_with_timestamps(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0, .tsval = 10);
	synack(t, 70, 10);
	synack(t, 71, 10);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1, .tsval = 11, .tsecr = 70);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.synack_count, 2);
	assert_int_equal(a.client_rtt_ns, 2 * SY_NS_PER_MS);
	assert_false(a.flags & SY_ATT_TWO_RESPONDERS);
	script_free(t);
}

static void two_responders(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	synack(t, 0, 0);
	SERVER(t, .flags = SYN | ACK, .seq = S0 + 9999, .ack = C0 + 1);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_true(a.flags & SY_ATT_TWO_RESPONDERS);
	script_free(t);
}

static void scan_twice_is_no_second_responder(void **state)
{
	struct script *t = *state;

	for (uint32_t i = 0; i < 2; i++) {
		CLIENT(t, .flags = SYN, .seq = C0);
		SERVER(t, .flags = SYN | ACK, .seq = S0 + i * 100, .ack = C0 + 1);
		CLIENT(t, .flags = RST, .seq = C0 + 1);
	}
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ABORTED);
	assert_int_equal(a.rst_count, 2);
	assert_false(a.flags & SY_ATT_TWO_RESPONDERS);
	script_free(t);
}

static void refuse(struct script *t)
{
	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = RST | ACK, .ack = C0 + 1);
}

static void refused_thrice(void **state)
{
	struct script *t = *state;

	for (int i = 0; i < 3; i++) {
		refuse(t);
		script_wait(t, SY_NS_PER_S / 2);
	}
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_REFUSED, SY_DECIDED_BY_PACKETS, SY_ZEEK_REJ, "Sr");
	assert_int_equal(a.syn_count, 3);
	assert_int_equal(a.rst_count, 3);
	assert_int_equal(a.refusals, 3);
}

static void refused_then_established(void **state)
{
	struct script *t = *state;

	refuse(t);
	script_handshake(t);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_ESTABLISHED, SY_DECIDED_BY_PACKETS, SY_ZEEK_S1, "SrhA");
	assert_int_equal(a.refusals, 1);
	assert_int_equal(a.server_rtt_ns, SY_NS_PER_MS);
}

static void refused_then_aborted(void **state)
{
	struct script *t = *state;

	refuse(t);
	CLIENT(t, .flags = SYN, .seq = C0);
	synack(t, 0, 0);
	CLIENT(t, .flags = RST, .seq = C0 + 1);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_ABORTED, SY_DECIDED_BY_PACKETS, SY_ZEEK_RSTO, "SrhR");
	assert_int_equal(a.rst_side, SY_CLIENT);
	assert_int_equal(a.rst_phase, SY_RST_TO_SYNACK);
}

/// A forged RST overtakes the real SYN-ACK: the client believes it, and resets the SYN-ACK.
static void refusal_overtakes_the_synack(void **state)
{
	struct script *t = *state;

	refuse(t);
	synack(t, 0, 0);
	CLIENT(t, .flags = RST, .seq = C0 + 1);
	SERVER(t, .flags = RST | ACK, .seq = S0 + 1, .ack = C0 + 1);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_ABORTED, SY_DECIDED_BY_PACKETS, SY_ZEEK_RSTO, "SrhR");
	assert_int_equal(a.rst_side, SY_SERVER);
	assert_int_equal(a.rst_phase, SY_RST_TO_SYN);
	assert_int_equal(a.note[SY_NOTE_RST].ack, C0 + 1);
	assert_int_equal(a.refusals, 1);
	assert_int_equal(a.rst_count, 3);
	assert_true(a.flags & SY_ATT_RST_AFTER_SYNACK);
	assert_false(a.flags & SY_ATT_RST_BEFORE_SYNACK);
}

static void refused_then_reset(void **state)
{
	struct script *t = *state;

	refuse(t);
	CLIENT(t, .flags = SYN, .seq = C0);
	synack(t, 0, 0);
	SERVER(t, .flags = RST | ACK, .seq = S0 + 1, .ack = C0 + 1);
	script_close(t, SY_OUTCOME_RESET_IN_HANDSHAKE, SY_DECIDED_BY_PACKETS, SY_ZEEK_RSTR, "Srhr");
}

static void refused_then_called_from_the_other_side(void **state)
{
	struct script *t = *state;

	refuse(t);
	SERVER(t, .flags = SYN, .seq = S0);
	CLIENT(t, .flags = SYN | ACK, .seq = C0 + 100, .ack = S0 + 1);
	SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 101);
	script_end(t);
	assert_int_equal(t->ended_count, 2);
	assert_int_equal(t->ended[0].outcome, SY_OUTCOME_REFUSED);
	assert_int_equal(t->ended[1].outcome, SY_OUTCOME_ESTABLISHED);
	assert_int_equal(sy_addr_v4(&t->ended[1].tuple.client), 0x0a000002);
	script_free(t);
}

static void simultaneous_open(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = SYN, .seq = S0);
	CLIENT(t, .flags = SYN | ACK, .seq = C0, .ack = S0 + 1);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1, .payload = 5);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_true(a.flags & SY_ATT_SIMULTANEOUS_OPEN);
	assert_int_equal(a.syn_count, 1);
	assert_int_equal(a.bytes[SY_CLIENT], 5);
	script_free(t);
}

static void split_handshake(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = ACK, .seq = 1, .ack = C0 + 1);
	SERVER(t, .flags = SYN, .seq = S0);
	CLIENT(t, .flags = SYN | ACK, .seq = C0, .ack = S0 + 1);
	SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	script_free(t);
}

static void crossing_without_end(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = SYN, .seq = S0);
	script_close(t, SY_OUTCOME_HALF_OPEN, SY_DECIDED_BY_END, SY_ZEEK_S1, "Ss");
}

static void fast_open(void **state)
{
	static const uint32_t accepted[] = {0, 40, 100};

	for (int i = 0; i < 3; i++) {
		struct script *t = i == 0 ? *state : script_new(1);
		uint32_t next = C0 + 1 + accepted[i];
		CLIENT(t, .flags = SYN, .seq = C0, .payload = 100, .options = SY_OPT_TFO);
		SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = next, .payload = 30);
		CLIENT(t, .flags = ACK, .seq = next, .ack = S0 + 31, .payload = 100 - accepted[i]);
		struct sy_attempt a = *script_only(t);
		assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
		assert_true(a.flags & SY_ATT_TFO);
		assert_true(a.flags & SY_ATT_ACK_SYNCHRONIZED);
		assert_int_equal(a.bytes[SY_CLIENT], 100);
		assert_int_equal(a.bytes[SY_SERVER], 30);
		script_free(t);
	}
}

static void fast_open_acknowledges_too_much(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0, .payload = 100);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 102);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_INVALID_ANSWER);
	script_free(t);
}

static void ecn(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN | ECE | CWR, .seq = C0);
	SERVER(t, .flags = SYN | ACK | ECE, .seq = S0, .ack = C0 + 1);
	struct sy_attempt a = *script_only(t);
	assert_true(a.flags & SY_ATT_ECN_SETUP);
	assert_true(a.flags & SY_ATT_ECN_ACCEPTED);
	script_free(t);
}

static void synack_first(void **state)
{
	static const uint64_t late_ns[] = {SY_NS_PER_MS, 10 * SY_NS_PER_MS, 11 * SY_NS_PER_MS};

	for (int i = 0; i < 3; i++) {
		struct script *t = i == 0 ? *state : script_new(1);
		SERVER(t, .flags = SYN | ACK | ECE, .seq = S0, .ack = C0 + 1);
		script_wait(t, late_ns[i]);
		CLIENT(t, .flags = SYN | ECE | CWR, .seq = C0);
		CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
		struct sy_attempt a = *script_only(t);
		bool joined = i < 2;
		assert_int_equal(a.outcome, joined ? SY_OUTCOME_ESTABLISHED : SY_OUTCOME_ONE_SIDED);
		assert_int_equal(a.synack_count, joined);
		assert_int_equal(!!(a.flags & SY_ATT_ECN_ACCEPTED), joined);
		assert_int_equal(sy_tcp_counters(t->tcp)->synack_without_syn[0], !joined);
		assert_true(a.server_rtt_ns == SY_NS_UNKNOWN);
		script_free(t);
	}
}

static void synack_first_of_another_syn(void **state)
{
	struct script *t = *state;

	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 50);
	CLIENT(t, .flags = SYN, .seq = C0);
	script_close(t, SY_OUTCOME_UNANSWERED, SY_DECIDED_BY_END, SY_ZEEK_S0, "S");
}

static void early_data_overtakes_the_synack(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 1, .payload = 20);
	synack(t, 0, 0);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 21);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_int_equal(a.bytes[SY_SERVER], 20);
	script_free(t);
}

static void final_ack_overtakes_the_synack(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
	synack(t, 0, 0);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	script_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(syn_again_without_timestamps),
		SCRIPT_TEST(syn_again_with_timestamps),
		SCRIPT_TEST(synack_again_with_timestamps),
		SCRIPT_TEST(two_responders),
		SCRIPT_TEST(scan_twice_is_no_second_responder),
		SCRIPT_TEST(refused_thrice),
		SCRIPT_TEST(refused_then_established),
		SCRIPT_TEST(refused_then_aborted),
		SCRIPT_TEST(refusal_overtakes_the_synack),
		SCRIPT_TEST(refused_then_reset),
		SCRIPT_TEST(refused_then_called_from_the_other_side),
		SCRIPT_TEST(simultaneous_open),
		SCRIPT_TEST(split_handshake),
		SCRIPT_TEST(crossing_without_end),
		SCRIPT_TEST(fast_open),
		SCRIPT_TEST(fast_open_acknowledges_too_much),
		SCRIPT_TEST(ecn),
		SCRIPT_TEST(synack_first),
		SCRIPT_TEST(synack_first_of_another_syn),
		SCRIPT_TEST(early_data_overtakes_the_synack),
		SCRIPT_TEST(final_ack_overtakes_the_synack),
	};

	return cmocka_run_group_tests_name("tcp handshake", tests, NULL, NULL);
}
