// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_finding.h"

/// Vantages that the masks of a detail tell apart.
#define SY_MASK_VANTAGES 4

struct sy_passages;

/// What a rule reads, and where its findings go.
struct sy_verdict {
	const struct sy_facts *facts;
	const struct sy_facts *latest; ///< of the last interval: for loss and view
	const struct sy_verdict_config *config;
	struct sy_findings *findings;
	struct sy_passages *passages; ///< what the rules have found out about an address
	uint32_t lightest; ///< index of the lightest finding of a full list; UINT32_MAX = not known
	double loss;       ///< greatest share of packets that some vantage is known to miss
	bool no_memory;    ///< a finding could not be kept
};

// The rules, one a file. Each reads the facts and adds its findings.
void sy_rule_not_listening(struct sy_verdict *verdict);
void sy_rule_service_silent(struct sy_verdict *verdict);
void sy_rule_host_silent(struct sy_verdict *verdict);
void sy_rule_reset_by_path(struct sy_verdict *verdict);
void sy_rule_blocked_by_icmp(struct sy_verdict *verdict);
void sy_rule_lost_between(struct sy_verdict *verdict);
void sy_rule_half_open_clients(struct sy_verdict *verdict);
void sy_rule_one_way_tap(struct sy_verdict *verdict);
void sy_rule_duplicates(struct sy_verdict *verdict);
void sy_rule_lossy_monitor(struct sy_verdict *verdict);
void sy_rule_recovered(struct sy_verdict *verdict);

/// Keeps a finding; when the list is full, the lightest gives way. Marks it as uncertain when the
/// monitor lost too much.
void sy_verdict_add(struct sy_verdict *verdict, const struct sy_finding *finding);

/// Puts the findings in their order: most weighty first.
void sy_findings_sort(struct sy_findings *findings);

/// Services of one address, those of which `match` holds.
struct sy_group {
	const struct sy_service_facts *services; ///< all of the address, by port
	uint32_t count;
	uint32_t matched;
	uint64_t attempts;                       ///< that the rule is about
	uint64_t failed;                         ///< all that failed, of those that match
	uint64_t clients;                        ///< greatest number of clients of one that matches
	uint64_t since_ns;                       ///< earliest
	uint64_t last_seen_ns;                   ///< latest
	char ports[64];                          ///< the first ones that match, "22, 23, 25, ..."
	const struct sy_service_facts *heaviest; ///< with most of these attempts
};

/// Services of one address that one finding each may be made of; more are put together.
#define SY_PORTS_APART 8

/// What a finding about a service counts: attempts, and the time of the first and the last of them.
struct sy_span {
	uint64_t attempts;
	uint64_t since_ns;
	uint64_t last_seen_ns;
};

struct sy_group_rule {
	bool (*match)(const struct sy_verdict *verdict, const struct sy_service_facts *service);
	void (*one)(struct sy_verdict *verdict, const struct sy_service_facts *service);
	void (*many)(struct sy_verdict *verdict, const struct sy_group *group);
	/// Of a service that matches.
	struct sy_span (*span)(
		const struct sy_verdict *verdict, const struct sy_service_facts *service);
};

/// Applies a rule to every service that matches, or once to an address of which too many match.
void sy_group_each(struct sy_verdict *verdict, const struct sy_group_rule *rule);

/// Collects the services of the address that begin at index `first`, by the rule's match and span.
struct sy_group sy_group_collect(
	const struct sy_verdict *verdict, uint32_t first, const struct sy_group_rule *rule);

// Evidence that several rules need.

/// All failures of the present run, or of the last; else of all that was seen.
struct sy_span sy_span_of_run(
	const struct sy_verdict *verdict, const struct sy_service_facts *service);

/// Failures of one kind alone, of which there were so many attempts.
struct sy_span sy_span_of_kind(
	const struct sy_service_facts *service, enum sy_evidence kind, uint64_t attempts);

/// True when some vantage that saw this service's SYNs is not known to see one direction only.
bool sy_seen_both_ways(const struct sy_verdict *verdict, const struct sy_service_facts *service);

/// True when the present or the last run of failures was silence.
bool sy_is_silent_run(const struct sy_verdict *verdict, const struct sy_service_facts *service);

#define SY_RST_EXAMPLES 2

/// The attempts with a RST of the server's side that are kept as examples, then NULL: those that
/// did not come up first, and of these the earlier one.
void sy_rst_examples(const struct sy_service_stats *stats,
	const struct sy_attempt *examples[static SY_RST_EXAMPLES]);

/// True when RSTs in the service's name come from elsewhere, by TTL or by position.
bool sy_is_reset_by_path(const struct sy_verdict *verdict, const struct sy_service_facts *service);

/// Attempts among those that a RST refused, in the run of failures in question, that RSTs from
/// elsewhere explain. RSTs that cut off connections explain none.
uint64_t sy_refused_by_path(
	const struct sy_verdict *verdict, const struct sy_service_facts *service);

/// How well two vantages are known to lie on one path to a server.
enum sy_path {
	SY_PATH_NONE,
	SY_PATH_PLAUSIBLE, ///< the far one carries the server's traffic
	SY_PATH_PROVEN,    ///< handshakes with the server passed both
};

/// Two vantages on one path: packets to the server pass `client_side` first.
struct sy_between {
	enum sy_path path;
	uint8_t client_side;
	uint8_t server_side;
	bool up;        ///< the RSTs came after the connections were up
	bool synack;    ///< the SYN-ACKs vanish, not the SYNs
	uint64_t here;  ///< packets of the kind in question seen at one of them only
	uint64_t there; ///< such packets seen at the other
	/// An attempt that shows it, or NULL: the earliest one may be of another kind.
	const struct sy_attempt *shown;
};

/// True when the SYNs, or the SYN-ACKs, of a failing service vanish between two vantages: of most
/// attempts that failed so. What became of those that were established tells nothing of it.
bool sy_is_lost_between(const struct sy_verdict *verdict, const struct sy_service_facts *service,
	struct sy_between *between);

/// True when RSTs of the service are seen at the client's side and not at the server's: all of one
/// phase, or far more of it than that tap missed by chance.
bool sy_is_made_between(const struct sy_verdict *verdict, const struct sy_service_facts *service,
	struct sy_between *between);

/// Packets of one kind seen at vantage `at` and not at `not_at`.
uint64_t sy_seen_only(
	const struct sy_service_stats *stats, enum sy_seen kind, uint8_t at, uint8_t not_at);

/// Packets of one kind seen at vantage `at`.
uint64_t sy_seen_at(const struct sy_service_stats *stats, enum sy_seen kind, uint8_t at);

/// Share of packets that is known to be missing at a vantage, the monitor's own count included.
double sy_vantage_loss(const struct sy_facts *facts, uint8_t vantage);

/// The facts that tell which directions pass a vantage: those of the last interval, or all when it
/// has too few flows to tell.
const struct sy_facts *sy_view_facts(const struct sy_verdict *verdict, uint8_t vantage);

/// The vantage's name, or "vantage N".
const char *sy_vantage_label(const struct sy_facts *facts, uint8_t vantage);
