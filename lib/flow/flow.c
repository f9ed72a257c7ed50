// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_flow.h"

#define SWEEP_GROUP 32 // slots whose records are loaded together
#define POOL_HUNT   64 // slots looked at for a record to take over when the pool is empty

struct sy_flow_table {
	struct sy_flow *slots;
	struct sy_attempt *records;
	uint32_t *free_records; ///< stack of record indices
	uint64_t slot_mask;
	uint64_t hand; ///< next slot of the sweep
	uint32_t free_count;
	uint32_t never_used; ///< records from here on were never handed out
	uint32_t record_count;
	sy_flow_evict_fn evict;
	void *arg;
	struct sy_flow_counters counters;
};

static uint64_t power_of_two(uint64_t wanted)
{
	uint64_t size = 1024;
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
	       aligned(records * sizeof(struct sy_attempt)) + aligned(records * sizeof(uint32_t));
}

struct sy_flow_table *sy_flow_table_init(
	void *memory, const struct sy_flow_config *config, sy_flow_evict_fn evict, void *arg)
{
	struct sy_flow_table *table = memory;
	uint64_t slots = power_of_two(config->slots);
	uint64_t records = power_of_two(config->records);
	uint8_t *at = (uint8_t *)memory + aligned(sizeof(*table));

	table->slots = (struct sy_flow *)at;
	at += slots * sizeof(struct sy_flow);
	table->records = (struct sy_attempt *)at;
	at += aligned(records * sizeof(struct sy_attempt));
	table->free_records = (uint32_t *)at;
	table->slot_mask = slots - 1;
	table->record_count = (uint32_t)records;
	table->evict = evict;
	table->arg = arg;
	return table;
}

static uint64_t home_of(const struct sy_flow_table *table, uint64_t tag)
{
	return (tag >> 20) & table->slot_mask;
}

void sy_flow_table_prefetch(const struct sy_flow_table *table, uint64_t tag)
{
	__builtin_prefetch(&table->slots[home_of(table, tag)], 1);
}

struct sy_flow *sy_flow_table_find(struct sy_flow_table *table, uint64_t tag)
{
	uint64_t home = home_of(table, tag);
	struct sy_flow *slot = &table->slots[home];

	if (slot->tag == tag)
		return slot;
	for (uint64_t i = 1, left = slot->displaced; left > 0 && i < SY_FLOW_WINDOW; i++) {
		slot = &table->slots[(home + i) & table->slot_mask];
		if (slot->tag == tag)
			return slot;
		left -= slot->tag != 0 && home_of(table, slot->tag) == home;
	}
	return NULL;
}

static void release(struct sy_flow_table *table, struct sy_flow *flow)
{
	struct sy_flow *home = &table->slots[home_of(table, flow->tag)];

	if (home != flow)
		home->displaced--;
	if (flow->record != SY_NO_RECORD)
		table->free_records[table->free_count++] = flow->record;
	flow->tag = 0;
	table->counters.used--;
}

static void make_room(struct sy_flow_table *table, struct sy_flow *flow)
{
	table->counters.evicted[flow->rank]++;
	table->evict(table->arg, flow);
	release(table, flow);
}

/// True when `a` should give way rather than `b`.
static bool gives_way(const struct sy_flow *a, const struct sy_flow *b)
{
	return a->rank != b->rank ? a->rank < b->rank : a->last_ns < b->last_ns;
}

struct sy_flow *sy_flow_table_insert(struct sy_flow_table *table, uint64_t tag)
{
	uint64_t home = home_of(table, tag);
	struct sy_flow *chosen = NULL;

	for (uint64_t i = 0; i < SY_FLOW_WINDOW; i++) {
		struct sy_flow *slot = &table->slots[(home + i) & table->slot_mask];
		if (slot->tag == 0) {
			chosen = slot;
			break;
		}
		if (slot->rank < SY_RANK_KEEP && (chosen == NULL || gives_way(slot, chosen)))
			chosen = slot;
	}
	if (chosen == NULL) {
		table->counters.no_slot++;
		return NULL;
	}
	if (chosen->tag != 0)
		make_room(table, chosen);
	chosen->tag = tag;
	chosen->record = SY_NO_RECORD;
	if (chosen != &table->slots[home])
		table->slots[home].displaced++;
	table->counters.inserted++;
	if (++table->counters.used > table->counters.used_max)
		table->counters.used_max = table->counters.used;
	return chosen;
}

void sy_flow_table_remove(struct sy_flow_table *table, struct sy_flow *flow)
{
	release(table, flow);
}

/// Frees a record by pushing out a flow of low rank near the hand. False when there was none.
static bool hunt_record(struct sy_flow_table *table, const struct sy_flow *keep)
{
	struct sy_flow *chosen = NULL;

	for (uint32_t i = 0; i < POOL_HUNT; i++) {
		struct sy_flow *slot = &table->slots[(table->hand + i) & table->slot_mask];
		if (slot->tag == 0 || slot == keep || slot->record == SY_NO_RECORD ||
			slot->rank >= SY_RANK_KEEP)
			continue;
		if (chosen == NULL || gives_way(slot, chosen))
			chosen = slot;
	}
	table->hand = (table->hand + POOL_HUNT) & table->slot_mask;
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
	memset(&table->records[flow->record], 0, sizeof(struct sy_attempt));
	return &table->records[flow->record];
}

struct sy_attempt *sy_flow_table_record(struct sy_flow_table *table, const struct sy_flow *flow)
{
	return flow->record == SY_NO_RECORD ? NULL : &table->records[flow->record];
}

/// Starts to load the records of the next slots: they lie in the order of their making, not of the
/// slots.
static void prefetch_records(const struct sy_flow_table *table, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct sy_flow *slot = &table->slots[(table->hand + i) & table->slot_mask];
		if (slot->tag == 0 || slot->record == SY_NO_RECORD)
			continue;
		const char *record = (const char *)&table->records[slot->record];
		for (size_t line = 0; line < sizeof(struct sy_attempt); line += 64)
			__builtin_prefetch(record + line, 1);
	}
}

void sy_flow_table_sweep(struct sy_flow_table *table, uint32_t count,
	void (*visit)(void *arg, struct sy_flow *flow), void *arg)
{
	while (count > 0) {
		uint32_t group = count < SWEEP_GROUP ? count : SWEEP_GROUP;

		prefetch_records(table, group);
		for (uint32_t i = 0; i < group; i++) {
			struct sy_flow *slot = &table->slots[table->hand];
			if (slot->tag != 0)
				visit(arg, slot);
			table->hand = (table->hand + 1) & table->slot_mask;
		}
		count -= group;
	}
}

uint64_t sy_flow_table_slots(const struct sy_flow_table *table)
{
	return table->slot_mask + 1;
}

const struct sy_flow_counters *sy_flow_table_counters(const struct sy_flow_table *table)
{
	return &table->counters;
}
