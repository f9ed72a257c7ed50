// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "notify.h"

#include "sy_time.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

// Longest message.
#define MESSAGE_BYTES 1024

// A path, or '@' and an abstract name, which is not terminated.
static int set_address(struct notify *notify, const char *name)
{
	size_t length = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || length < 2 ||
		length >= sizeof(notify->address.sun_path))
		return -EINVAL;
	notify->address.sun_family = AF_UNIX;
	memcpy(notify->address.sun_path, name, length);
	if (name[0] == '@')
		notify->address.sun_path[0] = '\0';
	notify->address_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length +
					   (name[0] == '@' ? 0 : 1));
	return 0;
}

static uint64_t number_of(const char *text)
{
	char *end = NULL;
	unsigned long long value;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return 0;
	errno = 0;
	value = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' ? value : 0;
}

// The watchdog is for the process that $WATCHDOG_PID names, if it names one.
static uint64_t read_watchdog_ns(void)
{
	uint64_t us = number_of(getenv("WATCHDOG_USEC"));
	const char *pid = getenv("WATCHDOG_PID");

	if (pid != NULL && number_of(pid) != (uint64_t)getpid())
		return 0;
	return us <= UINT64_MAX / SY_NS_PER_US ? us * SY_NS_PER_US : 0;
}

int notify_open(struct notify *notify)
{
	// A systemd that does not read must not stop us for long.
	const struct timeval patience = {.tv_sec = 1};
	const char *name = getenv("NOTIFY_SOCKET");
	int status;

	memset(notify, 0, sizeof(*notify));
	notify->fd = -1;
	if (name == NULL || name[0] == '\0')
		return 0;
	status = set_address(notify, name);
	if (status != 0)
		return status;
	notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (notify->fd < 0)
		return -errno;
	setsockopt(notify->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	notify->watchdog_ns = read_watchdog_ns();
	return 0;
}

void notify_close(struct notify *notify)
{
	if (notify->fd >= 0)
		close(notify->fd);
	notify->fd = -1;
	notify->watchdog_ns = 0;
}

// Not connected, but addressed each time: so it survives that the receiver is made anew.
static void send_message(struct notify *notify, const char *message, size_t size)
{
	ssize_t n;

	do
		n = sendto(notify->fd, message, size, MSG_NOSIGNAL,
			(const struct sockaddr *)&notify->address, notify->address_size);
	while (n < 0 && errno == EINTR);
}

void notify_ready(struct notify *notify, const char *format, ...)
{
	char message[MESSAGE_BYTES] = "READY=1\nSTATUS=";
	size_t head = strlen(message);
	va_list args;
	int n;

	if (notify->fd < 0)
		return;
	va_start(args, format);
	n = vsnprintf(message + head, sizeof(message) - head, format, args);
	va_end(args);
	if (n < 0)
		return;
	// A line break in the status would begin another assignment.
	for (char *at = message + head; *at != '\0'; at++)
		if ((unsigned char)*at < 0x20)
			*at = ' ';
	send_message(notify, message, strlen(message));
}

void notify_reloading(struct notify *notify)
{
	char message[80];
	struct timespec now;
	int n;

	if (notify->fd < 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &now);
	n = snprintf(message, sizeof(message), "RELOADING=1\nMONOTONIC_USEC=%llu",
		(unsigned long long)now.tv_sec * 1000000 + (unsigned long long)now.tv_nsec / 1000);
	send_message(notify, message, (size_t)n);
}

void notify_stopping(struct notify *notify)
{
	static const char message[] = "STOPPING=1";

	if (notify->fd >= 0)
		send_message(notify, message, sizeof(message) - 1);
}

void notify_alive(struct notify *notify, uint64_t now_ns)
{
	static const char message[] = "WATCHDOG=1";

	if (notify->fd < 0 || notify->watchdog_ns == 0)
		return;
	if (notify->alive_ns != 0 &&
		sy_time_since(now_ns, notify->alive_ns) < notify->watchdog_ns / 4)
		return;
	send_message(notify, message, sizeof(message) - 1);
	notify->alive_ns = now_ns;
}
