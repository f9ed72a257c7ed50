// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "document.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int sy_document_fail(struct document *document, const yaml_mark_t *mark, const char *key,
	const char *format, ...)
{
	char sentence[sizeof(document->err->text)];
	bool keyed = key != NULL && key[0] != '\0';
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	return sy_error_set(document->err, EINVAL, "%s:%zu:%zu: %s%s%s", document->file,
		mark->line + 1, mark->column + 1, keyed ? key : "", keyed ? ": " : "", sentence);
}

// Nesting that no configuration has.
#define DEPTH_MAX 16

// What one event adds to the nesting.
static int depth_of(const yaml_event_t *event)
{
	if (event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT)
		return 1;
	return event->type == YAML_SEQUENCE_END_EVENT || event->type == YAML_MAPPING_END_EVENT ? -1
											       : 0;
}

static bool has_anchor(const yaml_event_t *event)
{
	return event->type == YAML_ALIAS_EVENT ||
	       (event->type == YAML_SCALAR_EVENT && event->data.scalar.anchor != NULL) ||
	       (event->type == YAML_SEQUENCE_START_EVENT &&
		       event->data.sequence_start.anchor != NULL) ||
	       (event->type == YAML_MAPPING_START_EVENT &&
		       event->data.mapping_start.anchor != NULL);
}

static int check_event(
	struct document *document, const yaml_event_t *event, int depth, int documents)
{
	if (depth > DEPTH_MAX)
		return sy_document_fail(document, &event->start_mark, NULL,
			"lists and mappings are nested more than %d deep", DEPTH_MAX);
	if (has_anchor(event))
		return sy_document_fail(document, &event->start_mark, NULL,
			"anchors and aliases (& and *) are not read here: write the value out, or in"
			" quotes where it begins with such a character");
	if (documents > 1)
		return sy_document_fail(document, &event->start_mark, NULL,
			"a second YAML document begins here, and only one is read");
	return 0;
}

// Before the tree is made: deep nesting and many anchors would cost libyaml quadratic time, and a
// second document would go unread.
static int check_events(struct document *document, yaml_parser_t *parser)
{
	int status = 0, depth = 0, documents = 0;
	bool end = false;
	yaml_event_t event;

	while (status == 0 && !end) {
		if (!yaml_parser_parse(parser, &event))
			return sy_document_syntax_error(document, parser);
		end = event.type == YAML_STREAM_END_EVENT;
		depth += depth_of(&event);
		documents += event.type == YAML_DOCUMENT_START_EVENT;
		status = check_event(document, &event, depth, documents);
		yaml_event_delete(&event);
	}
	return status;
}

static int load_tree(struct document *document, yaml_parser_t *parser)
{
	return yaml_parser_load(parser, &document->yaml)
		       ? 0
		       : sy_document_syntax_error(document, parser);
}

static int parse(
	struct document *document, int (*how)(struct document *document, yaml_parser_t *parser))
{
	yaml_parser_t parser;
	int status;

	if (!yaml_parser_initialize(&parser))
		return sy_error_set(document->err, ENOMEM, "%s: no memory", document->file);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
		&parser, (const unsigned char *)document->text, document->size);
	status = how(document, &parser);
	yaml_parser_delete(&parser);
	return status;
}

static int check_root(struct document *document)
{
	yaml_node_t *root = yaml_document_get_root_node(&document->yaml);

	if (root == NULL)
		return sy_document_fail(document, &(yaml_mark_t){0}, NULL,
			"the file is empty: at least ports have to be given");
	if (root->type != YAML_MAPPING_NODE)
		return sy_document_fail(document, &root->start_mark, NULL,
			"%s is not a configuration, which is a mapping of keys (ports: ...)",
			root->type == YAML_SEQUENCE_NODE ? "a list" : "a lone text");
	return 0;
}

int sy_document_parse(struct document *document)
{
	static const char bom[] = {'\xef', '\xbb', '\xbf'};
	size_t skip = document->size >= sizeof(bom) && memcmp(document->text, bom, sizeof(bom)) == 0
			      ? sizeof(bom)
			      : 0;
	int status;

	document->text += skip;
	document->size -= skip;
	status = parse(document, check_events);
	if (status == 0)
		status = parse(document, load_tree);
	return status != 0 ? status : check_root(document);
}

void sy_document_free(struct document *document)
{
	yaml_document_delete(&document->yaml);
}

yaml_node_t *sy_document_root(struct document *document)
{
	return yaml_document_get_root_node(&document->yaml);
}

static const yaml_node_t *child_of_mapping(
	struct document *document, const yaml_node_t *node, const char *name, size_t bytes)
{
	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
		pair < node->data.mapping.pairs.top; pair++) {
		yaml_node_t *key = yaml_document_get_node(&document->yaml, pair->key);

		if (key->type == YAML_SCALAR_NODE && key->data.scalar.length == bytes &&
			memcmp(key->data.scalar.value, name, bytes) == 0)
			return yaml_document_get_node(&document->yaml, pair->value);
	}
	return NULL;
}

static const yaml_node_t *child_of_list(
	struct document *document, const yaml_node_t *node, unsigned long index)
{
	yaml_node_item_t *items = node->data.sequence.items.start;

	if (index >= (size_t)(node->data.sequence.items.top - items))
		return NULL;
	return yaml_document_get_node(&document->yaml, items[index]);
}

const yaml_node_t *sy_document_find(struct document *document, const char *key)
{
	const yaml_node_t *node = sy_document_root(document);

	while (*key != '\0') {
		const yaml_node_t *child = NULL;
		size_t bytes = strcspn(key, ".[");

		if (*key == '[' && node->type == YAML_SEQUENCE_NODE)
			child = child_of_list(document, node, strtoul(key + 1, NULL, 10));
		else if (*key != '[' && node->type == YAML_MAPPING_NODE)
			child = child_of_mapping(document, node, key, bytes);
		if (child == NULL)
			return node;
		node = child;
		key += *key == '[' ? strcspn(key, "]") : bytes;
		key += strspn(key, "].");
	}
	return node;
}
