// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_config.h"

/// Reads the configuration again while it is used, and takes over what can change: log.level,
/// interval_s, output.prometheus and output.report. The log says what was changed, what waits for
/// a restart, and why a file that cannot be used is not; then everything stays as it is. The
/// manager.
void reload_config(struct sy_config *config, const char *path);
