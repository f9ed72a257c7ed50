// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_stats.h"

/// Adds one failed attempt; its time is event->first_ns, and not 0.
void sy_recent_add(struct sy_recent *recent, const struct sy_recent_bucket *event);

void sy_recent_merge(struct sy_recent *into, const struct sy_recent *from);
