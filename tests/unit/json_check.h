// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

// A checker of JSON syntax (RFC 8259), for tests: is this text exactly one value?

static const char *json_value(const char *at, int depth);

static inline const char *json_space(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

static inline const char *json_string(const char *at)
{
	if (*at++ != '"')
		return NULL;
	for (; *at != '"'; at++) {
		if ((unsigned char)*at < 0x20)
			return NULL;
		if (*at != '\\')
			continue;
		at++;
		if (*at == 'u') {
			if (strspn(at + 1, "0123456789abcdefABCDEF") < 4)
				return NULL;
			at += 4;
		} else if (*at == '\0' || strchr("\"\\/bfnrt", *at) == NULL) {
			return NULL;
		}
	}
	return at + 1;
}

static inline const char *json_number(const char *at)
{
	static const char digits[] = "0123456789";

	at += *at == '-';
	size_t whole = strspn(at, digits);
	if (whole == 0 || (whole > 1 && *at == '0'))
		return NULL;
	at += whole;
	if (*at == '.') {
		size_t rest = strspn(at + 1, digits);
		if (rest == 0)
			return NULL;
		at += 1 + rest;
	}
	return at;
}

static inline const char *json_members(const char *at, int depth, char end)
{
	at = json_space(at + 1);
	if (*at == end)
		return at + 1;
	for (;;) {
		if (end == '}') {
			at = json_string(at);
			if (at == NULL || *(at = json_space(at)) != ':')
				return NULL;
			at = json_space(at + 1);
		}
		at = json_value(at, depth + 1);
		if (at == NULL)
			return NULL;
		at = json_space(at);
		if (*at == end)
			return at + 1;
		if (*at != ',')
			return NULL;
		at = json_space(at + 1);
	}
}

static inline const char *json_value(const char *at, int depth)
{
	static const char *const words[] = {"true", "false", "null"};

	if (depth > 32)
		return NULL;
	if (*at == '{' || *at == '[')
		return json_members(at, depth, *at == '{' ? '}' : ']');
	if (*at == '"')
		return json_string(at);
	for (int i = 0; i < 3; i++) {
		if (strncmp(at, words[i], strlen(words[i])) == 0)
			return at + strlen(words[i]);
	}
	return json_number(at);
}

/// `text` is 0-terminated.
static inline bool json_is_valid(const char *text)
{
	const char *end = json_value(json_space(text), 0);

	return end != NULL && *json_space(end) == '\0';
}
