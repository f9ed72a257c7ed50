// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "export_cmocka.h"
#include "export_sample.h"
#include "json_check.h"

#include "sy_report.h"

#include <stdlib.h>

static struct sample sample;

static void expect_in(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("%s\nis not in\n%s", part, text);
}

static void test_summary(void **state)
{
	struct sy_text out;

	(void)state;
	sy_text_init(&out, -1);
	sy_summary_write(&out, &sample.summary);
	const char *text = sample_text(&out);
	assert_true(json_is_valid(text));
	expect_in(text, "\"packets\":1234568,\n");
	expect_in(text,
		"\"buckets\":{\"tcp\":1234001,\"duplicate\":0,\"filtered\":0,\"other_ip\":0,"
		"\"non_ip\":567,");
	expect_in(text, "\"attempts\":{\"established\":1200,\"refused\":7,");
	expect_in(text, "\"rsts\":{\"to_syn\":{\"endpoint\":0,\"path\":7,\"unknown\":0},");
	expect_in(text, "\"path\":\"b\\u001b.pcap\"");
	expect_in(text, "\"cut_off\":true,\"why\":\"b.pcap ends in the middle of a record\"");
	expect_in(text, "\"snapped\":42,");
	expect_in(text, "\"findings_dropped\":3}");
	expect_in(text, "\"capture_loss_estimate\":0.0125}");
	expect_in(text, "\"ended\":null,");
	expect_in(text, "\"transit_us\":[{\"from\":\"client\",\"to\":\"ser\\\"ver\",\"count\":1,"
			"\"min\":120,\"p50\":120,");
	sy_text_free(&out);
}

static void test_document(void **state)
{
	struct sy_text out;

	(void)state;
	sy_text_init(&out, -1);
	sy_document_write(&out, &sample.summary);
	const char *text = sample_text(&out);
	assert_true(json_is_valid(text));
	expect_in(text, "{\"v\":1,\"summary\":{\n\"v\":1,\n\"version\":\"0.1.0\",");
	expect_in(text, "\"services\":[\n{\"v\":1,");
	expect_in(text, "\"hosts\":[\n{\"v\":1,");
	expect_in(text, "\"findings\":[\n{\"v\":1,");
	expect_in(text, "\"ports\":[\n{\"v\":1,");
	sy_text_free(&out);
}

static void test_current(void **state)
{
	struct sy_summary summary = sample.summary;
	struct sy_text out;

	(void)state;
	summary.known = &sample.findings;
	sample.finding_list[1].ended_ns = SAMPLE_TS;
	sy_text_init(&out, -1);
	sy_document_write_current(&out, &summary);
	sample.finding_list[1].ended_ns = 0;
	const char *text = sample_text(&out);
	assert_true(json_is_valid(text));
	expect_in(text, "{\"v\":1,\"summary\":{\n\"v\":1,");
	expect_in(text, "\"findings\":[\n{\"v\":1,");
	expect_in(text, "\"code\":\"reset_by_path\"");
	assert_null(strstr(text, "\"code\":\"lossy_monitor\""));
	expect_in(text, "\"ports\":[\n{\"v\":1,");
	assert_null(strstr(text, "\"services\":["));
	sy_text_free(&out);
}

static void test_whole_table(void **state)
{
	struct sy_text out;

	(void)state;
	assert_true(sy_summary_has_table(&sy_table_findings));
	assert_false(sy_summary_has_table(&sy_table_attempts));
	sy_text_init(&out, -1);
	sy_summary_write_table(&out, &sample.summary, &sy_table_ports, SY_FORMAT_CSV);
	const char *text = sample_text(&out);
	assert_memory_equal(text, "v,ts,port,", 10);
	expect_in(text, "\r\n1,2026-11-22T08:35:10.000001000Z,1,");
	sy_text_free(&out);
}

// Columns of the longest line, escape sequences and UTF-8 continuations not counted.
static size_t longest_line(const char *text)
{
	size_t longest = 0, width = 0;

	for (; *text != '\0'; text++) {
		if (*text == '\x1b')
			text += strcspn(text, "m");
		else if (*text == '\n')
			width = 0;
		else if (((unsigned char)*text & 0xc0) != 0x80)
			width++;
		longest = width > longest ? width : longest;
	}
	return longest;
}

static void test_report(void **state)
{
	static const char *const figures[] = {
		"Synoptic 0.1.0: 2 inputs, 1,234,568 packets, 988 MB\n",
		"2026-11-22 08:33:00 to 2026-11-22 08:35:10 UTC, 2 min 10 s\n",
		"b?.pcap",
		"    LINK DOWN: nothing can be seen here\n",
		"CUT OFF: b.pcap ends in the middle of a record",
		" 1 reset_by_path  192.168.2.10:445  (likely)\n",
		"   who can fix it: network/firewall owner\n",
		"   evidence: rst_count 7, last_answered never, share 0.25\n",
		"     > 08:33:00.001501250 192.168.2.10:445 > 192.168.1.100:50000 [R.] seq 0",
		"   less likely: 64 extra hops on the way back: no ordinary packet took such a way\n",
		"the monitor itself missed about 1.5 % of the packets",
		"and 3 more of less weight",
		"ATTEMPTS  1,207\n",
		"established                  1,200    99.4 %  the connection came up\n",
		"server side (SYN to SYN-ACK)            3",
		"client to ser\"ver                       1    120 us    120 us",
		"ser\"ver to client                       1    250 us",
		"to_syn                           0             7             0\n",
		"  192.168.2.10:445             blocked   11-22 08:33:00        7        0        7",
		"  [2001:db8::1]:80             listening -                 1,200    1,200        0",
		"  192.168.2.10                              127      128     1  windows",
		"non_ip                         567   < 0.1 %",
		"every packet is counted once: the sum is 1,234,568\n",
		"WHAT WAS LOST",
		"snapped                         42",
		"nic_missed                       0",
		"1.25 %  missed at client",
	};
	struct sy_report_options options = {.top = 10};
	struct sy_text out;

	(void)state;
	sy_text_init(&out, -1);
	sy_report_write(&out, &sample.summary, &options);
	const char *text = sample_text(&out);
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		expect_in(text, figures[i]);
	assert_true(strstr(text, "FINDINGS") < strstr(text, "ATTEMPTS"));
	assert_true(longest_line(text) <= 100);
	for (const char *c = text; *c != '\0'; c++)
		assert_true(*c == '\n' || (*c >= 0x20 && *c < 0x7f));
	sy_text_free(&out);
}

static void test_report_in_colour(void **state)
{
	struct sy_report_options options = {.colour = true, .utf8 = true, .top = 1};
	struct sy_text out;

	(void)state;
	sy_text_init(&out, -1);
	sy_report_write(&out, &sample.summary, &options);
	const char *text = sample_text(&out);
	expect_in(text, "\x1b[1;31mreset_by_path");
	expect_in(text, "08:33:00 \xe2\x86\x92 2026");
	expect_in(text, "and 4 more of less weight");
	expect_in(text, "and 1 more, with fewer failures or less use");
	assert_true(longest_line(text) <= 100);
	sy_text_free(&out);
}

static void test_report_of_nothing(void **state)
{
	static struct sample empty;
	struct sy_report_options options = {.top = 10};
	struct sy_text out;

	(void)state;
	empty.facts = (struct sy_facts){.totals = &empty.totals};
	empty.summary = (struct sy_summary){
		.run = &empty.run, .facts = &empty.facts, .findings = &empty.findings};
	sy_text_init(&out, -1);
	sy_report_write(&out, &empty.summary, &options);
	const char *text = sample_text(&out);
	expect_in(text, "FINDINGS  none\n");
	expect_in(text, "PACKETS  0\n");
	expect_in(text, "no frame and no attempt was lost\n");
	out.size = 0;
	sy_document_write(&out, &empty.summary);
	assert_true(json_is_valid(sample_text(&out)));
	sy_text_free(&out);
}

// A live run: the report lists what is open, not what is news, and says what its figures are of.
static void test_report_of_interval(void **state)
{
	static struct sample live;
	struct sy_report_options options = {.top = 10};
	struct sy_findings no_news = {.count = 0};
	struct sy_text out;

	(void)state;
	sample_init(&live);
	live.finding_list[1].ended_ns = SAMPLE_TS;
	live.findings.dropped = 0;
	live.run.since_ns = SAMPLE_TS - 3600 * SY_NS_PER_S;
	live.run.ended_ns = SAMPLE_TS + 60 * SY_NS_PER_S;
	live.summary.known = live.summary.findings;
	live.summary.findings = &no_news;
	sy_text_init(&out, -1);
	sy_report_write(&out, &live.summary, &options);
	const char *text = sample_text(&out);
	expect_in(text, "interval 2026-11-22 08:33:00 to 2026-11-22 08:34:00 UTC, 60.0 s\n"
			"counts are of this interval; findings, with the figures in them, and "
			"states rest on all that was\nseen since the start, 2026-11-22 07:33:00\n");
	expect_in(text, "FINDINGS  1 open\n\n 1 reset_by_path  192.168.2.10:445");
	assert_null(strstr(text, "lossy_monitor"));
	assert_true(longest_line(text) <= 100);
	out.size = 0;
	sy_summary_write(&out, &live.summary);
	text = sample_text(&out);
	expect_in(text, "\"reset_by_path\":1,");
	expect_in(text, "\"lossy_monitor\":0,");
	out.size = 0;
	live.finding_list[0].ended_ns = SAMPLE_TS;
	live.run.since_ns = live.run.started_ns;
	sy_report_write(&out, &live.summary, &options);
	text = sample_text(&out);
	expect_in(text, "since the start: 2026-11-22 08:33:00 to 2026-11-22 08:34:00 UTC");
	expect_in(text, "FINDINGS  none open\n");
	sy_text_free(&out);
}

// A quiet interval has its times all the same.
static void test_report_of_quiet_interval(void **state)
{
	static struct sample quiet;
	struct sy_report_options options = {.top = 10};
	struct sy_text out;

	(void)state;
	quiet.facts = (struct sy_facts){.totals = &quiet.totals};
	quiet.run = (struct sy_run_info){.started_ns = SAMPLE_TS,
		.ended_ns = SAMPLE_TS + SY_NS_PER_S,
		.since_ns = SAMPLE_TS - SY_NS_PER_S};
	quiet.summary = (struct sy_summary){.run = &quiet.run,
		.facts = &quiet.facts,
		.findings = &quiet.findings,
		.known = &quiet.findings};
	sy_text_init(&out, -1);
	sy_report_write(&out, &quiet.summary, &options);
	const char *text = sample_text(&out);
	expect_in(text, "interval 2026-11-22 08:33:00 to 2026-11-22 08:33:01 UTC, 1.00 s\n");
	sy_text_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_document),
		cmocka_unit_test(test_current),
		cmocka_unit_test(test_whole_table),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_report_in_colour),
		cmocka_unit_test(test_report_of_nothing),
		cmocka_unit_test(test_report_of_interval),
		cmocka_unit_test(test_report_of_quiet_interval),
	};
	sample_init(&sample);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
