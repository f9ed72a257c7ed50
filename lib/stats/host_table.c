// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "host_table.h"

#include "host_ttl.h"
#include "minmax.h"

#include "sy_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct host_key {
	const struct sy_addr *addr;
	uint8_t vantage;
};

static bool match_host(const void *table, uint32_t slot, const void *wanted)
{
	const struct sy_host_stats *entry = &((const struct sy_host_stats *)table)[slot];
	const struct host_key *key = wanted;

	return entry->vantage == key->vantage && sy_addr_equal(&entry->addr, key->addr);
}

static uint64_t hash_host(const struct sy_hash_key *hash_key, const struct host_key *key)
{
	uint64_t words[2];

	memcpy(words, key->addr->b, sizeof(words));
	return sy_hash_words(hash_key, words[0], words[1], key->vantage);
}

int sy_host_table_init(struct sy_host_table *table, const struct sy_stats_config *config)
{
	uint32_t count = sy_slots_round(config->hosts);

	memset(table, 0, sizeof(*table));
	table->key = config->key;
	table->entries = sy_memory_map(count * sizeof(*table->entries));
	table->entry_count = count;
	if (table->entries == NULL || sy_slots_init(&table->slots, count) != 0) {
		sy_host_table_free(table);
		return -ENOMEM;
	}
	return 0;
}

void sy_host_table_free(struct sy_host_table *table)
{
	sy_slots_free(&table->slots);
	sy_memory_unmap(table->entries, table->entry_count * sizeof(*table->entries));
	memset(table, 0, sizeof(*table));
}

void sy_host_table_reset(struct sy_host_table *table)
{
	sy_slots_reset(&table->slots);
}

size_t sy_host_table_bytes(const struct sy_stats_config *config)
{
	uint32_t count = sy_slots_round(config->hosts);

	return sy_slots_bytes(count) + count * sizeof(struct sy_host_stats);
}

const struct sy_host_stats *sy_host_table_find(
	const struct sy_host_table *table, const struct sy_addr *addr, uint8_t vantage)
{
	struct host_key key = {.addr = addr, .vantage = vantage};
	uint32_t slot = sy_slots_find(
		&table->slots, hash_host(&table->key, &key), match_host, table->entries, &key);

	return slot == SY_SLOT_NONE ? NULL : &table->entries[sy_slots_entry(&table->slots, slot)];
}

uint64_t sy_host_table_prefetch(
	const struct sy_host_table *table, const struct sy_addr *addr, uint8_t vantage)
{
	struct host_key key = {.addr = addr, .vantage = vantage};
	uint64_t hash = hash_host(&table->key, &key);

	sy_slots_prefetch(&table->slots, hash);
	return hash;
}

void sy_host_table_prefetch_entry(const struct sy_host_table *table, uint64_t hash)
{
	uint32_t slot = sy_slots_guess(&table->slots, hash);

	if (slot == SY_SLOT_NONE)
		return;
	for (size_t line = 0; line < 192; line += 64)
		__builtin_prefetch(
			(const char *)&table->entries[sy_slots_entry(&table->slots, slot)] + line,
			1);
}

static uint64_t notes_of(const struct sy_host_stats *host)
{
	uint64_t sum = host->other_ip + host->ttl_overflow + host->rst_overflow;

	for (uint32_t i = 0; i < host->ttl_slots; i++)
		sum += sy_ttl_slot_packets(&host->ttl[i]);
	for (uint32_t i = 0; i < host->rst_slots; i++)
		sum += sy_rst_slot_packets(&host->rst[i]);
	return sum;
}

struct sy_host_stats *sy_host_table_take(struct sy_host_table *table, const struct sy_addr *addr,
	uint8_t vantage, bool confirmed, uint64_t ts_ns, uint64_t *dropped)
{
	struct host_key key = {.addr = addr, .vantage = vantage};

	return sy_host_table_take_hashed(
		table, hash_host(&table->key, &key), addr, vantage, confirmed, ts_ns, dropped);
}

struct sy_host_stats *sy_host_table_take_hashed(struct sy_host_table *table, uint64_t hash,
	const struct sy_addr *addr, uint8_t vantage, bool confirmed, uint64_t ts_ns,
	uint64_t *dropped)
{
	struct host_key key = {.addr = addr, .vantage = vantage};
	uint32_t slot = sy_slots_find(&table->slots, hash, match_host, table->entries, &key);
	struct sy_host_stats *entry;
	bool evicted;

	if (slot != SY_SLOT_NONE) {
		sy_slots_touch(&table->slots, slot, confirmed, ts_ns);
		entry = &table->entries[sy_slots_entry(&table->slots, slot)];
		entry->confirmed |= confirmed;
		return entry;
	}
	slot = sy_slots_claim(&table->slots, hash, confirmed, ts_ns, &evicted);
	if (slot == SY_SLOT_NONE)
		return NULL;
	entry = &table->entries[sy_slots_entry(&table->slots, slot)];
	if (evicted)
		*dropped += notes_of(entry);
	// The slots behind it are cleared when they are taken: a flood pays for fewer cache lines.
	memset(entry, 0, offsetof(struct sy_host_stats, ttl));
	entry->addr = *addr;
	entry->vantage = vantage;
	entry->confirmed = confirmed;
	return entry;
}

static void merge_one(
	struct sy_host_table *table, const struct sy_host_stats *from, uint64_t *dropped)
{
	uint64_t ts_ns = from->last_seen_ns;
	struct sy_host_stats *into;

	for (uint32_t i = 0; i < from->rst_slots; i++)
		sy_keep_last(&ts_ns, from->rst[i].last_ns);
	into = sy_host_table_take(
		table, &from->addr, from->vantage, from->confirmed != 0, ts_ns, dropped);
	if (into == NULL) {
		*dropped += notes_of(from);
		return;
	}
	for (uint32_t i = 0; i < from->ttl_slots; i++)
		sy_host_ttl_add(into, &from->ttl[i]);
	for (uint32_t i = 0; i < from->rst_slots; i++)
		sy_host_rst_add(into, &from->rst[i]);
	sy_add_capped(&into->ttl_overflow, from->ttl_overflow);
	sy_add_capped(&into->rst_overflow, from->rst_overflow);
	into->other_ip += from->other_ip;
	sy_keep_first(&into->first_seen_ns, from->first_seen_ns);
	sy_keep_last(&into->last_seen_ns, from->last_seen_ns);
}

void sy_host_table_merge(
	struct sy_host_table *into, const struct sy_host_table *from, uint64_t *dropped)
{
	for (uint32_t i = 0; i < from->slots.used_count; i++)
		merge_one(into, &from->entries[i], dropped);
}
