// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_attempt.h"
#include "sy_bucket.h"
#include "sy_hash.h"
#include "sy_hist.h"
#include "sy_rtts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What a worker accumulates in an interval, and how two accumulators are merged. Every table is
// bounded, says what happens when it is full, and counts how often that was. All updates are
// commutative (sums, minima, maxima, unions), so the result does not depend on how many workers
// shared the traffic, nor on the order in which their accumulators are merged.
//
// Thread-safety: none. One worker writes an accumulator; it is handed over whole.

/// Inputs (files or ports) of a run.
#define SY_PORT_MAX 64

/// The role in which a packet's sender showed its TTL. Load balancers answer SYNs with another TTL
/// than the data that come from behind them, so baselines are kept apart.
enum sy_role {
	SY_ROLE_SYN,
	SY_ROLE_SYNACK,
	SY_ROLE_DATA,
	SY_ROLE_ECHO_REPLY,
	SY_ROLE_COUNT,
};

/// Evidence about a service, by kind.
enum sy_evidence {
	SY_EVIDENCE_ANSWERED, ///< validated SYN-ACK; time: of the SYN-ACK
	SY_EVIDENCE_REFUSED,  ///< valid RST to a SYN; time: of the RST
	/// Unanswered, or answered only by what does not match (which the client ignores), and
	/// waited for at least 1 s; time: of the last SYN.
	SY_EVIDENCE_SILENT,
	SY_EVIDENCE_ICMP, ///< ICMP error; time: the last SYN
	SY_EVIDENCE_COUNT,
};

#define SY_TTL_SLOTS 4
#define SY_RST_SLOTS 3

/// What one address looked like from one vantage.
struct sy_host_stats {
	struct sy_addr addr;
	uint8_t vantage;
	uint8_t ttl_slots; ///< used entries of ttl[]
	uint8_t rst_slots; ///< used entries of rst[]
	uint8_t confirmed; ///< sent something that a spoofed SYN cannot (SYN-ACK, ACK, data, reply)
	uint32_t ttl_overflow;  ///< packets whose TTL found no slot
	uint32_t rst_overflow;  ///< RSTs whose TTL found no slot
	uint64_t first_seen_ns; ///< any packet but RST
	uint64_t last_seen_ns;
	uint64_t other_ip; ///< packets that were no TCP
	struct sy_ttl_slot {
		uint8_t ttl;
		uint32_t count[SY_ROLE_COUNT];
		uint64_t first_ns;
		uint64_t last_ns;
	} ttl[SY_TTL_SLOTS]; ///< never built from RSTs
	struct sy_rst_slot {
		uint8_t ttl;
		uint32_t count[SY_RST_PHASE_COUNT];
		uint64_t first_ns;
		uint64_t last_ns;
	} rst[SY_RST_SLOTS];
};

#define SY_TIMELINE_BUCKETS 16

/// When a service answered and when it failed: equal buckets, aligned to multiples of their width,
/// that double their width when time runs past the end. The width is the least power of two times
/// 1 ms that holds all events, so it does not depend on their order.
struct sy_timeline {
	uint64_t width_ns; ///< 0 = empty
	uint64_t start_ns; ///< multiple of width_ns; the first event lies in bucket 0
	struct sy_timeline_bucket {
		uint64_t first_answered_ns, last_answered_ns; ///< 0 = none
		uint64_t first_failed_ns, last_failed_ns;     ///< 0 = none
		uint32_t answered;                            ///< attempts
		uint32_t refused;     ///< attempts that a RST or an ICMP error answered
		uint32_t silent;      ///< attempts without answer, by their last SYN
		uint32_t silent_syns; ///< SYNs of these
	} bucket[SY_TIMELINE_BUCKETS];
};

#define SY_RECENT_BUCKETS 24

/// The failures of the latest hours, in buckets that are the finer the later they are: a timeline
/// of months has one bucket for days, and what failed after an answer of the same day is lost in
/// it. Up to the last failure the buckets are 69 s wide, and further back at most as wide as they
/// lie back, up to 39 h at least; older ones are left out. Which bucket a failure is in depends on
/// its time and on that of the last failure alone.
struct sy_recent {
	uint64_t last_ns; ///< last failure; 0 = none
	uint32_t count;
	struct sy_recent_bucket {
		uint64_t first_ns;    ///< first failure
		uint32_t refused;     ///< as in a timeline
		uint32_t silent;      ///< ...
		uint32_t silent_syns; ///< ...
		uint32_t spare;       ///< 0: equal contents are equal bytes
	} bucket[SY_RECENT_BUCKETS];  ///< those with failures, in the order of time
};

/// The sum of the buckets that hold failures after a time only.
struct sy_recent_bucket sy_recent_after(const struct sy_recent *recent, uint64_t ts_ns);

#define SY_CLIENT_SPARSE  32
#define SY_CLIENT_BUCKETS 256

/// A set of client addresses that can be merged: exact up to SY_CLIENT_SPARSE, then HyperLogLog
/// (Flajolet et al. 2007; standard error 6.5 %).
struct sy_client_set {
	uint32_t sparse_count; ///< > SY_CLIENT_SPARSE = dense
	union {
		uint64_t sparse[SY_CLIENT_SPARSE];
		uint8_t dense[SY_CLIENT_BUCKETS];
	};
};

/// Counts by which vantages saw a packet of a handshake: index is the mask of the first four.
#define SY_SEEN_MASKS 16

/// Attempts whose packets are counted by the vantages that saw them. Those that failed are counted
/// when they have ended, so that every copy had its time; the others when they are established.
enum sy_seen {
	SY_SEEN_SYN,         ///< SYNs of all attempts
	SY_SEEN_SYNACK,      ///< SYN-ACKs of all attempts
	SY_SEEN_RST,         ///< RSTs in the server's name before the connection was up
	SY_SEEN_RST_UP,      ///< ... afterwards
	SY_SEEN_SILENT_SYN,  ///< SYNs of the attempts behind SY_EVIDENCE_SILENT
	SY_SEEN_OPEN_SYNACK, ///< SYN-ACKs of half-open attempts that were not cut short
	SY_SEEN_COUNT,
};

/// The larger part of a service's facts; only services that real traffic used have one: an answer,
/// or a failure that was watched long enough. Attempts that are neither leave no trace in it.
/// What an ordinary connection adds to lies at the start of as few cache lines as can be. An odd
/// number of lines in all: so the same lines of many services do not share a few sets of the cache.
struct sy_service_detail {
	// Exemplars, owned by the accumulator; NULL when there is none, or had no room.
	// One for each way to fail, so that none stands as evidence for another.
	_Alignas(64) struct sy_attempt *first_silent; ///< earliest behind SY_EVIDENCE_SILENT
	struct sy_attempt *first_refused;             ///< earliest refused attempt
	struct sy_attempt *first_icmp;                ///< earliest that an ICMP error answered
	/// Earliest other with a RST of the server's side, those that did not come up first.
	struct sy_attempt *first_reset;
	struct sy_attempt *first_served;    ///< earliest established attempt
	struct sy_attempt *first_half_open; ///< earliest half-open attempt
	struct sy_timeline timeline;
	_Alignas(64) struct sy_client_set clients; ///< all that tried
	struct sy_client_set served;               ///< those that were established at least once
	struct sy_rtts rtt[2]; ///< by enum sy_side: server_rtt at SY_SERVER, client_rtt at
			       ///< SY_CLIENT
	uint32_t seen[SY_SEEN_COUNT][SY_SEEN_MASKS];
	struct sy_recent recent;
};

/// What happened at one (domain, server address, server port).
struct sy_service_stats {
	struct sy_addr server;
	uint32_t domain;
	uint16_t port;
	uint8_t rst_slots;
	uint32_t outcome[SY_OUTCOME_COUNT];
	uint32_t aborted_failed; ///< aborted ones whose refusal had overtaken the SYN-ACK
	uint32_t cut_short; ///< failed attempts that were watched for less than 1 s: no evidence
	uint32_t half_open_cut_short; ///< half-open ones, likewise
	uint32_t silent_syns;         ///< SYNs of the attempts behind SY_EVIDENCE_SILENT
	uint32_t syn_retransmits;
	uint32_t refusals;
	uint32_t invalid_refusals;
	uint32_t ecn_failed; ///< failed attempts with ECN-setup SYN
	uint32_t ecn_established;
	uint32_t icmp_prohibited; ///< attempts answered by an ICMP error from another address than
				  ///< the server
	uint32_t icmp_self;       ///< ... from the server's own address
	struct sy_addr icmp_from; ///< least address that sent one; the server's own if no other did
	uint8_t icmp_type, icmp_code; ///< of that
	uint64_t first_seen_ns;       ///< first SYN
	uint64_t last_seen_ns;        ///< last SYN
	uint64_t first_ns[SY_EVIDENCE_COUNT];
	uint64_t last_ns[SY_EVIDENCE_COUNT];
	struct sy_service_rst {
		uint8_t ttl;
		uint8_t vantage;
		uint32_t count;    ///< RSTs in the server's name before the connection was up
		uint32_t count_up; ///< RSTs in the server's name afterwards
		uint64_t first_ns;
		uint64_t last_ns;
	} rst[SY_RST_SLOTS];
	uint32_t rst_overflow;
	struct sy_service_detail *detail; ///< NULL when none; owned by the accumulator
};

/// What was seen at one vantage, for the proof of loss and for one-way taps.
struct sy_vantage_stats {
	uint64_t segments;      ///< TCP segments
	uint64_t ack_of_unseen; ///< an ACK for data that never passed
	uint64_t synack_without_syn;
	uint64_t ack_without_synack; ///< a connection came up and its SYN-ACK was not seen
	uint64_t flows_both_ways;    ///< ended flows with segments of both sides
	uint64_t flows_one_way; ///< ended flows with 2 or more segments besides SYN and RST, all of
				///< one side
	uint64_t duplicates;
};

/// Exact totals, counted before any table.
struct sy_totals {
	uint64_t outcome[SY_OUTCOME_COUNT];
	uint64_t decided_by[SY_DECIDED_BY_COUNT];
	uint64_t rst[SY_RST_PHASE_COUNT];
	uint64_t midstream_flows;
	uint64_t simultaneous_opens;
	uint64_t two_responders;
	uint64_t syn_retransmits;
	uint64_t refusals;
	uint64_t invalid_refusals;
	uint64_t tfo;
	uint64_t ecn_setup, ecn_accepted;
	uint64_t icmp_errors;    ///< ICMP errors that quote TCP
	uint64_t icmp_unmatched; ///< ... of no attempt in the table
	uint64_t rtt_ambiguous;
	uint64_t services_not_tracked;  ///< attempts whose service found no room
	uint64_t hosts_not_tracked;     ///< notes whose host found no room
	uint64_t details_not_tracked;   ///< attempts whose service found no room for its detail
	uint64_t hists_not_tracked;     ///< round trips whose service found no histogram for them
	uint64_t copies_not_tracked;    ///< packets forgotten before another vantage showed them
	uint64_t exemplars_not_tracked; ///< attempts that found no room to be kept as an example
	struct sy_hist rtt[2];          ///< by enum sy_side, as in the detail
};

/// Times that packets took from the vantage that showed them first to another: [from][to].
struct sy_transit {
	struct sy_hist time[SY_VANTAGE_MAX][SY_VANTAGE_MAX];
};

/// Sizes of the tables, in entries (16 at least). When a table is full, services that never
/// answered and hosts that only sent SYNs give way, the oldest first; those that answered only when
/// they were not seen for an hour, and to others that answered. Half of the details are kept for
/// services that answered. There are half as many histograms and twice as many exemplars as
/// details.
struct sy_stats_config {
	uint32_t services; ///< rounded up to a power of two
	uint32_t hosts;    ///< rounded up to a power of two
	uint32_t details;  ///< services that can have a detail
	struct sy_hash_key key;
};

/// One accumulator. Opaque: tables inside.
struct sy_stats;

/// Allocates an accumulator. NULL and errno on failure (ENOMEM, EINVAL for a size of 0 or over
/// 2^28).
struct sy_stats *sy_stats_create(const struct sy_stats_config *config);
void sy_stats_destroy(struct sy_stats *stats);

/// Empties it for the next interval; keeps the memory.
void sy_stats_reset(struct sy_stats *stats);

/// Bytes of memory that a configuration takes at most.
size_t sy_stats_bytes(const struct sy_stats_config *config);

/// A flow has just been established: outcome, RTTs, service. Called once an attempt; counted as
/// decided by packets.
void sy_stats_established(struct sy_stats *stats, const struct sy_attempt *attempt);

/// The end of an attempt. Counts its outcome unless sy_stats_established() has (SY_ATT_COUNTED); a
/// RST in the server's name is counted here in both cases.
/// Counting is put off for some attempts; see sy_stats_flush(). Also notes what the attempt's
/// packets showed of its hosts' TTLs.
void sy_stats_ended(struct sy_stats *stats, const struct sy_attempt *attempt);

/// The same for an attempt of which only its SYN was seen, at ts_ns: cheap, so that a flood does
/// not cost more than what it is worth. False when it is more than a number, because it was watched
/// long enough to be evidence: nothing was done then, and sy_stats_ended() wants all of it.
bool sy_stats_lone_syn(struct sy_stats *stats, const struct sy_lone_syn *syn, uint64_t ts_ns,
	uint64_t decided_ns, enum sy_decided_by decided_by);

/// Counts what sy_stats_ended() and sy_stats_lone_syn() have put off. Call before the accumulator
/// is read, merged or handed over.
void sy_stats_flush(struct sy_stats *stats);

/// A RST: phase, the address that it claims to come from, TTL, vantage. Feeds totals and host.
void sy_stats_rst(struct sy_stats *stats, enum sy_rst_phase phase, const struct sy_addr *sender,
	uint8_t ttl, uint8_t vantage, uint64_t ts_ns);

/// A packet (no RST) showed its sender's TTL in a role.
void sy_stats_ttl(struct sy_stats *stats, enum sy_role role, const struct sy_addr *sender,
	uint8_t ttl, uint8_t vantage, uint64_t ts_ns);

/// An IP packet that is no TCP came from `sender`: the host is alive.
void sy_stats_other_ip(
	struct sy_stats *stats, const struct sy_addr *sender, uint8_t vantage, uint64_t ts_ns);

/// The exact totals and the per-vantage figures, for the caller to count in. Valid until destroy.
struct sy_totals *sy_stats_totals(struct sy_stats *stats);
struct sy_vantage_stats *sy_stats_vantage(struct sy_stats *stats, uint8_t vantage);

struct sy_transit *sy_stats_transit(struct sy_stats *stats);

/// The same, for readers.
const struct sy_totals *sy_stats_totals_read(const struct sy_stats *stats);
const struct sy_vantage_stats *sy_stats_vantage_read(const struct sy_stats *stats, uint8_t vantage);
const struct sy_transit *sy_stats_transit_read(const struct sy_stats *stats);

/// Adds all of `from` to `into`. Entries that find no room are counted as not tracked. Both must
/// have been created with the same key.
void sy_stats_merge(struct sy_stats *into, const struct sy_stats *from);

/// Walks the used entries in the order of their first use; `*cursor` starts at 0. NULL at the end.
const struct sy_service_stats *sy_stats_next_service(
	const struct sy_stats *stats, uint32_t *cursor);
const struct sy_host_stats *sy_stats_next_host(const struct sy_stats *stats, uint32_t *cursor);

/// The place of a host in the walk of sy_stats_next_host().
uint32_t sy_stats_host_order(const struct sy_stats *stats, const struct sy_host_stats *host);

/// Finds one entry, or NULL.
const struct sy_service_stats *sy_stats_find_service(
	const struct sy_stats *stats, const struct sy_addr *server, uint16_t port, uint32_t domain);
const struct sy_host_stats *sy_stats_find_host(
	const struct sy_stats *stats, const struct sy_addr *addr, uint8_t vantage);

/// Number of different clients in a set, exact up to SY_CLIENT_SPARSE, else an estimate.
uint64_t sy_client_set_estimate(const struct sy_client_set *set);

/// Counters of one input: written by the worker that polls it. received = the sum of the buckets.
struct sy_port_stats {
	uint64_t received;
	uint64_t bytes; ///< on the wire
	uint64_t bucket[SY_BUCKET_COUNT];
	uint64_t snapped;    ///< frames captured shorter than they were (snaplen)
	uint64_t nic_missed; ///< lost before the program: no descriptor
	uint64_t nic_errors;
	uint64_t no_mbuf;
	uint64_t ring_full;         ///< segments that could not be handed to their worker
	uint64_t moved;             ///< segments that were; 0 where the program shares out the
				    ///< segments of one reader (files)
	uint64_t backwards;         ///< frames whose time was before that of the frame before
	uint64_t first_ns, last_ns; ///< earliest and latest time
};
