// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "log.h"

// Between log.c, which writes lines, and log_limit.c, which holds some back.

/// Writes one line, whatever the level is set to.
void log_line(enum sy_config_log_level level, const char *module, const char *text);

uint64_t log_monotonic_ns(void);
