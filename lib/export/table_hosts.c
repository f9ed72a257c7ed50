// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// hosts.jsonl: one address at one vantage a line.

#include "sy_json.h"
#include "sy_tables.h"

#include <stddef.h>

#define SCHEMA_SPAN ",\"first_seen\":" SY_SCHEMA_TIME_NULL ",\"last_seen\":" SY_SCHEMA_TIME_NULL

#define SCHEMA_TTL                                                                   \
	SY_SCHEMA_OBJECT("\"ttl\":" SY_SCHEMA_TTL ",\"syn\":" SY_SCHEMA_COUNT        \
			 ",\"synack\":" SY_SCHEMA_COUNT ",\"data\":" SY_SCHEMA_COUNT \
			 ",\"echo_reply\":" SY_SCHEMA_COUNT SCHEMA_SPAN,             \
		"\"ttl\",\"syn\",\"synack\",\"data\",\"echo_reply\",\"first_seen\",\"last_seen\"")

#define SCHEMA_RST                                                                         \
	SY_SCHEMA_OBJECT("\"ttl\":" SY_SCHEMA_TTL ",\"to_syn\":" SY_SCHEMA_COUNT           \
			 ",\"to_synack\":" SY_SCHEMA_COUNT ",\"in_data\":" SY_SCHEMA_COUNT \
			 ",\"after_fin\":" SY_SCHEMA_COUNT                                 \
			 ",\"stray\":" SY_SCHEMA_COUNT SCHEMA_SPAN,                        \
		"\"ttl\",\"to_syn\",\"to_synack\",\"in_data\",\"after_fin\",\"stray\",\"first_seen\",\"last_seen\"")

#define PUT(what)               \
	static void put_##what( \
		const void *row, const struct sy_column *column, struct sy_cell *cell)

static const struct sy_host_facts *facts_of(const void *row)
{
	return ((const struct sy_host_row *)row)->host;
}

static const struct sy_host_facts *known_of(const void *row)
{
	const struct sy_host_row *host_row = row;

	return host_row->known != NULL ? host_row->known : host_row->host;
}

static const void *in_stats(const void *row, const struct sy_column *column)
{
	return (const char *)facts_of(row)->stats + column->arg;
}

// A small number, null below 0.
static void cell_int(struct sy_cell *cell, int value)
{
	cell->kind = SY_CELL_NULL;
	if (value >= 0)
		sy_cell_u64(cell, (uint64_t)value);
}

PUT(vantage)
{
	const struct sy_host_row *host_row = row;

	(void)column;
	sy_cell_text(cell, sy_vantage_name(host_row->facts, host_row->host->stats->vantage));
}

PUT(addr)
{
	sy_cell_addr(cell, in_stats(row, column));
}

PUT(u32)
{
	sy_cell_u64(cell, *(const uint32_t *)in_stats(row, column));
}

PUT(u64)
{
	sy_cell_u64(cell, *(const uint64_t *)in_stats(row, column));
}

PUT(time)
{
	const char *stats = (const char *)known_of(row)->stats;

	sy_cell_time(cell, *(const uint64_t *)(const void *)(stats + column->arg));
}

PUT(baseline)
{
	cell_int(cell, known_of(row)->baseline[column->arg]);
}

PUT(ttl)
{
	(void)column;
	cell_int(cell, known_of(row)->ttl);
}

PUT(initial)
{
	const struct sy_ttl_guess *guess = &known_of(row)->guess;

	(void)column;
	cell_int(cell, guess->initial != 0 ? guess->initial : -1);
}

PUT(hops)
{
	const struct sy_ttl_guess *guess = &known_of(row)->guess;

	(void)column;
	cell_int(cell, guess->initial != 0 ? guess->hops : -1);
}

PUT(family)
{
	sy_cell_word(cell, column->words->name(known_of(row)->guess.family));
}

PUT(confirmed)
{
	(void)column;
	sy_cell_bool(cell, known_of(row)->stats->confirmed != 0);
}

PUT(shifted_from)
{
	const struct sy_host_facts *host = known_of(row);

	(void)column;
	cell_int(cell, host->shifted ? host->shifted_from : -1);
}

PUT(shifted_ts)
{
	const struct sy_host_facts *host = known_of(row);

	(void)column;
	sy_cell_time(cell, host->shifted ? host->shifted_ns : 0);
}

PUT(histogram)
{
	static const char *const roles[SY_ROLE_COUNT] = {
		[SY_ROLE_SYN] = "syn",
		[SY_ROLE_SYNACK] = "synack",
		[SY_ROLE_DATA] = "data",
		[SY_ROLE_ECHO_REPLY] = "echo_reply",
	};
	const struct sy_host_stats *stats = facts_of(row)->stats;
	struct sy_json json = {.text = cell->json};

	(void)column;
	sy_json_open(&json, NULL, '[');
	for (uint32_t i = 0; i < stats->ttl_slots; i++) {
		sy_json_open(&json, NULL, '{');
		sy_json_u64(&json, "ttl", stats->ttl[i].ttl);
		for (uint32_t role = 0; role < SY_ROLE_COUNT; role++)
			sy_json_u64(&json, roles[role], stats->ttl[i].count[role]);
		sy_json_time(&json, "first_seen", stats->ttl[i].first_ns);
		sy_json_time(&json, "last_seen", stats->ttl[i].last_ns);
		sy_json_close(&json, '}');
	}
	sy_json_close(&json, ']');
	cell->kind = SY_CELL_JSON;
}

PUT(rsts)
{
	const struct sy_host_stats *stats = facts_of(row)->stats;
	struct sy_json json = {.text = cell->json};

	(void)column;
	sy_json_open(&json, NULL, '[');
	for (uint32_t i = 0; i < stats->rst_slots; i++) {
		sy_json_open(&json, NULL, '{');
		sy_json_u64(&json, "ttl", stats->rst[i].ttl);
		for (uint32_t phase = 0; phase < SY_RST_PHASE_COUNT; phase++)
			sy_json_u64(&json, sy_rst_phase_name((enum sy_rst_phase)phase),
				stats->rst[i].count[phase]);
		sy_json_time(&json, "first_seen", stats->rst[i].first_ns);
		sy_json_time(&json, "last_seen", stats->rst[i].last_ns);
		sy_json_close(&json, '}');
	}
	sy_json_close(&json, ']');
	cell->kind = SY_CELL_JSON;
}

static const struct sy_column columns[] = {
	SY_COLUMN_TS(struct sy_host_row, "figures stand"),
	SY_COLUMN("ip", SY_TYPE_ADDR, SY_ALWAYS, put_addr, offsetof(struct sy_host_stats, addr),
		"Address of the host."),
	SY_COLUMN("vantage", SY_TYPE_TEXT, SY_NULLABLE, put_vantage, 0,
		"Where it was seen; the same address has one record for each vantage."),
	SY_COLUMN("ttl_synack", SY_TYPE_INTEGER, SY_NULLABLE, put_baseline, SY_ROLE_SYNACK,
		"Most frequent TTL or hop limit of its SYN-ACKs."),
	SY_COLUMN("ttl_syn", SY_TYPE_INTEGER, SY_NULLABLE, put_baseline, SY_ROLE_SYN,
		"Most frequent TTL or hop limit of its SYNs."),
	SY_COLUMN("ttl_data", SY_TYPE_INTEGER, SY_NULLABLE, put_baseline, SY_ROLE_DATA,
		"Most frequent TTL or hop limit of its other segments."),
	SY_COLUMN("initial_ttl", SY_TYPE_INTEGER, SY_NULLABLE, put_initial, 0,
		"TTL that it is held to send with: 32, 64, 128 or 255."),
	SY_COLUMN("hops", SY_TYPE_INTEGER, SY_NULLABLE, put_hops, 0,
		"Routers between it and the tap: initial_ttl minus ttl."),
	SY_COLUMN_WORDS("family", SY_ALWAYS, put_family, 0, &sy_words_family,
		"What the initial TTL says about its stack."),
	SY_COLUMN_NESTED("ttl_histogram", SY_TYPE_ARRAY, SY_ALWAYS, put_histogram, 0, NULL,
		SCHEMA_TTL,
		"Its packets by TTL and by the role in which they showed it; never built from RSTs."),
	SY_COLUMN("first_seen", SY_TYPE_TIME, SY_NULLABLE, put_time,
		offsetof(struct sy_host_stats, first_seen_ns), "First packet, RSTs apart."),
	SY_COLUMN("last_seen", SY_TYPE_TIME, SY_NULLABLE, put_time,
		offsetof(struct sy_host_stats, last_seen_ns), "Last packet, RSTs apart."),
	// Beyond the names that docs/semantics.md fixes.
	SY_COLUMN("ttl", SY_TYPE_INTEGER, SY_NULLABLE, put_ttl, 0,
		"The TTL that speaks for the host as a whole."),
	SY_COLUMN("ttl_echo_reply", SY_TYPE_INTEGER, SY_NULLABLE, put_baseline, SY_ROLE_ECHO_REPLY,
		"Most frequent TTL or hop limit of its ICMP echo replies."),
	SY_COLUMN("confirmed", SY_TYPE_BOOL, SY_ALWAYS, put_confirmed, 0,
		"It sent something that a spoofed SYN cannot be."),
	SY_COLUMN_NESTED("rst_histogram", SY_TYPE_ARRAY, SY_ALWAYS, put_rsts, 0, NULL, SCHEMA_RST,
		"RSTs in its name by TTL and phase."),
	SY_COLUMN("ttl_overflow", SY_TYPE_INTEGER, SY_ALWAYS, put_u32,
		offsetof(struct sy_host_stats, ttl_overflow),
		"Packets whose TTL found no place in ttl_histogram."),
	SY_COLUMN("rst_overflow", SY_TYPE_INTEGER, SY_ALWAYS, put_u32,
		offsetof(struct sy_host_stats, rst_overflow),
		"RSTs whose TTL found no place in rst_histogram."),
	SY_COLUMN("other_ip", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_host_stats, other_ip), "Its packets that were no TCP."),
	SY_COLUMN("shifted_from", SY_TYPE_INTEGER, SY_NULLABLE, put_shifted_from, 0,
		"The TTL before the baseline moved and stayed moved."),
	SY_COLUMN("shifted_ts", SY_TYPE_TIME, SY_NULLABLE, put_shifted_ts, 0, "When that was."),
	SY_COLUMNS_INTERVAL(struct sy_host_row),
};

const struct sy_table sy_table_hosts = {
	.name = "hosts",
	.doc = "One address as seen from one vantage: its TTLs, and what they say about its stack and its distance. In `live` an address has a line in each interval in which it was seen: the histograms and the counts are of the interval alone, everything else is from all that was seen since the program started.",
	.columns = columns,
	.column_count = sizeof(columns) / sizeof(columns[0]),
};
