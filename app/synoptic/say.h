// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

/// Writes one line "synoptic: ..." to the terminal (standard error).
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);
