// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A socket of our own in the place of systemd's.

#include "export_cmocka.h"
#include "notify.h"

#include "sy_time.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static char path[64];
static int listener;
static struct notify notify;

static const char *received(void)
{
	static char message[4096];
	ssize_t n = recv(listener, message, sizeof(message) - 1, MSG_DONTWAIT);

	message[n > 0 ? n : 0] = '\0';
	return message;
}

static void listen_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(name);

	memcpy(address.sun_path, name, length);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	listener = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_int_equal(bind(listener, (struct sockaddr *)&address,
				 (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
		0);
	setenv("NOTIFY_SOCKET", name, 1);
}

static int begin(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	listener = -1;
	return 0;
}

static int end(void **state)
{
	(void)state;
	notify_close(&notify);
	if (listener >= 0)
		close(listener);
	unlink(path);
	return 0;
}

static unsigned long long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (unsigned long long)now.tv_sec * 1000000 + (unsigned long long)now.tv_nsec / 1000;
}

static void say_everything(void)
{
	unsigned long long us = 0, before_us;

	notify_ready(&notify, "watching %d ports", 2);
	assert_string_equal(received(), "READY=1\nSTATUS=watching 2 ports");
	notify_ready(&notify, "line\nbreak\tand STOPPING=1");
	assert_string_equal(received(), "READY=1\nSTATUS=line break and STOPPING=1");
	before_us = now_us();
	notify_reloading(&notify);
	assert_int_equal(sscanf(received(), "RELOADING=1\nMONOTONIC_USEC=%llu", &us), 1);
	assert_in_range(us, before_us, now_us());
	notify_stopping(&notify);
	assert_string_equal(received(), "STOPPING=1");
	assert_string_equal(received(), "");
}

static void at_a_path(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "/tmp/synoptic-notify-%d", (int)getpid());
	listen_at(path);
	assert_int_equal(notify_open(&notify), 0);
	say_everything();
}

static void at_an_abstract_name(void **state)
{
	char name[64];

	(void)state;
	snprintf(name, sizeof(name), "@synoptic-notify-%d", (int)getpid());
	listen_at(name);
	assert_int_equal(notify_open(&notify), 0);
	say_everything();
}

static void nobody_asks(void **state)
{
	(void)state;
	setenv("WATCHDOG_USEC", "1000000", 1);
	assert_int_equal(notify_open(&notify), 0);
	assert_int_equal(notify.fd, -1);
	assert_int_equal(notify.watchdog_ns, 0);
	notify_ready(&notify, "nothing");
	notify_reloading(&notify);
	notify_alive(&notify, 1);
	notify_stopping(&notify);
	setenv("NOTIFY_SOCKET", "", 1);
	assert_int_equal(notify_open(&notify), 0);
	assert_int_equal(notify.fd, -1);
}

static void bad_names(void **state)
{
	char long_name[200];

	(void)state;
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[0] = '/';
	long_name[sizeof(long_name) - 1] = '\0';
	const char *const names[] = {"relative", "/", "@", "vsock:2:1234", long_name};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		setenv("NOTIFY_SOCKET", names[i], 1);
		assert_int_equal(notify_open(&notify), -EINVAL);
		notify_ready(&notify, "nothing");
	}
}

// Nobody listens any more: no signal, no wait, no end.
static void receiver_is_gone(void **state)
{
	(void)state;
	at_a_path(state);
	close(listener);
	listener = -1;
	unlink(path);
	notify_ready(&notify, "nothing");
	notify_stopping(&notify);
}

static void open_with_watchdog(const char *us, const char *pid)
{
	setenv("WATCHDOG_USEC", us, 1);
	if (pid != NULL)
		setenv("WATCHDOG_PID", pid, 1);
	notify_close(&notify);
	assert_int_equal(notify_open(&notify), 0);
}

static void watchdog(void **state)
{
	char pid[16];

	(void)state;
	snprintf(path, sizeof(path), "/tmp/synoptic-notify-%d", (int)getpid());
	listen_at(path);
	open_with_watchdog("4000000", NULL);
	assert_int_equal(notify.watchdog_ns, 4 * SY_NS_PER_S);
	notify_alive(&notify, 100 * SY_NS_PER_S);
	assert_string_equal(received(), "WATCHDOG=1");
	notify_alive(&notify, 101 * SY_NS_PER_S - 1);
	assert_string_equal(received(), "");
	notify_alive(&notify, 101 * SY_NS_PER_S);
	assert_string_equal(received(), "WATCHDOG=1");

	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	open_with_watchdog("4000000", pid);
	assert_int_equal(notify.watchdog_ns, 4 * SY_NS_PER_S);
	open_with_watchdog("4000000", "1");
	assert_int_equal(notify.watchdog_ns, 0);
	open_with_watchdog("4 s", pid);
	assert_int_equal(notify.watchdog_ns, 0);
	notify_alive(&notify, 200 * SY_NS_PER_S);
	assert_string_equal(received(), "");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(at_a_path),
		TEST(at_an_abstract_name),
		TEST(nobody_asks),
		TEST(bad_names),
		TEST(receiver_is_gone),
		TEST(watchdog),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
