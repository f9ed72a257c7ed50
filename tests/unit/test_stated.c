// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// When findings are news, and when and why they end.

#include "export_cmocka.h"
#include "stated.h"

#include <stdio.h>
#include <stdlib.h>

#define BEGIN    (1000 * SY_NS_PER_S)
#define PATIENCE (100 * SY_NS_PER_S)

#define ROOM 4

static struct stated stated;
static struct sy_finding *list; ///< of the findings
static struct sy_findings findings, news;

static int clear(void **state)
{
	(void)state;
	list = calloc(ROOM, sizeof(*list));
	findings = (struct sy_findings){.list = list, .capacity = ROOM, .max = ROOM};
	return list == NULL;
}

static int end(void **state)
{
	(void)state;
	free(list);
	free(news.list);
	news = (struct sy_findings){.list = NULL};
	stated_free(&stated);
	return 0;
}

static struct sy_finding make(enum sy_code code, uint8_t host, uint16_t port, uint64_t last_s)
{
	struct sy_finding finding = {.code = code,
		.subject = sy_addr_from_v4(0x0a141e00u + host),
		.subject_port = port,
		.since_ns = BEGIN,
		.last_seen_ns = BEGIN + last_s * SY_NS_PER_S,
		.weight = 5};

	snprintf(finding.subject_text, sizeof(finding.subject_text), "10.20.30.%u:%u", host, port);
	return finding;
}

/// What is found `now_s` after the begin: the first `count` of the list.
static void renew(uint32_t count, uint64_t now_s)
{
	const struct stated_clock clock = {BEGIN + now_s * SY_NS_PER_S, PATIENCE};

	findings.count = count;
	free(news.list);
	assert_int_equal(stated_renew(&stated, &findings, clock, &news), 0);
}

static void expect_ended(const struct sy_finding *finding, enum sy_ended because, uint64_t when_s)
{
	assert_int_equal(finding->ended_because, because);
	assert_int_equal(finding->ended_ns, BEGIN + when_s * SY_NS_PER_S);
}

static void test_open_until_not_seen(void **state)
{
	(void)state;
	for (uint64_t now_s = 10; now_s <= 150; now_s += 10) {
		list[0] = make(SY_CODE_NOT_LISTENING, 3, 80, 5);
		renew(1, now_s);
		if (now_s < 105)
			assert_int_equal(list[0].ended_ns, 0);
		else
			expect_ended(&list[0], SY_ENDED_NOT_SEEN_AGAIN, 110);
		assert_int_equal(news.count, now_s == 10 || now_s == 110 ? 1 : 0);
		if (news.count > 0)
			assert_int_equal(news.list[0].ended_ns, list[0].ended_ns);
	}
	// Seen again: the same finding is open again.
	list[0] = make(SY_CODE_NOT_LISTENING, 3, 80, 155);
	renew(1, 160);
	assert_int_equal(news.count, 1);
	assert_int_equal(news.list[0].ended_ns, 0);
	assert_int_equal(news.list[0].ended_because, SY_ENDED_NOT);
}

static void test_answered_is_said_once(void **state)
{
	(void)state;
	for (uint64_t now_s = 10; now_s <= 150; now_s += 10) {
		list[0] = make(SY_CODE_SERVICE_SILENT, 3, 80, 5);
		list[0].ended_ns = BEGIN + 7 * SY_NS_PER_S;
		list[0].ended_because = SY_ENDED_ANSWERED;
		list[0].weight = now_s;
		renew(1, now_s);
		assert_int_equal(news.count, now_s == 10 ? 1 : 0);
		expect_ended(&list[0], SY_ENDED_ANSWERED, 7);
	}
}

/// A recovery is no news any more after a while, although its service goes on answering.
static void test_recovered_settles(void **state)
{
	(void)state;
	for (uint64_t now_s = 10; now_s <= 150; now_s += 10) {
		list[0] = make(SY_CODE_RECOVERED, 3, 80, now_s - 1);
		renew(1, now_s);
		assert_int_equal(news.count, now_s <= 100 ? 1 : 0);
		if (now_s >= 100)
			expect_ended(&list[0], SY_ENDED_SETTLED, 100);
	}
}

static void test_merged_and_split(void **state)
{
	(void)state;
	list[0] = make(SY_CODE_NOT_LISTENING, 3, 80, 5);
	list[1] = make(SY_CODE_NOT_LISTENING, 4, 80, 5);
	renew(2, 10);
	list[0] = make(SY_CODE_NOT_LISTENING, 3, 0, 5);
	renew(2, 20);
	assert_int_equal(news.count, 2);
	assert_int_equal(news.list[0].subject_port, 0);
	assert_int_equal(news.list[1].subject_port, 80);
	expect_ended(&news.list[1], SY_ENDED_MERGED, 20);
	list[0] = make(SY_CODE_NOT_LISTENING, 3, 80, 5);
	renew(2, 30);
	assert_int_equal(news.count, 2);
	expect_ended(&news.list[1], SY_ENDED_SPLIT, 30);
}

static void test_gone(void **state)
{
	(void)state;
	list[0] = make(SY_CODE_NOT_LISTENING, 3, 80, 5);
	renew(1, 10);
	list[0] = make(SY_CODE_SERVICE_SILENT, 3, 80, 15);
	renew(1, 20);
	assert_int_equal(news.count, 2);
	expect_ended(&news.list[1], SY_ENDED_REPLACED, 20);
	renew(0, 30);
	assert_int_equal(news.count, 1);
	expect_ended(&news.list[0], SY_ENDED_WITHDRAWN, 30);
	renew(0, 40);
	assert_int_equal(news.count, 0);
	list[0] = make(SY_CODE_SERVICE_SILENT, 3, 80, 45);
	renew(1, 50);
	findings.dropped = 1;
	renew(0, 60);
	expect_ended(&news.list[0], SY_ENDED_NO_ROOM, 60);
}

/// Findings about the monitor have no address: they are no part of one another.
static void test_monitor(void **state)
{
	(void)state;
	list[0] = make(SY_CODE_ONE_WAY_TAP, 0, 0, 5);
	list[1] = make(SY_CODE_ONE_WAY_TAP, 0, 0, 5);
	list[0].subject = list[1].subject = (struct sy_addr){.b = {0}};
	snprintf(list[0].subject_text, sizeof(list[0].subject_text), "uplink");
	snprintf(list[1].subject_text, sizeof(list[1].subject_text), "core");
	renew(2, 10);
	renew(1, 20);
	assert_int_equal(news.count, 1);
	expect_ended(&news.list[0], SY_ENDED_WITHDRAWN, 20);
}

/// Losses come and go; the finding stays, until they do not come back.
static void test_losses(void **state)
{
	(void)state;
	for (uint64_t now_s = 10; now_s <= 230; now_s += 10) {
		bool loses = now_s <= 60 && now_s % 20 == 0;

		list[0] = make(SY_CODE_LOSSY_MONITOR, 0, 0, now_s);
		list[0].since_ns = list[0].last_seen_ns;
		renew(loses, now_s);
		assert_int_equal(findings.count, now_s >= 20 && now_s < 160);
		assert_int_equal(news.count, loses || now_s == 160);
		if (findings.count > 0) {
			assert_int_equal(list[0].since_ns, BEGIN + 20 * SY_NS_PER_S);
			assert_int_equal(list[0].ended_ns, 0);
		}
		if (now_s == 160)
			expect_ended(&news.list[0], SY_ENDED_NOT_SEEN_AGAIN, 160);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_open_until_not_seen, clear, end),
		cmocka_unit_test_setup_teardown(test_answered_is_said_once, clear, end),
		cmocka_unit_test_setup_teardown(test_recovered_settles, clear, end),
		cmocka_unit_test_setup_teardown(test_merged_and_split, clear, end),
		cmocka_unit_test_setup_teardown(test_gone, clear, end),
		cmocka_unit_test_setup_teardown(test_monitor, clear, end),
		cmocka_unit_test_setup_teardown(test_losses, clear, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
