// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_error.h"
#include "sy_stats.h"

#include <stdbool.h>
#include <stdint.h>

// What is known after the accumulators of all workers are merged: the same figures, judged. Hosts
// have a baseline, services a state, RSTs an origin. Made and read on the manager's thread.

/// What an initial TTL says about its sender.
enum sy_family {
	SY_FAMILY_UNKNOWN,
	SY_FAMILY_UNIX,                      ///< 64
	SY_FAMILY_WINDOWS,                   ///< 128
	SY_FAMILY_SOLARIS_OR_NETWORK_DEVICE, ///< 255
	SY_FAMILY_LEGACY,                    ///< 32
	SY_FAMILY_COUNT,
};

/// Passive state of a service, from its last evidence.
enum sy_service_state {
	SY_SERVICE_UNKNOWN, ///< no evidence yet: not enough SYNs, or all watched for too short a
			    ///< time
	SY_SERVICE_LISTENING,
	SY_SERVICE_REFUSING,
	SY_SERVICE_SILENT,
	SY_SERVICE_BLOCKED,
	SY_SERVICE_MIXED,
	SY_SERVICE_STATE_COUNT,
};

const char *sy_family_name(enum sy_family family);
const char *sy_service_state_name(enum sy_service_state state);

/// Reading of one observed TTL (SEMANTICS 5, p0f's rule).
struct sy_ttl_guess {
	uint8_t initial; ///< 32, 64, 128, 192, 255; 0 = not known
	uint8_t hops;    ///< initial - observed
	enum sy_family family;
};
struct sy_ttl_guess sy_ttl_guess(uint8_t observed);

/// An address at a vantage.
struct sy_host_facts {
	const struct sy_host_stats *stats;
	int16_t baseline[SY_ROLE_COUNT]; ///< most frequent TTL of the role, or -1
	int16_t ttl;                     ///< baseline that speaks for the host, or -1
	struct sy_ttl_guess guess;       ///< of `ttl`
	bool shifted;                    ///< the baseline moved and stayed moved
	uint8_t shifted_from;
	uint64_t shifted_ns;
};

/// A run of failures without an answer in between. Times are those of the evidence: of SYNs for
/// silence and ICMP, of the RST for a refusal.
struct sy_run {
	uint64_t from_ns;      ///< 0 = none; the last answer's time when that is all that is known
	uint64_t until_ns;     ///< last failure of the run
	uint64_t recovered_ns; ///< first answer after it; 0 = it goes on
	/// The counts are "at least": where the timeline's bucket holds the last answer too,
	/// failures that came before it or soon after are left out.
	uint64_t refused;     ///< attempts that a RST or an ICMP error answered
	uint64_t silent;      ///< attempts without answer
	uint64_t silent_syns; ///< SYNs of these
	enum sy_service_state
		state; ///< refusing, silent or blocked; unknown when none, or too little
};

/// SYNs that must go unanswered before a service is called silent.
#define SY_SILENT_SYNS 3

/// Refused attempts that make a run of failures; one is enough when it is blocked.
#define SY_REFUSED_ATTEMPTS 2

/// One service with its verdict-ready figures.
///
/// The state is that of the last evidence. Answers and failures that interleave in the last used
/// bucket of the timeline make it `mixed` when 2 attempts and 5 % of the bucket's failed, else
/// `listening`; unless 5 attempts failed since the last answer, over more than a minute, and a
/// quarter of the bucket's: then those are the last evidence. Silence counts when SY_SILENT_SYNS
/// SYNs went unanswered since the last answer and the tap sees answers at all; a lesser silence
/// leaves the state as it was.
///
/// `since_ns`: listening: when it recovered, else its first answer (a lost SYN is no contrary
/// evidence). refusing, silent, blocked: the first evidence of that kind after the last evidence of
/// another kind; where a timeline bucket holds both, the time of that last contrary evidence.
/// mixed: when both kinds had been seen in the last used bucket.
struct sy_service_facts {
	const struct sy_service_stats *stats;
	enum sy_service_state state;
	uint64_t since_ns;
	uint64_t last_answered_ns; ///< 0 = never
	uint64_t last_failed_ns;   ///< 0 = never
	uint64_t failed_from_ns;   ///< when `run` began; 0 = none
	struct sy_run run;         ///< the present run of failures, else the last that was for good
	bool recovered;            ///< it failed for good (`run`), and answers again
	uint64_t attempts;
	uint64_t failed; ///< attempts that failed and were watched long enough
	uint64_t clients;
	uint64_t clients_only_failing;
	uint64_t rst_by_origin[SY_ORIGIN_COUNT]; ///< RSTs in the server's name before the
						 ///< connection was up
	uint64_t rst_up_by_origin[SY_ORIGIN_COUNT];
};

/// What the traffic proves about the monitor's view of a vantage.
enum sy_view {
	SY_VIEW_UNKNOWN, ///< too few flows to tell
	SY_VIEW_BOTH_WAYS,
	SY_VIEW_ONE_WAY, ///< of 3 or more flows, under 20 % had segments of both sides
};

/// Everything, sorted: services by address, port, domain; hosts by address, vantage.
struct sy_facts {
	const struct sy_stats *stats;
	const struct sy_facts *known; ///< by whose hosts RSTs are judged; NULL = by these
	const struct sy_totals *totals;
	struct sy_service_facts *services;
	uint32_t service_count;
	/// In the order of sy_stats_next_host(), and judged when sy_facts_host() is asked for them:
	/// until then `stats` is NULL. Those that RSTs name are judged from the start.
	struct sy_host_facts *hosts;
	const struct sy_host_facts **sorted_hosts; ///< NULL until sy_facts_sort_hosts()
	uint32_t host_count;
	uint64_t rst[SY_RST_PHASE_COUNT][SY_ORIGIN_COUNT]; ///< sums to totals->rst by phase
	const struct sy_port_stats *ports;
	uint32_t port_count;
	const uint8_t *vantage_of_port;
	const char *const *vantage_names;
	uint32_t vantage_count;
	struct sy_vantage_stats vantages[SY_VANTAGE_MAX];
	double loss_estimate[SY_VANTAGE_MAX]; ///< share of packets that the traffic proves missing
	enum sy_view view[SY_VANTAGE_MAX];
	const struct sy_transit *transit; ///< NULL = none
	bool sees_answers;                ///< some host answered some SYN, or a flow had both sides
	uint64_t start_ns, end_ns;        ///< earliest and latest packet
	uint64_t interval_start_ns;       ///< of a live run, wall clock; 0 = of no interval
	uint64_t interval_end_ns;
};

/// Inputs of the run, for sy_facts_create(); all pointers are borrowed until destroy.
struct sy_facts_inputs {
	const struct sy_stats *stats; ///< merged over all workers
	const struct sy_port_stats *ports;
	uint32_t port_count;
	const uint8_t *vantage_of_port;
	const char *const *vantage_names;
	uint32_t vantage_count;
	uint64_t interval_start_ns, interval_end_ns; ///< 0 = the figures are of no interval
	/// Of all that was seen since the start, when the figures are of an interval: an interval
	/// with a RST alone says nothing of the host's own TTLs. NULL = the figures are all there
	/// is.
	const struct sy_facts *known;
};

/// Judges merged figures. NULL and errno (ENOMEM).
struct sy_facts *sy_facts_create(const struct sy_facts_inputs *inputs);
void sy_facts_destroy(struct sy_facts *facts);

/// Judges all hosts and puts them in the order of address and vantage: for those who list them.
/// 0 or -ENOMEM.
int sy_facts_sort_hosts(struct sy_facts *facts);

/// The facts about an address as seen from a vantage; NULL when it was never seen there.
const struct sy_host_facts *sy_facts_host(
	const struct sy_facts *facts, const struct sy_addr *addr, uint8_t vantage);

/// The facts about a service, or NULL.
const struct sy_service_facts *sy_facts_service(
	const struct sy_facts *facts, const struct sy_addr *server, uint16_t port, uint32_t domain);

/// Walks the pairs of vantages between which packets passed; `*cursor` starts at 0. The times from
/// one (*from) to the other (*to), or NULL at the end.
const struct sy_hist *sy_facts_next_transit(
	const struct sy_facts *facts, uint32_t *cursor, uint32_t *from, uint32_t *to);

/// True when the address sent something that only the host itself sends, at any vantage: a SYN-ACK,
/// data, an echo reply, another IP packet, or a RST that is not of origin `path`.
bool sy_facts_host_talks(const struct sy_facts *facts, const struct sy_addr *addr);

/// The share of packets that the traffic proves missing: (ACKs of unseen data + SYN-ACKs without
/// SYN + ACKs without SYN-ACK) / (segments + these).
double sy_loss_estimate(const struct sy_vantage_stats *vantage);

/// Origin of a RST with this TTL in the name of this host (docs/semantics.md 4). host NULL =
/// unknown. Endpoint: within 1 of a TTL that the host's ordinary packets had: the most frequent one
/// of some role, or one that 3 packets or 5 % of a role had; within 2 when that TTL means more than
/// 5 hops, or an unknown distance. SYNs, which anybody can forge, count only while they are all
/// that is known of the host. Otherwise path; but unknown when all that is known of the host are
/// SYNs, or SYN-ACKs from nearer than the RST (a SYN proxy stands in front of the host, and not the
/// RST's sender).
enum sy_rst_origin sy_rst_origin_judge(const struct sy_host_facts *host, uint8_t ttl);

/// The same of a RST that a vantage saw in the name of an address, by all that is known of it.
enum sy_rst_origin sy_facts_rst_origin(
	const struct sy_facts *facts, const struct sy_addr *addr, uint8_t vantage, uint8_t ttl);
