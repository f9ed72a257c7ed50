// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_digits.h"
#include "sy_table.h"

// Room for the key and any cell of fixed size.
#define CELL_BYTES (sizeof(((struct sy_column *)0)->key) + 64)

const char *sy_format_suffix(enum sy_format format)
{
	return format == SY_FORMAT_CSV ? ".csv" : ".jsonl";
}

static char *put_word(char *at, const char *word)
{
	size_t size = strlen(word);

	memcpy(at, word, size);
	return at + size;
}

// Kinds whose size is bounded, straight to memory; the same in every format.
static inline char *put_number(char *at, const struct sy_cell *cell)
{
	switch (cell->kind) {
	case SY_CELL_BOOL:
		memcpy(at, cell->truth ? "true\0" : "false", 5);
		return at + (cell->truth ? 4 : 5);
	case SY_CELL_U64:
		return sy_digits_u64(at, cell->u64);
	default:
		return sy_digits_milli(at, cell->u64);
	}
}

// Kinds that appenders write; the caller adds what quotes the format wants.
static void put_appended(struct sy_text *out, const struct sy_cell *cell)
{
	switch (cell->kind) {
	case SY_CELL_F64:
		sy_text_put_f64(out, cell->f64, 6);
		break;
	case SY_CELL_TIME:
		sy_text_put_time(out, cell->u64);
		break;
	case SY_CELL_ADDR:
		sy_text_put_addr(out, cell->addr);
		break;
	default:
		sy_text_puts(out, cell->text);
		break;
	}
}

static inline void put_json_cell(struct sy_text *out, const struct sy_cell *cell)
{
	char *at = sy_text_reserve(out, CELL_BYTES);

	if (at == NULL)
		return;
	switch (cell->kind) {
	case SY_CELL_NULL:
		memcpy(at, "null", 4);
		out->size += 4;
		return;
	case SY_CELL_BOOL:
	case SY_CELL_U64:
	case SY_CELL_MILLI:
		out->size = (size_t)(put_number(at, cell) - out->data);
		return;
	case SY_CELL_WORD:
		*at++ = '"';
		at = put_word(at, cell->text);
		*at++ = '"';
		out->size = (size_t)(at - out->data);
		return;
	case SY_CELL_TIME:
	case SY_CELL_ADDR:
		sy_text_put(out, "\"", 1);
		put_appended(out, cell);
		sy_text_put(out, "\"", 1);
		return;
	case SY_CELL_F64:
		put_appended(out, cell);
		return;
	case SY_CELL_TEXT:
		sy_text_put_json(out, cell->text);
		return;
	case SY_CELL_JSON:
		return;
	}
}

void sy_table_put_document(const struct sy_table *table, struct sy_text *out, const void *row)
{
	struct sy_cell cell = {.json = out};

	sy_text_puts(out, "{\n\"v\":1");
	for (uint32_t i = 0; i < table->column_count; i++) {
		const struct sy_column *column = &table->columns[i];
		sy_text_put(out, ",\n", 2);
		sy_text_put(out, column->key + 1, column->key_bytes - 1u);
		column->put(row, column, &cell);
		put_json_cell(out, &cell);
	}
	sy_text_puts(out, "\n}");
}

void sy_table_put_object(const struct sy_table *table, struct sy_text *out, const void *row)
{
	struct sy_cell cell = {.json = out};

	sy_text_puts(out, "{\"v\":1");
	for (uint32_t i = 0; i < table->column_count; i++) {
		const struct sy_column *column = &table->columns[i];
		char *at = sy_text_reserve(out, CELL_BYTES);
		if (at == NULL)
			return;
		memcpy(at, column->key, sizeof(column->key));
		out->size += column->key_bytes;
		column->put(row, column, &cell);
		put_json_cell(out, &cell);
	}
	sy_text_put(out, "}", 1);
}

// Quotes what stands in `out` from `mark` on, where RFC 4180 wants it.
static void quote_csv(struct sy_text *out, size_t mark)
{
	size_t quotes = 0;
	bool special = out->size == mark;

	for (size_t i = mark; i < out->size; i++) {
		char c = out->data[i];
		quotes += c == '"';
		special |= c == '"' || c == ',' || c == '\n' || c == '\r';
	}
	if (!special || sy_text_reserve(out, quotes + 2) == NULL)
		return;
	size_t from = out->size;
	size_t to = out->size + quotes + 2;
	out->size = to;
	out->data[--to] = '"';
	while (from > mark) {
		char c = out->data[--from];
		out->data[--to] = c;
		if (c == '"')
			out->data[--to] = '"';
	}
	out->data[mark] = '"';
}

static void put_csv_cell(struct sy_text *out, const void *row, const struct sy_column *column)
{
	struct sy_cell cell = {.json = out};
	size_t mark = out->size;

	column->put(row, column, &cell);
	switch (cell.kind) {
	case SY_CELL_NULL:
		return;
	case SY_CELL_BOOL:
	case SY_CELL_U64:
	case SY_CELL_MILLI: {
		char *at = sy_text_reserve(out, CELL_BYTES);
		if (at != NULL)
			out->size = (size_t)(put_number(at, &cell) - out->data);
		return;
	}
	case SY_CELL_F64:
		if (cell.f64 - cell.f64 == 0) // finite; otherwise unknown, an empty field
			put_appended(out, &cell);
		return;
	case SY_CELL_TIME:
	case SY_CELL_ADDR:
	case SY_CELL_WORD:
		put_appended(out, &cell);
		return;
	case SY_CELL_TEXT:
		put_appended(out, &cell);
		quote_csv(out, mark);
		return;
	case SY_CELL_JSON:
		quote_csv(out, mark);
		return;
	}
}

void sy_table_begin(const struct sy_table *table, enum sy_format format, struct sy_text *out)
{
	if (format != SY_FORMAT_CSV)
		return;
	sy_text_puts(out, "v");
	for (uint32_t i = 0; i < table->column_count; i++) {
		sy_text_put(out, ",", 1);
		sy_text_puts(out, table->columns[i].name);
	}
	sy_text_puts(out, "\r\n");
}

void sy_table_put(
	const struct sy_table *table, enum sy_format format, struct sy_text *out, const void *row)
{
	if (format == SY_FORMAT_CSV) {
		sy_text_put(out, "1", 1);
		for (uint32_t i = 0; i < table->column_count; i++) {
			sy_text_put(out, ",", 1);
			put_csv_cell(out, row, &table->columns[i]);
		}
		sy_text_put(out, "\r\n", 2);
	} else {
		sy_table_put_object(table, out, row);
		sy_text_put(out, "\n", 1);
	}
	sy_text_checkpoint(out);
}
