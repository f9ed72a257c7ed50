// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdbool.h>
#include <stddef.h>

// Text that grows in memory. Appending cannot fail for the caller: the first shortage of memory
// sticks, and the one who takes the text learns of it.

struct page {
	char *text;
	size_t size, room;
	bool failed;
};

__attribute__((format(printf, 2, 3))) void sy_page_add(struct page *page, const char *format, ...);

/// In double quotes, as YAML has them. The text holds no control characters.
void sy_page_add_quoted(struct page *page, const char *text);

struct schema_key;

/// One value of a key, or one item of its list, as it stands in a file.
void sy_page_add_value(struct page *page, const struct schema_key *key, const void *at);

/// Words in lines of at most 100 columns, each behind `prefix`.
void sy_page_add_wrapped(struct page *page, const char *prefix, const char *text);

/// What was added, 0-terminated and now the caller's; NULL = no memory.
char *sy_page_take(struct page *page);
