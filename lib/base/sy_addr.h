// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// An IPv4 or IPv6 address: 16 bytes in network order, IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2).
struct sy_addr {
	uint8_t b[16];
};

/// Bytes that sy_addr_format writes at most, the terminating 0 included.
#define SY_ADDR_TEXT_SIZE 46

/// Makes an address from an IPv4 one in host byte order.
static inline struct sy_addr sy_addr_from_v4(uint32_t v4)
{
	struct sy_addr a = {.b = {[10] = 0xff, [11] = 0xff}};
	a.b[12] = (uint8_t)(v4 >> 24);
	a.b[13] = (uint8_t)(v4 >> 16);
	a.b[14] = (uint8_t)(v4 >> 8);
	a.b[15] = (uint8_t)v4;
	return a;
}

/// Makes an address from the 16 bytes of an IPv6 header.
static inline struct sy_addr sy_addr_from_v6(const uint8_t v6[static 16])
{
	struct sy_addr a;
	memcpy(a.b, v6, sizeof(a.b));
	return a;
}

/// True when the address is an IPv4 one.
static inline bool sy_addr_is_v4(const struct sy_addr *a)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	return memcmp(a->b, mapped, sizeof(mapped)) == 0;
}

/// The IPv4 address in host byte order; meaningless unless sy_addr_is_v4().
static inline uint32_t sy_addr_v4(const struct sy_addr *a)
{
	return (uint32_t)a->b[12] << 24 | (uint32_t)a->b[13] << 16 | (uint32_t)a->b[14] << 8 |
	       a->b[15];
}

static inline bool sy_addr_equal(const struct sy_addr *a, const struct sy_addr *b)
{
	return memcmp(a->b, b->b, sizeof(a->b)) == 0;
}

/// Total order: IPv4 before most IPv6, numerically inside a family.
static inline int sy_addr_compare(const struct sy_addr *a, const struct sy_addr *b)
{
	uint64_t x[2], y[2];
	int differ;

	memcpy(x, a->b, sizeof(x));
	memcpy(y, b->b, sizeof(y));
	differ = x[0] == y[0];
	x[differ] = __builtin_bswap64(x[differ]);
	y[differ] = __builtin_bswap64(y[differ]);
	return (x[differ] > y[differ]) - (x[differ] < y[differ]);
}

/// Writes the usual text form (RFC 5952 for IPv6). Returns the number of characters.
size_t sy_addr_format(const struct sy_addr *a, char text[static SY_ADDR_TEXT_SIZE]);
