// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_attempt.h"
#include "sy_batch.h"
#include "sy_flow.h"

#include <stdbool.h>
#include <stdint.h>

// The handshake machine: what each segment means for its flow. Steps are functions of one flow and
// one segment; no allocation, no clock, no I/O. Time is the packets' time.

/// How much of an established connection is looked at.
enum sy_tracking {
	SY_TRACKING_FULL, ///< every segment: volumes, gaps, whether a late RST is in the window
	SY_TRACKING_HANDSHAKE, ///< only what can change an attempt's outcome, counts, RTTs or RSTs
};

/// Times after which a flow is given up, in ns.
struct sy_tcp_config {
	uint64_t attempt_timeout_ns; ///< after the last SYN, 75 s by default
	uint64_t idle_timeout_ns;    ///< of an established or midstream flow, 3600 s by default
	uint64_t linger_ns;          ///< of a closed flow, 75 s by default: FINs come again late
	uint64_t reorder_window_ns;  ///< SYN-ACK before its SYN, 10 ms by default
	uint64_t postpone_ns;        ///< RST or ICMP error before its SYN; 0, the default: time is
			      ///< in order
	uint64_t least_rtt_ns; ///< shorter round trips are not known; 0, the default: all are
	enum sy_tracking tracking;
	uint32_t data_sample_mask; ///< one data segment in mask + 1 shows its TTL
};

/// The defaults of docs/semantics.md.
struct sy_tcp_config sy_tcp_config_default(void);

/// Where the machine reports to. Each is called on the worker's own thread, at events only (never
/// for an ordinary data segment), and may not call back into the machine.
struct sy_tcp_sink {
	void *arg;
	/// The attempt has just been established. Not final: bytes, close, history still change.
	/// NULL where nobody needs to know before the end.
	void (*established)(void *arg, const struct sy_attempt *attempt);
	/// The attempt is over, its record final. Valid during the call only.
	void (*ended)(void *arg, const struct sy_attempt *attempt);
	/// The same for an attempt of which nothing but its SYN was seen, at ts_ns, and that is
	/// over at decided_ns without an answer. False: not taken, so `ended` gets it. May be NULL.
	bool (*lone_syn)(void *arg, const struct sy_lone_syn *syn, uint64_t ts_ns,
		uint64_t decided_ns, enum sy_decided_by decided_by);
	/// A RST; `sender` is the address it claims to come from.
	void (*rst)(
		void *arg, enum sy_rst_phase phase, const struct sy_batch *batch, uint32_t lane);
	/// A packet shows its sender's TTL: role 0 SYN, 1 SYN-ACK, 2 data (enum sy_role of
	/// lib/stats). Called for what no attempt's record keeps: flows that are no attempt, a
	/// sample of later data, and copies from other vantages.
	void (*ttl)(void *arg, uint8_t role, const struct sy_batch *batch, uint32_t lane);
	/// A packet that vantage `from` showed was seen at `to` as well, transit_ns later (at most
	/// 0.5 s). Called for every such packet; only where there is more than one vantage.
	void (*transit)(void *arg, uint8_t from, uint8_t to, uint64_t transit_ns);
};

/// What the machine counts, beside the attempts. Single writer: the worker.
struct sy_tcp_counters {
	uint64_t segments[SY_VANTAGE_MAX];
	uint64_t ack_of_unseen[SY_VANTAGE_MAX];
	uint64_t synack_without_syn[SY_VANTAGE_MAX];
	uint64_t ack_without_synack[SY_VANTAGE_MAX];
	uint64_t flows_both_ways[SY_VANTAGE_MAX];
	uint64_t flows_one_way[SY_VANTAGE_MAX];
	uint64_t midstream_flows;
	uint64_t icmp_errors;
	uint64_t icmp_unmatched;
	uint64_t copies_overflow; ///< packets forgotten before their copies could come (0.5 s)
};

struct sy_tcp;

/// Bytes of memory that a machine with this flow table needs.
size_t sy_tcp_bytes(const struct sy_flow_config *flows);

/// Lays out a machine and its flow table in `memory` (64-byte aligned, zeroed, sy_tcp_bytes()
/// long), which stays the caller's. `vantage_of_port` maps inputs to vantages and is copied.
struct sy_tcp *sy_tcp_init(void *memory, const struct sy_flow_config *flows,
	const struct sy_tcp_config *config, const struct sy_tcp_sink *sink,
	const uint8_t *vantage_of_port, uint32_t ports);

/// First half of a batch (hashed, duplicates marked): counts its segments, takes the sampled TTLs,
/// and starts to load the flows that the second half will touch. Whatever the caller does between
/// the halves hides the time that memory takes; other batches may be taken meanwhile, as long as
/// each is looked at and taken in its turn.
void sy_tcp_look(struct sy_tcp *tcp, struct sy_batch *batch);

/// Second half: steps each TCP and ICMP-error lane in order.
void sy_tcp_take(struct sy_tcp *tcp, const struct sy_batch *batch);

/// Both halves.
void sy_tcp_batch(struct sy_tcp *tcp, struct sy_batch *batch);

/// Ages at most `slots` slots as of `now_ns`.
void sy_tcp_age(struct sy_tcp *tcp, uint64_t now_ns, uint32_t slots);

/// Ends every flow: the input is over. Its latest time, and that of its last packet, which is
/// earlier where its clock was set back.
void sy_tcp_end(struct sy_tcp *tcp, uint64_t latest_ns, uint64_t last_ns);

/// The same, and forgets every time: what follows is of another clock, or the clock was set.
void sy_tcp_cut(struct sy_tcp *tcp, uint64_t now_ns);

const struct sy_tcp_counters *sy_tcp_counters(const struct sy_tcp *tcp);

/// Copies the counters and begins to count from 0.
void sy_tcp_take_counters(struct sy_tcp *tcp, struct sy_tcp_counters *out);
const struct sy_flow_counters *sy_tcp_flow_counters(const struct sy_tcp *tcp);

/// The vantage of an input.
uint8_t sy_tcp_vantage(const struct sy_tcp *tcp, uint8_t port);

/// Number of flow slots, to pace ageing by.
uint64_t sy_tcp_slots(const struct sy_tcp *tcp);
