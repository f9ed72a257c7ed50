// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Each finding rests on its own kind of evidence: packets, attempts and times.

#include "verdict_world.h"

// Apart, because gcc 12 takes what find() may return for a string of no bytes.
__attribute__((noinline)) static bool says(const struct sy_finding *f, const char *part)
{
	return strstr(f->says, part) != NULL;
}

// A line of the packets with both parts.
static bool shows(const struct sy_finding *f, const char *flags, const char *part)
{
	for (uint32_t i = 0; f != NULL && i < f->packet_count; i++) {
		if (strstr(f->packets[i], flags) != NULL && strstr(f->packets[i], part) != NULL)
			return true;
	}
	return false;
}

static bool shows_rst(const struct sy_finding *f)
{
	return shows(f, "[R", "");
}

// The server's own firewall, where nothing listened before: type, code and sender are known.
static void test_blocked_by_icmp_of_the_server(void **context)
{
	struct world *world = *context;
	struct sy_attempt a = make_unanswered(
		make_syn(CLIENT, 1, SERVER, 80, 100, 1, 1), SY_DECIDED_BY_PACKETS, 0.01);
	const struct sy_service_facts *service;
	const struct sy_finding *f;

	a.outcome = SY_OUTCOME_UNREACHABLE;
	a.icmp_seen = 1;
	a.icmp_type = 3;
	a.icmp_code = 10;
	a.icmp_from = SERVER;
	refuse(world, SERVER, 80, 1, 64);
	feed(world->stats, &a);
	judge(world);
	service = sy_facts_service(world->facts, &a.icmp_from, 80, 0);
	assert_int_equal(service->stats->icmp_self, 1);
	assert_true(sy_addr_equal(&service->stats->icmp_from, &a.icmp_from));
	assert_int_equal(service->stats->icmp_type, 3);
	assert_int_equal(service->stats->icmp_code, 10);
	f = find(world, SY_CODE_BLOCKED_BY_ICMP, 80);
	assert_non_null(f);
	assert_string_equal(f->owner, "owner of the host 10.0.1.2: its own firewall");
	assert_true(says(f, "10.0.1.2 itself says by ICMP that 10.0.1.2:80 cannot be reached (host "
			    "administratively prohibited)"));
	// Each of the two findings rests on its own evidence.
	assert_int_equal(f->since_ns, at_s(100));
	assert_int_equal(f->packet_count, 1);
	assert_int_equal(f->weight, 1);
	assert_false(shows_rst(f));
	f = find(world, SY_CODE_NOT_LISTENING, 80);
	assert_non_null(f);
	assert_int_equal(f->last_seen_ns, at_s(1.01));
	assert_int_equal(f->weight, 1);
	assert_true(shows_rst(f));
}

// A port that was closed, and then a firewall drops: its RSTs are no example of silence.
static void test_silent_after_refused(void **context)
{
	struct world *world = *context;
	const struct sy_finding *f;

	answer(world, SERVER, 22, 150);
	refuse(world, SERVER, 80, 1, 127);
	refuse(world, SERVER, 80, 2, 127);
	stay_silent(world, SERVER, 80, 100, 5);
	stay_silent(world, SERVER, 80, 200, 5);
	judge(world);
	f = find(world, SY_CODE_SERVICE_SILENT, 80);
	assert_non_null(f);
	assert_int_equal(f->packet_count, 1);
	assert_false(shows_rst(f));
	assert_true(says(f, "it refused with RST until 2026-11-22T08:13:02."));
	assert_int_equal(f->weight, 2);
	assert_true(f->since_ns >= at_s(100) && f->since_ns <= at_s(104));
	assert_null(find(world, SY_CODE_NOT_LISTENING, 80));
}

// A device cut off a connection, and the host itself refuses: each finding shows its own RST.
static void test_cut_off_and_refused(void **context)
{
	struct world *world = *context;
	struct sy_attempt a = make_established(make_syn(CLIENT, 1, SERVER, 80, 1, 1, 1), 57, 1);

	// The example of one that was served is another.
	feed(world->stats, &a);
	a = make_established(make_syn(CLIENT, 2, SERVER, 80, 5, 1, 1), 57, 1);
	a.rst_side = SY_SERVER;
	a.rst_phase = SY_RST_IN_DATA;
	add_note(&a, SY_NOTE_RST, 9, SY_TCP_RST | SY_TCP_ACK, 250, 1);
	feed(world->stats, &a);
	for (int i = 0; i < 5; i++)
		refuse(world, SERVER, 80, 100 + i, 57);
	judge(world);
	assert_true(shows(find(world, SY_CODE_RESET_BY_PATH, 80), "[R.]", "ttl 250"));
	assert_false(shows(find(world, SY_CODE_RESET_BY_PATH, 80), "[R.]", "ttl 57"));
	assert_true(shows(find(world, SY_CODE_NOT_LISTENING, 80), "[R.]", "ttl 57"));
	assert_false(shows(find(world, SY_CODE_NOT_LISTENING, 80), "[R.]", "ttl 250"));
}

// The first refusals are a device's: they are no example of those of the host, nor counted.
static void test_refused_by_a_device_first(void **context)
{
	struct world *world = *context;
	const struct sy_finding *f;

	answer(world, SERVER, 443, 1);
	for (int i = 0; i < 30; i++)
		refuse(world, SERVER, 80, 100 + i, i < 5 ? 64 : 127);
	judge(world);
	assert_true(shows(find(world, SY_CODE_RESET_BY_PATH, 80), "[R.]", "ttl 64"));
	f = find(world, SY_CODE_NOT_LISTENING, 80);
	assert_non_null(f);
	assert_int_equal(f->weight, 25);
	assert_false(shows(f, "[R.]", "ttl 64"));
}

// Between two taps a device cuts off connections; the refusals are the host's and pass both taps.
static void test_cut_off_between_and_refused(void **context)
{
	struct world *world = *context;
	const struct sy_finding *f;

	for (uint16_t i = 0; i < 5; i++) {
		struct sy_attempt a = make_established(
			make_syn(CLIENT, i, SERVER, 80, 1 + i, 1, 3), 127, 3);
		struct sy_attempt refused = make_refused(
			make_syn(CLIENT, 100 + i, SERVER, 80, 50 + i, 1, 3), 127, 3);
		if (i > 0) {
			a.rst_side = SY_SERVER;
			a.rst_phase = SY_RST_IN_DATA;
			add_note(&a, SY_NOTE_RST, 20 + i, SY_TCP_RST, 127, 1);
		}
		feed(world->stats, &a);
		feed(world->stats, &refused);
	}
	judge_at(world, 2, 1000);
	f = find(world, SY_CODE_RESET_BY_PATH, 80);
	assert_non_null(f);
	assert_true(says(f, "4 connections were cut off by a RST"));
	assert_true(shows(f, "[R]", "at near"));
	assert_false(shows(f, "[R", "at near, far"));
	f = find(world, SY_CODE_NOT_LISTENING, 80);
	assert_non_null(f);
	assert_true(shows(f, "[R", "at near, far"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_blocked_by_icmp_of_the_server),
		TEST(test_silent_after_refused),
		TEST(test_cut_off_and_refused),
		TEST(test_refused_by_a_device_first),
		TEST(test_cut_off_between_and_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
