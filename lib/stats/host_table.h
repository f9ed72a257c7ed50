// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "slots.h"

#include "sy_stats.h"

/// The hosts of an accumulator.
struct sy_host_table {
	struct sy_slots slots;
	struct sy_host_stats *entries;
	uint32_t entry_count;
	struct sy_hash_key key;
};

/// 0 or -ENOMEM.
int sy_host_table_init(struct sy_host_table *table, const struct sy_stats_config *config);
void sy_host_table_free(struct sy_host_table *table);
void sy_host_table_reset(struct sy_host_table *table);
size_t sy_host_table_bytes(const struct sy_stats_config *config);

const struct sy_host_stats *sy_host_table_find(
	const struct sy_host_table *table, const struct sy_addr *addr, uint8_t vantage);

/// Finds or makes the entry. NULL when no entry gives way; that, and the notes of an entry that
/// gave way, are counted in *dropped. `confirmed`: the packet is none that a spoofed SYN could be.
struct sy_host_stats *sy_host_table_take(struct sy_host_table *table, const struct sy_addr *addr,
	uint8_t vantage, bool confirmed, uint64_t ts_ns, uint64_t *dropped);

/// The same with the hash that sy_host_table_prefetch() gave.
struct sy_host_stats *sy_host_table_take_hashed(struct sy_host_table *table, uint64_t hash,
	const struct sy_addr *addr, uint8_t vantage, bool confirmed, uint64_t ts_ns,
	uint64_t *dropped);

/// Starts to load what a later sy_host_table_take() will look at: first the index, then, when that
/// has come, the entry.
uint64_t sy_host_table_prefetch(
	const struct sy_host_table *table, const struct sy_addr *addr, uint8_t vantage);
void sy_host_table_prefetch_entry(const struct sy_host_table *table, uint64_t hash);

/// Adds all hosts of `from`.
void sy_host_table_merge(
	struct sy_host_table *into, const struct sy_host_table *from, uint64_t *dropped);
