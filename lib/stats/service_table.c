// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "service_table.h"

#include "sy_memory.h"

#include <errno.h>
#include <stdlib.h>
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
	table->detail_count = config->details;
	table->entries = sy_memory_map(count * sizeof(*table->entries));
	table->details = sy_memory_map(config->details * sizeof(*table->details));
	table->entry_count = count;
	table->spare = calloc(config->details, sizeof(*table->spare));
	if (table->entries == NULL || table->details == NULL || table->spare == NULL ||
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
	sy_memory_unmap(table->details, table->detail_count * sizeof(*table->details));
	free(table->spare);
	memset(table, 0, sizeof(*table));
}

void sy_service_table_reset(struct sy_service_table *table)
{
	sy_slots_reset(&table->slots);
	table->details_fresh = 0;
	table->spare_count = 0;
	table->details_phantom = 0;
}

size_t sy_service_table_bytes(const struct sy_stats_config *config)
{
	uint32_t count = sy_slots_round(config->services);

	return sy_slots_bytes(count) + count * sizeof(struct sy_service_stats) +
	       config->details * (sizeof(struct sy_service_detail) + sizeof(uint32_t));
}

const struct sy_service_stats *sy_service_table_find(const struct sy_service_table *table,
	const struct sy_addr *server, uint16_t port, uint32_t domain)
{
	struct service_key key = {.server = server, .domain = domain, .port = port};
	uint32_t slot = sy_slots_find(&table->slots, hash_service(&table->key, &key), match_service,
		table->entries, &key);

	return slot == SY_SLOT_NONE ? NULL : &table->entries[slot];
}

uint64_t sy_service_table_prefetch(const struct sy_service_table *table,
	const struct sy_addr *server, uint16_t port, uint32_t domain)
{
	struct service_key key = {.server = server, .domain = domain, .port = port};
	uint64_t hash = hash_service(&table->key, &key);

	sy_slots_prefetch(&table->slots, hash);
	return hash;
}

static void prefetch_lines(const void *from, size_t bytes)
{
	for (size_t line = 0; line < bytes; line += 64)
		__builtin_prefetch((const char *)from + line, 1);
}

void sy_service_table_prefetch_entry(const struct sy_service_table *table, uint64_t hash)
{
	uint32_t slot = sy_slots_guess(&table->slots, hash);

	if (slot != SY_SLOT_NONE)
		prefetch_lines(&table->entries[slot], sizeof(struct sy_service_stats));
}

void sy_service_table_prefetch_detail(const struct sy_service_table *table, uint64_t hash)
{
	uint32_t slot = sy_slots_guess(&table->slots, hash);
	const struct sy_service_detail *detail;

	if (slot == SY_SLOT_NONE || table->entries[slot].detail == NULL)
		return;
	detail = table->entries[slot].detail;
	prefetch_lines(&detail->rtt[0], 64);
	prefetch_lines(&detail->rtt[1], 64);
	prefetch_lines(&detail->timeline, 64);
	prefetch_lines(&detail->clients, sizeof(detail->clients));
	prefetch_lines(&detail->served, sizeof(detail->served));
	prefetch_lines(&detail->first_failed, 64);
	prefetch_lines(&detail->first_served, 64);
	prefetch_lines(detail->seen, sizeof(detail->seen));
}

static bool is_phantom(const struct sy_service_stats *service)
{
	return service->first_ns[SY_EVIDENCE_ANSWERED] == 0;
}

uint64_t sy_service_attempts(const struct sy_service_stats *service)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < SY_OUTCOME_COUNT; i++)
		sum += service->outcome[i];
	return sum;
}

static void give_back_detail(struct sy_service_table *table, struct sy_service_stats *service)
{
	if (service->detail == NULL)
		return;
	table->spare[table->spare_count++] = (uint32_t)(service->detail - table->details);
	table->details_phantom -= is_phantom(service);
	service->detail = NULL;
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
		return &table->entries[slot];
	}
	slot = sy_slots_claim(&table->slots, hash, answered, ts_ns, &evicted);
	if (slot == SY_SLOT_NONE)
		return NULL;
	entry = &table->entries[slot];
	if (evicted) {
		*dropped += sy_service_attempts(entry);
		give_back_detail(table, entry);
	}
	memset(entry, 0, sizeof(*entry));
	entry->server = *server;
	entry->port = port;
	entry->domain = domain;
	return entry;
}

struct sy_service_detail *sy_service_table_detail(
	struct sy_service_table *table, struct sy_service_stats *service)
{
	bool phantom = is_phantom(service);
	uint32_t at;

	if (service->detail != NULL)
		return service->detail;
	// Scans and floods must not take what services that answer need.
	if (phantom && table->details_phantom >= (table->detail_count + 1) / 2)
		return NULL;
	if (table->spare_count > 0)
		at = table->spare[--table->spare_count];
	else if (table->details_fresh < table->detail_count)
		at = table->details_fresh++;
	else
		return NULL;
	table->details_phantom += phantom;
	service->detail = &table->details[at];
	// Memory that was never used is zero already.
	if (at < table->details_used)
		memset(service->detail, 0, sizeof(*service->detail));
	else
		table->details_used = at + 1;
	return service->detail;
}

void sy_service_table_answered(struct sy_service_table *table, struct sy_service_stats *service)
{
	if (service->detail != NULL && is_phantom(service))
		table->details_phantom--;
}
