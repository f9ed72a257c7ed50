// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <rte_mbuf.h>

#include <stdbool.h>
#include <stdint.h>

// Frames of ports that stamp them, in the order of their times: the fibres of a link, and the
// vantages of a network, are polled in turn, which mixes the order of question and answer. A frame
// waits a little for those that were earlier and come later from another port.
//
// Thread-safety: none; one worker owns it.

/// How long a frame waits, from its time on: as long as the kernel may keep one back in a block.
#define LIVE_HOLD_NS 20000000

/// Frames that can wait; with more the oldest leave at once.
#define LIVE_HELD_MAX 4096

/// A frame with a time farther from the clock than this has no usable one.
#define LIVE_PLAUSIBLE_NS UINT64_C(10000000000)

struct live_frame {
	uint64_t ts_ns;
	struct rte_mbuf *mbuf;
	uint8_t port;
};

struct live_order {
	uint32_t first, count; ///< in use: frame[first .. first + count), in order
	struct live_frame frame[2 * LIVE_HELD_MAX];
};

/// Takes a frame. The caller has made room: live_order_is_full() is false.
void live_order_add(struct live_order *order, struct live_frame frame);

static inline bool live_order_is_full(const struct live_order *order)
{
	return order->count >= LIVE_HELD_MAX;
}

/// Gives up to `max` frames, the oldest first, which have waited until now_ns, or all of the oldest
/// that there are when it is full. Returns how many.
uint32_t live_order_take(
	struct live_order *order, uint64_t now_ns, struct live_frame *out, uint32_t max);
