// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Answers that are read before their question, as happens where ports are polled in turn.

#include "tcp_script.h"

static int polled_in_turn(void **state)
{
	*state = script_new_with(2, 10 * SY_NS_PER_MS);
	return 0;
}

static void refusal_before_its_syn(void **state)
{
	struct script *t = *state;

	SERVER(t, .flags = RST | ACK, .ack = C0 + 1);
	CLIENT(t, .flags = SYN, .seq = C0);
	assert_int_equal(script_only(t)->outcome, SY_OUTCOME_REFUSED);
	assert_int_equal(sy_tcp_counters(t->tcp)->midstream_flows, 0);
	assert_int_equal(t->rst_count[SY_RST_TO_SYN], 1);
	script_free(t);
}

static void icmp_error_before_its_syn(void **state)
{
	struct script *t = *state;

	script_icmp(t, 3, 13, false, false, C0);
	CLIENT(t, .flags = SYN, .seq = C0);
	assert_int_equal(script_only(t)->outcome, SY_OUTCOME_UNREACHABLE);
	assert_int_equal(sy_tcp_counters(t->tcp)->icmp_unmatched, 0);
	script_free(t);
}

/// Seen at both vantages before the SYN: its place is known all the same.
static void copies_wait_together(void **state)
{
	struct script *t = *state;

	SERVER(t, .flags = RST | ACK, .ack = C0 + 1, .port = 1);
	SERVER(t, .flags = RST | ACK, .ack = C0 + 1, .port = 0);
	CLIENT(t, .flags = SYN, .seq = C0);
	assert_int_equal(script_only(t)->note[SY_NOTE_RST].seen_at, 3);
	assert_int_equal(t->ended[0].rst_count, 1);
	script_free(t);
}

static void nobody_waits_for_long(void **state)
{
	struct script *t = *state;

	SERVER(t, .flags = RST, .seq = S0);
	script_icmp(t, 3, 13, false, false, C0);
	assert_int_equal(sy_tcp_counters(t->tcp)->icmp_errors, 0);
	script_wait(t, 20 * SY_NS_PER_MS);
	sy_tcp_age(t->tcp, t->now_ns, 16);
	assert_int_equal(sy_tcp_counters(t->tcp)->icmp_unmatched, 1);
	assert_int_equal(t->rst_count[SY_RST_STRAY], 1);
	script_free(t);
}

static void end_of_input_waits_for_none(void **state)
{
	struct script *t = *state;

	SERVER(t, .flags = RST, .seq = S0);
	script_end(t);
	assert_int_equal(t->rst_count[SY_RST_STRAY], 1);
	script_free(t);
}

/// Question and answer that were polled together: how long the answer took is not known.
static void no_round_trip_between_polls(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	t->now_ns -= SY_NS_PER_MS;
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
	assert_true(script_only(t)->server_rtt_ns == SY_NS_UNKNOWN);
	assert_int_equal(t->ended[0].client_rtt_ns, SY_NS_PER_MS);
	script_free(t);
}

/// More than can wait: those beyond are taken as they come, and none is lost.
static void all_are_counted(void **state)
{
	struct script *t = *state;

	for (uint16_t port = 1; port <= 100; port++)
		SERVER(t, .flags = RST, .seq = S0, .client_port = port);
	script_end(t);
	assert_int_equal(t->rst_count[SY_RST_STRAY], 100);
	script_free(t);
}

#define POLLED_TEST(f) cmocka_unit_test_setup(f, polled_in_turn)

int main(void)
{
	const struct CMUnitTest tests[] = {
		POLLED_TEST(refusal_before_its_syn),
		POLLED_TEST(icmp_error_before_its_syn),
		POLLED_TEST(copies_wait_together),
		POLLED_TEST(nobody_waits_for_long),
		POLLED_TEST(end_of_input_waits_for_none),
		POLLED_TEST(no_round_trip_between_polls),
		POLLED_TEST(all_are_counted),
	};

	return cmocka_run_group_tests_name("tcp postponed", tests, NULL, NULL);
}
