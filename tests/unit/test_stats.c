// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "client_set.h"
#include "export_cmocka.h"
#include "make_attempt.h"
#include "timeline.h"

#include <errno.h>

#define CLIENT v4(10, 0, 0, 1)
#define SERVER v4(10, 0, 0, 2)

static uint64_t attempts_of(const struct sy_stats *stats)
{
	const struct sy_service_stats *service;
	uint32_t cursor = 0;
	uint64_t sum = 0;

	while ((service = sy_stats_next_service(stats, &cursor)) != NULL) {
		for (uint32_t i = 0; i < SY_OUTCOME_COUNT; i++)
			sum += service->outcome[i];
	}
	return sum;
}

static void end(struct sy_stats *stats, const struct sy_attempt *attempt)
{
	sy_stats_ended(stats, attempt);
	sy_stats_flush(stats);
}

static void test_sizes_are_checked(void **context)
{
	struct sy_stats_config config = {.services = 0, .hosts = 1, .details = 1};

	(void)context;
	assert_null(sy_stats_create(&config));
	assert_int_equal(errno, EINVAL);
	config.services = (1u << 28) + 1;
	assert_null(sy_stats_create(&config));
	sy_stats_destroy(NULL);
}

static void test_counts_an_established_attempt_once(void **context)
{
	struct sy_stats *stats = make_stats(16);
	struct sy_attempt a = make_established(make_syn(CLIENT, 1, SERVER, 80, 1, 2, 1), 64, 1);
	const struct sy_service_stats *service;

	(void)context;
	sy_stats_established(stats, &a);
	a.flags |= SY_ATT_COUNTED;
	a.end_ns = at_s(60);
	a.decided_by = SY_DECIDED_BY_END;
	end(stats, &a);
	assert_int_equal(sy_stats_totals(stats)->outcome[SY_OUTCOME_ESTABLISHED], 1);
	assert_int_equal(sy_stats_totals(stats)->decided_by[SY_DECIDED_BY_PACKETS], 1);
	assert_int_equal(sy_stats_totals(stats)->decided_by[SY_DECIDED_BY_END], 0);
	assert_int_equal(sy_stats_totals(stats)->syn_retransmits, 1);
	service = sy_stats_find_service(stats, &a.tuple.server, 80, 0);
	assert_non_null(service);
	assert_int_equal(service->outcome[SY_OUTCOME_ESTABLISHED], 1);
	assert_int_equal(service->first_seen_ns, at_s(1));
	assert_int_equal(service->last_seen_ns, at_s(2));
	assert_int_equal(service->detail->first_served->end_ns, at_s(60));
	assert_int_equal(service->detail->rtt[SY_SERVER].count, 1);
	assert_int_equal(service->detail->seen[SY_SEEN_SYN][1], 1);
	assert_null(sy_stats_find_service(stats, &a.tuple.server, 80, 1));
	sy_stats_destroy(stats);
}

static void test_rst_after_establishment_is_apart(void **context)
{
	struct sy_stats *stats = make_stats(16);
	struct sy_attempt a = make_established(make_syn(CLIENT, 1, SERVER, 80, 1, 1, 1), 64, 1);
	const struct sy_service_stats *service;

	(void)context;
	a.rst_side = SY_SERVER;
	a.rst_phase = SY_RST_IN_DATA;
	add_note(&a, SY_NOTE_RST, 3, SY_TCP_RST, 61, 1);
	end(stats, &a);
	a.rst_phase = SY_RST_STRAY;
	a.tuple.client_port++;
	end(stats, &a);
	a.rst_phase = SY_RST_IN_DATA;
	a.rst_side = SY_CLIENT;
	a.tuple.client_port++;
	end(stats, &a);
	service = sy_stats_find_service(stats, &a.tuple.server, 80, 0);
	assert_int_equal(service->rst_slots, 1);
	assert_int_equal(service->rst[0].ttl, 61);
	assert_int_equal(service->rst[0].count, 0);
	assert_int_equal(service->rst[0].count_up, 1);
	sy_stats_destroy(stats);
}

// A refusal that overtook the SYN-ACK, which the client then reset: the service answered, and the
// attempt failed nevertheless.
static void test_refusal_that_overtook_the_synack(void **context)
{
	struct sy_stats *stats = make_stats(16);
	struct sy_attempt a = make_half_open(make_syn(CLIENT, 1, SERVER, 80, 1, 1, 1), 57, 1);
	const struct sy_service_stats *service;

	(void)context;
	a.outcome = SY_OUTCOME_ABORTED;
	a.decided_by = SY_DECIDED_BY_PACKETS;
	a.flags |= SY_ATT_RST_VALID | SY_ATT_RST_AFTER_SYNACK;
	a.refusals = 1;
	a.rst_phase = SY_RST_TO_SYN;
	a.rst_side = SY_SERVER;
	add_note(&a, SY_NOTE_RST, 1.001, SY_TCP_RST | SY_TCP_ACK, 64, 1);
	end(stats, &a);
	service = sy_stats_find_service(stats, &a.tuple.server, 80, 0);
	assert_int_equal(service->rst_slots, 1);
	assert_int_equal(service->rst[0].ttl, 64);
	assert_int_equal(service->rst[0].count, 1);
	assert_int_equal(service->aborted_failed, 1);
	assert_int_equal(service->silent_syns, 0);
	assert_non_null(service->detail->first_reset);
	assert_int_not_equal(service->last_ns[SY_EVIDENCE_ANSWERED], 0);

	// The client's own wish: no failure of the service.
	a.rst_side = SY_CLIENT;
	a.rst_phase = SY_RST_TO_SYNACK;
	a.tuple.client_port++;
	end(stats, &a);
	assert_int_equal(service->outcome[SY_OUTCOME_ABORTED], 2);
	assert_int_equal(service->aborted_failed, 1);
	assert_int_equal(service->rst[0].count, 1);
	sy_stats_destroy(stats);
}

static void test_cut_short_is_no_evidence(void **context)
{
	struct sy_stats *stats = make_stats(16);
	struct sy_attempt syn = make_syn(CLIENT, 1, SERVER, 80, 1, 3, 1);
	struct sy_attempt a = make_unanswered(syn, SY_DECIDED_BY_END, 0.5);
	const struct sy_service_stats *service;

	(void)context;
	end(stats, &a);
	a.decided_by = SY_DECIDED_BY_PACKETS;
	end(stats, &a);
	service = sy_stats_find_service(stats, &a.tuple.server, 80, 0);
	assert_int_equal(service->cut_short, 2);
	assert_int_equal(service->silent_syns, 0);
	assert_int_equal(service->first_ns[SY_EVIDENCE_SILENT], 0);
	assert_null(service->detail);

	a = make_unanswered(syn, SY_DECIDED_BY_END, 1);
	end(stats, &a);
	assert_int_equal(service->silent_syns, 3);
	assert_int_equal(service->last_ns[SY_EVIDENCE_SILENT], at_s(3));
	assert_non_null(service->detail);

	// A refusal is evidence at once.
	a = make_refused(syn, 64, 1);
	a.decided_by = SY_DECIDED_BY_END;
	end(stats, &a);
	assert_int_equal(service->cut_short, 2);
	assert_int_not_equal(service->first_ns[SY_EVIDENCE_REFUSED], 0);
	sy_stats_destroy(stats);
}

// A scan of many ports never pushes out a service that answered, and what is lost is counted.
static void test_flood_keeps_services_that_answer(void **context)
{
	struct sy_stats *stats = make_stats(64);
	struct sy_attempt a;

	(void)context;
	for (uint16_t port = 1; port <= 20; port++) {
		a = make_established(make_syn(CLIENT, 1, SERVER, port, 1, 1, 1), 64, 1);
		end(stats, &a);
	}
	for (uint32_t i = 0; i < 5000; i++) {
		a = make_unanswered(
			make_syn(CLIENT, 1, SERVER, (uint16_t)(1000 + i), 2 + i * 0.01, 1, 1),
			SY_DECIDED_BY_TIMEOUT, 75);
		end(stats, &a);
	}
	for (uint16_t port = 1; port <= 20; port++) {
		a.tuple.server = SERVER;
		assert_non_null(sy_stats_find_service(stats, &a.tuple.server, port, 0));
		assert_non_null(sy_stats_find_service(stats, &a.tuple.server, port, 0)->detail);
	}
	// Phantoms of one moment do not push out one another; later ones have a place.
	a = make_unanswered(make_syn(CLIENT, 1, SERVER, 7000, 62, 1, 1), SY_DECIDED_BY_TIMEOUT, 75);
	end(stats, &a);
	assert_non_null(sy_stats_find_service(stats, &a.tuple.server, 7000, 0));
	assert_int_equal(attempts_of(stats) + sy_stats_totals(stats)->services_not_tracked, 5021);
	sy_stats_destroy(stats);
}

static void test_details_are_kept_for_services_that_answer(void **context)
{
	struct sy_stats_config config = {
		.services = 256, .hosts = 16, .details = 8, .key = sy_hash_key_from_seed(1)};
	struct sy_stats *stats = sy_stats_create(&config);
	const struct sy_service_stats *service;
	uint32_t cursor = 0, details = 0;
	struct sy_attempt a;

	(void)context;
	for (uint16_t port = 1000; port < 1050; port++) {
		a = make_refused(make_syn(CLIENT, 1, SERVER, port, 2, 1, 1), 64, 1);
		end(stats, &a);
	}
	while ((service = sy_stats_next_service(stats, &cursor)) != NULL)
		details += service->detail != NULL;
	assert_int_equal(details, 4);
	assert_int_equal(sy_stats_totals(stats)->details_not_tracked, 46);
	for (uint16_t port = 1; port <= 4; port++) {
		a = make_established(make_syn(CLIENT, 1, SERVER, port, 3, 1, 1), 64, 1);
		end(stats, &a);
		assert_non_null(sy_stats_find_service(stats, &a.tuple.server, port, 0)->detail);
	}
	sy_stats_destroy(stats);
}

// Services that give way hand on their exemplars; what finds none is counted.
static void test_exemplars_are_handed_on(void **context)
{
	struct sy_stats_config config = {
		.services = 16, .hosts = 16, .details = 4, .key = sy_hash_key_from_seed(1)};
	struct sy_stats *stats = sy_stats_create(&config);
	const struct sy_service_stats *service;
	struct sy_attempt a;

	(void)context;
	for (uint32_t i = 0; i < 1000; i++) {
		a = make_refused(
			make_syn(CLIENT, 1, SERVER, (uint16_t)(1000 + i), 2 + i, 1, 1), 64, 1);
		end(stats, &a);
	}
	assert_int_equal(sy_stats_totals(stats)->exemplars_not_tracked, 0);
	// Eight exemplars: two of two phantoms, so six are left for seven that are wanted.
	for (uint16_t port = 1; port <= 2; port++) {
		a = make_half_open(make_syn(CLIENT, 1, SERVER, port, 2000, 1, 1), 64, 1);
		end(stats, &a);
		a = make_refused(make_syn(CLIENT, 1, SERVER, port, 2000, 1, 1), 64, 1);
		end(stats, &a);
		a = make_refused(make_syn(CLIENT, 1, SERVER, port, 2000, 1, 1), 64, 1);
		a.flags |= SY_ATT_SYN_VALIDATED;
		a.outcome = SY_OUTCOME_RESET_IN_HANDSHAKE;
		add_note(&a, SY_NOTE_SYNACK, 2000, SY_TCP_SYN | SY_TCP_ACK, 64, 1);
		end(stats, &a);
		assert_int_equal(sy_stats_totals(stats)->exemplars_not_tracked, 0);
	}
	a = make_established(make_syn(CLIENT, 1, SERVER, 1, 3000, 1, 1), 64, 1);
	end(stats, &a);
	service = sy_stats_find_service(stats, &a.tuple.server, 1, 0);
	assert_non_null(service->detail->first_half_open);
	assert_non_null(service->detail->first_refused);
	assert_non_null(service->detail->first_reset);
	assert_null(service->detail->first_served);
	assert_true(sy_stats_totals(stats)->exemplars_not_tracked > 0);
	sy_stats_reset(stats);
	assert_int_equal(sy_stats_totals(stats)->exemplars_not_tracked, 0);
	end(stats, &a);
	service = sy_stats_find_service(stats, &a.tuple.server, 1, 0);
	assert_non_null(service->detail->first_served);
	assert_null(service->detail->first_refused);
	sy_stats_destroy(stats);
}

static void test_hosts_that_answer_stay(void **context)
{
	struct sy_stats *stats = make_stats(16);
	struct sy_addr server = SERVER;

	(void)context;
	sy_stats_ttl(stats, SY_ROLE_SYNACK, &server, 64, 0, at_s(1));
	for (uint32_t i = 0; i < 1000; i++) {
		struct sy_addr spoofed = sy_addr_from_v4(0x0b000000u + i);
		sy_stats_ttl(stats, SY_ROLE_SYN, &spoofed, 50, 0, at_s(2 + i));
	}
	assert_non_null(sy_stats_find_host(stats, &server, 0));
	assert_null(sy_stats_find_host(stats, &server, 1));
	assert_int_equal(sy_stats_totals(stats)->hosts_not_tracked, 1001 - 16);
	sy_stats_destroy(stats);
}

static void test_rst_is_no_sign_of_life(void **context)
{
	struct sy_stats *stats = make_stats(16);
	struct sy_addr server = SERVER;
	const struct sy_host_stats *host;

	(void)context;
	sy_stats_rst(stats, SY_RST_TO_SYN, &server, 64, 2, at_s(1));
	host = sy_stats_find_host(stats, &server, 2);
	assert_non_null(host);
	assert_int_equal(host->first_seen_ns, 0);
	assert_int_equal(host->ttl_slots, 0);
	assert_int_equal(host->confirmed, 0);
	assert_int_equal(host->rst[0].count[SY_RST_TO_SYN], 1);
	sy_stats_other_ip(stats, &server, 2, at_s(2));
	assert_int_equal(host->first_seen_ns, at_s(2));
	assert_int_equal(host->other_ip, 1);
	sy_stats_destroy(stats);
}

static void test_reset_empties(void **context)
{
	struct sy_stats *stats = make_stats(64);
	struct sy_attempt a = make_established(make_syn(CLIENT, 1, SERVER, 80, 1, 1, 1), 64, 1);
	uint32_t cursor = 0;

	(void)context;
	feed(stats, &a);
	sy_stats_reset(stats);
	assert_null(sy_stats_next_service(stats, &cursor));
	assert_null(sy_stats_next_host(stats, &cursor));
	assert_null(sy_stats_find_service(stats, &a.tuple.server, 80, 0));
	assert_int_equal(sy_stats_totals(stats)->outcome[SY_OUTCOME_ESTABLISHED], 0);
	feed(stats, &a);
	assert_int_equal(sy_stats_find_service(stats, &a.tuple.server, 80, 0)
				 ->outcome[SY_OUTCOME_ESTABLISHED],
		1);
	assert_int_equal(
		sy_stats_find_service(stats, &a.tuple.server, 80, 0)->detail->rtt[SY_SERVER].count,
		1);
	sy_stats_destroy(stats);
}

static void test_client_estimates(void **context)
{
	static const uint64_t counts[] = {1, 16, 17, 100, 1000, 20000, 300000};
	struct sy_hash_key key = sy_hash_key_from_seed(3);

	(void)context;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct sy_client_set set;
		memset(&set, 0, sizeof(set));
		for (uint64_t c = 0; c < counts[i]; c++) {
			uint64_t hash = sy_hash_words(&key, 0, c << 32 | 0xffff0000u, 0);
			sy_client_set_add(&set, hash);
			sy_client_set_add(&set, hash);
		}
		double error = (double)sy_client_set_estimate(&set) / (double)counts[i] - 1.0;
		if (counts[i] <= SY_CLIENT_SPARSE)
			assert_int_equal(sy_client_set_estimate(&set), counts[i]);
		assert_true(error > -0.2 && error < 0.2);
	}
}

// Same events in every order and split: the same timeline.
static void test_timeline_is_commutative(void **context)
{
	static const uint64_t times_ms[] = {5, 70000, 1, 86400000, 3000, 3001, 40000000, 2};
	enum { COUNT = sizeof(times_ms) / sizeof(times_ms[0]) };
	struct sy_timeline forward, backward, half[2];

	(void)context;
	memset(&forward, 0, sizeof(forward));
	memset(&backward, 0, sizeof(backward));
	memset(half, 0, sizeof(half));
	for (int i = 0; i < COUNT; i++) {
		uint64_t ts_ns = T0 + times_ms[i] * SY_NS_PER_MS;
		struct sy_timeline_bucket event = {
			.answered = 1, .first_answered_ns = ts_ns, .last_answered_ns = ts_ns};
		uint64_t back_ns = T0 + times_ms[COUNT - 1 - i] * SY_NS_PER_MS;
		struct sy_timeline_bucket back = {
			.answered = 1, .first_answered_ns = back_ns, .last_answered_ns = back_ns};
		sy_timeline_add(&forward, ts_ns, &event);
		sy_timeline_add(&half[i % 2], ts_ns, &event);
		sy_timeline_add(&backward, back_ns, &back);
	}
	sy_timeline_merge(&half[0], &half[1]);
	assert_memory_equal(&forward, &backward, sizeof(forward));
	assert_memory_equal(&forward, &half[0], sizeof(forward));
	assert_int_equal(forward.start_ns % forward.width_ns, 0);
	assert_true(forward.start_ns + SY_TIMELINE_BUCKETS * forward.width_ns >
		    T0 + 86400000 * SY_NS_PER_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes_are_checked),
		cmocka_unit_test(test_counts_an_established_attempt_once),
		cmocka_unit_test(test_rst_after_establishment_is_apart),
		cmocka_unit_test(test_refusal_that_overtook_the_synack),
		cmocka_unit_test(test_cut_short_is_no_evidence),
		cmocka_unit_test(test_flood_keeps_services_that_answer),
		cmocka_unit_test(test_details_are_kept_for_services_that_answer),
		cmocka_unit_test(test_exemplars_are_handed_on),
		cmocka_unit_test(test_hosts_that_answer_stay),
		cmocka_unit_test(test_rst_is_no_sign_of_life),
		cmocka_unit_test(test_reset_empties),
		cmocka_unit_test(test_client_estimates),
		cmocka_unit_test(test_timeline_is_commutative),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
