// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_writer.h"

#include <stdbool.h>
#include <stdint.h>

// A file of records is described by a constant array of columns; every format, the JSON schema and
// the documentation are made from it, so they cannot disagree.

/// A vocabulary: the words that a column can hold, or the keys of an object.
struct sy_words {
	const char *(*name)(uint32_t index);
	uint32_t count;
};

extern const struct sy_words sy_words_outcome;
extern const struct sy_words sy_words_decided_by;
extern const struct sy_words sy_words_rst_phase;
extern const struct sy_words sy_words_rst_origin;
extern const struct sy_words sy_words_side;
extern const struct sy_words sy_words_abort;
extern const struct sy_words sy_words_close;
extern const struct sy_words sy_words_conn_state;
extern const struct sy_words sy_words_tunnel;
extern const struct sy_words sy_words_bucket;
extern const struct sy_words sy_words_family;
extern const struct sy_words sy_words_service_state;
extern const struct sy_words sy_words_code;
extern const struct sy_words sy_words_certainty;
extern const struct sy_words sy_words_ended; ///< from SY_ENDED_ANSWERED on
extern const struct sy_words sy_words_seen;

/// What a column holds, as the schema says it.
enum sy_type {
	SY_TYPE_BOOL,
	SY_TYPE_INTEGER, ///< not negative
	SY_TYPE_NUMBER,
	SY_TYPE_TEXT, ///< one of `words` where the column has them
	SY_TYPE_TIME,
	SY_TYPE_ADDR,
	SY_TYPE_OBJECT, ///< keys are `words` and values are as `schema`; without words `schema` is
			///< all
	SY_TYPE_ARRAY,  ///< of elements as `schema`
};

enum sy_cell_kind {
	SY_CELL_NULL,
	SY_CELL_BOOL,
	SY_CELL_U64,
	SY_CELL_MILLI, ///< u64 thousandths, written as a number
	SY_CELL_F64,
	SY_CELL_WORD, ///< a word of the program's own: nothing in it needs escaping
	SY_CELL_TEXT,
	SY_CELL_TIME,
	SY_CELL_ADDR,
	SY_CELL_JSON, ///< already appended to `json` as compact JSON
};

/// One value on its way to a file. What it points to must live until the row is written.
struct sy_cell {
	enum sy_cell_kind kind;
	union {
		bool truth;
		uint64_t u64;
		double f64;
		const char *text;
		const struct sy_addr *addr;
	};
	struct sy_text *json; ///< where a nested value is appended
	char small[24];       ///< room for a word that stands nowhere else
};

struct sy_column {
	const char *name;
	char key[32]; ///< ,"name": padded, so that it is copied in one piece
	uint8_t key_bytes;
	bool nullable;
	enum sy_type type;
	void (*put)(const void *row, const struct sy_column *column, struct sy_cell *cell);
	uint32_t arg; ///< for put: an offset, a bit, an index
	const struct sy_words *words;
	const char *schema; ///< JSON schema of what is inside
	const char *doc;    ///< one sentence, with the unit
};

/// A kind of file.
struct sy_table {
	const char *name; ///< of the file, without extension
	const char *doc;  ///< what one record is
	const struct sy_column *columns;
	uint32_t column_count;
};

enum sy_format {
	SY_FORMAT_JSONL,
	SY_FORMAT_CSV, ///< RFC 4180; null is an empty field, nested values are compact JSON
};

/// ".jsonl" or ".csv".
const char *sy_format_suffix(enum sy_format format);

/// Begins a file: the head line of a CSV file.
void sy_table_begin(const struct sy_table *table, enum sy_format format, struct sy_text *out);

/// Writes one record and its line end; flushes `out` when enough has gathered.
void sy_table_put(
	const struct sy_table *table, enum sy_format format, struct sy_text *out, const void *row);

/// Appends one record as a JSON object, without line end and without flush.
void sy_table_put_object(const struct sy_table *table, struct sy_text *out, const void *row);

/// The same with a line for each field: for a document that people open.
void sy_table_put_document(const struct sy_table *table, struct sy_text *out, const void *row);

/// Appends the JSON Schema (2020-12) of a record.
void sy_table_json_schema(const struct sy_table *table, struct sy_text *out);

/// Appends a section of docs/output.md: what a record is, and a table of its fields.
void sy_table_describe_markdown(const struct sy_table *table, struct sy_text *out);

#define SY_NULLABLE true
#define SY_ALWAYS   false

// Columns, as initialisers: name, type, nullable, put, arg, doc; with a vocabulary; and nested.
#define SY_COLUMN_HEAD(n, t, null, fn, a)                                                          \
	.name = n, .key = ",\"" n "\":", .key_bytes = sizeof(",\"" n "\":") - 1, .nullable = null, \
	.type = t, .put = fn, .arg = a
#define SY_COLUMN(n, t, null, fn, a, d)                     \
	{                                                   \
		SY_COLUMN_HEAD(n, t, null, fn, a), .doc = d \
	}
#define SY_COLUMN_WORDS(n, null, fn, a, w, d)                                      \
	{                                                                          \
		SY_COLUMN_HEAD(n, SY_TYPE_TEXT, null, fn, a), .words = w, .doc = d \
	}
#define SY_COLUMN_NESTED(n, t, null, fn, a, w, s, d)                                 \
	{                                                                            \
		SY_COLUMN_HEAD(n, t, null, fn, a), .words = w, .schema = s, .doc = d \
	}

// Pieces of schemas for nested values. None of them describes more than its type; the sentence of
// the column says what it is.
#define SY_SCHEMA_COUNT       "{\"type\":\"integer\",\"minimum\":0}"
#define SY_SCHEMA_INTEGER     "{\"type\":\"integer\"}"
#define SY_SCHEMA_BOOL        "{\"type\":\"boolean\"}"
#define SY_SCHEMA_TEXT        "{\"type\":\"string\"}"
#define SY_SCHEMA_TEXT_NULL   "{\"type\":[\"string\",\"null\"]}"
#define SY_SCHEMA_NUMBER_NULL "{\"type\":[\"number\",\"null\"]}"
#define SY_SCHEMA_TIME_NULL   "{\"type\":[\"string\",\"null\"],\"format\":\"date-time\"}"
#define SY_SCHEMA_TTL         "{\"type\":\"integer\",\"minimum\":0,\"maximum\":255}"
#define SY_SCHEMA_OBJECT(properties, required)                                         \
	"{\"type\":\"object\",\"properties\":{" properties "},\"required\":[" required \
	"],\"additionalProperties\":false}"
#define SY_SCHEMA_ARRAY(items) "{\"type\":\"array\",\"items\":" items "}"
#define SY_SCHEMA_SPREAD_FIELDS                                             \
	"\"count\":" SY_SCHEMA_COUNT ",\"min\":" SY_SCHEMA_NUMBER_NULL      \
	",\"p50\":" SY_SCHEMA_NUMBER_NULL ",\"p90\":" SY_SCHEMA_NUMBER_NULL \
	",\"p99\":" SY_SCHEMA_NUMBER_NULL ",\"max\":" SY_SCHEMA_NUMBER_NULL
#define SY_SCHEMA_SPREAD_NAMES "\"count\",\"min\",\"p50\",\"p90\",\"p99\",\"max\""
#define SY_SCHEMA_RTT          SY_SCHEMA_OBJECT(SY_SCHEMA_SPREAD_FIELDS, SY_SCHEMA_SPREAD_NAMES)

static inline void sy_cell_bool(struct sy_cell *cell, bool value)
{
	cell->kind = SY_CELL_BOOL;
	cell->truth = value;
}

static inline void sy_cell_u64(struct sy_cell *cell, uint64_t value)
{
	cell->kind = SY_CELL_U64;
	cell->u64 = value;
}

static inline void sy_cell_milli(struct sy_cell *cell, uint64_t thousandths)
{
	cell->kind = SY_CELL_MILLI;
	cell->u64 = thousandths;
}

static inline void sy_cell_f64(struct sy_cell *cell, double value)
{
	cell->kind = SY_CELL_F64;
	cell->f64 = value;
}

static inline void sy_cell_word(struct sy_cell *cell, const char *word)
{
	cell->kind = SY_CELL_WORD;
	cell->text = word;
}

/// NULL = null.
static inline void sy_cell_text(struct sy_cell *cell, const char *text)
{
	cell->kind = text != NULL ? SY_CELL_TEXT : SY_CELL_NULL;
	cell->text = text;
}

/// 0 = null.
static inline void sy_cell_time(struct sy_cell *cell, uint64_t ts_ns)
{
	cell->kind = ts_ns != 0 ? SY_CELL_TIME : SY_CELL_NULL;
	cell->u64 = ts_ns;
}

static inline void sy_cell_addr(struct sy_cell *cell, const struct sy_addr *addr)
{
	cell->kind = SY_CELL_ADDR;
	cell->addr = addr;
}
