// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// How long a frame was whose end is missing.

#include "export_cmocka.h"
#include "frame_wire.h"

#include <string.h>

#define CAP 1982

static uint8_t frame[CAP];

static void put16(size_t at, uint16_t value)
{
	frame[at] = (uint8_t)(value >> 8);
	frame[at + 1] = (uint8_t)value;
}

static int clear(void **state)
{
	(void)state;
	memset(frame, 0, sizeof(frame));
	return 0;
}

static void what_ip_says(void **state)
{
	(void)state;
	put16(12, 0x0800);
	put16(16, 8040);
	assert_int_equal(frame_wire_bytes(frame, CAP), 14 + 8040);
	put16(16, CAP - 14);
	assert_int_equal(frame_wire_bytes(frame, CAP), CAP);
	put16(16, 0); // left to a card by segmentation offload
	assert_int_equal(frame_wire_bytes(frame, CAP), CAP);
	put16(12, 0x86dd);
	put16(18, 8000);
	assert_int_equal(frame_wire_bytes(frame, CAP), 14 + 40 + 8000);
}

static void behind_tags(void **state)
{
	(void)state;
	put16(12, 0x88a8);
	put16(16, 0x8100);
	put16(20, 0x0800);
	put16(24, 4000);
	assert_int_equal(frame_wire_bytes(frame, CAP), 22 + 4000);
}

static void nothing_is_known(void **state)
{
	(void)state;
	put16(12, 0x88b5);
	put16(16, 8040);
	assert_int_equal(frame_wire_bytes(frame, CAP), CAP);
	put16(12, 0x0800);
	assert_int_equal(frame_wire_bytes(frame, 20), 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_ip_says, clear),
		cmocka_unit_test_setup(behind_tags, clear),
		cmocka_unit_test_setup(nothing_is_known, clear),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
