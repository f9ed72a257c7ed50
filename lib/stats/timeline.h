// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_stats.h"

/// Adds an event whose times all lie at `ts_ns` (not 0): `event` is merged into the bucket of then.
void sy_timeline_add(
	struct sy_timeline *timeline, uint64_t ts_ns, const struct sy_timeline_bucket *event);

/// Adds all of `from`.
void sy_timeline_merge(struct sy_timeline *into, const struct sy_timeline *from);
