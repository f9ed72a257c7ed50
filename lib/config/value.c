// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// One value: from text to its place in the struct, and what is allowed.

#include "schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *sy_quote(const char *text, size_t bytes, char quoted[static QUOTE_SIZE])
{
	size_t used = 0;

	quoted[used++] = '"';
	for (size_t i = 0; i < bytes; i++) {
		unsigned char c = (unsigned char)text[i];

		// Never cut within a character of several bytes: what follows one is 10xxxxxx.
		if (used >= QUOTE_SIZE - 6 || (used >= QUOTE_SIZE - 12 && (c & 0xc0) != 0x80)) {
			memcpy(quoted + used, "...", 3);
			used += 3;
			break;
		}
		if (c < 0x20 || c == 0x7f)
			used += (size_t)snprintf(quoted + used, 5, "\\x%02x", c);
		else
			quoted[used++] = (char)c;
	}
	quoted[used++] = '"';
	quoted[used] = '\0';
	return quoted;
}

static void allowed_words(const char *const *words, char allowed[static ALLOWED_SIZE])
{
	size_t used = (size_t)snprintf(allowed, ALLOWED_SIZE, "one of");

	for (size_t i = 0; words[i] != NULL; i++)
		used += (size_t)snprintf(
			allowed + used, ALLOWED_SIZE - used, "%s %s", i > 0 ? "," : "", words[i]);
}

static void allowed_list(const struct schema_key *key, char allowed[static ALLOWED_SIZE])
{
	char range[64];

	if (key->items_min > 0)
		snprintf(range, sizeof(range), "%u to %u", key->items_min, key->items_max);
	else
		snprintf(range, sizeof(range), "at most %u", key->items_max);
	if (key->kind == KEY_NUMBERS)
		snprintf(allowed, ALLOWED_SIZE, "a list of %s whole numbers from %u to %u", range,
			key->min, key->max);
	else if (key->kind == KEY_TEXTS)
		snprintf(allowed, ALLOWED_SIZE, "a list of %s texts of 1 to %u bytes", range,
			key->size - 1);
	else
		snprintf(allowed, ALLOWED_SIZE, "a list of %s mappings (- %s: ...)", range,
			key->keys[0].name);
}

void sy_key_allowed(const struct schema_key *key, char allowed[static ALLOWED_SIZE])
{
	switch (key->kind) {
	case KEY_NUMBER:
		snprintf(allowed, ALLOWED_SIZE, "a whole number from %u to %u%s%s%s%s%s", key->min,
			key->max, key->unit != NULL ? " " : "", key->unit != NULL ? key->unit : "",
			key->zero != NULL ? ", or 0 (" : "", key->zero != NULL ? key->zero : "",
			key->zero != NULL ? ")" : "");
		break;
	case KEY_BOOL:
		snprintf(allowed, ALLOWED_SIZE, "true or false");
		break;
	case KEY_WORD:
		allowed_words(key->words, allowed);
		break;
	case KEY_TEXT:
		snprintf(allowed, ALLOWED_SIZE, "text of 1 to %u bytes%s%s%s", key->size - 1,
			key->zero != NULL ? ", or \"\" (" : "", key->zero != NULL ? key->zero : "",
			key->zero != NULL ? ")" : "");
		break;
	case KEY_SECTION:
		snprintf(allowed, ALLOWED_SIZE, "a mapping (%s: ...)", key->keys[0].name);
		break;
	default:
		allowed_list(key, allowed);
	}
}

// Digits alone: what else YAML 1.1 takes for numbers (0x10, 010, 1_000, 1:30) surprises.
static bool parse_number(
	const struct schema_key *key, const char *text, size_t bytes, uint32_t *value)
{
	uint64_t number = 0;

	if (bytes == 0 || bytes > 10 || (text[0] == '0' && bytes > 1))
		return false;
	for (size_t i = 0; i < bytes; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		number = number * 10 + (uint64_t)(text[i] - '0');
	}
	*value = (uint32_t)number;
	return (number >= key->min && number <= key->max) || (number == 0 && key->zero != NULL);
}

static bool equal(const char *word, const char *text, size_t bytes)
{
	return strlen(word) == bytes && memcmp(word, text, bytes) == 0;
}

static bool parse_word(const char *const *words, const char *text, size_t bytes, uint32_t *value)
{
	for (uint32_t i = 0; words[i] != NULL; i++)
		if (equal(words[i], text, bytes)) {
			*value = i;
			return true;
		}
	return false;
}

// Characters that have no place on one line, in UTF-8: ASCII and C1 controls, U+2028, U+2029, the
// byte order mark and the two that are none (YAML breaks lines at some of them).
static bool is_control(const unsigned char *c)
{
	return c[0] < 0x20 || c[0] == 0x7f || (c[0] == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0) ||
	       (c[0] == 0xe2 && c[1] == 0x80 && (c[2] == 0xa8 || c[2] == 0xa9)) ||
	       (c[0] == 0xef && ((c[1] == 0xbb && c[2] == 0xbf) || (c[1] == 0xbf && c[2] >= 0xbe)));
}

// A text of several lines becomes one; nothing is left of white space at its end.
static size_t fold(char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if (text[i] == '\n' || text[i] == '\t' || text[i] == '\r')
			text[i] = ' ';
	while (bytes > 0 && text[bytes - 1] == ' ')
		bytes--;
	memset(text + bytes, 0, strlen(text + bytes));
	return bytes;
}

static int set_text(const struct schema_key *key, char *at, const char *text, size_t bytes,
	struct sy_error *why)
{
	char allowed[ALLOWED_SIZE], quoted[QUOTE_SIZE];
	const char *wrong;

	sy_key_allowed(key, allowed);
	if (bytes >= key->size)
		return sy_error_set(why, EINVAL, "%s has %zu bytes, which is not text of 1 to %u",
			sy_quote(text, bytes, quoted), bytes, key->size - 1);
	memset(at, 0, key->size);
	memcpy(at, text, bytes);
	if (key->fold)
		bytes = fold(at, bytes);
	if (bytes == 0)
		return key->zero != NULL
			       ? 0
			       : sy_error_set(why, EINVAL, "\"\" is not text of 1 to %u bytes",
					 key->size - 1);
	for (size_t i = 0; i < bytes; i++)
		if (is_control((unsigned char *)at + i))
			return sy_error_set(why, EINVAL,
				"%s has a control character or line break at byte %zu, which is not"
				" allowed here",
				sy_quote(text, bytes, quoted), i + 1);
	wrong = key->check != NULL ? key->check(at) : NULL;
	return wrong == NULL
		       ? 0
		       : sy_error_set(why, EINVAL, "%s %s", sy_quote(text, bytes, quoted), wrong);
}

int sy_key_set(const struct schema_key *key, void *at, const char *text, size_t bytes,
	struct sy_error *why)
{
	static const char *const truth[] = {"false", "true", NULL};
	char allowed[ALLOWED_SIZE], quoted[QUOTE_SIZE];
	uint32_t value = 0;
	bool fine;

	if (key->kind == KEY_TEXT || key->kind == KEY_TEXTS)
		return set_text(key, at, text, bytes, why);
	if (key->kind == KEY_BOOL)
		fine = parse_word(truth, text, bytes, &value);
	else if (key->kind == KEY_WORD)
		fine = parse_word(key->words, text, bytes, &value);
	else
		fine = parse_number(key, text, bytes, &value);
	if (!fine) {
		sy_key_allowed(key, allowed);
		if (key->kind == KEY_NUMBERS)
			snprintf(allowed, sizeof(allowed), "a whole number from %u to %u", key->min,
				key->max);
		return sy_error_set(
			why, EINVAL, "%s is not %s", sy_quote(text, bytes, quoted), allowed);
	}
	if (key->kind == KEY_BOOL)
		*(bool *)at = value != 0;
	else
		memcpy(at, &value, sizeof(value));
	return 0;
}

void sy_keys_init(const struct schema_key *keys, void *base)
{
	for (const struct schema_key *key = keys; key->name != NULL; key++) {
		char *at = (char *)base + key->offset;
		uint32_t count = 1;

		if (key->kind == KEY_SECTION)
			sy_keys_init(key->keys, at);
		else if (key->initial != NULL &&
			 (key->kind < KEY_NUMBERS || key->initial[0] != '\0'))
			sy_key_set(key, at, key->initial, strlen(key->initial), NULL);
		if (key->kind == KEY_NUMBERS && key->initial != NULL)
			memcpy((char *)base + key->count_offset, &count, sizeof(count));
	}
}
