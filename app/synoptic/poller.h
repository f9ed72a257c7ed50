// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "owner.h"
#include "worker.h"

#include "sy_decode.h"
#include "sy_filter.h"
#include "sy_source.h"

struct sy_duplicates;

/// What a worker that polls has beside its own flows. Written by its thread alone while it runs.
struct poller {
	struct worker *own;                        ///< whose flows it looks after itself
	uint32_t worker_count;                     ///< 1 = every segment is its own
	const struct sy_ports_assignment *by_port; ///< who owns which flow; NULL = by its hash
	struct sy_exchange *outbox[WORKERS_MAX];   ///< parcels to the other workers, by index
	bool may_drop;            ///< a full outbox loses segments, else it is waited for
	struct sy_source *source; ///< of poller_main()
	sy_decode_fn *decode;
	const struct sy_filter *filter; ///< NULL = everything passes
	struct sy_duplicates *duplicates;
	struct sy_hash_key key;
	const uint8_t *vantage_of_port;
	uint64_t duplicate_window_ns;
	struct sy_port_stats *ports;         ///< SY_PORT_MAX of them, the caller's
	bool counts_moved;                   ///< segments handed to others, by port
	uint64_t previous_ns[SY_PORT_MAX];   ///< time of the frame before, by port
	uint64_t latest_ns;                  ///< latest time of all frames
	uint64_t last_ns;                    ///< time of the last one
	struct parcel *parcels[WORKERS_MAX]; ///< being filled, by owner
	uint32_t epoch;                      ///< of the clock; stands on every parcel
	struct sy_batch batches[2];          ///< one is made while the other's flows are loaded
	uint32_t turn;                       ///< which of them is made
};

/// What the decoder needs of frames, whose bytes stay in the mbufs.
void poller_load_burst(struct rte_mbuf **mbufs, uint16_t count, struct sy_burst *burst);

/// One turn of the loop: takes a burst of frames through decode, counting and distribution, and the
/// burst before it through the flow stage. Frees the mbufs.
void poller_burst(struct poller *poller, struct rte_mbuf **mbufs, uint16_t count);

/// The same for frames that were loaded already, of `count` mbufs: one at least.
void poller_frames(
	struct poller *poller, struct sy_burst *burst, struct rte_mbuf **mbufs, uint16_t count);

/// Hands over what has been gathered for other workers, though it is less than a full parcel.
void poller_send_parcels(struct poller *poller);

/// Takes the last burst through the flow stage, when no other follows.
void poller_settle(struct poller *poller);

/// Gives a burst's mbufs back to their pool.
void poller_free_burst(struct rte_mbuf **mbufs, uint16_t count);

/// Main loop: takes bursts until the source ends, decodes them, counts each frame in its bucket,
/// and gives each segment to the worker that owns its flow. arg: struct poller.
int poller_main(void *arg);
