// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_addr.h"

#include <arpa/inet.h>

static char *put_octet(char *at, uint8_t value)
{
	if (value >= 100)
		*at++ = (char)('0' + value / 100);
	if (value >= 10)
		*at++ = (char)('0' + value / 10 % 10);
	*at++ = (char)('0' + value % 10);
	return at;
}

size_t sy_addr_format(const struct sy_addr *a, char text[static SY_ADDR_TEXT_SIZE])
{
	char *at = text;

	if (!sy_addr_is_v4(a)) {
		if (inet_ntop(AF_INET6, a->b, text, SY_ADDR_TEXT_SIZE) == NULL)
			text[0] = '\0';
		return strlen(text);
	}
	for (int i = 12; i < 16; i++) {
		at = put_octet(at, a->b[i]);
		*at++ = '.';
	}
	*--at = '\0';
	return (size_t)(at - text);
}
