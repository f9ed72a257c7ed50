// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_error.h"
#include "sy_stats.h"

#include <stdbool.h>
#include <stdint.h>

/// One input as it was given: [NAME=]FILE.
struct read_input {
	const char *path;
	uint8_t vantage; ///< index in vantage_names
};

/// What the command line of `read` asks for. Strings are argv's.
struct read_options {
	struct read_input inputs[SY_PORT_MAX];
	uint32_t input_count;
	const char *vantage_names[SY_VANTAGE_MAX];
	uint32_t vantage_count;
	const char *output_dir; ///< NULL = none
	const char *filter;     ///< NULL = none
	uint32_t workers;
	uint32_t memory_mib;
	bool json;
	bool csv;
	bool verbose;
	bool help;
};

/// Reads the command line. 0, or -EINVAL with one sentence in err.
int read_options_parse(struct read_options *options, int argc, char **argv, struct sy_error *err);

/// The text of `read --help`.
extern const char read_help[];
