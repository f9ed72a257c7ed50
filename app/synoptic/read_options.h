// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_error.h"
#include "sy_stats.h"

#include <stdbool.h>
#include <stdint.h>

/// Room for a vantage's name that is made from a file's name, the terminating 0 included.
#define VANTAGE_NAME_BYTES 256

/// One input as it was given: [NAME=]FILE.
struct read_input {
	const char *path;
	uint8_t vantage;               ///< index in vantage_names
	bool named;                    ///< NAME was given
	char stem[VANTAGE_NAME_BYTES]; ///< the name where none was given and one is needed
	int64_t clock_offset_ns;       ///< of its vantage's clock; by align_inputs()
};

/// What the command line of `read` asks for. Strings are argv's, or an input's stem.
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
	bool handshake_only; ///< --tracking handshake
	const char *decode;  ///< name of a decode kernel
	bool csv;
	bool verbose;
	bool help;
};

/// Reads the command line. 0, or -EINVAL with one sentence in err.
int read_options_parse(struct read_options *options, int argc, char **argv, struct sy_error *err);

/// Finds or adds a vantage; the name is kept, not copied. Its index, or -1 when there are too many.
int read_options_vantage(struct read_options *options, const char *name);

/// The text of `read --help`.
extern const char read_help[];
