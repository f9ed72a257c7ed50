// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The log through a pipe, as journald and a terminal would read it, with clocks of our own.

#include "export_cmocka.h"
#include "log.h"

#include "sy_time.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define S SY_NS_PER_S

static int ends[2];
static char got[65536];
static uint64_t now_ns;

static uint64_t wall(void)
{
	return 1700000000 * S + 123456789;
}

static uint64_t monotonic(void)
{
	return now_ns;
}

// All that was written since the last call.
static const char *written(void)
{
	ssize_t n = read(ends[0], got, sizeof(got) - 1);

	got[n > 0 ? n : 0] = '\0';
	return got;
}

static int begin(void **state)
{
	(void)state;
	if (pipe2(ends, O_NONBLOCK) != 0)
		return -1;
	now_ns = 1000 * S;
	unsetenv("JOURNAL_STREAM");
	log_use_clocks(wall, monotonic);
	log_open(ends[1], SY_CONFIG_LOG_INFO);
	return 0;
}

static int end(void **state)
{
	(void)state;
	log_flush();
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static void terminal(void **state)
{
	(void)state;
	log_error("store", "%s is full", "/x");
	assert_string_equal(written(), "2023-11-14T22:13:20.123Z error store: /x is full\n");
	log_warning("ports", "one\ntwo\tthree\x7f");
	assert_string_equal(written(), "2023-11-14T22:13:20.123Z warning ports: one two three \n");
	log_info("live", "UTF-8 stays: \xc3\xa4");
	assert_string_equal(
		written(), "2023-11-14T22:13:20.123Z info live: UTF-8 stays: \xc3\xa4\n");
}

static void levels(void **state)
{
	(void)state;
	log_debug("live", "not wanted");
	assert_false(log_wants(SY_CONFIG_LOG_DEBUG));
	assert_string_equal(written(), "");
	log_set_level(SY_CONFIG_LOG_DEBUG);
	log_debug("live", "wanted");
	assert_string_equal(written(), "2023-11-14T22:13:20.123Z debug live: wanted\n");
	log_set_level(SY_CONFIG_LOG_ERROR);
	log_warning("live", "not wanted");
	log_limited("k", S, SY_CONFIG_LOG_WARNING, "live", "not wanted");
	log_error("live", "still");
	assert_string_equal(written(), "2023-11-14T22:13:20.123Z error live: still\n");
}

static void set_journal(const char *tail, unsigned long long off)
{
	char text[96];
	struct stat st;

	assert_int_equal(fstat(ends[1], &st), 0);
	snprintf(text, sizeof(text), "%llu:%llu%s", (unsigned long long)st.st_dev,
		(unsigned long long)st.st_ino + off, tail);
	setenv("JOURNAL_STREAM", text, 1);
	log_open(ends[1], SY_CONFIG_LOG_DEBUG);
}

static void journal(void **state)
{
	(void)state;
	set_journal("", 0);
	log_error("a", "1");
	log_warning("b", "2");
	log_info("c", "3\n4");
	log_debug("d", "5");
	assert_string_equal(written(), "<3>a: 1\n<4>b: 2\n<6>c: 3 4\n<7>d: 5\n");
}

// Inherited from a service whose output went elsewhere, or nonsense.
static void not_this_stream(void **state)
{
	(void)state;
	set_journal("", 1);
	log_info("c", "3");
	assert_string_equal(written(), "2023-11-14T22:13:20.123Z info c: 3\n");
	set_journal("x", 0);
	log_info("c", "3");
	assert_string_equal(written(), "2023-11-14T22:13:20.123Z info c: 3\n");
}

static void long_text(void **state)
{
	char text[3 * LOG_TEXT_BYTES];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	log_info("live", "%s", text);
	log_limited("k", S, SY_CONFIG_LOG_INFO, "live", "%s", text);
	log_limited("k", S, SY_CONFIG_LOG_INFO, "live", "%s", text);
	log_limited("k", S, SY_CONFIG_LOG_INFO, "live", "%s", text);
	assert_int_equal(strlen(written()),
		2 * (strlen("2023-11-14T22:13:20.123Z info live: ") + LOG_TEXT_BYTES - 1 + 1));
	now_ns += S;
	log_tick();
	assert_non_null(strstr(written(), "aaa (1 more like this in the last 1 s)\n"));
}

static void limited(const char *key, int number)
{
	log_limited(key, 60 * S, SY_CONFIG_LOG_WARNING, "ports", "%s lost %d", key, number);
}

#define HEAD "2023-11-14T22:13:20.123Z warning ports: "

static void one_in_an_interval(void **state)
{
	(void)state;
	limited("a", 1);
	limited("b", 2);
	assert_string_equal(written(), HEAD "a lost 1\n" HEAD "b lost 2\n");
	now_ns += 59 * S;
	for (int i = 3; i < 8; i++)
		limited("a", i);
	log_tick();
	assert_string_equal(written(), "");
	// The next one after the interval stands for itself; the five that were held back are more.
	now_ns += S;
	limited("a", 8);
	assert_string_equal(written(), HEAD "a lost 8 (5 more like this in the last 60 s)\n");
	// b was silent: it begins anew, without a tail.
	limited("b", 9);
	assert_string_equal(written(), HEAD "b lost 9\n");
}

// What was held back is said even when nothing more comes: the last of it stands for the others.
static void tick_says_the_last(void **state)
{
	(void)state;
	limited("a", 1);
	limited("a", 2);
	limited("a", 3);
	written();
	now_ns += 90 * S;
	log_tick();
	assert_string_equal(written(), HEAD "a lost 3 (1 more like this in the last 90 s)\n");
	now_ns += 90 * S;
	log_tick();
	assert_string_equal(written(), "");
	limited("a", 4);
	limited("a", 5);
	written();
	log_flush();
	assert_string_equal(written(), HEAD "a lost 5\n");
}

static void call_sites(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		log_limited(LOG_HERE, S, SY_CONFIG_LOG_INFO, "live", "first");
		log_limited(LOG_HERE, S, SY_CONFIG_LOG_INFO, "live", "second");
	}
	assert_string_equal(written(), "2023-11-14T22:13:20.123Z info live: first\n"
				       "2023-11-14T22:13:20.123Z info live: second\n");
}

// More keys than there is room for: the one that was silent for longest gives way, and says what it
// has.
static void many_keys(void **state)
{
	char key[16];

	(void)state;
	for (int i = 0; i < LOG_KEYS; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		now_ns += 1000;
		limited(key, i);
	}
	limited("k0", 1000);
	limited("k1", 1001);
	written();
	limited("new", 1);
	assert_string_equal(written(), HEAD "k0 lost 1000\n" HEAD "new lost 1\n");
	limited("k2", 3);
	assert_string_equal(written(), "");
}

static void reader_does_not_read(void **state)
{
	int lines = 0, number = 0;
	const char *text;

	(void)state;
	for (int i = 0; i < 5000; i++)
		log_info("live", "line %d", i);
	text = written();
	for (const char *c = text; *c != '\0'; c++)
		lines += *c == '\n';
	while (read(ends[0], got, sizeof(got)) > 0)
		;
	log_info("live", "again");
	text = strstr(written(), "warning log: ");
	assert_non_null(text);
	assert_int_equal(sscanf(text, "warning log: %d lines", &number), 1);
	assert_in_range(number, 1, 5000 - lines);
	assert_non_null(strstr(text, "info live: again\n"));
	log_info("live", "once");
	assert_null(strstr(written(), "could not be written"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(terminal),
		TEST(levels),
		TEST(journal),
		TEST(not_this_stream),
		TEST(long_text),
		TEST(one_in_an_interval),
		TEST(tick_says_the_last),
		TEST(call_sites),
		TEST(many_keys),
		TEST(reader_does_not_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
