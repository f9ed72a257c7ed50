// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The same SYN again after a RST in the handshake: another answer, with other numbers.

#include "tcp_script.h"

/// The server's SYN-ACK and RST, then the same SYN again.
static void reset_and_again(struct script *t)
{
	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	SERVER(t, .flags = RST, .seq = S0 + 1);
	CLIENT(t, .flags = SYN, .seq = C0);
}

static void reset_then_established(void **state)
{
	const uint32_t isn = 50000; // of the second answer
	struct script *t = *state;

	reset_and_again(t);
	SERVER(t, .flags = SYN | ACK, .seq = isn, .ack = C0 + 1);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = isn + 1);
	assert_int_equal(t->established_count, 1);
	SERVER(t, .flags = ACK, .seq = isn + 1, .ack = C0 + 1, .payload = 70);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = isn + 71, .payload = 30);
	CLIENT(t, .flags = FIN | ACK, .seq = C0 + 31, .ack = isn + 71);
	SERVER(t, .flags = FIN | ACK, .seq = isn + 71, .ack = C0 + 32);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_ESTABLISHED, SY_DECIDED_BY_PACKETS, SY_ZEEK_SF, "ShrhAdDFf");
	assert_int_equal(a.note[SY_NOTE_SYNACK].seq, isn);
	assert_true(a.flags & SY_ATT_ACK_SYNCHRONIZED);
	assert_int_equal(a.bytes[SY_CLIENT], 30);
	assert_int_equal(a.bytes[SY_SERVER], 70);
	assert_int_equal(a.close, SY_CLOSE_FIN_CLIENT);
	assert_false(a.flags & (SY_ATT_TWO_RESPONDERS | SY_ATT_DATA_AFTER_RST));
}

/// Its RSTs are judged by the numbers of the second answer.
static void reset_then_established_then_cut(void **state)
{
	const uint32_t isn = S0 + 0x70000000;
	struct script *t = *state;

	reset_and_again(t);
	SERVER(t, .flags = SYN | ACK, .seq = isn, .ack = C0 + 1);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = isn + 1);
	SERVER(t, .flags = RST, .seq = isn + 1);
	assert_int_equal(t->rst_count[SY_RST_IN_DATA], 1);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_ESTABLISHED, SY_DECIDED_BY_PACKETS, SY_ZEEK_RSTR, "ShrhA");
	assert_int_equal(a.close, SY_CLOSE_RST_SERVER);
}

static void reset_then_silent(void **state)
{
	reset_and_again(*state);
	struct sy_attempt a = script_close(
		*state, SY_OUTCOME_RESET_IN_HANDSHAKE, SY_DECIDED_BY_PACKETS, SY_ZEEK_RSTR, "Shr");
	assert_true(a.flags & SY_ATT_SYN_VALIDATED);
	assert_int_equal(a.note[SY_NOTE_SYNACK].seq, S0);
	assert_int_equal(a.server_rtt_ns, SY_NS_PER_MS);
}

/// The second SYN-ACK did not pass here.
static void reset_then_one_sided(void **state)
{
	struct script *t = *state;

	reset_and_again(t);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = 50001, .payload = 10);
	assert_int_equal(sy_tcp_counters(t->tcp)->ack_without_synack[0], 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ONE_SIDED);
	script_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(reset_then_established),
		SCRIPT_TEST(reset_then_established_then_cut),
		SCRIPT_TEST(reset_then_silent),
		SCRIPT_TEST(reset_then_one_sided),
	};

	return cmocka_run_group_tests_name("tcp again", tests, NULL, NULL);
}
