// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_flow.h"

#define LEAST_SIZE  1024
#define ROOMY       5  // free slots that keep a flow in its home bucket
#define SWEEP_AHEAD 32 // slots whose records are loaded before they are visited
#define POOL_HUNT   64 // slots looked at for a record to take over when the pool is empty

// Growth is linear hashing (Litwin 1980): `base` buckets are in use, and those below `split` have
// been split already, so that they have a twin at +base. Each insertion of a table that fills
// splits one more.
struct sy_flow_table {
	struct sy_flow *slots;
	struct sy_attempt *records;
	uint32_t *free_records; ///< stack of record indices
	uint64_t base;          ///< buckets: a power of two
	uint64_t split;         ///< < base
	uint64_t limit;         ///< greatest base
	uint64_t hand;          ///< next slot of the sweep
	uint32_t free_count;
	uint32_t never_used; ///< records from here on were never handed out
	uint32_t record_count;
	sy_flow_evict_fn evict;
	void *arg;
	struct sy_flow_counters counters;
};

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
	table->base = table->limit;
	if (config->initial_slots != 0 && power_of_two(config->initial_slots) < slots)
		table->base = power_of_two(config->initial_slots) / SY_FLOW_BUCKET;
	table->slots = (struct sy_flow *)at;
	at += slots * sizeof(struct sy_flow);
	table->records = (struct sy_attempt *)at;
	at += aligned(records * sizeof(struct sy_attempt));
	table->free_records = (uint32_t *)at;
	table->record_count = (uint32_t)records;
	table->evict = evict;
	table->arg = arg;
	return table;
}

static uint64_t bucket_of(const struct sy_flow_table *table, uint64_t hash)
{
	uint64_t bucket = hash & (table->base - 1);

	return bucket >= table->split ? bucket : hash & (2 * table->base - 1);
}

static uint64_t first_bucket(const struct sy_flow_table *table, uint64_t tag)
{
	return bucket_of(table, tag >> 23);
}

static uint64_t second_bucket(const struct sy_flow_table *table, uint64_t tag)
{
	return bucket_of(table, tag * UINT64_C(0x9e3779b97f4a7c15) >> 23);
}

/// The slot where a flow is looked for first.
static struct sy_flow *home_of(const struct sy_flow_table *table, uint64_t tag)
{
	return &table->slots[first_bucket(table, tag) * SY_FLOW_BUCKET +
			     ((tag >> 20) & (SY_FLOW_BUCKET - 1))];
}

uint64_t sy_flow_table_slots(const struct sy_flow_table *table)
{
	return (table->base + table->split) * SY_FLOW_BUCKET;
}

void sy_flow_table_prefetch(const struct sy_flow_table *table, uint64_t tag)
{
	__builtin_prefetch(home_of(table, tag), 1);
}

static struct sy_flow *bucket_start(const struct sy_flow_table *table, uint64_t bucket)
{
	return &table->slots[bucket * SY_FLOW_BUCKET];
}

/// Place of a slot in its bucket.
static uint32_t place_of(const struct sy_flow_table *table, const struct sy_flow *slot)
{
	return (uint32_t)(slot - table->slots) & (SY_FLOW_BUCKET - 1);
}

static struct sy_flow *find_far(const struct sy_flow_table *table, uint64_t tag)
{
	struct sy_flow *slot = bucket_start(table, second_bucket(table, tag));

	for (uint32_t i = 0; i < SY_FLOW_BUCKET; i++)
		if (slot[i].tag == tag)
			return &slot[i];
	return NULL;
}

struct sy_flow *sy_flow_table_find(struct sy_flow_table *table, uint64_t tag)
{
	struct sy_flow *home = home_of(table, tag);
	struct sy_flow *bucket = home - place_of(table, home);

	if (home->tag == tag)
		return home;
	for (uint32_t near = home->near; near != 0; near &= near - 1) {
		struct sy_flow *slot = &bucket[__builtin_ctz(near)];
		if (slot->tag == tag)
			return slot;
	}
	return home->far == 0 ? NULL : find_far(table, tag);
}

/// Notes in the home slot that a flow of it stands at `slot` (or does so no longer).
static void note_place(
	struct sy_flow_table *table, struct sy_flow *home, const struct sy_flow *slot, bool stands)
{
	uint8_t bit = (uint8_t)(1u << place_of(table, slot));

	if (slot == home)
		return;
	if (slot - place_of(table, slot) != home - place_of(table, home))
		home->far = (uint8_t)(stands ? home->far + 1 : home->far - 1);
	else
		home->near = (uint8_t)(stands ? home->near | bit : home->near & ~bit);
}

static void release(struct sy_flow_table *table, struct sy_flow *flow)
{
	note_place(table, home_of(table, flow->tag), flow, false);
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

/// What a bucket offers: how many free slots, the first of them, and else what gives way.
struct offer {
	uint32_t free_count;
	struct sy_flow *free;
	struct sy_flow *worst; ///< NULL = all of SY_RANK_KEEP
};

static struct offer offer_of(const struct sy_flow_table *table, uint64_t bucket)
{
	struct sy_flow *slot = bucket_start(table, bucket);
	struct offer offer = {.free_count = 0};

	for (uint32_t i = 0; i < SY_FLOW_BUCKET; i++) {
		if (slot[i].tag == 0) {
			offer.free_count++;
			offer.free = &slot[i];
		} else if (slot[i].rank < SY_RANK_KEEP &&
			   (offer.worst == NULL || gives_way(&slot[i], offer.worst))) {
			offer.worst = &slot[i];
		}
	}
	return offer;
}

/// The home slot; else a free one of its bucket while there are some; else one of the emptier of
/// both buckets (two choices keep buckets from overflowing: Azar et al. 1994); else what gives way.
static struct sy_flow *choose(const struct sy_flow_table *table, uint64_t tag)
{
	struct sy_flow *home = home_of(table, tag);
	struct offer first, second;

	if (home->tag == 0)
		return home;
	first = offer_of(table, first_bucket(table, tag));
	if (first.free_count >= ROOMY)
		return first.free;
	second = offer_of(table, second_bucket(table, tag));
	if (first.free_count + second.free_count > 0)
		return first.free_count >= second.free_count ? first.free : second.free;
	if (first.worst == NULL || second.worst == NULL)
		return first.worst != NULL ? first.worst : second.worst;
	return gives_way(second.worst, first.worst) ? second.worst : first.worst;
}

/// Splits one more bucket: those of its flows that now belong to its twin go there, to the same
/// place, which is free because the twin is new. How many of a home's far flows go with it cannot
/// be told from here, so both keep the whole count: too high a count costs a look, too low a count
/// would lose a flow.
static void split_bucket(struct sy_flow_table *table)
{
	uint64_t bucket = table->split++, twin = bucket + table->base;
	struct sy_flow *from = bucket_start(table, bucket), *to = bucket_start(table, twin);

	for (uint32_t i = 0; i < SY_FLOW_BUCKET; i++) {
		uint64_t tag = from[i].tag;
		uint8_t near = from[i].near, far = from[i].far;
		uint64_t first = first_bucket(table, tag);

		// A flow stays near its home, even when its second bucket is the one that was
		// split.
		if (tag != 0 && (first == twin ||
					(first != bucket && second_bucket(table, tag) != bucket))) {
			to[i] = from[i];
			from[i].tag = 0;
		}
		to[i].near = near;
		to[i].far = far;
	}
	if (table->split == table->base) {
		table->base *= 2;
		table->split = 0;
	}
}

/// Keeps a growing table under a quarter full, so that also the buckets that wait for their split
/// have room. Splitting one makes 8 slots, room for more flows than came.
static void grow(struct sy_flow_table *table)
{
	if (table->base < table->limit && table->counters.used * 4 > sy_flow_table_slots(table))
		split_bucket(table);
}

struct sy_flow *sy_flow_table_insert(struct sy_flow_table *table, uint64_t tag)
{
	struct sy_flow *chosen, *home;

	grow(table);
	chosen = choose(table, tag);
	if (chosen == NULL) {
		table->counters.no_slot++;
		return NULL;
	}
	if (chosen->tag != 0)
		make_room(table, chosen);
	home = home_of(table, tag);
	note_place(table, home, chosen, true);
	chosen->tag = tag;
	chosen->record = SY_NO_RECORD;
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
		struct sy_flow *slot = &table->slots[table->hand];
		table->hand = next_slot(table, table->hand);
		if (slot->tag == 0 || slot == keep || slot->record == SY_NO_RECORD ||
			slot->rank >= SY_RANK_KEEP)
			continue;
		if (chosen == NULL || gives_way(slot, chosen))
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

struct sy_attempt *sy_flow_table_record(struct sy_flow_table *table, const struct sy_flow *flow)
{
	return flow->record == SY_NO_RECORD ? NULL : &table->records[flow->record];
}

/// Starts to load the record of a slot that the sweep will come to: records lie in the order of
/// their making, not of the slots.
static void prefetch_record(const struct sy_flow_table *table, uint64_t slot)
{
	const struct sy_flow *flow = &table->slots[slot];
	const char *record;

	if (slot >= sy_flow_table_slots(table) || flow->tag == 0 || flow->record == SY_NO_RECORD)
		return;
	record = (const char *)&table->records[flow->record];
	for (size_t line = 0; line < sizeof(struct sy_attempt); line += 64)
		__builtin_prefetch(record + line, 1);
}

void sy_flow_table_sweep(struct sy_flow_table *table, uint32_t count, bool records,
	void (*visit)(void *arg, struct sy_flow *flow), void *arg)
{
	for (uint32_t i = 0; i < count; i++) {
		struct sy_flow *slot = &table->slots[table->hand];

		if (records)
			prefetch_record(table, table->hand + SWEEP_AHEAD);
		if (slot->tag != 0)
			visit(arg, slot);
		table->hand = next_slot(table, table->hand);
	}
}

const struct sy_flow_counters *sy_flow_table_counters(const struct sy_flow_table *table)
{
	return &table->counters;
}
