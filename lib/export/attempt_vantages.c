// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The `vantages` column of attempts.jsonl: where each packet of the handshake was seen, and when.

#include "attempt_cells.h"

static void put_sighting(
	struct sy_text *out, const struct sy_facts *facts, uint32_t vantage, uint64_t ts_ns)
{
	const char *name = sy_vantage_name(facts, vantage);

	sy_text_put(out, "{\"vantage\":", 11);
	if (name != NULL)
		sy_text_put_json(out, name);
	else
		sy_text_put(out, "null", 4);
	if (ts_ns == 0) {
		sy_text_put(out, ",\"ts\":null}", 11);
		return;
	}
	sy_text_put(out, ",\"ts\":\"", 7);
	sy_text_put_time(out, ts_ns);
	sy_text_put(out, "\"}", 2);
}

// The note keeps the time at two vantages; at a third one only the fact is known.
static void put_sightings(struct sy_text *out, const struct sy_attempt *attempt,
	const struct sy_facts *facts, uint32_t which)
{
	const struct sy_packet_note *note = &attempt->note[which];
	uint32_t rest = note->seen_at & ~(1u << note->vantage % SY_VANTAGE_MAX);

	if (note->ts_ns == 0)
		return;
	put_sighting(out, facts, note->vantage, note->ts_ns);
	if (rest == 0)
		return;
	sy_text_put(out, ",", 1);
	put_sighting(out, facts, note->other_vantage,
		attempt->other_dt_ns[which] == SY_DT_UNKNOWN
			? 0
			: note->ts_ns + (uint64_t)(int64_t)attempt->other_dt_ns[which]);
	rest &= ~(1u << note->other_vantage % SY_VANTAGE_MAX);
	for (uint32_t vantage = 0; rest != 0; vantage++, rest >>= 1) {
		if ((rest & 1) == 0)
			continue;
		sy_text_put(out, ",", 1);
		put_sighting(out, facts, vantage, 0);
	}
}

void sy_attempt_put_vantages(const void *row, const struct sy_column *column, struct sy_cell *cell)
{
	static const char *const heads[SY_NOTE_COUNT] = {
		[SY_NOTE_SYN] = "{\"syn\":[",
		[SY_NOTE_SYNACK] = "],\"synack\":[",
		[SY_NOTE_ACK] = "],\"ack\":[",
		[SY_NOTE_RST] = "],\"rst\":[",
	};
	const struct sy_attempt_row *attempt_row = row;

	(void)column;
	for (uint32_t which = 0; which < SY_NOTE_COUNT; which++) {
		sy_text_puts(cell->json, heads[which]);
		put_sightings(cell->json, attempt_row->attempt, attempt_row->facts, which);
	}
	sy_text_put(cell->json, "]}", 2);
	cell->kind = SY_CELL_JSON;
}
