// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

// Builds small captures in memory, byte by byte, in either byte order. Includes cmocka.

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
// clang-format off
#include <cmocka.h> // needs those above
// clang-format on

struct bytes {
	uint8_t b[65536];
	size_t n;
	bool big; ///< write numbers in big-endian order
};

static inline void put(struct bytes *o, const void *data, size_t n)
{
	memcpy(o->b + o->n, data, n);
	o->n += n;
}

static inline void put_number(struct bytes *o, uint64_t v, int size)
{
	for (int i = 0; i < size; i++)
		o->b[o->n++] = (uint8_t)(v >> 8 * (o->big ? size - 1 - i : i));
}

static inline void put16(struct bytes *o, uint16_t v)
{
	put_number(o, v, 2);
}

static inline void put32(struct bytes *o, uint32_t v)
{
	put_number(o, v, 4);
}

static inline void put_fill(struct bytes *o, uint8_t fill, size_t n)
{
	memset(o->b + o->n, fill, n);
	o->n += n;
}

static inline void pcap_header(struct bytes *o, uint32_t magic, uint16_t minor, uint32_t linktype)
{
	put32(o, magic);
	put16(o, 2);
	put16(o, minor);
	put32(o, 0);
	put32(o, 0);
	put32(o, 65535);
	put32(o, linktype);
}

static inline void pcap_record(struct bytes *o, uint32_t seconds, uint32_t fraction, uint32_t cap,
	uint32_t wire, uint8_t fill)
{
	put32(o, seconds);
	put32(o, fraction);
	put32(o, cap);
	put32(o, wire);
	put_fill(o, fill, cap);
}

static inline size_t block_start(struct bytes *o, uint32_t type)
{
	put32(o, type);
	put32(o, 0);
	return o->n - 8;
}

static inline void block_end(struct bytes *o, size_t start)
{
	while ((o->n - start) % 4 != 0)
		o->b[o->n++] = 0;
	uint32_t total = (uint32_t)(o->n - start) + 4;
	put32(o, total);
	size_t end = o->n;
	o->n = start + 4;
	put32(o, total);
	o->n = end;
}

static inline void ng_section(struct bytes *o)
{
	size_t start = block_start(o, 0x0a0d0d0a);
	put32(o, 0x1a2b3c4d);
	put16(o, 1);
	put16(o, 0);
	put32(o, UINT32_MAX);
	put32(o, UINT32_MAX);
	block_end(o, start);
}

/// tsresol < 0 = no option
static inline void ng_interface(struct bytes *o, uint16_t linktype, int tsresol, int64_t tsoffset)
{
	size_t start = block_start(o, 1);
	put16(o, linktype);
	put16(o, 0);
	put32(o, 65535);
	if (tsresol >= 0) {
		put16(o, 9);
		put16(o, 1);
		put_number(o, (uint8_t)tsresol, 1);
		put_fill(o, 0, 3);
	}
	if (tsoffset != 0) {
		put16(o, 14);
		put16(o, 8);
		put_number(o, (uint64_t)tsoffset, 8);
	}
	put32(o, 0);
	block_end(o, start);
}

static inline void ng_packet(struct bytes *o, uint32_t interface, uint64_t units, uint32_t cap,
	uint32_t wire, uint8_t fill)
{
	size_t start = block_start(o, 6);
	put32(o, interface);
	put32(o, (uint32_t)(units >> 32));
	put32(o, (uint32_t)units);
	put32(o, cap);
	put32(o, wire);
	put_fill(o, fill, cap);
	block_end(o, start);
}

static inline void ng_obsolete_packet(
	struct bytes *o, uint16_t interface, uint64_t units, uint32_t cap, uint8_t fill)
{
	size_t start = block_start(o, 2);
	put16(o, interface);
	put16(o, 7); // drops
	put32(o, (uint32_t)(units >> 32));
	put32(o, (uint32_t)units);
	put32(o, cap);
	put32(o, cap);
	put_fill(o, fill, cap);
	block_end(o, start);
}

static inline void ng_simple_packet(struct bytes *o, uint32_t wire, uint8_t fill)
{
	size_t start = block_start(o, 3);
	put32(o, wire);
	put_fill(o, fill, wire);
	block_end(o, start);
}

static inline void ng_other(struct bytes *o, uint32_t type, size_t body)
{
	size_t start = block_start(o, type);
	put_fill(o, 0xee, body);
	block_end(o, start);
}
