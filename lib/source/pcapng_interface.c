// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "pcapng_interface.h"

#include "bytes.h"
#include "link.h"

#include "sy_time.h"

// draft-ietf-opsawg-pcapng, section 4.2
#define OPTIONS_AT         16u
#define TRAILER            4u
#define OPTION_END         0u
#define OPTION_IF_TSRESOL  9u
#define OPTION_IF_TSOFFSET 14u

// The highest bit tells powers of 2 from powers of 10: units of 2^-n or 10^-n seconds.
static void set_resolution(struct sy_interface *interface, uint8_t tsresol)
{
	uint8_t n = tsresol & 0x7f;

	interface->scale = SY_NS_PER_S;
	interface->divisor = 1;
	interface->shift = 0;
	if (tsresol & 0x80) {
		interface->shift = n;
		return;
	}
	for (; n > 0 && interface->scale > 1; n--)
		interface->scale /= 10;
	for (; n > 0 && interface->divisor < UINT64_C(10000000000000000000); n--)
		interface->divisor *= 10;
	if (n > 0) // below 10^-28 s: no 64-bit number of such units makes 1 ns
		interface->scale = 0;
}

static bool parse_option(struct sy_interface *interface, uint16_t code, uint16_t length,
	const uint8_t *value, bool swapped)
{
	if (code == OPTION_IF_TSRESOL) {
		if (length != 1)
			return false;
		set_resolution(interface, value[0]);
	} else if (code == OPTION_IF_TSOFFSET) {
		if (length != 8)
			return false;
		interface->offset_ns = sy_get64(value, swapped) * SY_NS_PER_S;
	}
	return true;
}

bool sy_interface_parse(
	struct sy_interface *interface, const uint8_t *block, uint32_t bytes, bool swapped)
{
	const uint8_t *at = block + OPTIONS_AT;
	const uint8_t *end = block + bytes - TRAILER;

	*interface = (struct sy_interface){
		.linktype = sy_get16(block + 8, swapped),
		.snaplen_bytes = sy_get32(block + 12, swapped),
	};
	interface->readable = sy_link_from_linktype(interface->linktype, &interface->link);
	set_resolution(interface, 6);
	while (end - at >= 4) {
		uint16_t code = sy_get16(at, swapped);
		uint16_t length = sy_get16(at + 2, swapped);
		uint32_t padded = (length + 3u) & ~3u;

		at += 4;
		if (code == OPTION_END)
			break;
		if ((size_t)(end - at) < padded ||
			!parse_option(interface, code, length, at, swapped))
			return false;
		at += padded;
	}
	return true;
}
