// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_error.h"

#include <stddef.h>
#include <yaml.h>

// A YAML file in memory whose every node knows its line and column.
//
// libyaml's own tree, and no library above it that fills structs (libcyaml): such a library has
// forgotten the positions when it returns, so that values which contradict each other have none;
// and it tells of a wrong value in several lines of a log, without what is allowed.

struct document {
	const char *file; ///< as errors name it
	const char *text; ///< the file's bytes, the caller's
	size_t size;
	struct sy_error *err; ///< where complaints go
	yaml_document_t yaml;
};

/// Parses document->text. 0, or -errno with one sentence in document->err; sy_document_free() is
/// due in both cases.
int sy_document_parse(struct document *document);

/// Tolerates a document that is zeroed, or was not parsed.
void sy_document_free(struct document *document);

/// The root, a mapping.
yaml_node_t *sy_document_root(struct document *document);

/// Writes FILE:LINE:COLUMN: KEY: SENTENCE; `mark` counts from 0, key NULL or "" = none. -EINVAL.
__attribute__((format(printf, 4, 5))) int sy_document_fail(struct document *document,
	const yaml_mark_t *mark, const char *key, const char *format, ...);

/// The value of a key as errors write it (ports[0].side), or of the section that would have it.
const yaml_node_t *sy_document_find(struct document *document, const char *key);

/// Says what the parser stumbled over. -EINVAL, or -ENOMEM.
int sy_document_syntax_error(struct document *document, const yaml_parser_t *parser);
