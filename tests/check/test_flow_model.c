// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The flow table against a naive model: a list of what should be in it. How flows are found is not
// known to the model; of the table's order only that a flow that gives way does so to one of its
// own bucket.

#include "sy_flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS      2048u
#define RECORDS    1024u // fewer than flows, so that the pool runs out
#define OPERATIONS 200000u
#define GROWTHS    10u // runs of a table that doubles
#define TICK_NS    (UINT64_C(1) << (SY_FLOW_AGE_SHIFT - 4))
#define START_NS   (UINT64_C(0x3ff0) << SY_FLOW_AGE_SHIFT) // so that ages soon begin a new turn

#define REQUIRE(condition)                                                              \
	do {                                                                            \
		if (!(condition)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
			exit(1);                                                        \
		}                                                                       \
	} while (0)

/// What the model holds for one flow, by its place in the table.
struct entry {
	struct sy_flow *flow; ///< NULL = free
	uint64_t tag, last_ns;
	struct sy_attempt *record;
	uint8_t rank;
};

struct model {
	struct sy_flow_table *table;
	void *memory;
	struct sy_flow *slots; ///< lowest address that the table handed out
	struct entry entry[SLOTS];
	uint32_t gone; ///< flows reported by the evict callback since it was last looked at
	struct entry gone_last; ///< the last of them
	uint64_t used, records, evicted, inserted, clock;
};

static uint64_t random_state = 42;

static uint32_t pick(uint32_t below)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(random_state >> 33) % below;
}

/// Tags whose home slots lie close together, so that buckets fill.
static uint64_t random_tag(uint32_t homes)
{
	return (uint64_t)pick(homes) << 20 | (uint64_t)(1 + pick(24));
}

static uint32_t place_of(const struct model *m, const struct sy_flow *flow)
{
	ptrdiff_t place = flow - m->slots;

	REQUIRE(place >= 0 && place < (ptrdiff_t)SLOTS);
	return (uint32_t)place;
}

static struct entry *find_entry(struct model *m, uint64_t tag)
{
	for (uint32_t i = 0; i < SLOTS; i++) {
		struct entry *e = &m->entry[((tag >> 20) + i) % SLOTS];
		if (e->flow != NULL && e->tag == tag)
			return e;
	}
	return NULL;
}

static void drop(struct model *m, struct entry *e)
{
	m->used--;
	m->records -= e->record != NULL;
	*e = (struct entry){0};
}

static void on_evict(void *arg, struct sy_flow *flow)
{
	struct model *m = arg;
	struct entry *e = find_entry(m, flow->tag);

	REQUIRE(e != NULL && flow->rank == e->rank && flow->rank < SY_RANK_KEEP);
	REQUIRE(sy_flow_table_record(m->table, flow) == e->record);
	m->gone++;
	m->gone_last = *e;
	m->evicted++;
	drop(m, e);
}

/// Times as the table tells them apart.
static uint64_t age_of(const struct entry *e)
{
	return e->last_ns >> SY_FLOW_AGE_SHIFT;
}

/// Whoever gave way was of the lowest rank in its bucket, the oldest of them; none was free.
static void check_gave_way(const struct model *m, const struct sy_flow *taken)
{
	const struct entry *gone = &m->gone_last;
	uint32_t bucket = place_of(m, taken) & ~(SY_FLOW_BUCKET - 1u);

	REQUIRE(m->gone == 1 && gone->flow == taken);
	for (uint32_t i = bucket; i < bucket + SY_FLOW_BUCKET; i++) {
		const struct entry *e = &m->entry[i];
		if (&m->slots[i] == taken)
			continue;
		REQUIRE(e->flow != NULL && e->rank >= gone->rank);
		REQUIRE(e->rank > gone->rank || age_of(e) >= age_of(gone));
	}
}

/// A table that grows moves flows: where is each one now?
static void follow(struct model *m)
{
	static struct entry before[SLOTS];

	memcpy(before, m->entry, sizeof(before));
	memset(m->entry, 0, sizeof(m->entry));
	for (uint32_t i = 0; i < SLOTS; i++) {
		struct sy_flow *flow;
		if (before[i].flow == NULL)
			continue;
		flow = sy_flow_table_find(m->table, before[i].tag);
		REQUIRE(flow != NULL && flow->last_ns == before[i].last_ns);
		REQUIRE(m->entry[place_of(m, flow)].flow == NULL);
		m->entry[place_of(m, flow)] = before[i];
		m->entry[place_of(m, flow)].flow = flow;
	}
}

static void insert(struct model *m, uint64_t tag)
{
	bool grown = sy_flow_table_slots(m->table) == SLOTS;
	uint64_t no_slot = sy_flow_table_counters(m->table)->no_slot;
	struct sy_flow *flow = sy_flow_table_insert(m->table, tag);
	struct entry *e;

	if (!grown)
		follow(m);
	else if (m->gone > 0)
		check_gave_way(m, flow);
	m->gone = 0;
	REQUIRE(sy_flow_table_counters(m->table)->no_slot == no_slot + (flow == NULL));
	if (flow == NULL)
		return;
	e = &m->entry[place_of(m, flow)];
	REQUIRE(e->flow == NULL && flow->tag == tag && flow->record == SY_NO_RECORD);
	flow->rank = (uint8_t)(pick(64) ? pick(SY_RANK_KEEP) : SY_RANK_KEEP);
	flow->last_ns = (m->clock += TICK_NS) - pick(5) * TICK_NS;
	sy_flow_table_note(m->table, flow);
	*e = (struct entry){flow, tag, flow->last_ns, NULL, flow->rank};
	m->used++;
	m->inserted++;
}

static void add_record(struct model *m, struct entry *e)
{
	uint64_t no_record = sy_flow_table_counters(m->table)->no_record;
	struct sy_attempt *record = sy_flow_table_add_record(m->table, e->flow);

	REQUIRE(sy_flow_table_counters(m->table)->no_record == no_record + (record == NULL));
	REQUIRE(m->gone <= 1 && e->flow != NULL);
	m->gone = 0;
	REQUIRE(record != NULL || m->records == RECORDS);
	if (record == NULL)
		return;
	for (uint32_t i = 0; i < SLOTS; i++)
		REQUIRE(m->entry[i].record != record);
	record->vni = (uint32_t)e->tag;
	e->record = record;
	REQUIRE(++m->records <= RECORDS);
}

static void remove_flow(struct model *m, struct entry *e)
{
	sy_flow_table_remove(m->table, e->flow);
	drop(m, e);
}

static void check_found(struct model *m, uint64_t tag)
{
	struct entry *e = find_entry(m, tag);
	struct sy_flow *flow = sy_flow_table_find(m->table, tag);

	REQUIRE(flow == (e == NULL ? NULL : e->flow));
	if (e == NULL)
		return;
	REQUIRE(flow->tag == tag && flow->last_ns == e->last_ns && flow->rank == e->rank);
	REQUIRE(sy_flow_table_record(m->table, flow) == e->record);
	REQUIRE(e->record == NULL || e->record->vni == (uint32_t)e->tag);
}

static void on_visit(void *arg, struct sy_flow *flow)
{
	struct model *m = arg;
	struct entry *e = &m->entry[place_of(m, flow)];

	REQUIRE(e->flow == flow && e->tag == flow->tag);
	if (flow->rank != SY_RANK_KEEP ? pick(8) == 0 : pick(64) == 0)
		remove_flow(m, e);
}

static void on_last_visit(void *arg, struct sy_flow *flow)
{
	struct model *m = arg;

	remove_flow(m, &m->entry[place_of(m, flow)]);
}

static void check_counters(const struct model *m)
{
	const struct sy_flow_counters *c = sy_flow_table_counters(m->table);

	REQUIRE(c->used == m->used && c->inserted == m->inserted && c->used <= c->used_max);
	REQUIRE(c->evicted[0] + c->evicted[1] + c->evicted[2] == m->evicted);
}

static void touch(struct model *m, struct entry *e)
{
	e->last_ns = e->flow->last_ns = m->clock += TICK_NS;
	sy_flow_table_note(m->table, e->flow);
}

static void step(struct model *m, uint32_t homes)
{
	uint64_t tag = random_tag(homes);
	struct entry *e = find_entry(m, tag);
	uint32_t what = pick(100);

	check_found(m, tag);
	if (e == NULL && what < 70)
		insert(m, tag);
	else if (e != NULL && what < 40 && e->record == NULL)
		add_record(m, e);
	else if (e != NULL && what < 60)
		touch(m, e);
	else if (e != NULL && what < 75)
		remove_flow(m, e);
	else if (what == 99)
		sy_flow_table_sweep(m->table, pick(80), false, on_visit, m);
	check_counters(m);
}

/// Slots begin at the first address that insert gives for home 0 of an empty table.
static void model_open(struct model *m, uint64_t initial_slots)
{
	struct sy_flow_config config = {
		.slots = SLOTS, .initial_slots = initial_slots, .records = RECORDS};
	size_t bytes = (sy_flow_table_bytes(&config) + 63) & ~(size_t)63;

	memset(m, 0, sizeof(*m));
	m->memory = aligned_alloc(64, bytes);
	REQUIRE(m->memory != NULL);
	memset(m->memory, 0, bytes);
	m->table = sy_flow_table_init(m->memory, &config, on_evict, m);
	m->slots = sy_flow_table_insert(m->table, 1);
	REQUIRE(m->slots != NULL);
	sy_flow_table_remove(m->table, m->slots);
	m->inserted = 1;
	m->clock = START_NS;
}

static void model_close(struct model *m)
{
	sy_flow_table_sweep(
		m->table, (uint32_t)sy_flow_table_slots(m->table), false, on_last_visit, m);
	check_counters(m);
	REQUIRE(m->used == 0 && m->records == 0);
	for (uint32_t i = 0; i < SLOTS; i++)
		REQUIRE(m->slots[i].tag == 0);
	free(m->memory);
}

/// A table of flows that never give way: an insert fails and says so.
static void full_table(void)
{
	const struct sy_flow_counters *c;
	static struct model m;
	uint64_t failed = 0;

	model_open(&m, 0);
	c = sy_flow_table_counters(m.table);
	for (uint64_t i = 0; i < SLOTS * 3; i++) {
		uint64_t tag = i << 20 | 1;
		struct sy_flow *flow = sy_flow_table_insert(m.table, tag);
		if (flow == NULL) {
			REQUIRE(c->no_slot == ++failed);
			continue;
		}
		flow->rank = SY_RANK_KEEP;
		flow->last_ns = 0;
		m.entry[place_of(&m, flow)] = (struct entry){flow, tag, 0, NULL, SY_RANK_KEEP};
		m.used++;
		m.inserted++;
		add_record(&m, &m.entry[place_of(&m, flow)]);
	}
	REQUIRE(m.used > SLOTS * 9 / 10 && failed >= SLOTS * 2 && m.evicted == 0);
	REQUIRE(m.records == RECORDS);
	for (uint64_t i = 0; i < SLOTS * 3; i++)
		check_found(&m, i << 20 | 1);
	model_close(&m);
}

int main(void)
{
	// From a crowd around the end of the table to one that is thinly spread.
	static const uint32_t homes[] = {3, 20, 200, SLOTS, 1u << 20};
	static struct model m;

	for (uint32_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
		model_open(&m, 0);
		for (uint32_t n = 0; n < OPERATIONS; n++)
			step(&m, homes[i]);
		REQUIRE(m.evicted > 100 || homes[i] == homes[0]);
		model_close(&m);
	}
	for (uint32_t round = 0; round < GROWTHS; round++) {
		model_open(&m, SLOTS / 2);
		for (uint32_t n = 0; n < 10000; n++)
			step(&m, round & 1 ? 1u << 20 : SLOTS);
		REQUIRE(sy_flow_table_slots(m.table) > SLOTS / 2);
		model_close(&m);
	}
	full_table();
	puts("flow table and model agree");
	return 0;
}
