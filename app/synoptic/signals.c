// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "signals.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static const struct {
	int number;
	unsigned wish;
} understood[] = {
	{SIGTERM, SIGNAL_STOP},
	{SIGINT, SIGNAL_STOP},
	{SIGHUP, SIGNAL_RELOAD},
	{SIGUSR1, SIGNAL_WRITE},
};
#define UNDERSTOOD (sizeof(understood) / sizeof(understood[0]))

int signals_open(struct signals *signals, struct sy_error *err)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t mask;
	int status;

	memset(signals, 0, sizeof(*signals));
	sigemptyset(&mask);
	for (size_t i = 0; i < UNDERSTOOD; i++)
		sigaddset(&mask, understood[i].number);
	signals->fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	if (signals->fd < 0)
		return sy_error_set(err, errno, "signals cannot be received: %s", strerror(errno));
	status = pthread_sigmask(SIG_BLOCK, &mask, &signals->mask_before);
	if (status != 0) {
		close(signals->fd);
		signals->fd = -1;
		return sy_error_set(err, status, "signals cannot be blocked: %s", strerror(status));
	}
	// Whoever reads the log may go away; that is no reason to end.
	sigaction(SIGPIPE, &ignore, &signals->pipe_before);
	return 0;
}

static unsigned wish_of(uint32_t number)
{
	for (size_t i = 0; i < UNDERSTOOD; i++)
		if ((uint32_t)understood[i].number == number)
			return understood[i].wish;
	return 0;
}

unsigned signals_take(struct signals *signals)
{
	struct signalfd_siginfo info;
	unsigned wishes = 0;

	while (read(signals->fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		wishes |= wish_of(info.ssi_signo);
	if (wishes & SIGNAL_STOP) {
		if (signals->stopping)
			wishes = (wishes & ~(unsigned)SIGNAL_STOP) | SIGNAL_STOP_NOW;
		signals->stopping = true;
	}
	return wishes;
}

void signals_close(struct signals *signals)
{
	if (signals->fd < 0)
		return;
	signals_take(signals);
	close(signals->fd);
	signals->fd = -1;
	sigaction(SIGPIPE, &signals->pipe_before, NULL);
	pthread_sigmask(SIG_SETMASK, &signals->mask_before, NULL);
}
