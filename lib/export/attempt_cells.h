// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_tables.h"

// Private to lib/export: what fills the columns of attempts.jsonl. Rows: struct sy_attempt_row. The
// column's argument says which field, packet, flag or option is meant.

#define SY_ATTEMPT_PUT(what)        \
	void sy_attempt_put_##what( \
		const void *row, const struct sy_column *column, struct sy_cell *cell)

/// A flag about a packet that may not have been seen; the flag lies in the lower 24 bits.
#define SY_FLAG_OF(note, bit) ((uint32_t)(note) << 24 | (bit))

/// An option of one side.
#define SY_OPTION_OF(side, bit) ((uint32_t)(side) << 8 | (bit))

// arg: an offset in struct sy_attempt.
SY_ATTEMPT_PUT(u8);
SY_ATTEMPT_PUT(u16);
SY_ATTEMPT_PUT(u32);
SY_ATTEMPT_PUT(time);
SY_ATTEMPT_PUT(addr);
SY_ATTEMPT_PUT(word);
SY_ATTEMPT_PUT(rtt);
SY_ATTEMPT_PUT(icmp_u8);
SY_ATTEMPT_PUT(icmp_from);
SY_ATTEMPT_PUT(vlan);
SY_ATTEMPT_PUT(vni);

// arg: a flag; SY_FLAG_OF.
SY_ATTEMPT_PUT(flag);
SY_ATTEMPT_PUT(flag_of);

// arg: enum sy_note.
SY_ATTEMPT_PUT(note_time);
SY_ATTEMPT_PUT(note_seq);
SY_ATTEMPT_PUT(note_ttl);
SY_ATTEMPT_PUT(note_tos);
SY_ATTEMPT_PUT(note_window);
SY_ATTEMPT_PUT(note_payload);
SY_ATTEMPT_PUT(note_ip_id);
SY_ATTEMPT_PUT(note_df);

// arg: SY_OPTION_OF.
SY_ATTEMPT_PUT(mss);
SY_ATTEMPT_PUT(wscale);
SY_ATTEMPT_PUT(cookie);
SY_ATTEMPT_PUT(option);

// arg: enum sy_side.
SY_ATTEMPT_PUT(bytes);
SY_ATTEMPT_PUT(packets);

// arg: none.
SY_ATTEMPT_PUT(waited);
SY_ATTEMPT_PUT(rst_side);
SY_ATTEMPT_PUT(rst_phase);
SY_ATTEMPT_PUT(rst_origin);
SY_ATTEMPT_PUT(abort);
SY_ATTEMPT_PUT(history);
SY_ATTEMPT_PUT(completeness);
SY_ATTEMPT_PUT(end);
SY_ATTEMPT_PUT(vantages);
