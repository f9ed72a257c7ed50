// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The values of attempts.jsonl. One function serves many columns, told apart by the column's
// argument; nothing is computed that the packets did not ask for.

#include "attempt_cells.h"

#include <stddef.h>

#define PUT SY_ATTEMPT_PUT

static inline const struct sy_attempt *attempt_of(const void *row)
{
	return ((const struct sy_attempt_row *)row)->attempt;
}

static inline const void *field_of(const void *row, const struct sy_column *column)
{
	return (const char *)attempt_of(row) + column->arg;
}

static inline bool noted(const struct sy_attempt *attempt, uint32_t note)
{
	return attempt->note[note].ts_ns != 0;
}

PUT(u8)
{
	sy_cell_u64(cell, *(const uint8_t *)field_of(row, column));
}

PUT(u16)
{
	sy_cell_u64(cell, *(const uint16_t *)field_of(row, column));
}

PUT(u32)
{
	sy_cell_u64(cell, *(const uint32_t *)field_of(row, column));
}

PUT(time)
{
	sy_cell_time(cell, *(const uint64_t *)field_of(row, column));
}

PUT(addr)
{
	sy_cell_addr(cell, field_of(row, column));
}

PUT(word)
{
	sy_cell_word(cell, column->words->name(*(const uint8_t *)field_of(row, column)));
}

// Nanoseconds as microseconds.
PUT(rtt)
{
	uint64_t value_ns = *(const uint64_t *)field_of(row, column);

	if (value_ns == SY_NS_UNKNOWN)
		cell->kind = SY_CELL_NULL;
	else
		sy_cell_milli(cell, value_ns);
}

PUT(waited)
{
	(void)column;
	sy_cell_milli(cell, sy_attempt_waited_ns(attempt_of(row)) / SY_NS_PER_US);
}

PUT(flag)
{
	sy_cell_bool(cell, (attempt_of(row)->flags & column->arg) != 0);
}

PUT(flag_of)
{
	const struct sy_attempt *attempt = attempt_of(row);

	if (noted(attempt, column->arg >> 24))
		sy_cell_bool(cell, (attempt->flags & column->arg & 0xffffff) != 0);
	else
		cell->kind = SY_CELL_NULL;
}

// A field of a noted packet, null when there was no such packet. `value` sees it as `note`.
#define PUT_NOTE(what, value)                                                            \
	PUT(what)                                                                        \
	{                                                                                \
		const struct sy_packet_note *note = &attempt_of(row)->note[column->arg]; \
		if (note->ts_ns != 0)                                                    \
			value;                                                           \
		else                                                                     \
			cell->kind = SY_CELL_NULL;                                       \
	}

PUT_NOTE(note_time, sy_cell_time(cell, note->ts_ns))
PUT_NOTE(note_seq, sy_cell_u64(cell, note->seq))
PUT_NOTE(note_ttl, sy_cell_u64(cell, note->ttl))
PUT_NOTE(note_tos, sy_cell_u64(cell, note->tos))
PUT_NOTE(note_window, sy_cell_u64(cell, note->window))
PUT_NOTE(note_payload, sy_cell_u64(cell, note->payload_bytes))

// What only an IPv4 header has.
PUT(note_ip_id)
{
	const struct sy_packet_note *note = &attempt_of(row)->note[column->arg];

	if (note->ts_ns != 0 && (note->ip_flags & SY_IP_V6) == 0)
		sy_cell_u64(cell, note->ip_id);
	else
		cell->kind = SY_CELL_NULL;
}

PUT(note_df)
{
	const struct sy_packet_note *note = &attempt_of(row)->note[column->arg];

	if (note->ts_ns != 0 && (note->ip_flags & SY_IP_V6) == 0)
		sy_cell_bool(cell, (note->ip_flags & SY_IP_DF) != 0);
	else
		cell->kind = SY_CELL_NULL;
}

static const struct sy_tcp_options *options_with(const void *row, const struct sy_column *column)
{
	const struct sy_tcp_options *options = &attempt_of(row)->opt[column->arg >> 8];

	return (options->present & column->arg & 0xff) != 0 ? options : NULL;
}

PUT(mss)
{
	const struct sy_tcp_options *options = options_with(row, column);

	cell->kind = SY_CELL_NULL;
	if (options != NULL)
		sy_cell_u64(cell, options->mss);
}

PUT(wscale)
{
	const struct sy_tcp_options *options = options_with(row, column);

	cell->kind = SY_CELL_NULL;
	if (options != NULL)
		sy_cell_u64(cell, options->wscale);
}

PUT(cookie)
{
	const struct sy_tcp_options *options = options_with(row, column);

	cell->kind = SY_CELL_NULL;
	if (options != NULL)
		sy_cell_u64(cell, options->tfo_cookie_bytes);
}

PUT(option)
{
	uint32_t side = column->arg >> 8;

	if (noted(attempt_of(row), side == SY_CLIENT ? SY_NOTE_SYN : SY_NOTE_SYNACK))
		sy_cell_bool(cell, options_with(row, column) != NULL);
	else
		cell->kind = SY_CELL_NULL;
}

PUT(rst_side)
{
	const struct sy_attempt *attempt = attempt_of(row);

	if (noted(attempt, SY_NOTE_RST) && attempt->rst_side < SY_SIDE_NONE)
		sy_cell_word(cell, column->words->name(attempt->rst_side));
	else
		cell->kind = SY_CELL_NULL;
}

PUT(rst_phase)
{
	const struct sy_attempt *attempt = attempt_of(row);

	if (noted(attempt, SY_NOTE_RST))
		sy_cell_word(cell, column->words->name(attempt->rst_phase));
	else
		cell->kind = SY_CELL_NULL;
}

PUT(rst_origin)
{
	const struct sy_attempt *attempt = attempt_of(row);
	const struct sy_facts *facts = ((const struct sy_attempt_row *)row)->facts;
	const struct sy_packet_note *rst = &attempt->note[SY_NOTE_RST];

	cell->kind = SY_CELL_NULL;
	if (rst->ts_ns == 0 || facts == NULL || attempt->rst_side >= SY_SIDE_NONE)
		return;
	const struct sy_addr *sender = attempt->rst_side == SY_CLIENT ? &attempt->tuple.client
								      : &attempt->tuple.server;
	enum sy_rst_origin origin = sy_facts_rst_origin(facts, sender, rst->vantage, rst->ttl);

	sy_cell_word(cell, column->words->name(origin));
}

PUT(abort)
{
	const struct sy_attempt *attempt = attempt_of(row);

	if (attempt->outcome == SY_OUTCOME_ABORTED)
		sy_cell_word(cell,
			column->words->name((attempt->flags & SY_ATT_RST_BEFORE_SYNACK) != 0));
	else
		cell->kind = SY_CELL_NULL;
}

PUT(icmp_u8)
{
	if (attempt_of(row)->icmp_seen)
		sy_attempt_put_u8(row, column, cell);
	else
		cell->kind = SY_CELL_NULL;
}

PUT(icmp_from)
{
	if (attempt_of(row)->icmp_seen)
		sy_attempt_put_addr(row, column, cell);
	else
		cell->kind = SY_CELL_NULL;
}

PUT(vlan)
{
	sy_attempt_put_u16(row, column, cell);
	if (cell->u64 == 0xffff)
		cell->kind = SY_CELL_NULL;
}

PUT(vni)
{
	if (attempt_of(row)->tunnel > SY_TUNNEL_IPIP)
		sy_attempt_put_u32(row, column, cell);
	else
		cell->kind = SY_CELL_NULL;
}

PUT(history)
{
	const struct sy_attempt *attempt = attempt_of(row);
	size_t count = attempt->history_count;

	(void)column;
	if ((attempt->flags & SY_ATT_VOLUME) == 0) {
		cell->kind = SY_CELL_NULL;
		return;
	}
	if (count > sizeof(attempt->history))
		count = sizeof(attempt->history);
	memcpy(cell->small, attempt->history, count);
	cell->small[count] = '\0';
	sy_cell_word(cell, cell->small);
}

PUT(completeness)
{
	const struct sy_attempt *attempt = attempt_of(row);

	(void)column;
	if ((attempt->flags & SY_ATT_VOLUME) != 0)
		sy_cell_u64(cell, attempt->completeness);
	else
		cell->kind = SY_CELL_NULL;
}

PUT(end)
{
	const struct sy_attempt *attempt = attempt_of(row);

	(void)column;
	sy_cell_time(cell, (attempt->flags & SY_ATT_VOLUME) != 0 ? attempt->end_ns : 0);
}

PUT(bytes)
{
	const struct sy_attempt *attempt = attempt_of(row);

	if ((attempt->flags & SY_ATT_VOLUME) != 0)
		sy_cell_u64(cell, attempt->bytes[column->arg]);
	else
		cell->kind = SY_CELL_NULL;
}

PUT(packets)
{
	const struct sy_attempt *attempt = attempt_of(row);

	if ((attempt->flags & SY_ATT_VOLUME) != 0)
		sy_cell_u64(cell, attempt->packets[column->arg]);
	else
		cell->kind = SY_CELL_NULL;
}
