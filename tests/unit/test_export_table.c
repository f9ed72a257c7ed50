// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "export_cmocka.h"
#include "export_sample.h"
#include "json_check.h"

#include <stdlib.h>

static struct sample sample;

// What the row says, for comparison with text.
static char *row_text(const struct sy_table *table, enum sy_format format, const void *row)
{
	struct sy_text text;

	sy_text_init(&text, -1);
	sy_table_put(table, format, &text, row);
	char *copy = strdup(sample_text(&text));
	sy_text_free(&text);
	assert_non_null(copy);
	return copy;
}

static void expect_in(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("%s\nis not in\n%s", part, text);
}

static void test_attempt_exact(void **state)
{
	struct sy_attempt attempt = sample_attempt();
	struct sy_attempt_row row = {&attempt, &sample.facts};
	char *text = row_text(&sy_table_attempts, SY_FORMAT_JSONL, &row);

	(void)state;
	assert_string_equal(text,
		"{\"v\":1,\"ts\":\"2026-11-22T08:33:00.000001000Z\","
		"\"client_ip\":\"192.168.1.100\",\"client_port\":50000,"
		"\"server_ip\":\"192.168.2.10\",\"server_port\":445,\"domain\":0,"
		"\"client_isn\":4000000000,\"server_isn\":null,\"outcome\":\"refused\","
		"\"decided_by\":\"packets\",\"waited_ms\":1.499,\"syn_count\":2,\"synack_count\":0,"
		"\"rst_count\":1,\"refusals\":1,\"syn_validated\":false,"
		"\"ack_synchronized\":false,\"simultaneous_open\":false,\"server_rtt_us\":null,"
		"\"client_rtt_us\":null,\"rtt_ambiguous\":false,\"ttl_syn\":128,"
		"\"ttl_synack\":null,\"ttl_rst\":64,\"rst_side\":\"server\","
		"\"rst_phase\":\"to_syn\",\"rst_origin\":\"path\",\"ecn_setup\":false,"
		"\"ecn_accepted\":null,\"tfo\":false,\"syn_data_bytes\":0,\"mss_client\":1460,"
		"\"mss_server\":null,\"wscale_client\":8,\"wscale_server\":null,"
		"\"sack_client\":true,\"sack_server\":null,\"ts_client\":false,"
		"\"ts_server\":null,\"icmp_type\":null,\"icmp_code\":null,\"icmp_from\":null,"
		"\"vantages\":{\"syn\":[{\"vantage\":\"client\","
		"\"ts\":\"2026-11-22T08:33:00.000001000Z\"}],\"synack\":[],\"ack\":[],"
		"\"rst\":[{\"vantage\":\"client\",\"ts\":\"2026-11-22T08:33:00.001501250Z\"},"
		"{\"vantage\":\"ser\\\"ver\",\"ts\":\"2026-11-22T08:33:00.001501000Z\"}]},"
		"\"vlan\":null,\"tunnel\":\"none\",\"conn_state\":\"REJ\",\"history\":null,"
		"\"completeness\":null,\"close\":\"none\",\"aborted\":null,\"bytes_client\":null,"
		"\"bytes_server\":null,\"packets_client\":null,\"packets_server\":null,"
		"\"last_syn_ts\":\"2026-11-22T08:33:00.000002000Z\","
		"\"decided_ts\":\"2026-11-22T08:33:00.001501250Z\","
		"\"end_ts\":null,\"invalid_refusals\":0,"
		"\"invalid_answer\":false,\"two_responders\":false,\"rst_valid\":true,"
		"\"data_after_rst\":false,\"client_alive\":false,\"server_alive\":false,\"server_stray\":false,"
		"\"icmp_prohibited\":false,\"untracked\":false,\"window_synack\":null,"
		"\"tos_synack\":null,\"ip_id_synack\":null,\"df_synack\":null,\"window_rst\":0,"
		"\"tos_rst\":16,\"ip_id_rst\":0,\"df_rst\":false,\"tfo_cookie_bytes\":null,"
		"\"md5_client\":false,\"md5_server\":null,\"ao_client\":false,"
		"\"ao_server\":null,\"mptcp_client\":false,\"mptcp_server\":null,"
		"\"vni\":null}\n");
	free(text);
}

static void test_attempt_known_values(void **state)
{
	struct sy_attempt attempt = sample_attempt();
	struct sy_attempt_row row = {&attempt, NULL};

	(void)state;
	attempt.server_rtt_ns = 1000000;
	attempt.client_rtt_ns = 55533250;
	attempt.vlan = 100;
	attempt.tunnel = SY_TUNNEL_VXLAN;
	attempt.vni = 7;
	attempt.icmp_seen = 1;
	attempt.icmp_type = 3;
	attempt.icmp_code = 13;
	attempt.icmp_from = sy_addr_from_v4(0x0a000001);
	attempt.outcome = SY_OUTCOME_ABORTED;
	attempt.flags |= SY_ATT_RST_BEFORE_SYNACK | SY_ATT_VOLUME;
	attempt.note[SY_NOTE_RST].ip_flags = SY_IP_V6;
	char *text = row_text(&sy_table_attempts, SY_FORMAT_JSONL, &row);
	assert_true(json_is_valid(text));
	expect_in(text, "\"server_rtt_us\":1000,\"client_rtt_us\":55533.25,");
	expect_in(text, "\"vlan\":100,\"tunnel\":\"vxlan\",");
	expect_in(text, "\"vni\":7");
	expect_in(text, "\"icmp_type\":3,\"icmp_code\":13,\"icmp_from\":\"10.0.0.1\",");
	expect_in(text, "\"aborted\":\"before_synack\",\"bytes_client\":0,");
	expect_in(text, "\"rst_origin\":null,"); // nothing to compare with
	expect_in(text, "{\"vantage\":null,\"ts\":\"2026");
	expect_in(text, "\"ip_id_rst\":null,\"df_rst\":null,");
	free(text);
}

static void test_seen_at_three_vantages(void **state)
{
	struct sy_attempt attempt = sample_attempt();
	struct sy_attempt_row row = {&attempt, NULL};

	(void)state;
	attempt.note[SY_NOTE_RST].seen_at = 0x83;
	char *text = row_text(&sy_table_attempts, SY_FORMAT_JSONL, &row);
	expect_in(text, "1000Z\"},{\"vantage\":null,\"ts\":null}]}");
	free(text);
}

static void test_attempt_csv(void **state)
{
	struct sy_attempt attempt = sample_attempt();
	struct sy_attempt_row row = {&attempt, &sample.facts};
	char *text = row_text(&sy_table_attempts, SY_FORMAT_CSV, &row);
	struct sy_text head;

	(void)state;
	expect_in(text, "1,2026-11-22T08:33:00.000001000Z,192.168.1.100,50000,192.168.2.10,445,0,"
			"4000000000,,refused,packets,1.499,2,0,1,1,false,");
	expect_in(text, ",\"{\"\"syn\"\":[{\"\"vantage\"\":\"\"client\"\",");
	expect_in(text, "\"\"ser\\\"\"ver\"\"");
	expect_in(text, ",REJ,,,none,,");
	assert_string_equal(text + strlen(text) - 2, "\r\n");
	free(text);
	sy_text_init(&head, -1);
	sy_table_begin(&sy_table_attempts, SY_FORMAT_CSV, &head);
	assert_memory_equal(sample_text(&head), "v,ts,client_ip,client_port,", 27);
	sy_text_free(&head);
}

static void test_port_csv_quotes(void **state)
{
	const struct sy_named_count grown = {"rx_discards", 3};
	const struct sy_run_input input = {.link = "gone", .counters = &grown, .counter_count = 1};
	struct sy_port_row row = {.port = 0, .name = "a,\"b\".pcap", .facts = &sample.facts};
	char *text = row_text(&sy_table_ports, SY_FORMAT_CSV, &row);

	(void)state;
	expect_in(text, ",client,1234567,1234000,0,0,0,567,0,0,0,0,0,0,0,0,42,0.0125,"
			"\"a,\"\"b\"\".pcap\",987654321,");
	free(text);
	row.name = "";
	text = row_text(&sy_table_ports, SY_FORMAT_CSV, &row);
	expect_in(text, ",0.0125,\"\",987654321,"); // empty, not unknown
	free(text);
	row.name = NULL;
	text = row_text(&sy_table_ports, SY_FORMAT_CSV, &row);
	expect_in(text, ",0.0125,,987654321,");
	free(text);
	text = row_text(&sy_table_ports, SY_FORMAT_JSONL, &row);
	expect_in(text, ",\"link\":null,\"driver_losses\":null,");
	free(text);
	row.input = &input;
	text = row_text(&sy_table_ports, SY_FORMAT_JSONL, &row);
	expect_in(text, ",\"link\":\"gone\",\"driver_losses\":{\"rx_discards\":3},");
	free(text);
}

static void test_services(void **state)
{
	struct sy_service_row row = {&sample.services[0], &sample.facts};
	char *text = row_text(&sy_table_services, SY_FORMAT_JSONL, &row);

	(void)state;
	assert_true(json_is_valid(text));
	expect_in(text, "{\"v\":1,\"ts\":\"2026-11-22T08:35:10.000001000Z\","
			"\"server_ip\":\"192.168.2.10\",\"server_port\":445,\"domain\":0,"
			"\"state\":\"blocked\",\"since\":\"2026-11-22T08:33:00.000001000Z\",");
	expect_in(text,
		"\"last_answered\":null,\"last_failed\":null,\"established\":0,\"refused\":7,");
	expect_in(text, "\"clients\":null,\"clients_only_failing\":null,\"server_rtt_us\":null,");
	expect_in(text, "\"rsts\":{\"endpoint\":0,\"path\":7,\"unknown\":0},");
	free(text);
	row.service = &sample.services[1];
	text = row_text(&sy_table_services, SY_FORMAT_JSONL, &row);
	assert_true(json_is_valid(text));
	expect_in(text, "\"server_ip\":\"2001:db8::1\"");
	expect_in(text, "\"clients\":17,\"clients_only_failing\":0,"
			"\"server_rtt_us\":{\"count\":3,\"min\":900,");
	expect_in(text, "\"max\":55533.25},\"client_rtt_us\":{\"count\":0,\"min\":null,");
	expect_in(text, "\"icmp_from\":\"10.0.0.1\",\"icmp_type\":3,\"icmp_code\":13,");
	free(text);
}

static void test_hosts(void **state)
{
	struct sy_host_row row = {&sample.hosts[0], &sample.facts};
	char *text = row_text(&sy_table_hosts, SY_FORMAT_JSONL, &row);

	(void)state;
	assert_true(json_is_valid(text));
	expect_in(text, "\"ip\":\"192.168.2.10\",\"vantage\":\"client\",\"ttl_synack\":null,"
			"\"ttl_syn\":null,\"ttl_data\":127,\"initial_ttl\":128,\"hops\":1,"
			"\"family\":\"windows\",\"ttl_histogram\":[{\"ttl\":127,\"syn\":0,"
			"\"synack\":0,\"data\":90,\"echo_reply\":0,");
	free(text);
	row.host = &sample.hosts[1];
	text = row_text(&sy_table_hosts, SY_FORMAT_JSONL, &row);
	expect_in(text, "\"initial_ttl\":null,\"hops\":null,\"family\":\"unknown\","
			"\"ttl_histogram\":[],\"first_seen\":null,");
	free(text);
}

static void test_findings(void **state)
{
	struct sy_finding_row row = {&sample.finding_list[0], &sample.facts};
	char *text = row_text(&sy_table_findings, SY_FORMAT_JSONL, &row);

	(void)state;
	assert_true(json_is_valid(text));
	expect_in(text, "\"code\":\"reset_by_path\",\"subject\":\"192.168.2.10:445\"");
	expect_in(text, "\"ended\":null,\"certainty\":\"likely\"");
	expect_in(text, "\"evidence\":{\"rst_count\":7,\"last_answered\":null,\"share\":0.25},");
	expect_in(text, "\"alternatives\":[{\"what\":\"64 extra hops on the way back\","
			"\"why_less_likely\":\"no ordinary packet took such a way\"}]");
	free(text);
	row.finding = &sample.finding_list[1];
	text = row_text(&sy_table_findings, SY_FORMAT_JSONL, &row);
	expect_in(text, "\"subject_ip\":null,\"subject_port\":null,\"uncertain\":true,"
			"\"capture_loss_estimate\":0.015,");
	free(text);
}

static void expect_times(
	const struct sy_table *table, const void *row, const char *ts, const char *interval)
{
	char *text = row_text(table, SY_FORMAT_JSONL, row);

	assert_true(json_is_valid(text));
	expect_in(text, ts);
	expect_in(text, interval);
	free(text);
}

static void expect_all_times(struct sample *of, const char *ts, const char *interval)
{
	struct sy_service_row service = {&of->services[0], &of->facts};
	struct sy_host_row host = {&of->hosts[0], &of->facts};
	struct sy_finding_row finding = {&of->finding_list[0], &of->facts};
	struct sy_port_row port = {.port = 0, .facts = &of->facts};

	expect_times(&sy_table_services, &service, ts, interval);
	expect_times(&sy_table_hosts, &host, ts, interval);
	expect_times(&sy_table_findings, &finding, ts, interval);
	expect_times(&sy_table_ports, &port, ts, interval);
}

// What is written in an interval says in which, and has a time when there was no packet in it.
static void test_interval_times(void **state)
{
	static struct sample live;
	const char *interval = "\"interval_start\":\"2026-11-22T08:34:00.000001000Z\","
			       "\"interval_end\":\"2026-11-22T08:35:00.000001000Z\"}";

	(void)state;
	sample_init(&live);
	expect_all_times(&live, "\"ts\":\"2026-11-22T08:35:10.000001000Z\"",
		"\"interval_start\":null,\"interval_end\":null}");
	live.facts.interval_start_ns = SAMPLE_TS + 60 * SY_NS_PER_S;
	live.facts.interval_end_ns = SAMPLE_TS + 120 * SY_NS_PER_S;
	live.ports[0].last_ns = SAMPLE_TS + 119 * SY_NS_PER_S;
	expect_all_times(&live, "\"ts\":\"2026-11-22T08:34:59.000001000Z\"", interval);
	// No frame; what ended in the interval was seen before it.
	live.ports[0].last_ns = 0;
	live.facts.end_ns = SAMPLE_TS;
	expect_all_times(&live, "\"ts\":\"2026-11-22T08:35:00.000001000Z\"", interval);
}

// Of a live run: times and state from all that was seen, counts of the interval.
static void test_known_from_before(void **state)
{
	static struct sample live, all;
	struct sy_summary *summary = &live.summary;
	struct sy_text out;

	(void)state;
	sample_init(&live);
	sample_init(&all);
	summary->history = &all.facts;
	live.facts.service_count = live.facts.host_count = 1;
	live.services[0].state = SY_SERVICE_UNKNOWN;
	live.hosts[0] = (struct sy_host_facts){.stats = &live.host_stats[0], .ttl = -1};
	all.services[0].last_answered_ns = SAMPLE_TS - 3600 * SY_NS_PER_S;
	all.service_stats[0].first_seen_ns = SAMPLE_TS - 7200 * SY_NS_PER_S;
	all.service_stats[0].refusals = all.service_stats[0].outcome[SY_OUTCOME_REFUSED] = 9000;
	all.services[0].attempts = 9000;
	all.host_stats[0].first_seen_ns = SAMPLE_TS - 7200 * SY_NS_PER_S;
	all.host_stats[0].ttl[0].count[SY_ROLE_DATA] = 123456;
	sy_text_init(&out, -1);
	sy_summary_write_table(&out, summary, &sy_table_services, SY_FORMAT_JSONL);
	sy_summary_write_table(&out, summary, &sy_table_hosts, SY_FORMAT_JSONL);
	sy_summary_write(&out, summary);
	const char *text = sample_text(&out);
	expect_in(text, "\"state\":\"blocked\",");
	expect_in(text, "\"first_seen\":\"2026-11-22T06:33:00.000001000Z\","
			"\"last_answered\":\"2026-11-22T07:33:00.000001000Z\",");
	expect_in(text, "\"attempts\":7,");
	expect_in(text, "\"refused\":7,");
	expect_in(text, "\"refusals\":7,");
	expect_in(text, "\"family\":\"windows\",\"ttl_histogram\":[{\"ttl\":127,\"syn\":0,"
			"\"synack\":0,\"data\":90,");
	expect_in(text, "],\"first_seen\":\"2026-11-22T06:33:00.000001000Z\",");
	expect_in(text, "\"services\":{\"unknown\":0,\"listening\":0,\"refusing\":0,"
			"\"silent\":0,\"blocked\":1,");
	assert_null(strstr(text, "9000"));
	assert_null(strstr(text, "123456,"));
	sy_text_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attempt_exact),
		cmocka_unit_test(test_attempt_known_values),
		cmocka_unit_test(test_seen_at_three_vantages),
		cmocka_unit_test(test_attempt_csv),
		cmocka_unit_test(test_port_csv_quotes),
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_interval_times),
		cmocka_unit_test(test_known_from_before),
	};
	sample_init(&sample);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
