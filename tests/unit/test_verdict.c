// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "verdict_world.h"

// docs/semantics.md 9, "Hello, is anybody home?"
static void test_hello_is_anybody_home(void **context)
{
	struct world *world = *context;
	struct sy_addr client = v4(10, 32, 163, 6), server = v4(10, 32, 163, 5);
	struct sy_attempt a = make_syn(client, 52808, server, 80, 86400, 4, 1);
	const struct sy_finding *f;

	answer(world, server, 80, 10);
	answer(world, server, 445, 86300);
	answer(world, server, 3389, 86310);
	a.flags |= SY_ATT_ECN_SETUP;
	a.note[SY_NOTE_SYN].tcp_flags |= SY_TCP_ECE | SY_TCP_CWR;
	a = make_unanswered(a, SY_DECIDED_BY_TIMEOUT, 75);
	feed(world->stats, &a);
	judge(world);
	assert_int_equal(world->findings->count, 1);
	f = find(world, SY_CODE_SERVICE_SILENT, 80);
	assert_non_null(f);
	assert_string_equal(f->subject_text, "10.32.163.5:80");
	assert_int_equal(f->certainty, SY_LIKELY);
	assert_int_equal(f->since_ns, at_s(86400));
	assert_int_equal(f->ended_ns, 0);
	assert_non_null(strstr(f->says, "4 SYNs"));
	assert_non_null(strstr(f->says, "445, 3389"));
	assert_non_null(strstr(f->says, "last answered at 2026-11-22T"));
	assert_non_null(strstr(f->owner, "10.32.163.5:80"));
	assert_true(f->alternative_count >= 3);
	assert_non_null(strstr(f->packets[0], "10.32.163.6:52808 > 10.32.163.5:80 [SEW] seq 0"));
}

static void test_hello_recovers(void **context)
{
	struct world *world = *context;
	struct sy_addr server = v4(10, 32, 163, 5);
	const struct sy_finding *f;

	answer(world, server, 445, 5);
	stay_silent(world, server, 80, 10, 4);
	answer(world, server, 80, 300);
	judge(world);
	f = find(world, SY_CODE_RECOVERED, 80);
	assert_non_null(f);
	assert_int_equal(f->since_ns, at_s(300.01));
	f = find(world, SY_CODE_SERVICE_SILENT, 80);
	assert_non_null(f);
	assert_int_equal(f->since_ns, at_s(10));
	assert_int_equal(f->ended_ns, at_s(300.01));
	assert_non_null(strstr(f->says, "while port 445 of the host answered"));
}

static void test_hello_refuses_and_recovers(void **context)
{
	struct world *world = *context;
	const struct sy_finding *f;

	answer(world, SERVER, 445, 5);
	refuse(world, SERVER, 80, 10, 127);
	refuse(world, SERVER, 80, 11, 127);
	judge(world);
	f = find(world, SY_CODE_NOT_LISTENING, 80);
	assert_non_null(f);
	assert_int_equal(f->certainty, SY_CERTAIN);
	assert_non_null(strstr(f->owner, "start the service"));
	assert_int_equal(f->ended_ns, 0);
	sy_findings_destroy(world->findings);
	sy_facts_destroy(world->facts);

	answer(world, SERVER, 80, 12);
	judge(world);
	assert_non_null(find(world, SY_CODE_RECOVERED, 80));
	f = find(world, SY_CODE_NOT_LISTENING, 80);
	assert_non_null(f);
	assert_int_equal(f->ended_ns, at_s(12.01));
}

// docs/semantics.md 9, "Interference"
static struct sy_attempt interference(uint8_t mask)
{
	struct sy_attempt a = make_refused(
		make_syn(v4(192, 168, 1, 100), 50001, v4(192, 168, 2, 10), 445, 100, 3, mask), 64,
		mask);

	a.note[SY_NOTE_RST].tos = 0x10;
	return a;
}

static void test_interference(void **context)
{
	struct world *world = *context;
	struct sy_addr server = v4(192, 168, 2, 10);
	struct sy_attempt a = interference(1);
	const struct sy_finding *f;

	sy_stats_ttl(world->stats, SY_ROLE_ECHO_REPLY, &server, 127, 0, at_s(1));
	feed(world->stats, &a);
	judge(world);
	assert_int_equal(world->findings->count, 1);
	f = find(world, SY_CODE_RESET_BY_PATH, 445);
	assert_non_null(f);
	assert_int_equal(f->certainty, SY_LIKELY);
	assert_string_equal(f->says,
		"192.168.2.10:445: 3 SYNs were answered by a RST with TTL 64, while the host's own "
		"packets come with TTL 127: a unix-family device 0 hops from this tap answered in "
		"the server's name.");
	assert_non_null(strstr(f->alternatives[0].what, "63 hops farther"));
	assert_string_equal(f->packets[1],
		"08:14:42.010000000 192.168.2.10:445 > 192.168.1.100:50001 [R.] seq 0 ack 1 win 0 ttl 64 id 0x0000 "
		"tos 0x10");
}

static void test_interference_at_two_vantages(void **context)
{
	struct world *world = *context;
	struct sy_addr server = v4(192, 168, 2, 10);
	struct sy_attempt a = interference(1);
	const struct sy_finding *f;

	sy_stats_ttl(world->stats, SY_ROLE_ECHO_REPLY, &server, 127, 0, at_s(1));
	sy_stats_ttl(world->stats, SY_ROLE_ECHO_REPLY, &server, 128, 1, at_s(1));
	feed(world->stats, &a);
	judge_at(world, 2, 1000);
	assert_int_equal(world->findings->count, 1);
	f = find(world, SY_CODE_RESET_BY_PATH, 445);
	assert_non_null(f);
	assert_int_equal(f->certainty, SY_CERTAIN);
	assert_non_null(strstr(f->says, "between near"));
	assert_string_equal(f->owner, "network or firewall owner between near and far");
}

// Position alone: the RST looks like the server's, and never passed the tap beside it.
static void test_reset_by_position_alone(void **context)
{
	struct world *world = *context;
	struct sy_attempt other = make_established(
		make_syn(CLIENT, 1, SERVER, 443, 1, 1, 3), 127, 3);
	struct sy_attempt a = make_refused(make_syn(CLIENT, 2, SERVER, 80, 5, 2, 1), 127, 1);
	const struct sy_finding *f;

	feed(world->stats, &other);
	feed(world->stats, &a);
	judge_at(world, 2, 1000);
	f = find(world, SY_CODE_RESET_BY_PATH, 80);
	assert_non_null(f);
	assert_int_equal(f->certainty, SY_CERTAIN);
	assert_int_equal(count(world, SY_CODE_NOT_LISTENING), 0);
}

// RSTs that look like the server's and are made before the far tap, beside one of its own that cut
// off a connection, and one refusal that passed both taps.
static void test_reset_by_position_beside_the_hosts_own(void **context)
{
	struct world *world = *context;
	const struct sy_finding *f;

	for (uint16_t i = 0; i < 20; i++) {
		struct sy_attempt other = make_established(
			make_syn(CLIENT, i, SERVER, 80, 1 + i, 1, 3), 127, 3);
		struct sy_attempt a = make_refused(
			make_syn(CLIENT, 100 + i, SERVER, 80, 50 + i, 1, i == 0 ? 3 : 1), 127,
			i == 0 ? 3 : 1);
		if (i == 3) {
			other.rst_side = SY_SERVER;
			other.rst_phase = SY_RST_IN_DATA;
			add_note(&other, SY_NOTE_RST, 5, SY_TCP_RST, 127, 3);
		}
		feed(world->stats, &other);
		feed(world->stats, &a);
	}
	judge_at(world, 2, 1000);
	f = find(world, SY_CODE_RESET_BY_PATH, 80);
	assert_non_null(f);
	assert_int_equal(f->certainty, SY_CERTAIN);
	assert_int_equal(f->weight, 19);
	assert_non_null(strstr(f->says, "19 SYNs were answered by a RST"));
	for (uint32_t i = 0; i < f->packet_count; i++)
		assert_null(strstr(f->packets[i], "[R"));
}

// A tap that misses a quarter of everything misses RSTs too.
static void test_lost_copies_of_rsts_are_no_position(void **context)
{
	struct world *world = *context;

	for (uint16_t i = 0; i < 40; i++) {
		uint8_t mask = i % 4 == 0 ? 1 : 3;
		struct sy_attempt other = make_established(
			make_syn(CLIENT, i, SERVER, 443, 1 + i, 1, 3), 127, mask);
		struct sy_attempt a = make_refused(
			make_syn(CLIENT, 100 + i, SERVER, 80, 50 + i, 1, 3), 127, mask);
		feed(world->stats, &other);
		feed(world->stats, &a);
	}
	judge_at(world, 2, 1000);
	assert_int_equal(count(world, SY_CODE_RESET_BY_PATH), 0);
	assert_non_null(find(world, SY_CODE_NOT_LISTENING, 80));
}

// The server's own RST passes both taps.
static void test_rst_at_both_vantages_is_the_hosts(void **context)
{
	struct world *world = *context;
	struct sy_attempt other = make_established(
		make_syn(CLIENT, 1, SERVER, 443, 1, 1, 3), 127, 3);
	struct sy_attempt a = make_refused(make_syn(CLIENT, 2, SERVER, 80, 5, 2, 3), 127, 3);

	feed(world->stats, &other);
	feed(world->stats, &a);
	judge_at(world, 2, 1000);
	assert_int_equal(world->findings->count, 1);
	assert_non_null(find(world, SY_CODE_NOT_LISTENING, 80));
}

static void test_reset_in_the_middle(void **context)
{
	struct world *world = *context;
	struct sy_attempt a = make_established(make_syn(CLIENT, 1, SERVER, 8080, 1, 1, 1), 127, 1);
	const struct sy_finding *f;

	a.rst_side = SY_SERVER;
	a.rst_phase = SY_RST_IN_DATA;
	add_note(&a, SY_NOTE_RST, 3, SY_TCP_RST, 64, 1);
	feed(world->stats, &a);
	judge(world);
	f = find(world, SY_CODE_RESET_BY_PATH, 8080);
	assert_non_null(f);
	assert_non_null(strstr(f->says, "1 connection was cut off by a RST with TTL 64"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_hello_is_anybody_home),
		TEST(test_hello_recovers),
		TEST(test_hello_refuses_and_recovers),
		TEST(test_interference),
		TEST(test_interference_at_two_vantages),
		TEST(test_reset_by_position_alone),
		TEST(test_reset_by_position_beside_the_hosts_own),
		TEST(test_lost_copies_of_rsts_are_no_position),
		TEST(test_rst_at_both_vantages_is_the_hosts),
		TEST(test_reset_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
