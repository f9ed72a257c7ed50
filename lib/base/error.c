// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_error.h"

#include <stdarg.h>
#include <stdio.h>

int sy_error_set(struct sy_error *err, int errno_value, const char *format, ...)
{
	if (err != NULL) {
		va_list args;
		va_start(args, format);
		vsnprintf(err->text, sizeof(err->text), format, args);
		va_end(args);
	}
	return -errno_value;
}
