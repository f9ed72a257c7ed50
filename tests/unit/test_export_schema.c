// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The committed schemas and the reference page say what the tables say. After a change of a table:
// SY_UPDATE=1 build/tests/unit/test_export_schema

#include "export_cmocka.h"
#include "export_sample.h"
#include "json_check.h"

#include <stdlib.h>

#define PAGE      "docs/output.md"
#define GENERATED "<!-- From here on generated from the tables of lib/export. -->\n"

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t size = 0, room = 1 << 20;
	char *text = calloc(1, room);

	if (file == NULL)
		fail_msg("cannot read %s", path);
	size = fread(text, 1, room - 1, file);
	fclose(file);
	assert_true(size < room - 1);
	return text;
}

static void write_file(const char *path, const char *head, size_t head_size, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fwrite(head, 1, head_size, file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void test_schemas(void **state)
{
	char path[512];
	struct sy_text out;

	(void)state;
	for (size_t i = 0; sy_tables[i] != NULL; i++) {
		sy_text_init(&out, -1);
		sy_table_json_schema(sy_tables[i], &out);
		const char *text = sample_text(&out);
		assert_true(json_is_valid(text));
		snprintf(path, sizeof(path), "%s/docs/schema/%s.schema.json", SY_SOURCE_ROOT,
			sy_tables[i]->name);
		if (getenv("SY_UPDATE") != NULL)
			write_file(path, "", 0, text);
		char *committed = read_file(path);
		assert_string_equal(committed, text);
		free(committed);
		sy_text_free(&out);
	}
}

static void test_page(void **state)
{
	char path[512];
	struct sy_text out;

	(void)state;
	sy_text_init(&out, -1);
	for (size_t i = 0; sy_tables[i] != NULL; i++) {
		sy_text_puts(&out, "\n");
		sy_table_describe_markdown(sy_tables[i], &out);
	}
	const char *text = sample_text(&out);
	snprintf(path, sizeof(path), "%s/%s", SY_SOURCE_ROOT, PAGE);
	char *page = read_file(path);
	char *generated = strstr(page, GENERATED);
	assert_non_null(generated);
	generated += strlen(GENERATED);
	if (getenv("SY_UPDATE") != NULL)
		write_file(path, page, (size_t)(generated - page), text);
	else
		assert_string_equal(generated, text);
	free(page);
	sy_text_free(&out);
}

static void test_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(sy_table_by_name("hosts"), &sy_table_hosts);
	assert_null(sy_table_by_name("nothing"));
}

// A key that was cut would be no JSON; names are words of SEMANTICS' manner.
static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; sy_tables[i] != NULL; i++) {
		for (uint32_t c = 0; c < sy_tables[i]->column_count; c++) {
			const struct sy_column *column = &sy_tables[i]->columns[c];
			assert_int_equal(column->key_bytes, strlen(column->name) + 4);
			assert_true(column->key_bytes <= sizeof(column->key));
			assert_int_equal(column->key[column->key_bytes - 1], ':');
			assert_int_equal(
				strspn(column->name, "abcdefghijklmnopqrstuvwxyz0123456789_"),
				strlen(column->name));
			assert_int_equal(column->doc[strlen(column->doc) - 1], '.');
			assert_null(strchr(column->doc, '|'));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schemas),
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_by_name),
		cmocka_unit_test(test_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
