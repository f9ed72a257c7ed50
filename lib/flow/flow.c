// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "flow_internal.h"

#define LEAST_SIZE  1024
#define SWEEP_AHEAD 32 // slots whose records are loaded before they are visited
#define POOL_HUNT   64 // slots looked at for a record to take over when the pool is empty

static uint64_t power_of_two(uint64_t wanted)
{
	uint64_t size = LEAST_SIZE;
	while (size < wanted)
		size <<= 1;
	return size;
}

static size_t aligned(size_t bytes)
{
	return (bytes + 63) & ~(size_t)63;
}

size_t sy_flow_table_bytes(const struct sy_flow_config *config)
{
	uint64_t slots = power_of_two(config->slots);
	uint64_t records = power_of_two(config->records);

	return aligned(sizeof(struct sy_flow_table)) + slots * sizeof(struct sy_flow) +
	       slots / SY_FLOW_BUCKET * sizeof(struct sy_places) +
	       aligned(records * sizeof(struct sy_attempt)) + aligned(records * sizeof(uint32_t));
}

struct sy_flow_table *sy_flow_table_init(
	void *memory, const struct sy_flow_config *config, sy_flow_evict_fn evict, void *arg)
{
	struct sy_flow_table *table = memory;
	uint64_t records = power_of_two(config->records);
	uint64_t slots = power_of_two(config->slots);
	uint8_t *at = (uint8_t *)memory + aligned(sizeof(*table));

	table->limit = slots / SY_FLOW_BUCKET;
	table->view.base = table->limit;
	if (config->initial_slots != 0 && power_of_two(config->initial_slots) < slots)
		table->view.base = power_of_two(config->initial_slots) / SY_FLOW_BUCKET;
	table->view.slots = (struct sy_flow *)at;
	at += slots * sizeof(struct sy_flow);
	table->places = (struct sy_places *)at;
	at += slots / SY_FLOW_BUCKET * sizeof(struct sy_places);
	table->records = (struct sy_attempt *)at;
	at += aligned(records * sizeof(struct sy_attempt));
	table->free_records = (uint32_t *)at;
	table->record_count = (uint32_t)records;
	table->evict = evict;
	table->arg = arg;
	return table;
}

uint64_t sy_flow_table_slots(const struct sy_flow_table *table)
{
	return (table->view.base + table->view.split) * SY_FLOW_BUCKET;
}

const struct sy_flow_view *sy_flow_table_view(const struct sy_flow_table *table)
{
	return &table->view;
}

struct sy_flow *sy_flow_table_find(struct sy_flow_table *table, uint64_t tag)
{
	struct sy_flow *home = sy_flow_home(&table->view, tag);

	return home->tag == tag ? home : sy_place_find(table, tag);
}

static void release(struct sy_flow_table *table, struct sy_flow *flow)
{
	if (flow->record != SY_NO_RECORD)
		sy_flow_table_drop_record(table, flow);
	flow->tag = 0;
	sy_place_set(table, flow, 0);
	table->counters.used--;
}

static void make_room(struct sy_flow_table *table, struct sy_flow *flow)
{
	table->counters.evicted[flow->rank]++;
	table->evict(table->arg, flow);
	release(table, flow);
}

struct sy_flow *sy_flow_table_insert(struct sy_flow_table *table, uint64_t tag)
{
	struct sy_flow *chosen;

	sy_place_grow(table);
	chosen = sy_place_choose(table, tag);
	if (chosen == NULL) {
		table->counters.no_slot++;
		return NULL;
	}
	if (chosen->tag != 0)
		make_room(table, chosen);
	chosen->tag = tag;
	chosen->record = SY_NO_RECORD;
	sy_place_set(table, chosen, tag);
	table->counters.inserted++;
	if (++table->counters.used > table->counters.used_max)
		table->counters.used_max = table->counters.used;
	return chosen;
}

void sy_flow_table_remove(struct sy_flow_table *table, struct sy_flow *flow)
{
	release(table, flow);
}

static uint64_t next_slot(const struct sy_flow_table *table, uint64_t slot)
{
	return slot + 1 < sy_flow_table_slots(table) ? slot + 1 : 0;
}

/// Frees a record by pushing out a flow of low rank near the hand. False when there was none.
static bool hunt_record(struct sy_flow_table *table, const struct sy_flow *keep)
{
	struct sy_flow *chosen = NULL;

	for (uint32_t i = 0; i < POOL_HUNT; i++) {
		struct sy_flow *slot = &table->view.slots[table->hand];
		table->hand = next_slot(table, table->hand);
		if (slot->tag == 0 || slot == keep || slot->record == SY_NO_RECORD ||
			slot->rank >= SY_RANK_KEEP)
			continue;
		if (chosen == NULL || sy_gives_way(slot, chosen))
			chosen = slot;
	}
	if (chosen == NULL)
		return false;
	make_room(table, chosen);
	return true;
}

struct sy_attempt *sy_flow_table_add_record(struct sy_flow_table *table, struct sy_flow *flow)
{
	if (table->free_count == 0 && table->never_used < table->record_count)
		table->free_records[table->free_count++] = table->never_used++;
	if (table->free_count == 0 && !hunt_record(table, flow)) {
		table->counters.no_record++;
		return NULL;
	}
	flow->record = table->free_records[--table->free_count];
	return &table->records[flow->record];
}

void sy_flow_table_drop_record(struct sy_flow_table *table, struct sy_flow *flow)
{
	table->free_records[table->free_count++] = flow->record;
	flow->record = SY_NO_RECORD;
}

struct sy_attempt *sy_flow_table_record(struct sy_flow_table *table, const struct sy_flow *flow)
{
	return flow->record == SY_NO_RECORD ? NULL : &table->records[flow->record];
}

void sy_flow_table_prefetch_record(const struct sy_flow_table *table, const struct sy_flow *flow)
{
	const char *record;

	if (flow->record == SY_NO_RECORD)
		return;
	record = (const char *)&table->records[flow->record];
	for (size_t line = 0; line < sizeof(struct sy_attempt); line += 64)
		__builtin_prefetch(record + line, 1);
}

/// Records lie in the order of their making, not of the slots: the sweep loads them ahead.
static void prefetch_ahead(const struct sy_flow_table *table, uint64_t slot)
{
	const struct sy_flow *flow = &table->view.slots[slot];

	if (slot < sy_flow_table_slots(table) && flow->tag != 0)
		sy_flow_table_prefetch_record(table, flow);
}

void sy_flow_table_sweep(struct sy_flow_table *table, uint32_t count, bool records,
	void (*visit)(void *arg, struct sy_flow *flow), void *arg)
{
	for (uint32_t i = 0; i < count; i++) {
		struct sy_flow *slot = &table->view.slots[table->hand];

		if (records)
			prefetch_ahead(table, table->hand + SWEEP_AHEAD);
		if (slot->tag != 0)
			visit(arg, slot);
		table->hand = next_slot(table, table->hand);
	}
}

const struct sy_flow_counters *sy_flow_table_counters(const struct sy_flow_table *table)
{
	return &table->counters;
}
