// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "export_cmocka.h"

#include "sy_digits.h"
#include "sy_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

static void expect(struct sy_text *text, const char *want)
{
	assert_int_equal(text->size, strlen(want));
	assert_memory_equal(text->data, want, text->size);
	text->size = 0;
}

static void test_integers(void **state)
{
	static const uint64_t values[] = {
		0, 9, 10, 99, 100, 12345, UINT32_MAX, UINT64_C(10000000000000000000), UINT64_MAX};
	struct sy_text text;
	char want[32];

	(void)state;
	sy_text_init(&text, -1);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(want, sizeof(want), "%llu", (unsigned long long)values[i]);
		sy_text_put_u64(&text, values[i]);
		expect(&text, want);
	}
	sy_text_put_i64(&text, INT64_MIN);
	expect(&text, "-9223372036854775808");
	sy_text_put_i64(&text, 17);
	expect(&text, "17");
	sy_text_free(&text);
}

static void test_numbers(void **state)
{
	struct sy_text text;

	(void)state;
	sy_text_init(&text, -1);
	sy_text_put_milli(&text, 1000000);
	expect(&text, "1000");
	sy_text_put_milli(&text, 55533250);
	expect(&text, "55533.25");
	sy_text_put_milli(&text, 7);
	expect(&text, "0.007");
	sy_text_put_milli(&text, 100);
	expect(&text, "0.1");
	sy_text_put_f64(&text, 1000.0, 3);
	expect(&text, "1000");
	sy_text_put_f64(&text, 0.25, 6);
	expect(&text, "0.25");
	sy_text_put_f64(&text, 100, 0);
	expect(&text, "100");
	sy_text_put_f64(&text, -0.0001, 2);
	expect(&text, "0");
	sy_text_put_f64(&text, 1e300, 6);
	assert_int_equal(text.size, 301);
	text.size = 0;
	sy_text_put_f64(&text, NAN, 2);
	expect(&text, "null");
	sy_text_free(&text);
}

static void test_times(void **state)
{
	uint64_t ts_ns = UINT64_C(1795336380000000001);
	struct sy_text text;
	char want[SY_TIME_TEXT_SIZE];

	(void)state;
	sy_text_init(&text, -1);
	for (int i = 0; i < 1000; i++) {
		ts_ns += i % 3 != 0 ? 1234567 : UINT64_C(86399999999999);
		sy_time_format(ts_ns, want);
		sy_text_put_time(&text, ts_ns);
		expect(&text, want);
	}
	sy_text_free(&text);
}

static void test_escaping(void **state)
{
	struct sy_text text;

	(void)state;
	sy_text_init(&text, -1);
	sy_text_put_json(&text, "a\"b\\c\n\x01/\x7f");
	expect(&text, "\"a\\\"b\\\\c\\n\\u0001/\\u007f\"");
	sy_text_put_json(&text, "\xc3\xa9\xf0\x9f\x8c\x8d");
	expect(&text, "\"\xc3\xa9\xf0\x9f\x8c\x8d\"");
	// Lone continuation, overlong, surrogate, beyond U+10FFFF, cut off.
	sy_text_put_json(&text, "\x80");
	expect(&text, "\"\\ufffd\"");
	sy_text_put_json(&text, "\xc0\xaf");
	expect(&text, "\"\\ufffd\\ufffd\"");
	sy_text_put_json(&text, "\xed\xa0\x80");
	expect(&text, "\"\\ufffd\\ufffd\\ufffd\"");
	sy_text_put_json(&text, "\xf4\x90\x80\x80");
	expect(&text, "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
	sy_text_put_json(&text, "x\xe2\x82");
	expect(&text, "\"x\\ufffd\\ufffd\"");
	sy_text_free(&text);
}

static void test_growth_keeps_all(void **state)
{
	struct sy_text text;

	(void)state;
	sy_text_init(&text, -1);
	for (uint32_t i = 0; i < 100000; i++)
		sy_text_put(&text, (const char[]){(char)('a' + i % 26)}, 1);
	sy_text_checkpoint(&text);
	assert_int_equal(text.size, 100000);
	for (uint32_t i = 0; i < 100000; i++)
		assert_int_equal(text.data[i], 'a' + i % 26);
	sy_text_free(&text);
}

static void test_error_sticks(void **state)
{
	struct sy_text text;
	int fd = open("/dev/full", O_WRONLY);

	(void)state;
	if (fd < 0)
		skip();
	sy_text_init(&text, fd);
	sy_text_puts(&text, "one");
	assert_int_equal(sy_text_flush(&text), -ENOSPC);
	sy_text_puts(&text, "two");
	assert_int_equal(sy_text_flush(&text), -ENOSPC);
	assert_int_equal(text.size, 0);
	assert_int_equal(text.flushed_bytes, 0);
	sy_text_free(&text);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_escaping),
		cmocka_unit_test(test_growth_keeps_all),
		cmocka_unit_test(test_error_sticks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
