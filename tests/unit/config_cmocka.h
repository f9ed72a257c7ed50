// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// cmocka.h needs these before it, in this order.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

/// The least that is a configuration.
#define CONFIG_PORTS "ports:\n  - name: a\n    device: eth0\n"

/// Loads a text that has no mistake.
static inline void config_good(struct sy_config *config, const char *text)
{
	struct sy_error err = {0};

	if (sy_config_load_text(config, "f", text, strlen(text), &err) != 0)
		fail_msg("%s", err.text);
}

/// The whole file; the caller frees it.
static inline char *config_read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t size, room = 1 << 20;
	char *text = calloc(1, room);

	if (file == NULL)
		fail_msg("cannot read %s", path);
	size = fread(text, 1, room - 1, file);
	fclose(file);
	assert_true(size < room - 1);
	return text;
}
