// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Lone SYNs leave in an accumulator what the whole records of the same attempts would.

#include "export_cmocka.h"
#include "make_attempt.h"

#define SYNS 5000

static const uint32_t servers[] = {0x0a000002, 0x0a000003};

static struct sy_lone_syn make_lone(uint32_t n)
{
	return (struct sy_lone_syn){
		.client4 = 0xc0000000u + n * 2654435761u % 300,
		// Runs of one service, and of changing ones.
		.server4 = servers[n / 10 % 2],
		.server_port = (uint16_t)(n / 1000 % 2 == 0 ? 80 : 1000 + n % 17),
		.tcp_flags = n % 3 == 0 ? SY_TCP_SYN | SY_TCP_ECE | SY_TCP_CWR : SY_TCP_SYN,
		.ttl = (uint8_t)(60 + n % 3),
	};
}

static struct sy_attempt whole(const struct sy_lone_syn *syn, double s, double waited_s)
{
	struct sy_attempt a = make_syn(sy_addr_from_v4(syn->client4), 1,
		sy_addr_from_v4(syn->server4), syn->server_port, s, 1, 1);

	a.note[SY_NOTE_SYN].ttl = syn->ttl;
	a.flags = syn->tcp_flags & SY_TCP_ECE ? SY_ATT_ECN_SETUP : 0;
	return make_unanswered(a, SY_DECIDED_BY_EVICTED, waited_s);
}

static void assert_same(struct sy_stats *a, struct sy_stats *b)
{
	const struct sy_service_stats *service, *other;
	const struct sy_host_stats *host, *other_host;
	uint32_t cursor = 0, hosts = 0, services = 0;

	assert_memory_equal(sy_stats_totals(a), sy_stats_totals(b), sizeof(*sy_stats_totals(a)));
	for (; (service = sy_stats_next_service(a, &cursor)) != NULL; services++) {
		other = sy_stats_find_service(b, &service->server, service->port, 0);
		assert_non_null(other);
		assert_memory_equal(service, other, sizeof(*service));
	}
	cursor = 0;
	for (; (host = sy_stats_next_host(a, &cursor)) != NULL; hosts++) {
		other_host = sy_stats_find_host(b, &host->addr, 0);
		assert_non_null(other_host);
		// Slots that are not in use are unspecified.
		assert_memory_equal(host, other_host,
			offsetof(struct sy_host_stats, ttl) +
				host->ttl_slots * sizeof(host->ttl[0]));
	}
	assert_in_range(services, 30, 40);
	assert_int_equal(hosts, 300);
}

static void test_same_as_the_whole_record(void **context)
{
	struct sy_stats *lone = make_stats(1024), *ended = make_stats(1024);

	(void)context;
	for (uint32_t n = 0; n < SYNS; n++) {
		struct sy_lone_syn syn = make_lone(n);
		double s = n / 1024.0, waited_s = n % 2 * 0.5;
		struct sy_attempt a = whole(&syn, s, waited_s);

		assert_true(sy_stats_lone_syn(
			lone, &syn, at_s(s), a.decided_ns, SY_DECIDED_BY_EVICTED));
		sy_stats_ended(ended, &a);
	}
	sy_stats_flush(lone);
	sy_stats_flush(ended);
	assert_same(lone, ended);
	sy_stats_destroy(lone);
	sy_stats_destroy(ended);
}

static void test_evidence_wants_the_whole_record(void **context)
{
	struct sy_stats *stats = make_stats(16);
	struct sy_lone_syn syn = make_lone(0);

	(void)context;
	assert_false(sy_stats_lone_syn(stats, &syn, at_s(1), at_s(76), SY_DECIDED_BY_TIMEOUT));
	assert_false(sy_stats_lone_syn(stats, &syn, at_s(1), at_s(2), SY_DECIDED_BY_EVICTED));
	sy_stats_flush(stats);
	assert_int_equal(sy_stats_totals(stats)->outcome[SY_OUTCOME_UNANSWERED], 0);
	sy_stats_destroy(stats);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_as_the_whole_record),
		cmocka_unit_test(test_evidence_wants_the_whole_record),
	};

	return cmocka_run_group_tests_name("lone SYNs", tests, NULL, NULL);
}
