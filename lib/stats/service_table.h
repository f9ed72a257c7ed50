// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "service_detail.h"
#include "slots.h"

#include "sy_stats.h"

/// The services of an accumulator.
struct sy_service_table {
	struct sy_slots slots;
	struct sy_service_stats *entries;
	uint32_t entry_count;
	struct sy_details details;
	struct sy_hash_key key;
};

/// 0 or -ENOMEM.
int sy_service_table_init(struct sy_service_table *table, const struct sy_stats_config *config);
void sy_service_table_free(struct sy_service_table *table);
void sy_service_table_reset(struct sy_service_table *table);
size_t sy_service_table_bytes(const struct sy_stats_config *config);

const struct sy_service_stats *sy_service_table_find(const struct sy_service_table *table,
	const struct sy_addr *server, uint16_t port, uint32_t domain);

/// Finds or makes the entry. NULL when no entry gives way. `answered`: this use is proof that the
/// service answers. Attempts of an entry that gave way are added to *dropped.
struct sy_service_stats *sy_service_table_take(struct sy_service_table *table,
	const struct sy_addr *server, uint16_t port, uint32_t domain, bool answered, uint64_t ts_ns,
	uint64_t *dropped);

/// Starts to load what a later sy_service_table_take() and the work on its entry will look at:
/// first the index, then the entry, then its detail, then what that points to, each when the one
/// before has come.
uint64_t sy_service_table_prefetch(const struct sy_service_table *table,
	const struct sy_addr *server, uint16_t port, uint32_t domain);
void sy_service_table_prefetch_entry(const struct sy_service_table *table, uint64_t hash);
void sy_service_table_prefetch_detail(const struct sy_service_table *table, uint64_t hash);
void sy_service_table_prefetch_behind(
	const struct sy_service_table *table, uint64_t hash, const struct sy_attempt *attempt);

/// Number of attempts of an entry.
uint64_t sy_service_attempts(const struct sy_service_stats *service);

/// Adds all services of `from`; attempts that find no room are counted in `totals`.
void sy_service_table_merge(struct sy_service_table *into, const struct sy_service_table *from,
	struct sy_totals *totals);
