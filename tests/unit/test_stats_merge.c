// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "export_cmocka.h"
#include "make_attempt.h"

#include <stdlib.h>

// However the traffic is shared among accumulators, and in whatever order these are merged, the
// facts are the same to the byte.

enum { ATTEMPTS = 3000, PARTS_MAX = 5 };

static uint64_t state = 7;
static uint32_t rtts_sparse, rtts_dense; // sets that were compared

static uint32_t dice(uint32_t sides)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % sides;
}

static struct sy_attempt random_attempt(void)
{
	uint8_t mask = (uint8_t)(1 + dice(3));
	double when = dice(4) == 0 ? dice(1000000) / 1000.0 : dice(4000);
	struct sy_attempt a = make_syn(v4(10, 0, (uint8_t)dice(2), (uint8_t)dice(40)),
		(uint16_t)(1024 + dice(3)), v4(10, 9, 0, (uint8_t)dice(5)),
		(uint16_t)(80 + dice(4)), when, (uint16_t)(1 + dice(5)), mask);

	a.note[SY_NOTE_SYN].seq = dice(2);
	if (dice(4) == 0)
		a.flags |= SY_ATT_ECN_SETUP;
	switch (dice(6)) {
	case 0:
		return make_unanswered(a, SY_DECIDED_BY_TIMEOUT, 75);
	case 1:
		return make_unanswered(a, SY_DECIDED_BY_END, dice(3) * 0.7);
	case 2:
		return make_refused(a, (uint8_t)(60 + dice(4)), mask);
	case 3:
		return make_half_open(a, (uint8_t)(125 + dice(3)), mask);
	case 4:
		a = make_unanswered(a, SY_DECIDED_BY_PACKETS, 0.1);
		a.outcome = SY_OUTCOME_UNREACHABLE;
		a.icmp_seen = 1;
		a.icmp_type = 3;
		a.icmp_code = (uint8_t)dice(3);
		a.icmp_from = v4(10, 9, 0, (uint8_t)dice(8));
		return a;
	default:
		a = make_established(a, (uint8_t)(125 + dice(3)), mask);
		a.server_rtt_ns = dice(1u << 30);
		if (dice(4) > 0)
			return a;
		a.rst_side = SY_SERVER;
		a.rst_phase = dice(2) == 0 ? SY_RST_IN_DATA : SY_RST_TO_SYNACK;
		if (a.rst_phase == SY_RST_TO_SYNACK)
			a.outcome = SY_OUTCOME_RESET_IN_HANDSHAKE;
		add_note(&a, SY_NOTE_RST, when + 1, SY_TCP_RST, (uint8_t)(60 + dice(4)), mask);
		return a;
	}
}

static struct sy_facts *make_facts(const struct sy_stats *stats)
{
	static const char *const names[] = {"near", "far"};
	struct sy_facts_inputs inputs = {
		.stats = stats, .vantage_names = names, .vantage_count = 2};

	return sy_facts_create(&inputs);
}

static void assert_same_exemplar(struct sy_attempt **a, struct sy_attempt **b)
{
	assert_int_equal(*a == NULL, *b == NULL);
	if (*a != NULL)
		assert_memory_equal(*a, *b, sizeof(**a));
	*a = *b = NULL;
}

static void assert_same_rtts(struct sy_rtts *a, struct sy_rtts *b)
{
	struct sy_spread left = sy_rtts_spread(a), right = sy_rtts_spread(b);

	assert_memory_equal(&left, &right, sizeof(left));
	assert_int_equal(a->count, b->count);
	if (a->count <= SY_RTTS_SPARSE) {
		rtts_sparse++;
		return;
	}
	rtts_dense++;
	assert_memory_equal(a->hist, b->hist, sizeof(*a->hist));
	a->hist = b->hist = NULL;
}

// To the byte, but for the addresses of what it owns.
static void assert_same_detail(const struct sy_service_detail *a, const struct sy_service_detail *b)
{
	struct sy_service_detail left = *a, right = *b;

	assert_same_exemplar(&left.first_silent, &right.first_silent);
	assert_same_exemplar(&left.first_refused, &right.first_refused);
	assert_same_exemplar(&left.first_icmp, &right.first_icmp);
	assert_same_exemplar(&left.first_reset, &right.first_reset);
	assert_same_exemplar(&left.first_served, &right.first_served);
	assert_same_exemplar(&left.first_half_open, &right.first_half_open);
	for (uint32_t side = 0; side < 2; side++)
		assert_same_rtts(&left.rtt[side], &right.rtt[side]);
	assert_memory_equal(&left, &right, sizeof(left));
}

static void assert_same_service(const struct sy_service_facts *a, const struct sy_service_facts *b)
{
	struct sy_service_stats left = *a->stats, right = *b->stats;
	struct sy_service_facts left_facts = *a, right_facts = *b;

	assert_non_null(left.detail);
	assert_non_null(right.detail);
	assert_same_detail(left.detail, right.detail);
	left.detail = right.detail = NULL;
	assert_memory_equal(&left, &right, offsetof(struct sy_service_stats, detail));
	left_facts.stats = right_facts.stats = NULL;
	assert_memory_equal(&left_facts, &right_facts, sizeof(left_facts));
}

static void assert_same_facts(struct sy_facts *a, struct sy_facts *b)
{
	assert_int_equal(sy_facts_sort_hosts(a), 0);
	assert_int_equal(sy_facts_sort_hosts(b), 0);
	assert_memory_equal(a->totals, b->totals, sizeof(*a->totals));
	assert_memory_equal(a->rst, b->rst, sizeof(a->rst));
	assert_memory_equal(a->vantages, b->vantages, sizeof(a->vantages));
	assert_int_equal(a->service_count, b->service_count);
	assert_int_equal(a->host_count, b->host_count);
	for (uint32_t i = 0; i < a->service_count; i++)
		assert_same_service(&a->services[i], &b->services[i]);
	for (uint32_t i = 0; i < a->host_count; i++) {
		const struct sy_host_facts *x = a->sorted_hosts[i], *y = b->sorted_hosts[i];
		assert_memory_equal(x->stats, y->stats, sizeof(*x->stats));
		assert_int_equal(x->ttl, y->ttl);
	}
}

static void share(const struct sy_attempt *attempts, struct sy_stats **parts, uint32_t count)
{
	for (uint32_t i = 0; i < ATTEMPTS; i++) {
		struct sy_stats *part = parts[dice(count)];
		if (attempts[i].outcome == SY_OUTCOME_ESTABLISHED && i % 2 == 0) {
			// Reported when it was established, ended in another interval.
			struct sy_attempt end = attempts[i];
			sy_stats_established(part, &attempts[i]);
			end.flags |= SY_ATT_COUNTED;
			end.end_ns += 1000;
			sy_stats_ended(parts[dice(count)], &end);
		} else {
			feed(part, &attempts[i]);
		}
		sy_stats_vantage(part, (uint8_t)(i % 3))->segments += i;
	}
}

static void test_split_does_not_matter(void **context)
{
	static const uint32_t counts[] = {1, 2, PARTS_MAX, PARTS_MAX};
	struct sy_attempt *attempts = calloc(ATTEMPTS, sizeof(*attempts));
	struct sy_stats *first = NULL;

	(void)context;
	for (uint32_t i = 0; i < ATTEMPTS; i++)
		attempts[i] = random_attempt();
	for (uint32_t run = 0; run < sizeof(counts) / sizeof(counts[0]); run++) {
		struct sy_stats *parts[PARTS_MAX], *merged = make_stats(1024);
		for (uint32_t i = 0; i < counts[run]; i++)
			parts[i] = make_stats(1024);
		share(attempts, parts, counts[run]);
		for (uint32_t i = 0; i < counts[run]; i++)
			sy_stats_flush(parts[i]);
		for (uint32_t i = 0; i < counts[run]; i++)
			sy_stats_merge(merged, parts[run % 2 == 0 ? i : counts[run] - 1 - i]);
		for (uint32_t i = 0; i < counts[run]; i++)
			sy_stats_destroy(parts[i]);
		if (first == NULL) {
			first = merged;
			continue;
		}
		struct sy_facts *one = make_facts(first), *other = make_facts(merged);
		assert_same_facts(one, other);
		sy_facts_destroy(one);
		sy_facts_destroy(other);
		sy_stats_destroy(merged);
	}
	// The limit was crossed.
	assert_true(rtts_sparse > 0 && rtts_dense > 0);
	sy_stats_destroy(first);
	free(attempts);
}

static const struct sy_service_stats *only_service(const struct sy_facts *facts)
{
	assert_int_equal(facts->service_count, 1);
	return facts->services[0].stats;
}

// What months add up to: each merge adds the other, 50 times.
static void test_figures_never_begin_again(void **context)
{
	struct sy_attempt a = make_syn(v4(10, 0, 0, 1), 1024, v4(10, 9, 0, 1), 80, 1.0, 3, 1);
	struct sy_stats *stats[2] = {make_stats(16), make_stats(16)};
	uint32_t before = 0;

	(void)context;
	a = make_refused(a, 60, 1);
	for (int i = 0; i < 2; i++) {
		feed(stats[i], &a);
		sy_stats_flush(stats[i]);
	}
	for (int i = 0; i < 50; i++) {
		struct sy_facts *facts;
		sy_stats_merge(stats[i & 1], stats[~i & 1]);
		facts = make_facts(stats[i & 1]);
		assert_true(only_service(facts)->outcome[SY_OUTCOME_REFUSED] >= before);
		before = only_service(facts)->outcome[SY_OUTCOME_REFUSED];
		sy_facts_destroy(facts);
	}
	assert_int_equal(before, UINT32_MAX);
	sy_stats_destroy(stats[0]);
	sy_stats_destroy(stats[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_split_does_not_matter),
		cmocka_unit_test(test_figures_never_begin_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
