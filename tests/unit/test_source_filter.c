// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The capture filter over every link type.

#include "capture_bytes.h"

#include "sy_filter.h"

#include <errno.h>

// IPv4, TCP, 10.0.0.1:1000 > 10.0.0.2:80, SYN
static const uint8_t syn[40] = {0x45, 0, 0, 40, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,
	0x03, 0xe8, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xff, 0xff};

static const struct {
	enum sy_link link;
	uint8_t header[20];
	uint8_t bytes;
} frames[] = {
	{SY_LINK_ETHERNET, {[12] = 8}, 14},
	{SY_LINK_NULL, {[0] = 2}, 4},
	{SY_LINK_NULL, {[3] = 2}, 4}, // the other byte order
	{SY_LINK_LOOP, {[3] = 2}, 4},
	{SY_LINK_RAW_IP, {0}, 0},
	{SY_LINK_SLL, {[14] = 8}, 16},
	{SY_LINK_SLL2, {[0] = 8}, 20},
	{SY_LINK_PPP, {0xff, 3, 0, 0x21}, 4},
	{SY_LINK_C_HDLC, {0x0f, 0, 8, 0}, 4},
};

static void matches_on_each_link(void **state)
{
	static const struct {
		const char *text;
		bool passes;
	} cases[] = {{"", true}, {"tcp port 80", true},
		{"tcp dst port 80 and src host 10.0.0.1", true}, {"tcp port 81", false},
		{"udp", false}, {"tcp[tcpflags] & tcp-syn != 0", true}, {"ip6", false}};
	struct sy_filter *filter;
	struct sy_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(sy_filter_create(&filter, cases[i].text, &err), 0);
		for (size_t k = 0; k < sizeof(frames) / sizeof(frames[0]); k++) {
			struct bytes o = {0};
			put(&o, frames[k].header, frames[k].bytes);
			put(&o, syn, sizeof(syn));
			assert_true(sy_filter_supports(filter, frames[k].link, NULL));
			assert_int_equal(sy_filter_match(filter, frames[k].link, o.b, (uint32_t)o.n,
						 (uint32_t)o.n),
				cases[i].passes);
			for (uint32_t cap = 0; cap < o.n; cap++) // shorter: no read past the end
				sy_filter_match(filter, frames[k].link, o.b + o.n - cap, cap, 2000);
		}
		sy_filter_destroy(filter);
	}
}

static void only_some_links(void **state)
{
	struct sy_filter *filter;
	struct sy_error err = {0};

	(void)state;
	assert_int_equal(sy_filter_create(&filter, "ether host 02:00:00:00:00:01", &err), 0);
	assert_true(sy_filter_supports(filter, SY_LINK_ETHERNET, &err));
	assert_false(sy_filter_supports(filter, SY_LINK_RAW_IP, &err));
	assert_non_null(strstr(err.text, "cannot be applied to raw IP frames: "));
	assert_false(sy_filter_match(filter, SY_LINK_RAW_IP, syn, sizeof(syn), sizeof(syn)));
	sy_filter_destroy(filter);
}

static void errors(void **state)
{
	struct sy_filter *filter;
	struct sy_error err = {0};

	(void)state;
	assert_int_equal(sy_filter_create(&filter, "tcp prot 80", &err), -EINVAL);
	assert_null(filter);
	assert_non_null(strstr(err.text, "\"tcp prot 80\""));
	assert_non_null(strstr(err.text, "syntax error"));
	sy_filter_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_on_each_link),
		cmocka_unit_test(only_some_links),
		cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
