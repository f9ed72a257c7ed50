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
// stand anywhere in its home bucket, else in a second bucket that its hash gives. A home slot knows
// where in its bucket its flows stand (`near`) and how many are in second buckets (`far`), so a
// look costs one line, or two, and a miss mostly one. When both buckets are full the flow of the
// lowest rank, the oldest of them, gives way; flows of rank SY_RANK_KEEP never do. A table may
// start small and grow by linear hashing, a bucket at a time: no insertion moves more than a
// bucket's flows, and the address of a flow is good until the next insertion only. A table of full
// size moves nothing.
//
// Thread-safety: none; one worker owns a table.

#define SY_FLOW_BUCKET 8
#define SY_NO_RECORD   UINT32_MAX

/// What may be pushed out when room is needed, cheapest first.
enum sy_rank {
	SY_RANK_ENDED,     ///< decided, lingers only to absorb late packets
	SY_RANK_MIDSTREAM, ///< no attempt: nothing is lost but its volume
	SY_RANK_HALF_OPEN, ///< an attempt whose outcome is open
	SY_RANK_KEEP,      ///< an established connection
};

/// A lone SYN of an IPv4 attempt with no tunnel and no data: all that is known of it, inline.
struct sy_flow_syn {
	uint32_t client4, server4;
	uint32_t isn;
	uint32_t tsval;
	uint16_t client_port, server_port;
	uint16_t mss, window, ip_id, vlan;
	uint16_t tcp_flags;
	uint8_t ttl, tos, wscale, present;
	uint8_t ip_flags, vantage;
};

// struct sy_flow_track.valid
#define SY_TRACK_SEQ(side) (1u << (side))
#define SY_TRACK_ACK(side) (4u << (side))
#define SY_TRACK_WATCHED   16u ///< lib/tcp counts the flow as watched

/// Sequence numbers and volume of a flow that has a record, or is midstream.
struct sy_flow_track {
	uint32_t next_seq[2]; ///< by sender: highest sequence number seen, + 1
	uint32_t max_ack[2];  ///< by sender: highest acknowledgement sent
	uint32_t packets[2];
	uint16_t wraps[2];     ///< times next_seq passed first_seq + 2^32
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
	uint8_t near;      ///< the slot's own: places of its bucket where flows at home here stand
	uint8_t far;       ///< the slot's own: flows at home here that stand in their second bucket
	union {
		struct sy_flow_syn syn;
		struct sy_flow_track track;
	};
};
_Static_assert(sizeof(struct sy_flow) == 64, "a flow is one cache line");

struct sy_flow_table;

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

/// Starts to load the line that find() will look at first.
void sy_flow_table_prefetch(const struct sy_flow_table *table, uint64_t tag);

/// The flow with this tag, or NULL.
struct sy_flow *sy_flow_table_find(struct sy_flow_table *table, uint64_t tag);

/// Takes a slot for a tag that find() has just missed; evicts if it must. Every field but tag,
/// record, near and far is unspecified. NULL when nothing could give way (counted).
struct sy_flow *sy_flow_table_insert(struct sy_flow_table *table, uint64_t tag);

/// Frees the slot and its record.
void sy_flow_table_remove(struct sy_flow_table *table, struct sy_flow *flow);

/// Gives the flow a record (unspecified bytes); evicts the oldest-looking flow of low rank near the
/// sweep's hand when the pool is empty. NULL when that found none (counted).
struct sy_attempt *sy_flow_table_add_record(struct sy_flow_table *table, struct sy_flow *flow);

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
