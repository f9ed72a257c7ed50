// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_attempt.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One flow table a core. A flow is a slot of one cache line; a hit touches that line and no other,
// for IPv4 and IPv6 alike, because the identity is the 64-bit keyed hash of the tuple (two of ten
// million flows share one with a chance of 3 in a million) and the addresses stand elsewhere: a
// SYN that got no answer yet keeps them in its slot (IPv4), every other flow in its record.
//
// Slots come in buckets of SY_FLOW_BUCKET. A flow has a home slot and, when that is taken, may
// stand anywhere in its home bucket, else in a second bucket that its hash gives. Beside each
// bucket stand 32 bytes (place.c): a fingerprint of each flow, so that a flow away from home is
// found and a new one known as new without reading the other slots; and its rank and age, so that
// room is found without reading them. When both buckets are full the flow of the lowest rank, the
// oldest of them to 8 ms, gives way; flows of rank SY_RANK_KEEP never do. A table
// may start small and grow by linear hashing, a bucket at a time: no insertion moves more than a
// bucket's flows, and the address of a flow is good until the next insertion only. A table of full
// size moves nothing.
//
// Thread-safety: none; one worker owns a table.

#define SY_FLOW_BUCKET    8
#define SY_FLOW_AGE_SHIFT 23 // 8.4 ms
#define SY_NO_RECORD      UINT32_MAX

/// What may be pushed out when room is needed, cheapest first.
enum sy_rank {
	SY_RANK_ENDED,     ///< decided, lingers only to absorb late packets
	SY_RANK_MIDSTREAM, ///< no attempt: nothing is lost but its volume
	SY_RANK_HALF_OPEN, ///< an attempt whose outcome is open, or that no server has confirmed
	SY_RANK_KEEP,      ///< an established connection
};

// struct sy_flow_track.valid
#define SY_TRACK_SEQ(side) (1u << (side))
#define SY_TRACK_ACK(side) (4u << (side))
#define SY_TRACK_WATCHED   16u ///< lib/tcp counts the flow as watched
#define SY_TRACK_UNSEEN(side) \
	(32u << (side)) ///< what was acknowledged last of that side was not seen

/// Sequence numbers and volume of a flow that has a record, or is midstream.
struct sy_flow_track {
	uint32_t next_seq[2];  ///< by sender: highest sequence number seen, + 1
	uint32_t max_ack[2];   ///< by sender: highest acknowledgement sent
	uint32_t packets[2];   ///< UINT32_MAX: that or more
	uint16_t wraps[2];     ///< times next_seq passed first_seq + 2^32; UINT16_MAX likewise
	uint16_t letters;      ///< Zeek history letters that come at most once a side
	uint8_t valid;         ///< SY_TRACK_*
	uint8_t vantage;       ///< the vantage that saw it first
	uint32_t first_seq[2]; ///< sequence number of the first payload byte
};

/// One slot: exactly one cache line.
struct sy_flow {
	uint64_t tag;      ///< keyed hash of the tuple; 0 = free
	uint64_t last_ns;  ///< last activity that counts for ageing
	uint32_t record;   ///< index of the attempt, or SY_NO_RECORD
	uint8_t state : 4; ///< enum sy_tcp_state, lib/tcp's
	uint8_t rank : 4;  ///< enum sy_rank
	uint8_t bits;      ///< lib/tcp's
	uint16_t jump;     ///< lib/tcp's: where numbers went that wait for confirmation; 0 = none
	union {
		struct sy_lone_syn syn;
		struct sy_flow_track track;
	};
};
_Static_assert(sizeof(struct sy_flow) == 64, "a flow is one cache line");

struct sy_flow_table;

/// What a look needs of a table. Growth is linear hashing (Litwin 1980): `base` buckets are in use,
/// and those below `split` have been split already, so that they have a twin at +base.
struct sy_flow_view {
	struct sy_flow *slots;
	uint64_t base;  ///< buckets: a power of two
	uint64_t split; ///< < base; 0 in a table of full size
};

/// The slot where a flow is looked for first.
static inline struct sy_flow *sy_flow_home(const struct sy_flow_view *view, uint64_t tag)
{
	uint64_t bucket = tag >> 23 & (view->base - 1);

	if (bucket < view->split)
		bucket = tag >> 23 & (2 * view->base - 1);
	return &view->slots[bucket * SY_FLOW_BUCKET + (tag >> 20 & (SY_FLOW_BUCKET - 1))];
}

/// Sizes. Both are rounded up to a power of two, 1024 at least.
struct sy_flow_config {
	uint64_t slots;
	uint64_t initial_slots; ///< start smaller and grow with the traffic; 0 = all from the start
	uint64_t records;       ///< flows that can have a record at a time
};

/// How often each bound was felt. Written by the table's owner.
struct sy_flow_counters {
	uint64_t inserted;
	uint64_t evicted[SY_RANK_KEEP + 1]; ///< by rank of what gave way; KEEP: growing, no room
	uint64_t no_slot;                   ///< nothing in the buckets could give way
	uint64_t no_record;
	uint64_t used; ///< slots in use now
	uint64_t used_max;
};

/// Called with a flow that must go because room is needed; the slot is freed after it returns.
typedef void (*sy_flow_evict_fn)(void *arg, struct sy_flow *flow);

/// Bytes that a table of this configuration needs.
size_t sy_flow_table_bytes(const struct sy_flow_config *config);

/// Lays a table out in `memory` (64-byte aligned, zeroed, sy_flow_table_bytes() long), which stays
/// the caller's and must outlive it. `evict` may not insert. Cannot fail.
struct sy_flow_table *sy_flow_table_init(
	void *memory, const struct sy_flow_config *config, sy_flow_evict_fn evict, void *arg);

/// The table's view, good until the next insertion.
const struct sy_flow_view *sy_flow_table_view(const struct sy_flow_table *table);

/// For a flow that is not at home, in two steps: starts to load what tells where it stands, or
/// where there is room for it; ...
void sy_flow_table_prefetch_places(const struct sy_flow_table *table, uint64_t tag);

/// ... and when that has come, the slot where it most likely stands, or with `room` the slot that
/// an insertion would take. Returns that slot, which may be another flow's, or NULL.
struct sy_flow *sy_flow_table_prefetch_slot(
	const struct sy_flow_table *table, uint64_t tag, bool room);

/// Starts to load a flow's record, if it has one.
void sy_flow_table_prefetch_record(const struct sy_flow_table *table, const struct sy_flow *flow);

/// The flow with this tag, or NULL.
struct sy_flow *sy_flow_table_find(struct sy_flow_table *table, uint64_t tag);

/// Takes a slot for a tag that find() has just missed; evicts if it must. Every field but tag and
/// record is unspecified; the caller sets them, and then calls
/// sy_flow_table_note(). NULL when nothing could give way (counted).
struct sy_flow *sy_flow_table_insert(struct sy_flow_table *table, uint64_t tag);

/// Tells the table that a flow's rank or last_ns has changed: by them it is chosen to give way.
/// Times count to 2^SY_FLOW_AGE_SHIFT ns, so a change below that need not be told.
void sy_flow_table_note(struct sy_flow_table *table, const struct sy_flow *flow);

/// Frees the slot and its record.
void sy_flow_table_remove(struct sy_flow_table *table, struct sy_flow *flow);

/// Gives the flow a record (unspecified bytes); evicts the oldest-looking flow of low rank near the
/// sweep's hand when the pool is empty. NULL when that found none (counted).
struct sy_attempt *sy_flow_table_add_record(struct sy_flow_table *table, struct sy_flow *flow);

/// Takes the record back from a flow that has one.
void sy_flow_table_drop_record(struct sy_flow_table *table, struct sy_flow *flow);

/// The record of a flow, or NULL when it has none.
struct sy_attempt *sy_flow_table_record(struct sy_flow_table *table, const struct sy_flow *flow);

/// Moves the sweep's hand over `count` slots and calls `visit` with each used one; `visit` may
/// remove the flow. Bounded work for the ageing of each burst.
/// `records`: the visits will read the records, so load them ahead.
void sy_flow_table_sweep(struct sy_flow_table *table, uint32_t count, bool records,
	void (*visit)(void *arg, struct sy_flow *flow), void *arg);

/// Number of slots of the buckets in use now, for callers that pace or complete a sweep.
uint64_t sy_flow_table_slots(const struct sy_flow_table *table);

const struct sy_flow_counters *sy_flow_table_counters(const struct sy_flow_table *table);
