// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "host_table.h"
#include "service_table.h"

#include "sy_stats.h"

// Inside of lib/stats: stats.c makes, merges and shows accumulators, ended.c and lone_syn.c count
// attempts, notes.c what single packets show.

/// Attempts that are put off, powers of two.
#define SY_PENDING         16u
#define SY_PENDING_SENDERS 8u
#define SY_PENDING_SYNS    8u

/// An ended attempt that is not counted yet.
struct sy_pending {
	struct sy_attempt attempt;
	uint64_t service_hash, client_hash, server_hash;
};

/// The sender of a lone SYN, not noted yet.
struct sy_pending_sender {
	struct sy_addr addr;
	uint64_t hash;
	uint64_t ts_ns;
	uint8_t ttl, vantage;
};

/// Lone SYNs in a row to one service, not counted there yet.
struct sy_pending_syns {
	struct sy_addr server;
	uint64_t first_ns, last_ns;
	uint32_t count;
	uint16_t port;
};

struct sy_stats {
	struct sy_totals totals;
	struct sy_vantage_stats vantage[SY_VANTAGE_MAX];
	struct sy_transit transit;
	struct sy_service_table services;
	struct sy_host_table hosts;
	struct sy_pending pending[SY_PENDING]; ///< a ring
	uint32_t pending_next, pending_count;
	struct sy_pending_sender sender[SY_PENDING_SENDERS]; ///< a ring
	uint32_t sender_next, sender_count;
	struct sy_pending_syns syns[SY_PENDING_SYNS]; ///< a ring
	uint32_t syns_next, syns_count;
};

/// What packets of one host showed of its TTL, in one role.
struct sy_role_note {
	enum sy_role role;
	uint8_t ttl;
	uint32_t packets; ///< 0 = nothing to note
	uint64_t first_ns, last_ns;
};

/// Adds what `count` roles of one host showed. notes.c
void sy_note_roles(struct sy_stats *stats, const struct sy_addr *sender, uint8_t vantage,
	const struct sy_role_note *notes, uint32_t count);

/// Counts the lone SYNs that were put off. lone_syn.c
void sy_lone_syns_flush(struct sy_stats *stats);
