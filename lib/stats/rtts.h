// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "pool.h"

#include "sy_rtts.h"

/// Adds one duration. Histograms come from the pool `hists`; durations of a set that found none are
/// added to *lost, each once.
void sy_rtts_add(struct sy_rtts *rtts, uint64_t value_ns, struct sy_pool *hists, uint64_t *lost);

/// Adds all of `from`, which may belong to another pool; what is lost of it already has been
/// counted. A set that lacks its histogram makes the sum lack it.
void sy_rtts_merge(
	struct sy_rtts *into, const struct sy_rtts *from, struct sy_pool *hists, uint64_t *lost);

/// Gives the histogram back, if there is one.
void sy_rtts_give_back(struct sy_rtts *rtts, struct sy_pool *hists);

/// Starts to load what a later sy_rtts_add() of that duration will look at behind `rtts` itself.
void sy_rtts_prefetch(const struct sy_rtts *rtts, uint64_t value_ns);
