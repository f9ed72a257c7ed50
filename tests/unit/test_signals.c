// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Real signals, sent to ourselves.

#include "export_cmocka.h"
#include "signals.h"

#include <poll.h>
#include <pthread.h>
#include <unistd.h>

static struct signals signals;

static int begin(void **state)
{
	(void)state;
	return signals_open(&signals, NULL);
}

static int end(void **state)
{
	(void)state;
	signals_close(&signals);
	signals_close(&signals);
	return 0;
}

static void wishes(void **state)
{
	struct pollfd poll_fd = {.fd = signals.fd, .events = POLLIN};

	(void)state;
	assert_int_equal(signals_take(&signals), 0);
	assert_int_equal(poll(&poll_fd, 1, 0), 0);
	raise(SIGHUP);
	assert_int_equal(poll(&poll_fd, 1, 0), 1);
	assert_int_equal(signals_take(&signals), SIGNAL_RELOAD);
	assert_int_equal(signals_take(&signals), 0);
	raise(SIGUSR1);
	raise(SIGHUP);
	assert_int_equal(signals_take(&signals), SIGNAL_WRITE | SIGNAL_RELOAD);
}

static void stop_and_stop_now(void **state)
{
	(void)state;
	// A terminal and whoever forwards its ^C: one wish.
	raise(SIGINT);
	raise(SIGTERM);
	assert_int_equal(signals_take(&signals), SIGNAL_STOP);
	raise(SIGHUP);
	assert_int_equal(signals_take(&signals), SIGNAL_RELOAD);
	raise(SIGTERM);
	assert_int_equal(signals_take(&signals), SIGNAL_STOP_NOW);
	raise(SIGINT);
	assert_int_equal(signals_take(&signals), SIGNAL_STOP_NOW);
}

static void *look_at_mask(void *arg)
{
	pthread_sigmask(SIG_SETMASK, NULL, arg);
	return NULL;
}

// A signal to the process must not find a thread that it ends.
static void threads_inherit(void **state)
{
	pthread_t thread;
	sigset_t mask;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, look_at_mask, &mask), 0);
	pthread_join(thread, NULL);
	assert_true(sigismember(&mask, SIGTERM));
	assert_true(sigismember(&mask, SIGINT));
	assert_true(sigismember(&mask, SIGHUP));
	assert_true(sigismember(&mask, SIGUSR1));
	assert_false(sigismember(&mask, SIGSEGV));
	kill(getpid(), SIGTERM);
	assert_int_equal(signals_take(&signals), SIGNAL_STOP);
}

static void reader_gone(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_int_equal(write(ends[1], "x", 1), -1);
	close(ends[1]);
}

static void restores(void **state)
{
	struct sigaction action;
	sigset_t before, after;

	(void)state;
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	assert_int_equal(signals_open(&signals, NULL), 0);
	raise(SIGTERM); // would end the test, were it still pending when it is unblocked
	signals_close(&signals);
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	for (int number = 1; number < 32; number++)
		assert_int_equal(sigismember(&before, number), sigismember(&after, number));
	sigaction(SIGPIPE, NULL, &action);
	assert_true(action.sa_handler == SIG_DFL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(wishes),
		TEST(stop_and_stop_now),
		TEST(threads_inherit),
		TEST(reader_gone),
		cmocka_unit_test(restores),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
