// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_facts.h"

/// Fills in all but `stats`.
void sy_host_judge(struct sy_host_facts *host);

/// Fills in all but `stats`. The facts' hosts must be judged already.
void sy_service_judge(const struct sy_facts *facts, struct sy_service_facts *service);

/// The run of failures that matters: the present one when it is for good, else the last one that
/// was, else the present one. `blocked`: one refused attempt is enough. The state is left unknown.
struct sy_run sy_run_find(const struct sy_service_stats *stats, bool blocked);

/// True when a run is long enough to call it a failure.
bool sy_run_is_for_good(const struct sy_run *run, bool blocked);

/// What a bucket of a timeline holds: answers that come before and after failures.
bool sy_bucket_interleaves(const struct sy_timeline_bucket *bucket);

/// Origin of the service's last RST before the connection was up.
enum sy_rst_origin sy_service_last_origin(
	const struct sy_facts *facts, const struct sy_service_stats *stats);
