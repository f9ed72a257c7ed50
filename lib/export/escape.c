// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Strings from outside (paths, names of vantages) as JSON strings, RFC 8259 section 7, and as
// values of Prometheus' labels, which have other escapes.

#include "sy_writer.h"

// Bytes of the well-formed UTF-8 sequence at `s` (RFC 3629, the table of section 4), 0 for none.
static size_t utf8_size(const unsigned char *s)
{
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	size_t size = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	unsigned char low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
	unsigned char high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < size; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	}
	return size;
}

static void put_control(struct sy_text *text, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	static const char letters[32] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r'};
	char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

	if (c < sizeof(letters) && letters[c] != 0) {
		escape[1] = letters[c];
		sy_text_put(text, escape, 2);
	} else {
		sy_text_put(text, escape, sizeof(escape));
	}
}

// Writes the one character at `s` that cannot stand as it is, or the UTF-8 sequence there.
static size_t put_special(struct sy_text *text, const unsigned char *s)
{
	if (*s == '"' || *s == '\\') {
		char escape[2] = {'\\', (char)*s};
		sy_text_put(text, escape, 2);
		return 1;
	}
	if (*s < 0x20 || *s == 0x7f) {
		put_control(text, *s);
		return 1;
	}
	size_t size = utf8_size(s);
	if (size == 0) {
		sy_text_put(text, "\\ufffd", 6);
		return 1;
	}
	sy_text_put(text, (const char *)s, size);
	return size;
}

void sy_text_put_json(struct sy_text *text, const char *string)
{
	const unsigned char *s = (const unsigned char *)string;
	const unsigned char *plain = s;

	sy_text_put(text, "\"", 1);
	while (*s != 0) {
		if (*s >= 0x20 && *s < 0x7f && *s != '"' && *s != '\\') {
			s++;
			continue;
		}
		sy_text_put(text, (const char *)plain, (size_t)(s - plain));
		s += put_special(text, s);
		plain = s;
	}
	sy_text_put(text, (const char *)plain, (size_t)(s - plain));
	sy_text_put(text, "\"", 1);
}

void sy_text_put_label(struct sy_text *text, const char *string)
{
	const unsigned char *s = (const unsigned char *)string;

	sy_text_put(text, "\"", 1);
	while (*s != 0) {
		size_t size = *s < 0x80 ? 1 : utf8_size(s);
		if (*s == '\n')
			sy_text_put(text, "\\n", 2);
		else if (size == 0)
			sy_text_put(text, "\xef\xbf\xbd", 3); // U+FFFD
		else if (*s == '"' || *s == '\\')
			sy_text_put(text, (const char[]){'\\', (char)*s}, 2);
		else
			sy_text_put(text, (const char *)s, size);
		s += size > 0 ? size : 1;
	}
	sy_text_put(text, "\"", 1);
}
