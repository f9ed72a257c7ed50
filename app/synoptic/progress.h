// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdbool.h>
#include <stdint.h>

struct sy_source;

/// A line on the terminal (standard error) while a run lasts longer than a second. Nothing when
/// standard error is no terminal.
struct progress {
	bool shown;
	bool wanted;
	uint64_t started_ns; ///< monotonic
	uint64_t drawn_ns;
};

void progress_start(struct progress *progress);

/// Draws the line anew, a few times a second at most.
void progress_update(struct progress *progress, const struct sy_source *source);

/// Wipes the line.
void progress_end(struct progress *progress);
