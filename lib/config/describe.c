// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The reference of all keys, for docs/configuration.md.

#include "page.h"
#include "schema.h"

#include <string.h>

static void add_row(struct page *page, const struct schema_key *key)
{
	char allowed[ALLOWED_SIZE];

	sy_key_allowed(key, allowed);
	if (key->initial == NULL)
		sy_page_add(page, "| `%s` | has to be given |", key->name);
	else if (key->kind >= KEY_NUMBERS)
		sy_page_add(page, "| `%s` | `[%s]` |", key->name, key->initial);
	else if (key->initial[0] == '\0')
		sy_page_add(page, "| `%s` | `\"\"` |", key->name);
	else
		sy_page_add(page, "| `%s` | `%s` |", key->name, key->initial);
	sy_page_add(page, " %s | %s |\n", allowed, key->doc);
}

static void add_table(
	struct page *page, const char *title, const char *doc, const struct schema_key *keys)
{
	sy_page_add(page,
		"\n### %s\n\n%s\n\n| key | default | allowed | |\n| --- | --- | --- | --- |\n",
		title, doc);
	for (const struct schema_key *key = keys; key->name != NULL; key++)
		if (key->keys == NULL)
			add_row(page, key);
}

char *sy_config_describe(void)
{
	struct page page = {0};

	add_table(&page, "At the top level", "Beside the sections below.", sy_schema);
	for (const struct schema_key *key = sy_schema; key->name != NULL; key++)
		if (key->keys != NULL)
			add_table(&page, key->name, key->doc, key->keys);
	return sy_page_take(&page);
}
