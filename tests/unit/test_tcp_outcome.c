// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// One test for each outcome of docs/semantics.md, and Zeek's words for it.

#include "tcp_script.h"

static void established(void **state)
{
	struct script *t = *state;

	script_handshake(t);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1, .payload = 100);
	SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 101, .payload = 50);
	CLIENT(t, .flags = FIN | ACK, .seq = C0 + 101, .ack = S0 + 51);
	SERVER(t, .flags = FIN | ACK, .seq = S0 + 51, .ack = C0 + 102);
	CLIENT(t, .flags = ACK, .seq = C0 + 102, .ack = S0 + 52);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_ESTABLISHED, SY_DECIDED_BY_PACKETS, SY_ZEEK_SF, "ShADdFf");
	assert_int_equal(a.completeness, 31);
	assert_int_equal(a.bytes[SY_CLIENT], 100);
	assert_int_equal(a.bytes[SY_SERVER], 50);
	assert_int_equal(a.packets[SY_CLIENT], 5);
	assert_int_equal(a.packets[SY_SERVER], 3);
	assert_int_equal(a.server_rtt_ns, SY_NS_PER_MS);
	assert_int_equal(a.client_rtt_ns, SY_NS_PER_MS);
	assert_int_equal(a.close, SY_CLOSE_FIN_CLIENT);
	assert_int_equal(a.rst_side, SY_SIDE_NONE);
	assert_true(a.flags & SY_ATT_SYN_VALIDATED);
	assert_true(a.flags & SY_ATT_ACK_SYNCHRONIZED);
}

static void established_and_open(void **state)
{
	script_handshake(*state);
	struct sy_attempt a = script_close(
		*state, SY_OUTCOME_ESTABLISHED, SY_DECIDED_BY_PACKETS, SY_ZEEK_S1, "ShA");
	assert_int_equal(a.completeness, 7);
	assert_int_equal(a.close, SY_CLOSE_NONE);
}

static void established_by_data(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1, .payload = 10);
	script_close(t, SY_OUTCOME_ESTABLISHED, SY_DECIDED_BY_PACKETS, SY_ZEEK_S1, "ShD");
}

static void established_beyond_what_was_seen(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 500);
	assert_int_equal(sy_tcp_counters(t->tcp)->ack_of_unseen[0], 1);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_ESTABLISHED, SY_DECIDED_BY_PACKETS, SY_ZEEK_S1, "ShA");
	assert_false(a.flags & SY_ATT_ACK_SYNCHRONIZED);
	assert_true(a.client_rtt_ns == SY_NS_UNKNOWN);
}

static void refused(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = RST | ACK, .ack = C0 + 1, .ttl = 63);
	assert_int_equal(t->rst_count[SY_RST_TO_SYN], 1);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_REFUSED, SY_DECIDED_BY_PACKETS, SY_ZEEK_REJ, "Sr");
	assert_int_equal(a.refusals, 1);
	assert_int_equal(a.note[SY_NOTE_RST].ttl, 63);
	assert_int_equal(a.rst_side, SY_SERVER);
	assert_int_equal(a.rst_phase, SY_RST_TO_SYN);
	assert_int_equal(sy_attempt_waited_ns(&a), SY_NS_PER_MS);
}

static void unreachable(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	script_icmp(t, 3, 13, false, false, C0);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_UNREACHABLE, SY_DECIDED_BY_PACKETS, SY_ZEEK_S0, "S");
	assert_true(a.flags & SY_ATT_ICMP_PROHIBITED);
	assert_int_equal(a.icmp_type, 3);
	assert_int_equal(a.icmp_code, 13);
	assert_int_equal(sy_addr_v4(&a.icmp_from), 0x0a0000fe);
	assert_int_equal(a.decided_ns, a.last_syn_ns + SY_NS_PER_MS);
}

static void unanswered(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	script_wait(t, SY_NS_PER_S);
	CLIENT(t, .flags = SYN, .seq = C0);
	script_wait(t, 3 * SY_NS_PER_S);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_UNANSWERED, SY_DECIDED_BY_END, SY_ZEEK_S0, "S");
	assert_int_equal(a.syn_count, 2);
	assert_int_equal(a.completeness, 1);
	assert_int_equal(sy_attempt_waited_ns(&a), 3 * SY_NS_PER_S);
}

static void unanswered_with_fin(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	CLIENT(t, .flags = FIN, .seq = C0 + 1);
	script_close(t, SY_OUTCOME_UNANSWERED, SY_DECIDED_BY_END, SY_ZEEK_SH, "SF");
}

static void half_open(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_HALF_OPEN, SY_DECIDED_BY_END, SY_ZEEK_S1, "Sh");
	assert_int_equal(a.completeness, 3);
	assert_int_equal(a.server_rtt_ns, SY_NS_PER_MS);
	assert_true(a.client_rtt_ns == SY_NS_UNKNOWN);
}

static void aborted_after_synack(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	CLIENT(t, .flags = RST, .seq = C0 + 1);
	assert_int_equal(t->rst_count[SY_RST_TO_SYNACK], 1);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_ABORTED, SY_DECIDED_BY_PACKETS, SY_ZEEK_RSTO, "ShR");
	assert_false(a.flags & SY_ATT_RST_BEFORE_SYNACK);
}

static void aborted_before_synack(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	CLIENT(t, .flags = RST, .seq = C0 + 1);
	assert_int_equal(t->rst_count[SY_RST_TO_SYN], 1);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ABORTED);
	assert_int_equal(a.synack_count, 1);
	assert_true(a.flags & SY_ATT_RST_BEFORE_SYNACK);
	script_free(t);
}

static void aborted_and_silent(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	CLIENT(t, .flags = RST, .seq = C0 + 1);
	script_close(t, SY_OUTCOME_ABORTED, SY_DECIDED_BY_PACKETS, SY_ZEEK_RSTOS0, "SR");
}

static void reset_in_handshake(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	SERVER(t, .flags = RST, .seq = S0 + 1);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_RESET_IN_HANDSHAKE, SY_DECIDED_BY_PACKETS, SY_ZEEK_RSTR, "Shr");
	assert_int_equal(a.rst_phase, SY_RST_TO_SYNACK);
}

static void invalid_synack(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 77);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_INVALID_ANSWER);
	assert_false(a.flags & SY_ATT_SYN_VALIDATED);
	assert_int_equal(a.synack_count, 0);
	script_free(t);
}

static void invalid_refusal(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = RST | ACK, .ack = C0 + 2);
	SERVER(t, .flags = RST, .seq = C0 + 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_INVALID_ANSWER);
	assert_int_equal(a.invalid_refusals, 2);
	assert_int_equal(a.refusals, 0);
	script_free(t);
}

static void invalid_answer_does_not_hide_the_real_one(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = RST | ACK, .ack = C0);
	SERVER(t, .flags = SYN | ACK, .seq = 1, .ack = C0 + 5);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_int_equal(a.note[SY_NOTE_SYNACK].seq, S0);
	assert_int_equal(a.synack_count, 1);
	script_free(t);
}

static void one_sided_client(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1, .payload = 9);
	assert_int_equal(sy_tcp_counters(t->tcp)->ack_without_synack[0], 1);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_ONE_SIDED, SY_DECIDED_BY_END, SY_ZEEK_S0, "SAD");
	assert_int_equal(a.bytes[SY_CLIENT], 9);
}

static void one_sided_server(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 1, .payload = 9);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_ONE_SIDED, SY_DECIDED_BY_END, SY_ZEEK_OTH, "Sd");
	assert_true(a.flags & SY_ATT_SERVER_ALIVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(established),
		SCRIPT_TEST(established_and_open),
		SCRIPT_TEST(established_by_data),
		SCRIPT_TEST(established_beyond_what_was_seen),
		SCRIPT_TEST(refused),
		SCRIPT_TEST(unreachable),
		SCRIPT_TEST(unanswered),
		SCRIPT_TEST(unanswered_with_fin),
		SCRIPT_TEST(half_open),
		SCRIPT_TEST(aborted_after_synack),
		SCRIPT_TEST(aborted_before_synack),
		SCRIPT_TEST(aborted_and_silent),
		SCRIPT_TEST(reset_in_handshake),
		SCRIPT_TEST(invalid_synack),
		SCRIPT_TEST(invalid_refusal),
		SCRIPT_TEST(invalid_answer_does_not_hide_the_real_one),
		SCRIPT_TEST(one_sided_client),
		SCRIPT_TEST(one_sided_server),
	};

	return cmocka_run_group_tests_name("tcp outcome", tests, NULL, NULL);
}
