// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_error.h"

#include <signal.h>
#include <stdbool.h>

// Signals that a service understands, as events which its loop asks for. There is no handler, so
// nothing runs in between.
//
// Thread-safety: none; one thread owns it.

/// What the signals ask for; bits.
enum signal_wish {
	SIGNAL_STOP = 1,     ///< SIGTERM or SIGINT: end, with everything written
	SIGNAL_STOP_NOW = 2, ///< another one after signals_take() gave SIGNAL_STOP: end at once
	SIGNAL_RELOAD = 4,   ///< SIGHUP: read the configuration again
	SIGNAL_WRITE = 8,    ///< SIGUSR1: end the interval now and write it
};

/// Fill it by signals_open(). Fields are for signals.c, but for `fd`.
struct signals {
	int fd; ///< readable when signals_take() has something to give: for poll(2)
	bool stopping;
	sigset_t mask_before;
	struct sigaction pipe_before;
};

/// Blocks the signals in the calling thread and in all that it makes later, so call it before DPDK
/// makes any; ignores SIGPIPE. 0, or -errno with one sentence in err, and nothing has changed.
int signals_open(struct signals *signals, struct sy_error *err);

/// What was asked for since the last call, as bits of enum signal_wish; 0 = nothing. Does not wait.
/// Two signals to stop that are taken by one call count as one: a terminal's ^C may come twice.
unsigned signals_take(struct signals *signals);

/// Restores what was before. Signals that came and were not taken are thrown away.
void signals_close(struct signals *signals);
