// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The effective configuration, as YAML.

#include "page.h"
#include "schema.h"

#include <string.h>

static void add_section(
	struct page *page, const struct schema_key *keys, const void *base, int indent, bool item);

void sy_page_add_value(struct page *page, const struct schema_key *key, const void *at)
{
	uint32_t number;

	if (key->kind == KEY_BOOL) {
		sy_page_add(page, "%s", *(const bool *)at ? "true" : "false");
	} else if (key->kind == KEY_TEXT || key->kind == KEY_TEXTS) {
		sy_page_add_quoted(page, at);
	} else {
		memcpy(&number, at, sizeof(number));
		if (key->kind == KEY_WORD)
			sy_page_add(page, "%s", key->words[number]);
		else
			sy_page_add(page, "%u", number);
	}
}

static void add_list(struct page *page, const struct schema_key *key, const void *base, int indent)
{
	const char *items = (const char *)base + key->offset;
	uint32_t count;

	memcpy(&count, (const char *)base + key->count_offset, sizeof(count));
	if (key->kind == KEY_NUMBERS || count == 0) {
		sy_page_add(page, " [");
		for (uint32_t i = 0; i < count; i++) {
			sy_page_add(page, "%s", i > 0 ? ", " : "");
			sy_page_add_value(page, key, items + (size_t)i * key->size);
		}
		sy_page_add(page, "]\n");
		return;
	}
	sy_page_add(page, "\n");
	for (uint32_t i = 0; i < count; i++) {
		sy_page_add(page, "%*s- ", indent + 2, "");
		if (key->kind == KEY_SECTIONS) {
			add_section(
				page, key->keys, items + (size_t)i * key->size, indent + 4, true);
		} else {
			sy_page_add_value(page, key, items + (size_t)i * key->size);
			sy_page_add(page, "\n");
		}
	}
}

// The first key of an item stands behind its dash.
static void add_section(
	struct page *page, const struct schema_key *keys, const void *base, int indent, bool item)
{
	for (const struct schema_key *key = keys; key->name != NULL; key++) {
		sy_page_add(page, "%*s%s:", item && key == keys ? 0 : indent, "", key->name);
		if (key->kind == KEY_SECTION) {
			sy_page_add(page, "\n");
			add_section(page, key->keys, (const char *)base + key->offset, indent + 2,
				false);
		} else if (key->kind >= KEY_NUMBERS) {
			add_list(page, key, base, indent);
		} else {
			sy_page_add(page, " ");
			sy_page_add_value(page, key, (const char *)base + key->offset);
			sy_page_add(page, "\n");
		}
	}
}

char *sy_config_format(const struct sy_config *config)
{
	struct page page = {0};

	add_section(&page, sy_schema, config, 0, false);
	return sy_page_take(&page);
}
