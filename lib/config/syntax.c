// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A file that is no YAML: libyaml's complaint as a sentence for somebody who edits a file.

#include "document.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

// The parser counts bytes here, not lines.
static int reader_error(struct document *document, const yaml_parser_t *parser)
{
	size_t end = parser->problem_offset < document->size ? parser->problem_offset
							     : document->size;
	yaml_mark_t mark = {0};

	for (size_t i = 0; i < end; i++) {
		unsigned char c = (unsigned char)document->text[i];

		if (c == '\n') {
			mark.line++;
			mark.column = 0;
		} else if ((c & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	if (parser->problem_value == 0 && strstr(parser->problem, "control") != NULL)
		return sy_document_fail(
			document, &mark, NULL, "there is a zero byte: this is no text file");
	if (parser->problem_value > 0 && strstr(parser->problem, "control") != NULL)
		return sy_document_fail(document, &mark, NULL,
			"there is a control character (U+%04X), which YAML does not allow",
			(unsigned int)parser->problem_value);
	return sy_document_fail(document, &mark, NULL,
		"this is no UTF-8 (byte 0x%02x): save the file as UTF-8",
		end < document->size ? (unsigned char)document->text[end] : 0);
}

static bool line_is_indented_by_tab(const struct document *document, size_t line, size_t *column)
{
	const char *at = document->text, *end = at + document->size;

	for (; line > 0 && at < end; line--) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));

		at = newline != NULL ? newline + 1 : end;
	}
	for (*column = 0; at < end && (*at == ' ' || *at == '\t'); at++, (*column)++)
		if (*at == '\t')
			return true;
	return false;
}

int sy_document_syntax_error(struct document *document, const yaml_parser_t *parser)
{
	const char *problem = parser->problem != NULL ? parser->problem : "this cannot be parsed";
	yaml_mark_t mark = parser->problem_mark;
	size_t column;

	if (parser->error == YAML_MEMORY_ERROR)
		return sy_error_set(document->err, ENOMEM, "%s: no memory", document->file);
	if (parser->error == YAML_READER_ERROR)
		return reader_error(document, parser);
	if (line_is_indented_by_tab(document, mark.line, &column)) {
		mark.column = column;
		return sy_document_fail(document, &mark, NULL,
			"the line is indented with a tab: YAML takes spaces only");
	}
	if (parser->context != NULL && parser->context_mark.line != mark.line)
		return sy_document_fail(document, &mark, NULL,
			"this is no YAML: %s (%s that began in line %zu)", problem, parser->context,
			parser->context_mark.line + 1);
	return sy_document_fail(document, &mark, NULL, "this is no YAML: %s%s%s%s", problem,
		parser->context != NULL ? " (" : "", parser->context != NULL ? parser->context : "",
		parser->context != NULL ? ")" : "");
}
