// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "facts_world.h"

#define SERVER v4(10, 0, 1, 2)

static enum sy_rst_origin origin_of(struct world *world, uint8_t ttl)
{
	struct sy_addr server = SERVER;
	struct sy_facts_inputs inputs = {.stats = world->stats};

	sy_facts_destroy(world->facts);
	world->facts = sy_facts_create(&inputs);
	return sy_rst_origin_judge(sy_facts_host(world->facts, &server, 0), ttl);
}

static void test_origin_near_host(void **context)
{
	struct world *world = *context;
	struct sy_addr server = SERVER;

	assert_int_equal(origin_of(world, 127), SY_ORIGIN_UNKNOWN);
	sy_stats_ttl(world->stats, SY_ROLE_ECHO_REPLY, &server, 127, 0, T0);
	assert_int_equal(origin_of(world, 127), SY_ORIGIN_ENDPOINT);
	assert_int_equal(origin_of(world, 128), SY_ORIGIN_ENDPOINT);
	assert_int_equal(origin_of(world, 125), SY_ORIGIN_PATH);
	assert_int_equal(origin_of(world, 64), SY_ORIGIN_PATH);
}

static void test_origin_far_host_has_slack(void **context)
{
	struct world *world = *context;
	struct sy_addr server = SERVER;

	sy_stats_ttl(world->stats, SY_ROLE_DATA, &server, 50, 0, T0);
	assert_int_equal(origin_of(world, 52), SY_ORIGIN_ENDPOINT);
	assert_int_equal(origin_of(world, 48), SY_ORIGIN_ENDPOINT);
	assert_int_equal(origin_of(world, 53), SY_ORIGIN_PATH);
}

// A load balancer answers the SYNs, the data come from behind it: both are the host's own.
static void test_origin_fits_any_role(void **context)
{
	struct world *world = *context;
	struct sy_addr server = SERVER;

	sy_stats_ttl(world->stats, SY_ROLE_SYNACK, &server, 255, 0, T0);
	sy_stats_ttl(world->stats, SY_ROLE_DATA, &server, 60, 0, T0);
	assert_int_equal(origin_of(world, 255), SY_ORIGIN_ENDPOINT);
	assert_int_equal(origin_of(world, 60), SY_ORIGIN_ENDPOINT);
	assert_int_equal(origin_of(world, 127), SY_ORIGIN_PATH);
}

static void test_origin_behind_a_syn_proxy_is_unknown(void **context)
{
	struct world *world = *context;
	struct sy_addr server = SERVER;

	sy_stats_ttl(world->stats, SY_ROLE_SYNACK, &server, 64, 0, T0);
	assert_int_equal(origin_of(world, 127), SY_ORIGIN_UNKNOWN);
	sy_stats_ttl(world->stats, SY_ROLE_DATA, &server, 127, 0, T0);
	assert_int_equal(origin_of(world, 127), SY_ORIGIN_ENDPOINT);
}

static void test_origin_needs_more_than_syns(void **context)
{
	struct world *world = *context;
	struct sy_addr server = SERVER;

	sy_stats_ttl(world->stats, SY_ROLE_SYN, &server, 50, 0, T0);
	assert_int_equal(origin_of(world, 50), SY_ORIGIN_ENDPOINT);
	assert_int_equal(origin_of(world, 120), SY_ORIGIN_UNKNOWN);
}

// SYNs in a server's name are no baseline of it, nor is one packet among thousands.
static void test_origin_is_not_forged_by_few_packets(void **context)
{
	struct world *world = *context;
	struct sy_addr server = SERVER;

	for (int i = 0; i < 200; i++) {
		sy_stats_ttl(world->stats, SY_ROLE_SYNACK, &server, 57, 0, T0);
		sy_stats_ttl(world->stats, SY_ROLE_DATA, &server, 57, 0, T0);
		if (i < 10)
			sy_stats_ttl(world->stats, SY_ROLE_SYN, &server, 64, 0, T0);
	}
	assert_int_equal(origin_of(world, 64), SY_ORIGIN_PATH);
	sy_stats_ttl(world->stats, SY_ROLE_DATA, &server, 64, 0, T0);
	assert_int_equal(origin_of(world, 64), SY_ORIGIN_PATH);
	// A way that its packets take now and then.
	sy_stats_ttl(world->stats, SY_ROLE_DATA, &server, 64, 0, T0);
	sy_stats_ttl(world->stats, SY_ROLE_DATA, &server, 64, 0, T0);
	assert_int_equal(origin_of(world, 64), SY_ORIGIN_ENDPOINT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

// In an interval with a RST alone nothing tells whose it is; what was seen before does.
static void test_origin_by_what_was_known_before(void **context)
{
	struct world *world = *context;
	struct sy_addr server = SERVER;
	struct sy_stats *interval = make_stats(256);

	assert_non_null(interval);
	sy_stats_ttl(world->stats, SY_ROLE_DATA, &server, 127, 0, T0);
	assert_int_equal(origin_of(world, 64), SY_ORIGIN_PATH);
	sy_stats_rst(interval, SY_RST_IN_DATA, &server, 64, 0, T0);
	for (int known = 0; known < 2; known++) {
		struct sy_facts_inputs inputs = {
			.stats = interval, .known = known ? world->facts : NULL};
		struct sy_facts *facts = sy_facts_create(&inputs);
		enum sy_rst_origin origin = known ? SY_ORIGIN_PATH : SY_ORIGIN_UNKNOWN;
		assert_int_equal(sy_facts_rst_origin(facts, &server, 0, 64), origin);
		assert_int_equal(facts->rst[SY_RST_IN_DATA][origin], 1);
		sy_facts_destroy(facts);
	}
	sy_stats_destroy(interval);
}

// A host that found no room in the tables that last is known by the interval alone.
static void test_origin_of_a_host_without_room(void **context)
{
	struct world *world = *context;
	struct sy_addr server = SERVER;
	struct sy_stats *interval = make_stats(256);

	assert_non_null(interval);
	origin_of(world, 64); // nothing is known
	sy_stats_ttl(interval, SY_ROLE_DATA, &server, 127, 0, T0);
	struct sy_facts_inputs inputs = {.stats = interval, .known = world->facts};
	struct sy_facts *facts = sy_facts_create(&inputs);
	assert_int_equal(sy_facts_rst_origin(facts, &server, 0, 64), SY_ORIGIN_PATH);
	sy_facts_destroy(facts);
	sy_stats_destroy(interval);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_origin_near_host),
		TEST(test_origin_far_host_has_slack),
		TEST(test_origin_fits_any_role),
		TEST(test_origin_behind_a_syn_proxy_is_unknown),
		TEST(test_origin_needs_more_than_syns),
		TEST(test_origin_is_not_forged_by_few_packets),
		TEST(test_origin_by_what_was_known_before),
		TEST(test_origin_of_a_host_without_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
