// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_stats.h"

/// Adds packets of one TTL to a host. When there are more TTLs than slots, those that only SYNs had
/// (which may be forged) go first, then the greatest: they are counted as overflow.
void sy_host_ttl_add(struct sy_host_stats *host, const struct sy_ttl_slot *add);

/// Adds RSTs of one TTL to a host. The least TTLs keep their slots.
void sy_host_rst_add(struct sy_host_stats *host, const struct sy_rst_slot *add);

/// Packets of a slot, over all roles or phases.
uint32_t sy_ttl_slot_packets(const struct sy_ttl_slot *slot);
uint32_t sy_rst_slot_packets(const struct sy_rst_slot *slot);
