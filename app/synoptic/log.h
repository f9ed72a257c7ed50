// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_config.h"

#include <stdbool.h>
#include <stdint.h>

// What a program that runs for months says on standard error: one line a message, with a level and
// a module word ("live", "ports", "store", "verdict", "config", ...).
//
// Under systemd, where $JOURNAL_STREAM names this very stream, a line is `<4>ports: text`: the
// journal has a time of its own. Elsewhere it is `2026-11-22T08:33:00.123Z warning ports: text`.
// Control characters of a text become spaces, for the journal takes a line break for a new message;
// a text of more than LOG_TEXT_BYTES is cut.
//
// Thread-safety: none, and the state is one for the process. Only the thread of management logs,
// never a worker, nor a thread that DPDK made.

/// Longest text, in bytes.
#define LOG_TEXT_BYTES 1024

/// Different keys that are limited at a time; with more, the one that was silent for longest is
/// forgotten.
#define LOG_KEYS 128

#define LOG_TEXT_OF_(x) #x
#define LOG_TEXT_OF(x)  LOG_TEXT_OF_(x)
/// A key for log_limited() that stands for the place in the source where it is written.
#define LOG_HERE __FILE__ ":" LOG_TEXT_OF(__LINE__)

/// Begins: lines go to the descriptor, which stays the caller's (2, but for tests). Without this
/// call lines of level info and above go to standard error.
void log_open(int fd, enum sy_config_log_level level);

/// Takes effect with the next line.
void log_set_level(enum sy_config_log_level level);

/// True when a line of that level would be written: for what is costly to find out.
bool log_wants(enum sy_config_log_level level);

__attribute__((format(printf, 2, 3))) void log_error(const char *module, const char *format, ...);
__attribute__((format(printf, 2, 3))) void log_warning(const char *module, const char *format, ...);
__attribute__((format(printf, 2, 3))) void log_info(const char *module, const char *format, ...);
__attribute__((format(printf, 2, 3))) void log_debug(const char *module, const char *format, ...);

/// The same for what may happen often: at most one line of a key in each interval_ns. The first is
/// written at once; later ones are counted, and the last of them is written when the interval is
/// over, by the next call of this or of log_tick(), with "(N more like this in the last 60 s)". The
/// key is LOG_HERE, or a text such as "missed uplink-a" for each thing apart; it is copied.
__attribute__((format(printf, 5, 6))) void log_limited(const char *key, uint64_t interval_ns,
	enum sy_config_log_level level, const char *module, const char *format, ...);

/// Writes what log_limited() held back and whose interval is over. Call it once a second or so.
void log_tick(void);

/// Writes everything that was held back, whatever its interval, and forgets all keys. At the end.
void log_flush(void);

/// For tests: other clocks, in nanoseconds (the first since 1970); NULL = the system's.
void log_use_clocks(uint64_t (*wall_ns)(void), uint64_t (*monotonic_ns)(void));
