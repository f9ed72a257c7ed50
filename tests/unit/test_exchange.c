// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The hand-off between two threads.

#include "eal_cmocka.h"
#include "export_cmocka.h"

#include "sy_exchange.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#define ITEMS    8
#define MESSAGES 200000u

static void wrong_sizes(void **state)
{
	static const uint32_t sizes[] = {0, 3, 100, 1u << 17};

	(void)state;
	for (int i = 0; i < 4; i++) {
		errno = 0;
		assert_null(sy_exchange_create("wrong", sizes[i], 64));
		assert_int_equal(errno, EINVAL);
	}
	sy_exchange_destroy(NULL);
}

static void name_is_taken(void **state)
{
	struct sy_exchange *first = sy_exchange_create("twenty_characters_ab", ITEMS, 8);

	(void)state;
	assert_non_null(first);
	errno = 0;
	assert_null(sy_exchange_create("twenty_characters_ab", ITEMS, 8));
	assert_int_equal(errno, EEXIST);
	sy_exchange_destroy(first);
	first = sy_exchange_create("twenty_characters_ab", ITEMS, 8);
	assert_non_null(first);
	sy_exchange_destroy(first);
}

static void buffers_go_round(void **state)
{
	struct sy_exchange *x = sy_exchange_create("round", ITEMS, 100);
	uint8_t *taken[ITEMS];

	(void)state;
	assert_non_null(x);
	assert_null(sy_exchange_receive(x));
	for (int i = 0; i < ITEMS; i++) {
		taken[i] = sy_exchange_take(x);
		assert_non_null(taken[i]);
		assert_int_equal((uintptr_t)taken[i] % 64, 0);
		assert_int_equal(taken[i][99], 0);
		memset(taken[i], i, 100);
	}
	assert_null(sy_exchange_take(x));
	for (int i = 0; i < ITEMS; i++)
		sy_exchange_send(x, taken[i]);
	for (int i = 0; i < ITEMS; i++) {
		uint8_t *item = sy_exchange_receive(x);
		assert_ptr_equal(item, taken[i]);
		assert_int_equal(item[0], i);
		assert_int_equal(item[99], i);
		sy_exchange_give_back(x, item);
	}
	assert_null(sy_exchange_receive(x));
	assert_ptr_equal(sy_exchange_take(x), taken[0]);
	sy_exchange_destroy(x);
}

static void *produce(void *arg)
{
	for (uint32_t i = 0; i < MESSAGES; i++) {
		uint32_t *item;
		while ((item = sy_exchange_take(arg)) == NULL)
			sched_yield();
		item[0] = i;
		item[15] = ~i;
		sy_exchange_send(arg, item);
	}
	return NULL;
}

static void two_threads(void **state)
{
	struct sy_exchange *x = sy_exchange_create("threads", ITEMS, 64);
	pthread_t producer;

	(void)state;
	assert_non_null(x);
	assert_int_equal(pthread_create(&producer, NULL, produce, x), 0);
	for (uint32_t i = 0; i < MESSAGES; i++) {
		uint32_t *item;
		while ((item = sy_exchange_receive(x)) == NULL)
			sched_yield();
		assert_int_equal(item[0], i);
		assert_int_equal(item[15], ~i);
		sy_exchange_give_back(x, item);
	}
	assert_null(sy_exchange_receive(x));
	assert_int_equal(pthread_join(producer, NULL), 0);
	sy_exchange_destroy(x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_sizes),
		cmocka_unit_test(name_is_taken),
		cmocka_unit_test(buffers_go_round),
		cmocka_unit_test(two_threads),
	};

	return cmocka_run_group_tests_name("exchange", tests, start_eal, stop_eal);
}
