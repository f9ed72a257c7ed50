// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "service_table.h"

#include "sy_memory.h"

#include <errno.h>
#include <string.h>

struct service_key {
	const struct sy_addr *server;
	uint32_t domain;
	uint16_t port;
};

static bool match_service(const void *table, uint32_t slot, const void *wanted)
{
	const struct sy_service_stats *entry = &((const struct sy_service_stats *)table)[slot];
	const struct service_key *key = wanted;

	return entry->port == key->port && entry->domain == key->domain &&
	       sy_addr_equal(&entry->server, key->server);
}

static uint64_t hash_service(const struct sy_hash_key *hash_key, const struct service_key *key)
{
	uint64_t words[2];

	memcpy(words, key->server->b, sizeof(words));
	return sy_hash_words(hash_key, words[0], words[1], (uint64_t)key->domain << 16 | key->port);
}

int sy_service_table_init(struct sy_service_table *table, const struct sy_stats_config *config)
{
	uint32_t count = sy_slots_round(config->services);

	memset(table, 0, sizeof(*table));
	table->key = config->key;
	table->entries = sy_memory_map(count * sizeof(*table->entries));
	table->entry_count = count;
	if (table->entries == NULL || sy_details_init(&table->details, config) != 0 ||
		sy_slots_init(&table->slots, count) != 0) {
		sy_service_table_free(table);
		return -ENOMEM;
	}
	return 0;
}

void sy_service_table_free(struct sy_service_table *table)
{
	sy_slots_free(&table->slots);
	sy_memory_unmap(table->entries, table->entry_count * sizeof(*table->entries));
	sy_details_free(&table->details);
	memset(table, 0, sizeof(*table));
}

void sy_service_table_reset(struct sy_service_table *table)
{
	sy_slots_reset(&table->slots);
	sy_details_reset(&table->details);
}

size_t sy_service_table_bytes(const struct sy_stats_config *config)
{
	uint32_t count = sy_slots_round(config->services);

	return sy_slots_bytes(count) + count * sizeof(struct sy_service_stats) +
	       sy_details_bytes(config);
}

const struct sy_service_stats *sy_service_table_find(const struct sy_service_table *table,
	const struct sy_addr *server, uint16_t port, uint32_t domain)
{
	struct service_key key = {.server = server, .domain = domain, .port = port};
	uint32_t slot = sy_slots_find(&table->slots, hash_service(&table->key, &key), match_service,
		table->entries, &key);

	return slot == SY_SLOT_NONE ? NULL : &table->entries[sy_slots_entry(&table->slots, slot)];
}

uint64_t sy_service_table_prefetch(const struct sy_service_table *table,
	const struct sy_addr *server, uint16_t port, uint32_t domain)
{
	struct service_key key = {.server = server, .domain = domain, .port = port};
	uint64_t hash = hash_service(&table->key, &key);

	sy_slots_prefetch(&table->slots, hash);
	return hash;
}

void sy_service_table_prefetch_entry(const struct sy_service_table *table, uint64_t hash)
{
	uint32_t slot = sy_slots_guess(&table->slots, hash);

	if (slot == SY_SLOT_NONE)
		return;
	for (size_t line = 0; line < sizeof(*table->entries); line += 64)
		__builtin_prefetch(
			(const char *)&table->entries[sy_slots_entry(&table->slots, slot)] + line,
			1);
}

static const struct sy_service_detail *guess_detail(
	const struct sy_service_table *table, uint64_t hash)
{
	uint32_t slot = sy_slots_guess(&table->slots, hash);

	return slot == SY_SLOT_NONE ? NULL
				    : table->entries[sy_slots_entry(&table->slots, slot)].detail;
}

void sy_service_table_prefetch_detail(const struct sy_service_table *table, uint64_t hash)
{
	const struct sy_service_detail *detail = guess_detail(table, hash);

	if (detail != NULL)
		sy_details_prefetch(detail);
}

void sy_service_table_prefetch_behind(
	const struct sy_service_table *table, uint64_t hash, const struct sy_attempt *attempt)
{
	const struct sy_service_detail *detail = guess_detail(table, hash);

	if (detail != NULL)
		sy_details_prefetch_behind(detail, attempt);
}

uint64_t sy_service_attempts(const struct sy_service_stats *service)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < SY_OUTCOME_COUNT; i++)
		sum += service->outcome[i];
	return sum;
}

struct sy_service_stats *sy_service_table_take(struct sy_service_table *table,
	const struct sy_addr *server, uint16_t port, uint32_t domain, bool answered, uint64_t ts_ns,
	uint64_t *dropped)
{
	struct service_key key = {.server = server, .domain = domain, .port = port};
	uint64_t hash = hash_service(&table->key, &key);
	uint32_t slot = sy_slots_find(&table->slots, hash, match_service, table->entries, &key);
	struct sy_service_stats *entry;
	bool evicted;

	if (slot != SY_SLOT_NONE) {
		sy_slots_touch(&table->slots, slot, answered, ts_ns);
		return &table->entries[sy_slots_entry(&table->slots, slot)];
	}
	slot = sy_slots_claim(&table->slots, hash, answered, ts_ns, &evicted);
	if (slot == SY_SLOT_NONE)
		return NULL;
	entry = &table->entries[sy_slots_entry(&table->slots, slot)];
	if (evicted) {
		*dropped += sy_service_attempts(entry);
		sy_details_give_back(&table->details, entry);
	}
	memset(entry, 0, sizeof(*entry));
	entry->server = *server;
	entry->port = port;
	entry->domain = domain;
	return entry;
}
