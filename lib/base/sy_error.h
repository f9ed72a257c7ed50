// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

/// One clear sentence about what went wrong and what to do, for the user's terminal.
/// Libraries never print: they fill this and return a negative errno.
struct sy_error {
	char text[512]; ///< no trailing newline; "" = no error
};

/// Writes the sentence (cut at the size of the buffer) and returns -errno_value, so that a function
/// can end with `return sy_error_set(err, EINVAL, "...", ...)`. `err` may be NULL.
__attribute__((format(printf, 3, 4))) int sy_error_set(
	struct sy_error *err, int errno_value, const char *format, ...);
