// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "verdict_world.h"

static void test_nothing_to_say(void **context)
{
	struct world *world = *context;
	struct sy_attempt cut = make_unanswered(
		make_syn(CLIENT, 7, SERVER, 22, 90, 3, 1), SY_DECIDED_BY_END, 0.5);

	answer(world, SERVER, 80, 1);
	stay_silent(world, SERVER, 80, 10, 1);
	answer(world, SERVER, 80, 90);
	stay_silent(world, SERVER, 81, 20, 1);
	feed(world->stats, &cut);
	judge(world);
	assert_int_equal(world->findings->count, 0);
}

// The balancer's SYN-ACKs come with TTL 255, the data and the RSTs with the server's 60.
static void test_load_balancer_is_no_path_device(void **context)
{
	struct world *world = *context;
	struct sy_attempt a = make_established(make_syn(CLIENT, 1, SERVER, 80, 1, 1, 1), 255, 1);
	struct sy_addr server = SERVER;

	feed(world->stats, &a);
	sy_stats_ttl(world->stats, SY_ROLE_DATA, &server, 60, 0, at_s(1.1));
	refuse(world, SERVER, 81, 5, 60);
	refuse(world, SERVER, 81, 6, 60);
	judge(world);
	assert_int_equal(count(world, SY_CODE_RESET_BY_PATH), 0);
	assert_non_null(find(world, SY_CODE_NOT_LISTENING, 81));
}

static void test_syn_proxy_is_no_path_device(void **context)
{
	struct world *world = *context;
	struct sy_attempt a = make_established(make_syn(CLIENT, 1, SERVER, 80, 1, 1, 1), 64, 1);

	a.rst_side = SY_SERVER;
	a.rst_phase = SY_RST_IN_DATA;
	add_note(&a, SY_NOTE_RST, 2, SY_TCP_RST | SY_TCP_ACK, 127, 1);
	feed(world->stats, &a);
	judge(world);
	assert_int_equal(world->findings->count, 0);
}

// A unix firewall in front of a unix server one hop behind it looks nearly the same: not certain.
static void test_refused_within_slack_is_not_certain(void **context)
{
	struct world *world = *context;
	struct sy_addr server = SERVER;
	const struct sy_finding *f;

	sy_stats_ttl(world->stats, SY_ROLE_DATA, &server, 63, 0, at_s(1));
	refuse(world, SERVER, 80, 2, 64);
	refuse(world, SERVER, 80, 3, 64);
	judge(world);
	f = find(world, SY_CODE_NOT_LISTENING, 80);
	assert_non_null(f);
	assert_int_equal(f->certainty, SY_LIKELY);
	assert_non_null(strstr(f->alternatives[0].why, "not excluded"));
}

// A firewall cut off one idle connection; then the service stops, and the host itself refuses.
static void test_cut_off_connection_hides_no_refusals(void **context)
{
	struct world *world = *context;
	struct sy_attempt a = make_established(make_syn(CLIENT, 1, SERVER, 80, 1, 1, 1), 57, 1);
	const struct sy_finding *f;

	a.rst_side = SY_SERVER;
	a.rst_phase = SY_RST_IN_DATA;
	add_note(&a, SY_NOTE_RST, 9, SY_TCP_RST | SY_TCP_ACK, 250, 1);
	feed(world->stats, &a);
	for (int i = 0; i < 50; i++)
		refuse(world, SERVER, 80, 100 + i, 57);
	judge(world);
	assert_int_equal(world->findings->count, 2);
	assert_non_null(find(world, SY_CODE_RESET_BY_PATH, 80));
	f = find(world, SY_CODE_NOT_LISTENING, 80);
	assert_non_null(f);
	assert_non_null(strstr(f->says, "refused 50 attempts with RST of TTL 57"));
	assert_non_null(strstr(f->packets[1], "[R.]"));
	assert_non_null(strstr(f->packets[1], "ttl 57"));
}

// A few of the refusals are a device's, and most are when the host itself stopped listening.
static void test_few_refusals_of_the_path_hide_no_others(void **context)
{
	struct world *world = *context;

	answer(world, SERVER, 443, 1);
	for (int i = 0; i < 30; i++)
		refuse(world, SERVER, 80, 100 + i, i < 5 ? 64 : 127);
	judge(world);
	assert_non_null(find(world, SY_CODE_RESET_BY_PATH, 80));
	assert_non_null(strstr(find(world, SY_CODE_NOT_LISTENING, 80)->says,
		"refused 25 attempts with RST of TTL 127"));
	sy_findings_destroy(world->findings);
	sy_facts_destroy(world->facts);
	for (int i = 0; i < 40; i++)
		refuse(world, SERVER, 80, 90 + i * 0.1, 64);
	judge(world);
	assert_int_equal(count(world, SY_CODE_NOT_LISTENING), 0);
}

static void test_refused_without_baseline(void **context)
{
	struct world *world = *context;
	const struct sy_finding *f;

	refuse(world, SERVER, 80, 1, 64);
	judge(world);
	f = find(world, SY_CODE_NOT_LISTENING, 80);
	assert_non_null(f);
	assert_int_equal(f->certainty, SY_POSSIBLE);
	assert_int_equal(world->findings->count, 1);
}

static void test_host_silent(void **context)
{
	struct world *world = *context;
	const struct sy_finding *f;

	stay_silent(world, SERVER, 80, 10, 2);
	stay_silent(world, SERVER, 443, 10, 2);
	answer(world, v4(10, 0, 1, 3), 80, 11);
	judge(world);
	assert_int_equal(world->findings->count, 1);
	f = find(world, SY_CODE_HOST_SILENT, 0);
	assert_non_null(f);
	assert_int_equal(f->certainty, SY_LIKELY);
	assert_string_equal(f->subject_text, "10.0.1.2");
}

static void test_host_silent_without_proof_is_possible(void **context)
{
	struct world *world = *context;

	stay_silent(world, SERVER, 80, 10, 4);
	judge(world);
	assert_int_equal(world->findings->count, 1);
	assert_int_equal(find(world, SY_CODE_HOST_SILENT, 0)->certainty, SY_POSSIBLE);
}

static void test_one_way_tap_withholds_silence(void **context)
{
	struct world *world = *context;
	struct sy_vantage_stats *vantage = sy_stats_vantage(world->stats, 0);

	stay_silent(world, SERVER, 80, 10, 9);
	vantage->flows_one_way = 50;
	vantage->segments = 500;
	judge(world);
	assert_int_equal(world->findings->count, 1);
	assert_int_equal(world->findings->list[0].code, SY_CODE_ONE_WAY_TAP);
	assert_int_equal(world->findings->list[0].certainty, SY_CERTAIN);
	assert_string_equal(world->findings->list[0].subject_text, "near");
}

static void test_blocked_by_icmp(void **context)
{
	struct world *world = *context;
	struct sy_attempt a = make_unanswered(
		make_syn(CLIENT, 1, SERVER, 80, 1, 1, 1), SY_DECIDED_BY_PACKETS, 0.01);
	const struct sy_finding *f;

	a.outcome = SY_OUTCOME_UNREACHABLE;
	a.icmp_seen = 1;
	a.icmp_type = 3;
	a.icmp_code = 13;
	a.icmp_from = v4(198, 18, 1, 1);
	feed(world->stats, &a);
	judge(world);
	assert_int_equal(world->findings->count, 1);
	f = find(world, SY_CODE_BLOCKED_BY_ICMP, 80);
	assert_non_null(f);
	assert_int_equal(f->certainty, SY_CERTAIN);
	assert_string_equal(f->owner, "owner of the device 198.18.1.1");
	assert_non_null(strstr(f->says, "administratively prohibited"));
}

static void test_half_open_clients(void **context)
{
	struct world *world = *context;

	for (uint16_t i = 0; i < 100; i++) {
		struct sy_attempt a = make_half_open(
			make_syn(v4(11, 0, 0, (uint8_t)i), i, SERVER, 80, i * 0.1, 1, 1), 127, 1);
		feed(world->stats, &a);
	}
	judge(world);
	assert_int_equal(world->findings->count, 1);
	assert_non_null(find(world, SY_CODE_HALF_OPEN_CLIENTS, 80));
	assert_non_null(strstr(world->findings->list[0].owner, "spoofed"));
}

static void test_duplicates(void **context)
{
	struct world *world = *context;

	sy_stats_vantage(world->stats, 0)->segments = 1000;
	sy_stats_vantage(world->stats, 0)->duplicates = 500;
	judge(world);
	assert_int_equal(world->findings->count, 1);
	assert_int_equal(world->findings->list[0].code, SY_CODE_DUPLICATES);
}

static void test_lossy_monitor_makes_uncertain(void **context)
{
	struct world *world = *context;
	const struct sy_finding *f;

	sy_stats_vantage(world->stats, 0)->segments = 900;
	sy_stats_vantage(world->stats, 0)->ack_of_unseen = 100;
	answer(world, SERVER, 443, 5);
	stay_silent(world, SERVER, 80, 10, 4);
	judge(world);
	assert_int_equal(world->findings->list[0].code, SY_CODE_LOSSY_MONITOR);
	assert_false(world->findings->list[0].uncertain);
	f = find(world, SY_CODE_SERVICE_SILENT, 80);
	assert_non_null(f);
	assert_true(f->uncertain);
	assert_true(f->loss_estimate == 0.1);
}

// Months of loss, or without it, and the last interval, which alone decides.
static void judge_interval(struct world *world, uint64_t lost, uint64_t lost_latest)
{
	static const uint8_t vantage_of_port[] = {0};
	struct sy_port_stats port = {.received = 1000000}, latest_port = {.received = 900};
	struct sy_stats *stats = make_stats(64);
	struct sy_facts_inputs inputs = {.stats = world->stats,
		.ports = &port,
		.port_count = 1,
		.vantage_of_port = vantage_of_port,
		.vantage_count = 1};
	struct sy_verdict_config config = sy_verdict_config_default();
	struct sy_facts *latest;

	sy_stats_vantage(world->stats, 0)->segments = 1000000;
	sy_stats_vantage(world->stats, 0)->ack_of_unseen = lost;
	sy_stats_vantage(stats, 0)->segments = 900;
	sy_stats_vantage(stats, 0)->ack_of_unseen = lost_latest;
	port.nic_missed = lost;
	latest_port.nic_missed = lost_latest;
	answer(world, SERVER, 443, 5);
	stay_silent(world, SERVER, 80, 10, 4);
	world->facts = sy_facts_create(&inputs);
	inputs.stats = stats;
	inputs.ports = &latest_port;
	latest = sy_facts_create(&inputs);
	assert_non_null(world->facts);
	assert_non_null(latest);
	world->findings = sy_verdict_run_interval(world->facts, latest, &config);
	assert_non_null(world->findings);
	sy_facts_destroy(latest);
	sy_stats_destroy(stats);
}

static void test_loss_of_today_makes_uncertain(void **context)
{
	struct world *world = *context;

	judge_interval(world, 100, 100);
	assert_int_equal(count(world, SY_CODE_LOSSY_MONITOR), 1);
	assert_true(find(world, SY_CODE_SERVICE_SILENT, 80)->uncertain);
	assert_true(find(world, SY_CODE_SERVICE_SILENT, 80)->loss_estimate == 0.1);
}

static void test_loss_of_long_ago_is_over(void **context)
{
	struct world *world = *context;

	judge_interval(world, 500000, 0);
	assert_int_equal(count(world, SY_CODE_LOSSY_MONITOR), 0);
	assert_false(find(world, SY_CODE_SERVICE_SILENT, 80)->uncertain);
}

static void test_scan_makes_one_finding(void **context)
{
	struct world *world = *context;

	answer(world, SERVER, 443, 0.5);
	for (uint16_t port = 1; port <= 1000; port++)
		refuse(world, SERVER, (uint16_t)(1000 + port), 1 + port * 0.001, 127);
	judge(world);
	assert_int_equal(world->findings->count, 1);
	assert_int_equal(world->findings->list[0].code, SY_CODE_NOT_LISTENING);
	assert_int_equal(world->findings->list[0].subject_port, 0);
	assert_int_equal(world->findings->list[0].weight, 1000);
	assert_non_null(strstr(world->findings->list[0].says, "1000 ports"));
}

// Ports that were silent first: what the finding about the refusals counts begins with these.
static void test_many_ports_of_one_kind(void **context)
{
	struct world *world = *context;
	const struct sy_finding *f;

	answer(world, SERVER, 443, 0.5);
	for (uint16_t port = 1; port <= 10; port++) {
		stay_silent(world, SERVER, port, 1 + port, 3);
		for (int i = 0; i < 3; i++)
			refuse(world, SERVER, port, 100 + port + i, 127);
	}
	judge(world);
	f = find(world, SY_CODE_NOT_LISTENING, 0);
	assert_int_equal(f->weight, 30);
	assert_int_equal(f->since_ns, at_s(101.01));
	assert_non_null(strstr(f->says, "30 attempts"));
}

static void test_bound_keeps_the_weighty(void **context)
{
	struct world *world = *context;

	for (uint8_t host = 1; host <= 20; host++) {
		for (uint8_t i = 0; i < host; i++)
			refuse(world, v4(10, 7, 0, host), 80, 1 + i, 64);
	}
	judge_at(world, 1, 5);
	assert_int_equal(world->findings->count, 5);
	assert_int_equal(world->findings->dropped, 15);
	assert_string_equal(world->findings->list[0].subject_text, "10.7.0.20:80");
	assert_string_equal(world->findings->list[4].subject_text, "10.7.0.16:80");
}

static void test_trace_line(void **context)
{
	static const char *const names[] = {"near", "far"};
	struct sy_attempt a = make_established(
		make_syn(CLIENT, 50000, SERVER, 80, 0, 1, 3), 127, 3);
	char text[SY_TRACE_TEXT_SIZE];

	(void)context;
	a.opt[SY_SERVER] = (struct sy_tcp_options){
		.present = SY_OPT_MSS | SY_OPT_WSCALE | SY_OPT_SACK | SY_OPT_TS,
		.mss = 1460,
		.wscale = 7};
	sy_trace_line(&a, SY_NOTE_SYNACK, names, 1, text);
	assert_string_equal(text,
		"08:13:00.010000000 10.0.1.2:80 > 10.0.0.1:50000 [S.] seq 0 ack 1 win 65160 "
		"ttl 127 id 0x0000 mss 1460 ws 7 sack ts");
	sy_trace_line(&a, SY_NOTE_ACK, names, 2, text);
	assert_string_equal(text,
		"08:13:00.011000000 10.0.0.1:50000 > 10.0.1.2:80 [.] seq 1 ack 1 win 65160 ttl 128 "
		"id 0x0000 at near, far");
	sy_trace_line(&a, SY_NOTE_RST, names, 2, text);
	assert_string_equal(text, "");
	a.tuple.client = sy_addr_from_v6((const uint8_t[16]){0x20, 1, 0x0d, 0xb8, [15] = 1});
	sy_trace_line(&a, SY_NOTE_SYN, names, 1, text);
	assert_non_null(strstr(text, "[2001:db8::1]:50000 > "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_to_say),
		TEST(test_load_balancer_is_no_path_device),
		TEST(test_syn_proxy_is_no_path_device),
		TEST(test_refused_within_slack_is_not_certain),
		TEST(test_cut_off_connection_hides_no_refusals),
		TEST(test_few_refusals_of_the_path_hide_no_others),
		TEST(test_refused_without_baseline),
		TEST(test_host_silent),
		TEST(test_host_silent_without_proof_is_possible),
		TEST(test_one_way_tap_withholds_silence),
		TEST(test_blocked_by_icmp),
		TEST(test_half_open_clients),
		TEST(test_duplicates),
		TEST(test_lossy_monitor_makes_uncertain),
		TEST(test_loss_of_today_makes_uncertain),
		TEST(test_loss_of_long_ago_is_over),
		TEST(test_scan_makes_one_finding),
		TEST(test_many_ports_of_one_kind),
		TEST(test_bound_keeps_the_weighty),
		cmocka_unit_test(test_trace_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
