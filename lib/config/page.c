// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "page.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_COLUMNS 100

static bool make_room(struct page *page, size_t need)
{
	size_t room = page->room == 0 ? 4096 : page->room;
	char *text;

	while (room - page->size < need)
		room *= 2;
	if (page->failed || room == page->room)
		return !page->failed;
	text = realloc(page->text, room);
	if (text == NULL) {
		page->failed = true;
		return false;
	}
	page->text = text;
	page->room = room;
	return true;
}

void sy_page_add(struct page *page, const char *format, ...)
{
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (size < 0 || !make_room(page, (size_t)size + 1))
		return;
	va_start(args, format);
	vsnprintf(page->text + page->size, (size_t)size + 1, format, args);
	va_end(args);
	page->size += (size_t)size;
}

void sy_page_add_quoted(struct page *page, const char *text)
{
	sy_page_add(page, "\"");
	for (size_t plain; *text != '\0'; text += plain) {
		plain = strcspn(text, "\"\\");
		sy_page_add(page, "%.*s", (int)plain, text);
		if (text[plain] != '\0')
			sy_page_add(page, "\\%c", text[plain++]);
	}
	sy_page_add(page, "\"");
}

void sy_page_add_wrapped(struct page *page, const char *prefix, const char *text)
{
	size_t column = 0;

	for (size_t word; *text != '\0'; text += word + strspn(text + word, " ")) {
		word = strcspn(text, " ");
		if (column > 0 && column + 1 + word <= PAGE_COLUMNS) {
			sy_page_add(page, " ");
			column++;
		} else {
			sy_page_add(page, "%s%s", column > 0 ? "\n" : "", prefix);
			column = strlen(prefix);
		}
		sy_page_add(page, "%.*s", (int)word, text);
		column += word;
	}
	sy_page_add(page, "\n");
}

char *sy_page_take(struct page *page)
{
	char *text = page->text;

	if (page->failed) {
		free(text);
		text = NULL;
	}
	*page = (struct page){0};
	return text;
}
