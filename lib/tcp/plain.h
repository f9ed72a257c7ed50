// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "tcp_internal.h"

// The short way of sy_tcp_track() for what nearly every segment is: it continues an established
// connection, in order, and shows nothing for the first time. Anything else is left to the machine.

/// Takes a segment whose flow stands at `f`, if it does (NULL: it does not). False: nothing was
/// done.
static inline bool sy_tcp_plain(
	const struct sy_tcp *tcp, struct sy_flow *f, const struct sy_batch *b, uint32_t i)
{
	const uint16_t special = SY_TCP_FIN | SY_TCP_SYN | SY_TCP_RST | SY_TCP_ACK;
	const uint8_t followed = SY_TRACK_SEQ(0) | SY_TRACK_SEQ(1) | SY_TRACK_ACK(0) |
				 SY_TRACK_ACK(1);
	const uint8_t looked_at = followed | SY_TRACK_UNSEEN(0) | SY_TRACK_UNSEEN(1);
	uint32_t seq = b->seq[i], payload = b->payload_bytes[i], end = seq + payload;
	uint64_t ts_ns = b->ts_ns[i];

	_Static_assert(SY_SEG_SWAP == 2 * SY_BIT_CLIENT_GREATER, "shifted to each other's place");
	if (f == NULL || f->tag != sy_batch_tag(b, i) || f->state != SY_STATE_ESTABLISHED ||
		(b->flags[i] & special) != SY_TCP_ACK)
		return false;
	struct sy_flow_track *t = &f->track;
	uint32_t dir = (b->bits[i] >> 1 ^ f->bits) & 1;
	uint16_t seen = (uint16_t)((payload > 0 ? SY_LETTER_D : SY_LETTER_A) << dir * 8);
	if (!(t->letters & seen) || (t->valid & looked_at) != followed || seq != t->next_seq[dir] ||
		(int32_t)(b->ack[i] - t->next_seq[dir ^ 1]) > 0 || b->window[i] == 0 ||
		ts_ns > f->last_ns + tcp->timeout_ns[SY_STATE_ESTABLISHED])
		return false;
	// A turn of the numbers is rare enough for the long way.
	if (end - t->first_seq[dir] < seq - t->first_seq[dir])
		return false;

	if (ts_ns > f->last_ns)
		f->last_ns = ts_ns;
	sy_tcp_count_packet(t, (uint8_t)dir);
	t->next_seq[dir] = end;
	if ((int32_t)(b->ack[i] - t->max_ack[dir]) > 0)
		t->max_ack[dir] = b->ack[i];
	return true;
}
