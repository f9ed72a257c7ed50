// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "facts_world.h"

#define CLIENT v4(10, 0, 0, 1)
#define SERVER v4(10, 0, 1, 2)

static const struct sy_service_facts *judge(struct world *world, uint16_t port)
{
	struct sy_facts_inputs inputs = {.stats = world->stats};
	struct sy_addr server = SERVER;

	world->facts = sy_facts_create(&inputs);
	assert_non_null(world->facts);
	return sy_facts_service(world->facts, &server, port, 0);
}

static void answer(struct world *world, uint16_t port, double s)
{
	struct sy_attempt a = make_established(make_syn(CLIENT, 1, SERVER, port, s, 1, 1), 127, 1);
	feed(world->stats, &a);
}

static void stay_silent(struct world *world, uint16_t port, double s, uint16_t syns)
{
	struct sy_attempt a = make_unanswered(
		make_syn(CLIENT, 2, SERVER, port, s, syns, 1), SY_DECIDED_BY_TIMEOUT, 75);
	feed(world->stats, &a);
}

static void refuse(struct world *world, uint16_t port, double s, uint8_t ttl)
{
	struct sy_attempt a = make_refused(make_syn(CLIENT, 3, SERVER, port, s, 1, 1), ttl, 1);
	feed(world->stats, &a);
}

static void test_ttl_guess(void **context)
{
	static const struct {
		uint8_t observed, initial, hops;
		enum sy_family family;
	} cases[] = {
		{64, 64, 0, SY_FAMILY_UNIX},
		{52, 64, 12, SY_FAMILY_UNIX},
		{33, 64, 31, SY_FAMILY_UNIX},
		{128, 128, 0, SY_FAMILY_WINDOWS},
		{113, 128, 15, SY_FAMILY_WINDOWS},
		{255, 255, 0, SY_FAMILY_SOLARIS_OR_NETWORK_DEVICE},
		{220, 255, 35, SY_FAMILY_SOLARIS_OR_NETWORK_DEVICE},
		{219, 0, 0, SY_FAMILY_UNKNOWN},
		{190, 192, 2, SY_FAMILY_UNKNOWN},
		{150, 0, 0, SY_FAMILY_UNKNOWN},
		{80, 0, 0, SY_FAMILY_UNKNOWN},
		{32, 32, 0, SY_FAMILY_LEGACY},
		{29, 32, 3, SY_FAMILY_LEGACY},
		{28, 32, 4, SY_FAMILY_UNKNOWN},
		{1, 32, 31, SY_FAMILY_UNKNOWN},
		{0, 0, 0, SY_FAMILY_UNKNOWN},
	};

	(void)context;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sy_ttl_guess guess = sy_ttl_guess(cases[i].observed);
		assert_int_equal(guess.initial, cases[i].initial);
		assert_int_equal(guess.hops, cases[i].hops);
		assert_int_equal(guess.family, cases[i].family);
	}
}

static void test_rst_totals_close(void **context)
{
	struct world *world = *context;
	struct sy_addr server = SERVER;
	uint64_t sum = 0;

	sy_stats_ttl(world->stats, SY_ROLE_DATA, &server, 127, 0, T0);
	for (uint8_t ttl = 60; ttl < 70; ttl++)
		sy_stats_rst(world->stats, SY_RST_IN_DATA, &server, ttl, 0, T0);
	judge(world, 80);
	for (uint32_t origin = 0; origin < SY_ORIGIN_COUNT; origin++)
		sum += world->facts->rst[SY_RST_IN_DATA][origin];
	assert_int_equal(sum, 10);
	assert_int_equal(world->facts->rst[SY_RST_IN_DATA][SY_ORIGIN_PATH], SY_RST_SLOTS);
}

static void test_baseline_and_shift(void **context)
{
	struct world *world = *context;
	struct sy_addr server = SERVER;
	const struct sy_host_facts *host;

	for (int i = 0; i < 5; i++)
		sy_stats_ttl(world->stats, SY_ROLE_SYNACK, &server, 120, 0, at_s(i));
	for (int i = 10; i < 14; i++)
		sy_stats_ttl(world->stats, SY_ROLE_SYNACK, &server, 118, 0, at_s(i));
	sy_stats_ttl(world->stats, SY_ROLE_DATA, &server, 60, 0, at_s(20));
	judge(world, 80);
	host = sy_facts_host(world->facts, &server, 0);
	assert_int_equal(host->baseline[SY_ROLE_SYNACK], 120);
	assert_int_equal(host->baseline[SY_ROLE_DATA], 60);
	assert_int_equal(host->baseline[SY_ROLE_SYN], -1);
	assert_true(host->shifted);
	assert_int_equal(host->shifted_from, 120);
	assert_int_equal(host->shifted_ns, at_s(10));
	assert_int_equal(host->ttl, 118);
	assert_int_equal(host->guess.family, SY_FAMILY_WINDOWS);
	assert_int_equal(host->guess.hops, 10);
}

static void test_unequal_routes_are_no_shift(void **context)
{
	struct world *world = *context;
	struct sy_addr server = SERVER;

	for (int i = 0; i < 20; i++)
		sy_stats_ttl(
			world->stats, SY_ROLE_SYNACK, &server, (uint8_t)(118 + i % 2), 0, at_s(i));
	judge(world, 80);
	assert_false(sy_facts_host(world->facts, &server, 0)->shifted);
}

static void test_state_listening(void **context)
{
	struct world *world = *context;
	const struct sy_service_facts *service;

	answer(world, 80, 1);
	stay_silent(world, 80, 2, 1);
	answer(world, 80, 50);
	stay_silent(world, 80, 60, 1);
	service = judge(world, 80);
	assert_int_equal(service->state, SY_SERVICE_LISTENING);
	assert_int_equal(service->since_ns, at_s(1.01));
	assert_false(service->recovered);
	assert_int_equal(service->failed, 2);
}

static void test_state_silent(void **context)
{
	struct world *world = *context;
	const struct sy_service_facts *service;

	answer(world, 80, 1);
	answer(world, 443, 100);
	stay_silent(world, 80, 60, 2);
	stay_silent(world, 80, 90, 3);
	service = judge(world, 80);
	assert_int_equal(service->state, SY_SERVICE_SILENT);
	assert_int_equal(service->since_ns, at_s(60));
	assert_int_equal(service->run.silent_syns, 5);
	assert_int_equal(service->last_answered_ns, at_s(1.01));
	assert_int_equal(service->last_failed_ns, at_s(92));
}

static void test_silence_needs_a_tap_that_sees_answers(void **context)
{
	struct world *world = *context;
	const struct sy_service_facts *service;

	stay_silent(world, 80, 60, 9);
	service = judge(world, 80);
	assert_int_equal(service->state, SY_SERVICE_UNKNOWN);
	assert_int_equal(service->run.state, SY_SERVICE_SILENT);
}

static void test_state_refusing_and_blocked(void **context)
{
	struct world *world = *context;
	const struct sy_service_facts *service;
	struct sy_addr server = SERVER;

	answer(world, 443, 1);
	refuse(world, 80, 2, 127);
	refuse(world, 81, 2, 64);
	service = judge(world, 80);
	assert_int_equal(service->state, SY_SERVICE_REFUSING);
	assert_int_equal(service->since_ns, at_s(2.01));
	assert_int_equal(service->rst_by_origin[SY_ORIGIN_ENDPOINT], 1);
	service = sy_facts_service(world->facts, &server, 81, 0);
	assert_int_equal(service->state, SY_SERVICE_BLOCKED);
	assert_int_equal(service->rst_by_origin[SY_ORIGIN_PATH], 1);
}

static void test_state_mixed(void **context)
{
	struct world *world = *context;
	const struct sy_service_facts *service;

	for (int i = 0; i < 5; i++) {
		answer(world, 80, i);
		refuse(world, 80, i + 0.5, 127);
	}
	answer(world, 80, 5);
	// Far apart events make the buckets wide.
	answer(world, 80, 5000);
	for (int i = 0; i < 5; i++) {
		answer(world, 80, 9000 + i);
		refuse(world, 80, 9000.5 + i, 127);
	}
	service = judge(world, 80);
	assert_int_equal(service->state, SY_SERVICE_MIXED);
}

// A month: the timeline has one bucket for three days. A service that works but for one try, and is
// dead for the last day.
static void test_last_day_of_a_month(void **context)
{
	struct world *world = *context;
	const struct sy_service_facts *service;

	for (int hour = 0; hour < 30 * 24; hour++)
		answer(world, 80, hour * 3600);
	stay_silent(world, 80, 28 * 86400 + 100, 3);
	for (int hour = 30 * 24; hour < 31 * 24; hour++)
		stay_silent(world, 80, hour * 3600, 4);
	service = judge(world, 80);
	assert_int_equal(service->state, SY_SERVICE_SILENT);
	assert_int_equal(service->run.state, SY_SERVICE_SILENT);
	assert_int_equal(service->run.silent, 24);
	assert_int_equal(service->run.silent_syns, 96);
	assert_int_equal(service->run.from_ns, at_s((30 * 24 - 1) * 3600 + 0.01));
	sy_facts_destroy(world->facts);

	// One that fails now and then is none of these.
	for (int hour = 30 * 24; hour < 31 * 24; hour++)
		answer(world, 80, hour * 3600 + 60 + hour % 2 * 1800);
	stay_silent(world, 80, 31 * 86400, 4);
	stay_silent(world, 80, 31 * 86400 + 100, 4);
	service = judge(world, 80);
	assert_int_equal(service->state, SY_SERVICE_MIXED);
}

static void test_recovered(void **context)
{
	struct world *world = *context;
	const struct sy_service_facts *service;

	answer(world, 80, 1);
	stay_silent(world, 80, 100, 3);
	stay_silent(world, 80, 200, 3);
	answer(world, 80, 400);
	answer(world, 80, 500);
	stay_silent(world, 80, 600, 1);
	service = judge(world, 80);
	assert_int_equal(service->state, SY_SERVICE_LISTENING);
	assert_true(service->recovered);
	assert_int_equal(service->run.state, SY_SERVICE_SILENT);
	assert_int_equal(service->run.from_ns, at_s(100));
	assert_int_equal(service->run.until_ns, at_s(202));
	assert_int_equal(service->run.recovered_ns, at_s(400.01));
	assert_int_equal(service->since_ns, at_s(400.01));
}

static void test_one_way_view_and_loss(void **context)
{
	struct world *world = *context;
	struct sy_vantage_stats *vantage = sy_stats_vantage(world->stats, 0);

	vantage->flows_one_way = 10;
	vantage->flows_both_ways = 1;
	vantage->segments = 90;
	vantage->ack_of_unseen = 4;
	vantage->synack_without_syn = 5;
	vantage->ack_without_synack = 1;
	judge(world, 80);
	assert_int_equal(world->facts->view[0], SY_VIEW_ONE_WAY);
	assert_int_equal(world->facts->view[1], SY_VIEW_UNKNOWN);
	assert_true(world->facts->loss_estimate[0] == 0.1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ttl_guess),
		TEST(test_rst_totals_close),
		TEST(test_baseline_and_shift),
		TEST(test_unequal_routes_are_no_shift),
		TEST(test_state_listening),
		TEST(test_state_silent),
		TEST(test_silence_needs_a_tap_that_sees_answers),
		TEST(test_state_refusing_and_blocked),
		TEST(test_state_mixed),
		TEST(test_last_day_of_a_month),
		TEST(test_recovered),
		TEST(test_one_way_view_and_loss),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
