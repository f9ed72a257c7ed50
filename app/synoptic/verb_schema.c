// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// synoptic schema TABLE | markdown: what the stats files hold, from the tables that write them.

#include "say.h"
#include "verbs.h"

#include "sy_tables.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void put_usage(FILE *out)
{
	fputs("usage: synoptic schema TABLE, where TABLE is markdown", out);
	for (const struct sy_table *const *table = sy_tables; *table != NULL; table++)
		fprintf(out, ", %s", (*table)->name);
	fputc('\n', out);
}

int verb_schema(int argc, char **argv)
{
	const struct sy_table *only = argc == 2 ? sy_table_by_name(argv[1]) : NULL;
	struct sy_text text;
	int status;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		put_usage(stdout);
		return EXIT_FINE;
	}
	if (only == NULL && (argc != 2 || strcmp(argv[1], "markdown") != 0)) {
		fputs("synoptic: ", stderr);
		put_usage(stderr);
		return EXIT_USAGE;
	}
	sy_text_init(&text, STDOUT_FILENO);
	if (only != NULL)
		sy_table_json_schema(only, &text);
	for (const struct sy_table *const *table = sy_tables; only == NULL && *table != NULL;
		table++) {
		sy_text_puts(&text, table == sy_tables ? "" : "\n");
		sy_table_describe_markdown(*table, &text);
	}
	status = sy_text_flush(&text);
	sy_text_free(&text);
	if (status != 0)
		say("cannot write to standard output");
	return status == 0 ? EXIT_FINE : EXIT_OUTPUT;
}
