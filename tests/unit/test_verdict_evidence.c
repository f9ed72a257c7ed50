// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A port that changes how it fails: each finding rests on its own kind of evidence.

#include "verdict_world.h"

// Apart, because gcc 12 takes what find() may return for a string of no bytes.
__attribute__((noinline)) static bool says(const struct sy_finding *f, const char *part)
{
	return strstr(f->says, part) != NULL;
}

static bool shows_rst(const struct sy_finding *f)
{
	for (uint32_t i = 0; i < f->packet_count; i++) {
		if (strstr(f->packets[i], "[R") != NULL)
			return true;
	}
	return false;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_blocked_by_icmp_of_the_server),
		TEST(test_silent_after_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
