// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

// What a service tells systemd, by the protocol of sd_notify(3), without its library. Where systemd
// did not start the program, or does not ask, every call does nothing.
//
// Thread-safety: none; one thread owns it.

/// Fill it by notify_open(). Fields are read only.
struct notify {
	int fd; ///< -1 = nobody asks
	struct sockaddr_un address;
	socklen_t address_size;
	uint64_t watchdog_ns; ///< silence after which the service is taken for stuck; 0 = never
	uint64_t alive_ns;    ///< when notify_alive() last said so
};

/// Reads $NOTIFY_SOCKET, $WATCHDOG_USEC and $WATCHDOG_PID. 0, also when they are not set; -errno
/// when they are and cannot be used (EINVAL, EMFILE, ...): then every call does nothing.
int notify_open(struct notify *notify);

/// Closes the socket; says nothing.
void notify_close(struct notify *notify);

/// The service is started, or has reloaded its configuration; the text is one line that `systemctl
/// status` shows.
__attribute__((format(printf, 2, 3))) void notify_ready(
	struct notify *notify, const char *format, ...);

/// The configuration is being read again; notify_ready() follows in any case.
void notify_reloading(struct notify *notify);

/// The service is about to end.
void notify_stopping(struct notify *notify);

/// The service is alive: call it from the loop whose standstill means trouble, as often as is
/// convenient, with CLOCK_MONOTONIC. Says so to systemd when a quarter of the watchdog's time is
/// over, at most. Nothing when there is no watchdog.
void notify_alive(struct notify *notify, uint64_t now_ns);
