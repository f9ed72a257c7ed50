// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What comes out of order, and what comes late.

#include "tcp_script.h"

/// Two tap ports are polled in turn: an ACK may be taken before what it acknowledges.
static void ack_before_its_data(void **state)
{
	struct script *t = *state;
	const struct sy_tcp_counters *c = sy_tcp_counters(t->tcp);

	script_handshake(t);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1 + 100);
	assert_int_equal(c->ack_of_unseen[0], 1);
	SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 1, .payload = 100);
	assert_int_equal(c->ack_of_unseen[0], 0);

	// What never comes is lost, also when other data and old data do.
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1 + 200);
	SERVER(t, .flags = ACK, .seq = S0 + 1 + 200, .ack = C0 + 1, .payload = 100);
	SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 1, .payload = 100);
	assert_int_equal(c->ack_of_unseen[0], 1);
	script_free(t);
}

static void synack_after_its_ack(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	assert_int_equal(sy_tcp_counters(t->tcp)->ack_without_synack[0], 0);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_true(a.flags & SY_ATT_ACK_SYNCHRONIZED);
	script_free(t);
}

static void close_by_fins(struct script *t)
{
	script_handshake(t);
	CLIENT(t, .flags = FIN | ACK, .seq = C0 + 1, .ack = S0 + 1);
	SERVER(t, .flags = FIN | ACK, .seq = S0 + 1, .ack = C0 + 2);
	CLIENT(t, .flags = ACK, .seq = C0 + 2, .ack = S0 + 2);
}

/// A closed connection is final after 20 s; what comes later is no part of it, and nothing new.
static void closed_and_late(void **state)
{
	struct script *t = *state;

	close_by_fins(t);
	t->now_ns += 15 * SY_NS_PER_S;
	CLIENT(t, .flags = RST, .seq = C0 + 2);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.rst_count, 1);
	assert_int_equal(a.rst_phase, SY_RST_AFTER_FIN);
	script_free(t);
}

static void closed_and_too_late(void **state)
{
	struct script *t = *state;

	close_by_fins(t);
	t->now_ns += 25 * SY_NS_PER_S;
	CLIENT(t, .flags = RST, .seq = C0 + 2);
	SERVER(t, .flags = ACK, .seq = S0 + 2, .ack = C0 + 2, .payload = 10);
	assert_int_equal(t->ended_count, 1);
	assert_int_equal(t->ended[0].rst_count, 0);
	assert_int_equal(t->ended[0].close, SY_CLOSE_FIN_CLIENT);
	CLIENT(t, .flags = SYN, .seq = C0 + 100000);
	script_end(t);
	assert_int_equal(t->ended_count, 2);
	assert_int_equal(t->ended[1].outcome, SY_OUTCOME_UNANSWERED);
	assert_int_equal(sy_tcp_counters(t->tcp)->midstream_flows, 0);
	script_free(t);
}

/// A refusal is final after 3 s; the same SYN again is another attempt then.
static void refused_and_tried_again(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = RST | ACK, .ack = C0 + 1);
	t->now_ns += 2 * SY_NS_PER_S;
	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = RST | ACK, .ack = C0 + 1);
	t->now_ns += 4 * SY_NS_PER_S;
	CLIENT(t, .flags = SYN, .seq = C0);
	script_end(t);
	assert_int_equal(t->ended_count, 2);
	assert_int_equal(t->ended[0].outcome, SY_OUTCOME_REFUSED);
	assert_int_equal(t->ended[0].refusals, 2);
	assert_int_equal(t->ended[1].outcome, SY_OUTCOME_UNANSWERED);
	script_free(t);
}

/// All of the client's side is read before the server's SYN-ACK.
static void synack_after_the_end(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
	CLIENT(t, .flags = RST, .seq = C0 + 1);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	const struct sy_attempt *a = script_only(t);
	assert_int_equal(a->outcome, SY_OUTCOME_ESTABLISHED);
	assert_true(a->flags & SY_ATT_ACK_SYNCHRONIZED);
	assert_int_equal(a->rst_side, SY_CLIENT);
	script_free(t);
}

/// Too late to belong to it.
static void synack_long_after_the_end(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
	CLIENT(t, .flags = RST, .seq = C0 + 1);
	script_wait(t, 100 * SY_NS_PER_MS);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	assert_int_equal(script_only(t)->outcome, SY_OUTCOME_ONE_SIDED);
	script_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(synack_after_the_end),
		SCRIPT_TEST(synack_long_after_the_end),
		SCRIPT_TEST(ack_before_its_data),
		SCRIPT_TEST(synack_after_its_ack),
		SCRIPT_TEST(closed_and_late),
		SCRIPT_TEST(closed_and_too_late),
		SCRIPT_TEST(refused_and_tried_again),
	};

	return cmocka_run_group_tests_name("tcp late", tests, NULL, NULL);
}
