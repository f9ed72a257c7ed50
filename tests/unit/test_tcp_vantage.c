// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Two vantages: a copy is one packet seen twice, and what only one of them saw is evidence.

#include "tcp_script.h"

static int two_vantages(void **state)
{
	*state = script_new(2);
	return 0;
}

static int three_vantages(void **state)
{
	*state = script_new(3);
	return 0;
}

/// The same segment at A, 1 ms later at B.
static void both(struct script *t, struct segment s)
{
	s.port = s.from_server;
	script_send(t, s);
	s.port = !s.from_server;
	script_send(t, s);
}

static void copies_are_no_retransmissions(void **state)
{
	struct script *t = *state;

	both(t, (struct segment){.flags = SYN, .seq = C0});
	both(t, (struct segment){
			.flags = SYN | ACK, .seq = S0, .ack = C0 + 1, .from_server = true});
	both(t, (struct segment){.flags = ACK, .seq = C0 + 1, .ack = S0 + 1});
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_int_equal(a.syn_count, 1);
	assert_int_equal(a.synack_count, 1);
	assert_int_equal(a.packets[SY_CLIENT], 2);
	assert_int_equal(a.note[SY_NOTE_SYN].seen_at, 3);
	assert_int_equal(a.note[SY_NOTE_SYN].other_vantage, 1);
	assert_int_equal(a.other_dt_ns[SY_NOTE_SYN], SY_NS_PER_MS);
	assert_int_equal(a.note[SY_NOTE_SYNACK].vantage, 1);
	assert_int_equal(a.note[SY_NOTE_SYNACK].other_vantage, 0);
	assert_int_equal(t->transit_count[0][1], 2);
	assert_int_equal(t->transit_count[1][0], 1);
	assert_int_equal(t->transit_ns, SY_NS_PER_MS);
	// SYN at A, SYN-ACK back at A three milliseconds later.
	assert_int_equal(a.server_rtt_ns, 3 * SY_NS_PER_MS);
	script_free(t);
}

/// Three vantages in a row, and the farther one is read before the nearer: times decide.
static void transit_is_from_where_it_was_first(void **state)
{
	struct script *t = *state;

	for (uint8_t port = 0; port < 3; port++)
		CLIENT(t, .flags = SYN, .seq = C0, .port = port);
	assert_int_equal(t->transit_count[0][1], 1);
	assert_int_equal(t->transit_count[0][2], 1);
	assert_int_equal(t->transit_ns, 2 * SY_NS_PER_MS);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1, .port = 0);
	t->now_ns -= 3 * SY_NS_PER_MS;
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1, .port = 2);
	assert_int_equal(t->transit_count[2][0], 1);
	assert_int_equal(t->transit_ns, 2 * SY_NS_PER_MS);
	t->now_ns -= 2 * SY_NS_PER_S;
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1, .port = 1);
	assert_int_equal(t->transit_count[1][0] + t->transit_count[0][1], 1);
	script_free(t);
}

static void syn_lost_between(void **state)
{
	struct script *t = *state;

	for (int i = 0; i < 3; i++) {
		CLIENT(t, .flags = SYN, .seq = C0);
		script_wait(t, SY_NS_PER_S);
	}
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.syn_count, 3);
	assert_int_equal(a.note[SY_NOTE_SYN].seen_at, 1);
	script_free(t);
}

static void second_syn_passes(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	script_wait(t, SY_NS_PER_S);
	both(t, (struct segment){.flags = SYN, .seq = C0});
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.syn_count, 2);
	assert_int_equal(a.note[SY_NOTE_SYN].seen_at, 3);
	script_free(t);
}

static void reset_made_between(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	SERVER(t, .flags = RST | ACK, .ack = C0 + 1, .ttl = 64);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_REFUSED);
	assert_int_equal(a.note[SY_NOTE_RST].seen_at, 1);
	assert_int_equal(a.note[SY_NOTE_SYN].seen_at, 1);
	script_free(t);
}

static void reset_seen_at_both_counts_once(void **state)
{
	struct script *t = *state;

	both(t, (struct segment){.flags = SYN, .seq = C0});
	both(t, (struct segment){.flags = RST | ACK, .ack = C0 + 1, .from_server = true});
	assert_int_equal(t->rst_count[SY_RST_TO_SYN], 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.rst_count, 1);
	assert_int_equal(a.note[SY_NOTE_RST].seen_at, 3);
	script_free(t);
}

static void synack_first_at_both(void **state)
{
	struct script *t = *state;

	both(t, (struct segment){
			.flags = SYN | ACK, .seq = S0, .ack = C0 + 1, .from_server = true});
	both(t, (struct segment){.flags = SYN, .seq = C0});
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_int_equal(a.note[SY_NOTE_SYNACK].seen_at, 3);
	assert_int_equal(a.other_dt_ns[SY_NOTE_SYNACK], SY_NS_PER_MS);
	script_free(t);
}

static void one_vantage_twice_is_a_retransmission(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	CLIENT(t, .flags = SYN, .seq = C0);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.syn_count, 2);
	script_free(t);
}

/// More packets than the memory holds, faster than their copies come: what is forgotten is counted,
/// and only what no other vantage has shown.
static void forgotten_copies_are_counted(void **state)
{
	struct script *t = *state;
	const struct sy_tcp_counters *c = sy_tcp_counters(t->tcp);
	uint64_t start_ns = t->now_ns;

	for (uint32_t i = 0; i < 200000; i++) {
		t->now_ns = start_ns + i;
		both(t, (struct segment){.flags = ACK, .seq = i, .ack = 1});
	}
	assert_int_equal(c->copies_overflow, 0);
	for (uint32_t i = 0; i < 200000; i++) {
		t->now_ns = start_ns + 200000 + i;
		CLIENT(t, .flags = ACK, .seq = 1000000 + i, .ack = 1);
	}
	assert_in_range(c->copies_overflow, 120000, 140000);
	script_end(t);
	script_free(t);
}

/// The data were sent before the RST; the other tap shows them after it, and nobody has looked at
/// them when the first did.
static void data_of_before_the_rst(void **state)
{
	struct script *t = *state;

	script_handshake(t);
	SERVER(t, .flags = RST, .seq = S0 + 11, .ack = C0 + 1);
	SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 1, .payload = 10, .port = 1);
	SERVER(t, .flags = ACK, .seq = S0 + 11, .ack = C0 + 1, .port = 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.close, SY_CLOSE_RST_SERVER);
	assert_false(a.flags & SY_ATT_DATA_AFTER_RST);
	script_free(t);
}

static void data_of_after_the_rst(void **state)
{
	for (int late = 0; late < 2; late++) {
		struct script *t = late ? script_new(2) : *state;

		script_handshake(t);
		SERVER(t, .flags = RST, .seq = S0 + 11, .ack = C0 + 1);
		if (late)
			script_wait(t, SY_NS_PER_S);
		SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 1, .payload = late ? 10 : 20);
		struct sy_attempt a = *script_only(t);
		assert_true(a.flags & SY_ATT_DATA_AFTER_RST);
		script_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(copies_are_no_retransmissions, two_vantages),
		cmocka_unit_test_setup(transit_is_from_where_it_was_first, three_vantages),
		cmocka_unit_test_setup(syn_lost_between, two_vantages),
		cmocka_unit_test_setup(second_syn_passes, two_vantages),
		cmocka_unit_test_setup(reset_made_between, two_vantages),
		cmocka_unit_test_setup(reset_seen_at_both_counts_once, two_vantages),
		cmocka_unit_test_setup(synack_first_at_both, two_vantages),
		cmocka_unit_test_setup(one_vantage_twice_is_a_retransmission, two_vantages),
		cmocka_unit_test_setup(forgotten_copies_are_counted, two_vantages),
		cmocka_unit_test_setup(data_of_before_the_rst, two_vantages),
		cmocka_unit_test_setup(data_of_after_the_rst, two_vantages),
	};

	return cmocka_run_group_tests_name("tcp vantage", tests, NULL, NULL);
}
