// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "live_order.h"

#include <string.h>

void live_order_add(struct live_order *o, struct live_frame frame)
{
	uint32_t at;

	if (o->first + o->count == 2 * LIVE_HELD_MAX) {
		memmove(o->frame, &o->frame[o->first], o->count * sizeof(o->frame[0]));
		o->first = 0;
	}
	// Nearly always it is the latest; of equal times the one that came first stays first.
	for (at = o->first + o->count; at > o->first && o->frame[at - 1].ts_ns > frame.ts_ns; at--)
		o->frame[at] = o->frame[at - 1];
	o->frame[at] = frame;
	o->count++;
}

uint32_t live_order_take(
	struct live_order *o, uint64_t now_ns, struct live_frame *out, uint32_t max)
{
	bool full = live_order_is_full(o);
	uint32_t taken = 0;

	while (taken < max && o->count > 0 &&
		(full || o->frame[o->first].ts_ns + LIVE_HOLD_NS <= now_ns)) {
		out[taken++] = o->frame[o->first++];
		o->count--;
	}
	if (o->count == 0)
		o->first = 0;
	return taken;
}
