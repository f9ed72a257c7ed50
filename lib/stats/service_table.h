// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "slots.h"

#include "sy_stats.h"

/// The services of an accumulator and the pool of their details.
struct sy_service_table {
	struct sy_slots slots;
	struct sy_service_stats *entries;
	struct sy_service_detail *details;
	uint32_t *spare; ///< details that were given back
	uint32_t entry_count;
	uint32_t detail_count;  ///< size of the pool
	uint32_t details_used;  ///< details[] from here on were never used, not even before a reset
	uint32_t details_fresh; ///< details[] from here on are unused
	uint32_t spare_count;
	uint32_t details_phantom; ///< details of services that never answered
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

/// The detail of an entry, made when it has none; NULL when the pool has none for it.
struct sy_service_detail *sy_service_table_detail(
	struct sy_service_table *table, struct sy_service_stats *service);

/// Notes the first answer of a service: it is no phantom any more. Call before first_ns of
/// SY_EVIDENCE_ANSWERED is set.
void sy_service_table_answered(struct sy_service_table *table, struct sy_service_stats *service);

/// Starts to load what a later sy_service_table_take() and the work on its entry will look at:
/// first the index, then the entry, then its detail, each when the one before has come.
uint64_t sy_service_table_prefetch(const struct sy_service_table *table,
	const struct sy_addr *server, uint16_t port, uint32_t domain);
void sy_service_table_prefetch_entry(const struct sy_service_table *table, uint64_t hash);
void sy_service_table_prefetch_detail(const struct sy_service_table *table, uint64_t hash);

/// Number of attempts of an entry.
uint64_t sy_service_attempts(const struct sy_service_stats *service);

/// Adds all services of `from`; attempts that find no room are counted in `totals`.
void sy_service_table_merge(struct sy_service_table *into, const struct sy_service_table *from,
	struct sy_totals *totals);
