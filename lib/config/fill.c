// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A YAML mapping into a struct, as the table of keys tells.

#include "fill.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PATH_SIZE 96
#define KEYS_MAX  32 // of one section

static int fill_section(struct document *d, const yaml_node_t *node, const struct schema_key *keys,
	void *base, const char *path);

// As errors name a key. Names are short; what has no room would be cut.
__attribute__((format(printf, 2, 3))) static void make_path(
	char path[static PATH_SIZE], const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(path, PATH_SIZE, format, args);
	va_end(args);
}

static size_t length(const yaml_node_t *scalar)
{
	return scalar->data.scalar.length;
}

static const char *text_of(const yaml_node_t *scalar)
{
	return (const char *)scalar->data.scalar.value;
}

static bool is_plain(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

// "key:" with nothing behind it, ~ or null.
static bool is_null(const yaml_node_t *node)
{
	return is_plain(node) && (length(node) == 0 || strcmp(text_of(node), "~") == 0 ||
					 strcmp(text_of(node), "null") == 0);
}

// "a list is not ...": a value of another kind than the key takes.
static int fail_kind(
	struct document *d, const yaml_node_t *node, const char *path, const struct schema_key *key)
{
	char allowed[ALLOWED_SIZE], quoted[QUOTE_SIZE];
	const char *found = node->type == YAML_SEQUENCE_NODE ? "a list" : "a mapping";

	if (is_null(node))
		found = "nothing";
	else if (node->type == YAML_SCALAR_NODE)
		found = sy_quote(text_of(node), length(node), quoted);
	sy_key_allowed(key, allowed);
	return sy_document_fail(d, &node->start_mark, path, "%s is not %s", found, allowed);
}

// !!int and the like: there is no type but the key's own.
static int check_tag(struct document *d, const yaml_node_t *node, const char *path)
{
	static const char *const plain[] = {
		[YAML_SCALAR_NODE] = YAML_DEFAULT_SCALAR_TAG,
		[YAML_SEQUENCE_NODE] = YAML_DEFAULT_SEQUENCE_TAG,
		[YAML_MAPPING_NODE] = YAML_DEFAULT_MAPPING_TAG,
	};
	const char *tag = (const char *)node->tag;
	char quoted[QUOTE_SIZE];

	if (tag == NULL || strcmp(tag, plain[node->type]) == 0)
		return 0;
	return sy_document_fail(d, &node->start_mark, path,
		"the tag %s is not understood: write the value without a tag",
		sy_quote(tag, strlen(tag), quoted));
}

static int fill_scalar(struct document *d, const yaml_node_t *node, const struct schema_key *key,
	void *at, const char *path)
{
	bool text = key->kind == KEY_TEXT || key->kind == KEY_TEXTS;
	struct sy_error why;
	char allowed[ALLOWED_SIZE], quoted[QUOTE_SIZE];

	if (node->type != YAML_SCALAR_NODE)
		return fail_kind(d, node, path, key);
	if (is_null(node)) {
		sy_key_allowed(key, allowed);
		return sy_document_fail(
			d, &node->start_mark, path, "has no value, which should be %s", allowed);
	}
	if (sy_key_set(key, at, text_of(node), length(node), &why) != 0)
		return sy_document_fail(d, &node->start_mark, path, "%s", why.text);
	if (!text && !is_plain(node)) {
		sy_key_allowed(key, allowed);
		return sy_document_fail(d, &node->start_mark, path,
			"%s in quotes is a text, not %s: take the quotes away",
			sy_quote(text_of(node), length(node), quoted), allowed);
	}
	return 0;
}

static int fill_item(struct document *d, const yaml_node_t *node, const struct schema_key *key,
	void *at, const char *path)
{
	int status = check_tag(d, node, path);

	if (status != 0 || key->kind != KEY_SECTIONS)
		return status != 0 ? status : fill_scalar(d, node, key, at, path);
	if (node->type != YAML_MAPPING_NODE)
		return sy_document_fail(d, &node->start_mark, path,
			"an item is a mapping of keys, which begins with - %s: ...",
			key->keys[0].name);
	sy_keys_init(key->keys, at);
	return fill_section(d, node, key->keys, at, path);
}

static int fill_list(struct document *d, const yaml_node_t *node, const struct schema_key *key,
	void *base, const char *path)
{
	yaml_node_item_t *items = node->data.sequence.items.start;
	uint32_t count = (uint32_t)(node->data.sequence.items.top - items);
	char *at = (char *)base + key->offset, allowed[ALLOWED_SIZE], item_path[PATH_SIZE];
	int status = 0;

	if (count < key->items_min || count > key->items_max) {
		sy_key_allowed(key, allowed);
		return sy_document_fail(
			d, &node->start_mark, path, "a list of %u is not %s", count, allowed);
	}
	memset(at, 0, (size_t)key->items_max * key->size);
	memcpy((char *)base + key->count_offset, &count, sizeof(count));
	for (uint32_t i = 0; i < count && status == 0; i++) {
		make_path(item_path, "%s[%u]", path, i);
		status = fill_item(d, yaml_document_get_node(&d->yaml, items[i]), key,
			at + (size_t)i * key->size, item_path);
	}
	return status;
}

static int fill_value(struct document *d, const yaml_node_t *node, const struct schema_key *key,
	void *base, const char *path)
{
	char *at = (char *)base + key->offset;
	int status = check_tag(d, node, path);

	if (status != 0)
		return status;
	if (key->kind < KEY_NUMBERS)
		return fill_scalar(d, node, key, at, path);
	// All that a section or list had may be commented out.
	if (is_null(node) && (key->kind == KEY_SECTION || key->items_min == 0))
		return 0;
	if (key->kind == KEY_SECTION)
		return node->type == YAML_MAPPING_NODE ? fill_section(d, node, key->keys, at, path)
						       : fail_kind(d, node, path, key);
	return node->type == YAML_SEQUENCE_NODE ? fill_list(d, node, key, base, path)
						: fail_kind(d, node, path, key);
}

static const struct schema_key *find_key(const struct schema_key *keys, const yaml_node_t *name)
{
	for (; keys->name != NULL; keys++)
		if (strlen(keys->name) == length(name) && strcmp(keys->name, text_of(name)) == 0)
			return keys;
	return NULL;
}

static int fail_unknown(struct document *d, const yaml_node_t *name, const struct schema_key *keys,
	const char *path)
{
	char quoted[QUOTE_SIZE], nearest[64], known[320] = "";
	const char *text = sy_quote(text_of(name), length(name), quoted);

	if (sy_key_nearest(keys, text_of(name), nearest, sizeof(nearest)) != NULL)
		return sy_document_fail(d, &name->start_mark, path,
			"there is no key %s; probably %s is meant", text, nearest);
	for (size_t used = 0; keys->name != NULL && used < sizeof(known); keys++)
		used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
			used > 0 ? ", " : "", keys->name);
	return sy_document_fail(
		d, &name->start_mark, path, "there is no key %s, only %s", text, known);
}

// The key of a pair, which has to be known and new in this section.
static int take_key(struct document *d, const yaml_node_t *name, const struct schema_key *keys,
	const yaml_node_t **seen, const struct schema_key **key, const char *path)
{
	if (name->type != YAML_SCALAR_NODE)
		return sy_document_fail(d, &name->start_mark, path, "a key is a word, not a %s",
			name->type == YAML_SEQUENCE_NODE ? "list" : "mapping");
	*key = find_key(keys, name);
	if (*key == NULL)
		return fail_unknown(d, name, keys, path);
	if (seen[*key - keys] != NULL)
		return sy_document_fail(d, &name->start_mark, path,
			"%s is given twice, first in line %zu", (*key)->name,
			seen[*key - keys]->start_mark.line + 1);
	seen[*key - keys] = name;
	return 0;
}

static int fill_section(struct document *d, const yaml_node_t *node, const struct schema_key *keys,
	void *base, const char *path)
{
	const yaml_node_t *seen[KEYS_MAX] = {NULL};
	const struct schema_key *key = NULL;
	char key_path[PATH_SIZE];
	int status = 0;

	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
		pair < node->data.mapping.pairs.top && status == 0; pair++) {
		status = take_key(
			d, yaml_document_get_node(&d->yaml, pair->key), keys, seen, &key, path);
		if (status != 0)
			break;
		make_path(key_path, "%s%s%s", path, path[0] != '\0' ? "." : "", key->name);
		status = fill_value(
			d, yaml_document_get_node(&d->yaml, pair->value), key, base, key_path);
	}
	for (key = keys; key->name != NULL && status == 0; key++)
		if (seen[key - keys] == NULL && key->initial == NULL && key->kind != KEY_SECTION) {
			char allowed[ALLOWED_SIZE];

			sy_key_allowed(key, allowed);
			status = sy_document_fail(d, &node->start_mark, path,
				"%s is missing, which should be %s", key->name, allowed);
		}
	return status;
}

int sy_config_fill(struct document *document, struct sy_config *config)
{
	return fill_section(document, sy_document_root(document), sy_schema, config, "");
}
