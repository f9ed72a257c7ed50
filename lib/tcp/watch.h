// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_flow.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Which flows are watched: those whose next ordinary segment can still change a verdict. A counter
// for each value of a few bits of the tag, small enough for the L2 cache, answers "certainly not"
// for one probe, so that the data of an established connection passes without touching its flow.
// "Perhaps" only costs the look that `tracking: full` always takes.
//
// Thread-safety: none; one worker owns it.

#define SY_WATCH_BITS 18

struct sy_watch {
	uint8_t count[1u << SY_WATCH_BITS]; ///< watched flows; 255 = too many to count, for good
};

static inline uint8_t *sy_watch_counter(struct sy_watch *watch, uint64_t tag)
{
	return &watch->count[tag >> (64 - SY_WATCH_BITS)];
}

/// False when no watched flow has this tag.
static inline bool sy_watch_perhaps(struct sy_watch *watch, uint64_t tag)
{
	return *sy_watch_counter(watch, tag) != 0;
}

static inline void sy_watch_add(struct sy_watch *watch, uint64_t tag)
{
	uint8_t *count = sy_watch_counter(watch, tag);

	*count = (uint8_t)(*count + (*count != UINT8_MAX));
}

static inline void sy_watch_remove(struct sy_watch *watch, uint64_t tag)
{
	uint8_t *count = sy_watch_counter(watch, tag);

	*count = (uint8_t)(*count - (*count != UINT8_MAX));
}
