// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "reader.h"

#include "sy_source.h"

#include <stdbool.h>
#include <stdint.h>

// Several readers as one stream in time order: smallest time first, ties by the order of the
// inputs.

/// One input and the frames of it that wait for their turn.
struct sy_input {
	struct sy_reader *reader;
	int64_t clock_offset_ns;
	uint8_t port;
	bool ended;
	uint32_t next;  ///< first frame that waits
	uint32_t count; ///< end of the frames that wait
	struct sy_frame frames[SY_SOURCE_BURST_MAX];
};

/// A frame in its turn.
struct sy_merged {
	const struct sy_frame *frame; ///< valid until the next sy_merge
	struct sy_input *input;
};

/// Gives up to `max` frames. Stops early where an input must be read again, because that would
/// reuse the bytes of its frames in this burst. 0 = all inputs have ended.
uint32_t sy_merge(struct sy_input *inputs, uint32_t count, struct sy_merged *merged, uint32_t max);
