// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "service_table.h"

/// True when the attempt proves that its service answers: a validated SYN-ACK, or served data.
bool sy_attempt_answered(const struct sy_attempt *attempt);

/// True when the service or the way to it failed the attempt, and it is not cut short.
bool sy_attempt_failed(const struct sy_attempt *attempt);

/// True when the outcome rests on silence that was watched for less than 1 s.
bool sy_attempt_cut_short(const struct sy_attempt *attempt);

/// True when a silence that was watched so long, until that decided, is too short to be evidence.
bool sy_silence_cut_short(enum sy_decided_by decided_by, uint64_t waited_ns);

/// Counts an attempt's beginning (all but a RST after the connection was up). What finds no room is
/// counted in `totals`, here and below.
void sy_service_record_begin(struct sy_service_table *table, struct sy_service_stats *service,
	const struct sy_attempt *attempt, struct sy_totals *totals);

/// Counts the RST of an attempt, if its service sent one, and keeps the final record.
void sy_service_record_end(struct sy_service_table *table, struct sy_service_stats *service,
	const struct sy_attempt *attempt, struct sy_totals *totals);

/// Adds RSTs of one TTL and vantage. A TTL that finds no slot is counted in rst_overflow.
void sy_service_rst_add(struct sy_service_stats *service, const struct sy_service_rst *add);

/// Keeps the least address that sent an ICMP error, the server's own only when there is no other.
/// Call before icmp_prohibited or icmp_self is raised.
void sy_service_icmp_from(
	struct sy_service_stats *service, const struct sy_addr *from, uint8_t type, uint8_t code);

/// Keeps the earlier of two attempts by (first SYN, tuple, ISN), and of the same attempt the later
/// state, so that the choice does not depend on the order. Offering none (NULL) is allowed.
void sy_exemplar_keep(struct sy_details *details, struct sy_attempt **kept,
	const struct sy_attempt *offered, struct sy_totals *totals);

/// The same for an attempt with a RST: one that did not come up is kept before all that did.
void sy_exemplar_keep_rst(struct sy_details *details, struct sy_attempt **kept,
	const struct sy_attempt *offered, struct sy_totals *totals);
