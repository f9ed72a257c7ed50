// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "pool.h"

#include "sy_stats.h"

/// The details of an accumulator's services, and what only some of these need.
struct sy_details {
	struct sy_pool pool;      ///< struct sy_service_detail
	struct sy_pool hists;     ///< struct sy_hist, for services with many round trips
	struct sy_pool exemplars; ///< struct sy_attempt
	uint32_t phantom;         ///< details of services that never answered
};

/// 0 or -ENOMEM.
int sy_details_init(struct sy_details *details, const struct sy_stats_config *config);
void sy_details_free(struct sy_details *details);
void sy_details_reset(struct sy_details *details);
size_t sy_details_bytes(const struct sy_stats_config *config);

/// The detail of a service, made when it has none; NULL when there is none for it.
struct sy_service_detail *sy_details_take(
	struct sy_details *details, struct sy_service_stats *service);

/// Takes it away from a service that gives way, with all that it owns.
void sy_details_give_back(struct sy_details *details, struct sy_service_stats *service);

/// Notes the first answer of a service: it is no phantom any more. Call before first_ns of
/// SY_EVIDENCE_ANSWERED is set.
void sy_details_answered(struct sy_details *details, const struct sy_service_stats *service);

/// Starts to load what counting an attempt will look at: first in the detail itself, then, when
/// that has come, behind it.
void sy_details_prefetch(const struct sy_service_detail *detail);
void sy_details_prefetch_behind(
	const struct sy_service_detail *detail, const struct sy_attempt *attempt);
