// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "read_options.h"
#include "run.h"
#include "spool.h"

#include "sy_files.h"
#include "sy_summary.h"

/// Writes the stats files of a run: everything in `files`, which is committed, or nothing.
/// 0, or -errno with one sentence in err; `files` is ended either way.
int read_output_files(struct sy_files *files, struct spool *spool, const struct sy_summary *summary,
	bool csv, struct sy_error *err);

/// Prints the report, or with --json the document, to standard output. 0 or -errno.
int read_output_print(const struct sy_summary *summary, bool json);
