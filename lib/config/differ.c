// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What two configurations have different.

#include "page.h"
#include "schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_BYTES 128

struct comparison {
	sy_config_difference_fn *each;
	void *arg;
	bool no_memory;
};

static void compare_sections(struct comparison *c, const struct schema_key *keys,
	const char *before, const char *after, const char *prefix);

static uint32_t count_of(const struct schema_key *key, const char *base)
{
	uint32_t count;

	memcpy(&count, base + key->count_offset, sizeof(count));
	return count;
}

static bool is_list(const struct schema_key *key)
{
	return key->kind == KEY_NUMBERS || key->kind == KEY_TEXTS || key->kind == KEY_SECTIONS;
}

static bool are_equal(const struct schema_key *key, const char *before, const char *after)
{
	uint32_t count = is_list(key) ? count_of(key, before) : 1;
	bool text = key->kind == KEY_TEXT || key->kind == KEY_TEXTS;

	if (is_list(key) && count != count_of(key, after))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		const char *a = before + key->offset + (size_t)i * key->size;
		const char *b = after + key->offset + (size_t)i * key->size;

		if (text ? strcmp(a, b) != 0 : memcmp(a, b, key->size) != 0)
			return false;
	}
	return true;
}

/// The value on one line; of a list of sections how many there are.
static char *value_of(const struct schema_key *key, const char *base)
{
	struct page page = {0};
	uint32_t count = is_list(key) ? count_of(key, base) : 1;

	if (key->kind == KEY_SECTIONS) {
		sy_page_add(&page, "%u of them", count);
		return sy_page_take(&page);
	}
	sy_page_add(&page, "%s", is_list(key) ? "[" : "");
	for (uint32_t i = 0; i < count; i++) {
		sy_page_add(&page, "%s", i > 0 ? ", " : "");
		sy_page_add_value(&page, key, base + key->offset + (size_t)i * key->size);
	}
	sy_page_add(&page, "%s", is_list(key) ? "]" : "");
	return sy_page_take(&page);
}

static void tell(struct comparison *c, const struct schema_key *key, const char *name,
	const char *before, const char *after)
{
	char *old = value_of(key, before), *new = value_of(key, after);

	if (old != NULL && new != NULL)
		c->each(c->arg, name, old, new);
	else
		c->no_memory = true;
	free(old);
	free(new);
}

static void compare_key(struct comparison *c, const struct schema_key *key, const char *before,
	const char *after, const char *prefix)
{
	char name[KEY_BYTES], item[KEY_BYTES];

	snprintf(name, sizeof(name), "%s%s", prefix, key->name);
	if (key->kind == KEY_SECTION) {
		snprintf(item, sizeof(item), "%.100s.", name);
		compare_sections(c, key->keys, before + key->offset, after + key->offset, item);
	} else if (key->kind == KEY_SECTIONS && count_of(key, before) == count_of(key, after)) {
		for (uint32_t i = 0; i < count_of(key, before); i++) {
			snprintf(item, sizeof(item), "%.100s[%u].", name, i);
			compare_sections(c, key->keys, before + key->offset + (size_t)i * key->size,
				after + key->offset + (size_t)i * key->size, item);
		}
	} else if (!are_equal(key, before, after)) {
		tell(c, key, name, before, after);
	}
}

static void compare_sections(struct comparison *c, const struct schema_key *keys,
	const char *before, const char *after, const char *prefix)
{
	for (const struct schema_key *key = keys; key->name != NULL; key++)
		compare_key(c, key, before, after, prefix);
}

int sy_config_differences(const struct sy_config *before, const struct sy_config *after,
	sy_config_difference_fn *each, void *arg)
{
	struct comparison c = {each, arg, false};

	compare_sections(&c, sy_schema, (const char *)before, (const char *)after, "");
	return c.no_memory ? -ENOMEM : 0;
}
