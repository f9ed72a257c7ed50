// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_stats.h"

/// Adds a client by the keyed hash of its address; the same key for all sets that will be merged.
void sy_client_set_add(struct sy_client_set *set, uint64_t hash);

/// Adds all of `from`.
void sy_client_set_merge(struct sy_client_set *into, const struct sy_client_set *from);
