// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The tables described: JSON Schema for programs, Markdown for people.

#include "sy_json.h"
#include "sy_table.h"

static const struct {
	const char *schema; ///< type, and its null form; what follows the type
	const char *words;  ///< for the documentation
	const char *rest;
} types[] = {
	[SY_TYPE_BOOL] = {"boolean", "true or false", ""},
	[SY_TYPE_INTEGER] = {"integer", "integer", ",\"minimum\":0"},
	[SY_TYPE_NUMBER] = {"number", "number", ""},
	[SY_TYPE_TEXT] = {"string", "text", ""},
	[SY_TYPE_TIME] = {"string", "time", ",\"format\":\"date-time\""},
	[SY_TYPE_ADDR] = {"string", "address", ""},
	[SY_TYPE_OBJECT] = {"object", "object", ""},
	[SY_TYPE_ARRAY] = {"array", "array", ""},
};

static void put_vocabulary(struct sy_text *out, const struct sy_column *column)
{
	struct sy_json json = {.text = out, .comma = true};

	sy_json_open(&json, "enum", '[');
	for (uint32_t i = 0; i < column->words->count; i++)
		sy_json_text(&json, NULL, column->words->name(i));
	if (column->nullable)
		sy_json_null(&json, NULL);
	sy_json_close(&json, ']');
}

// An object that has every word of the vocabulary as a key.
static void put_keyed(struct sy_text *out, const struct sy_column *column)
{
	struct sy_json json = {.text = out, .comma = true};

	sy_json_open(&json, "properties", '{');
	for (uint32_t i = 0; i < column->words->count; i++) {
		sy_json_key(&json, column->words->name(i));
		sy_text_puts(out, column->schema);
	}
	sy_json_close(&json, '}');
	sy_json_open(&json, "required", '[');
	for (uint32_t i = 0; i < column->words->count; i++)
		sy_json_text(&json, NULL, column->words->name(i));
	sy_json_close(&json, ']');
	sy_json_bool(&json, "additionalProperties", false);
}

static void put_property(struct sy_text *out, const struct sy_column *column)
{
	sy_text_printf(out, ",\n    \"%s\":{\"description\":", column->name);
	sy_text_put_json(out, column->doc);
	if (column->type == SY_TYPE_OBJECT && column->words == NULL) {
		// The fragment says it all; "null" beside it when there may be none.
		sy_text_printf(out,
			column->nullable ? ",\"anyOf\":[{\"type\":\"null\"},%s]}"
					 : ",\"allOf\":[%s]}",
			column->schema);
		return;
	}
	sy_text_printf(out,
		column->nullable ? ",\"type\":[\"%s\",\"null\"]%s" : ",\"type\":\"%s\"%s",
		types[column->type].schema, types[column->type].rest);
	if (column->type == SY_TYPE_ARRAY)
		sy_text_printf(out, ",\"items\":%s", column->schema);
	else if (column->type == SY_TYPE_OBJECT)
		put_keyed(out, column);
	else if (column->words != NULL)
		put_vocabulary(out, column);
	sy_text_put(out, "}", 1);
}

void sy_table_json_schema(const struct sy_table *table, struct sy_text *out)
{
	struct sy_json required = {.text = out, .comma = true};

	sy_text_puts(out, "{\n  \"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\n");
	sy_text_printf(out, "  \"title\":\"%s\",\n  \"description\":", table->name);
	sy_text_put_json(out, table->doc);
	sy_text_puts(out, ",\n  \"type\":\"object\",\n  \"properties\":{\n    \"v\":"
			  "{\"description\":\"Version of the format.\",\"const\":1}");
	for (uint32_t i = 0; i < table->column_count; i++)
		put_property(out, &table->columns[i]);
	sy_text_puts(out, "\n  },\n  \"required\":[\"v\"");
	for (uint32_t i = 0; i < table->column_count; i++)
		sy_json_text(&required, NULL, table->columns[i].name);
	sy_text_puts(out, "],\n  \"additionalProperties\":false\n}\n");
}

// Asterisks and the like do not occur in the sentences; a bar would end the cell.
static void put_field(struct sy_text *out, const struct sy_column *column)
{
	sy_text_printf(out, "| `%s` | %s%s | %s", column->name, types[column->type].words,
		column->nullable ? " or null" : "", column->doc);
	if (column->words != NULL) {
		sy_text_puts(out, column->type == SY_TYPE_OBJECT ? " Keys:" : " One of:");
		for (uint32_t i = 0; i < column->words->count; i++)
			sy_text_printf(out, "%s `%s`", i > 0 ? "," : "", column->words->name(i));
		sy_text_put(out, ".", 1);
	}
	sy_text_puts(out, " |\n");
}

void sy_table_describe_markdown(const struct sy_table *table, struct sy_text *out)
{
	sy_text_printf(out, "## %s\n\n%s\n\n", table->name, table->doc);
	sy_text_puts(out, "| field | type | meaning |\n| --- | --- | --- |\n");
	sy_text_puts(out, "| `v` | integer | Version of the format: 1. |\n");
	for (uint32_t i = 0; i < table->column_count; i++)
		put_field(out, &table->columns[i]);
}
