// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "verdict_world.h"

#include <time.h>

static void test_lost_between(void **context)
{
	struct world *world = *context;
	struct sy_attempt other = make_established(
		make_syn(CLIENT, 1, SERVER, 443, 1, 1, 3), 127, 3);
	const struct sy_finding *f;

	feed(world->stats, &other);
	for (uint16_t i = 0; i < 3; i++)
		stay_silent(world, SERVER, 80, 10 + i * 10, 3);
	judge_at(world, 2, 1000);
	assert_int_equal(world->findings->count, 1);
	f = find(world, SY_CODE_LOST_BETWEEN, 80);
	assert_non_null(f);
	assert_int_equal(f->certainty, SY_CERTAIN);
	assert_string_equal(f->owner, "network owner between near and far");
}

// Seen at both taps and unanswered: not lost between them.
static void test_not_lost_between(void **context)
{
	struct world *world = *context;
	struct sy_attempt other = make_established(
		make_syn(CLIENT, 1, SERVER, 443, 1, 1, 3), 127, 3);
	struct sy_attempt a = make_unanswered(
		make_syn(CLIENT, 2, SERVER, 80, 5, 4, 3), SY_DECIDED_BY_TIMEOUT, 75);

	feed(world->stats, &other);
	feed(world->stats, &a);
	judge_at(world, 2, 1000);
	assert_int_equal(world->findings->count, 1);
	assert_non_null(find(world, SY_CODE_SERVICE_SILENT, 80));
}

// The far tap missed SYNs of attempts that succeeded; those of the silence passed it.
static void test_lost_copies_of_successes_are_no_loss(void **context)
{
	struct world *world = *context;

	for (uint16_t i = 0; i < 60; i++) {
		struct sy_attempt a = make_established(
			make_syn(CLIENT, i, SERVER, 80, i, 1, i < 5 ? 1 : 3), 127, 3);
		feed(world->stats, &a);
	}
	for (uint16_t i = 0; i < 3; i++) {
		struct sy_attempt a = make_unanswered(
			make_syn(CLIENT, i, SERVER, 80, 100 + i * 10, 3, 3), SY_DECIDED_BY_TIMEOUT,
			75);
		feed(world->stats, &a);
	}
	judge_at(world, 2, 1000);
	assert_int_equal(count(world, SY_CODE_LOST_BETWEEN), 0);
	assert_non_null(find(world, SY_CODE_SERVICE_SILENT, 80));
}

// The earliest silence was seen beyond: it does not show what the finding says, nor hide it.
static void test_lost_between_shows_no_contrary_packets(void **context)
{
	struct world *world = *context;
	const struct sy_finding *f;

	for (uint16_t i = 0; i < 5; i++) {
		struct sy_attempt other = make_established(
			make_syn(CLIENT, i, SERVER, 443, 1 + i, 1, 3), 127, 3);
		struct sy_attempt a = make_unanswered(
			make_syn(CLIENT, i, SERVER, 80, 10 + i * 10, 3, i == 0 ? 3 : 1),
			SY_DECIDED_BY_TIMEOUT, 75);
		feed(world->stats, &other);
		feed(world->stats, &a);
	}
	judge_at(world, 2, 1000);
	f = find(world, SY_CODE_LOST_BETWEEN, 80);
	assert_non_null(f);
	assert_int_equal(f->certainty, SY_LIKELY);
	assert_int_equal(f->packet_count, 0);
}

static void test_synacks_lost_between(void **context)
{
	struct world *world = *context;

	for (uint16_t i = 0; i < 4; i++) {
		struct sy_attempt a = make_half_open(
			make_syn(CLIENT, i, SERVER, 80, i * 10, 3, 3), 127, 2);
		feed(world->stats, &a);
	}
	judge_at(world, 2, 1000);
	assert_non_null(find(world, SY_CODE_LOST_BETWEEN, 80));
	assert_int_equal(count(world, SY_CODE_HALF_OPEN_CLIENTS), 0);
}

// Connections of other clients come up and do not speak for the answers that vanish.
static void test_synacks_lost_beside_successes(void **context)
{
	struct world *world = *context;

	for (uint16_t i = 0; i < 20; i++) {
		struct sy_attempt other = make_established(
			make_syn(CLIENT, i, SERVER, 80, i, 1, 3), 127, 3);
		struct sy_attempt a = make_half_open(
			make_syn(CLIENT, 100 + i, SERVER, 80, i * 10, 3, 3), 127, 2);
		feed(world->stats, &other);
		if (i < 8)
			feed(world->stats, &a);
	}
	judge_at(world, 2, 1000);
	assert_non_null(find(world, SY_CODE_LOST_BETWEEN, 80));
}

// Every port is refused by RSTs that only the near tap sees: what the far one tells of the server
// is the same for all of them. It took minutes when it was counted anew for each.
static void test_scan_before_two_taps(void **context)
{
	enum { PORTS = 20000 };
	struct world *world = *context;
	struct sy_attempt other = make_established(
		make_syn(CLIENT, 1, SERVER, 443, 0.1, 1, 3), 127, 3);
	const struct sy_finding *f;
	clock_t start;

	sy_stats_destroy(world->stats);
	world->stats = make_stats(4 * PORTS);
	feed(world->stats, &other);
	for (uint16_t i = 0; i < PORTS; i++) {
		struct sy_attempt a = make_refused(
			make_syn(CLIENT, 2, SERVER, (uint16_t)(1000 + i), 1 + i * 0.001, 1, 1), 127,
			1);
		feed(world->stats, &a);
	}
	start = clock();
	judge_at(world, 2, 1000);
	assert_true((clock() - start) / CLOCKS_PER_SEC < 10);
	assert_int_equal(world->findings->count, 1);
	f = find(world, SY_CODE_RESET_BY_PATH, 0);
	assert_non_null(f);
	assert_int_equal(f->weight, PORTS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lost_between),
		TEST(test_not_lost_between),
		TEST(test_lost_copies_of_successes_are_no_loss),
		TEST(test_lost_between_shows_no_contrary_packets),
		TEST(test_synacks_lost_between),
		TEST(test_synacks_lost_beside_successes),
		TEST(test_scan_before_two_taps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
