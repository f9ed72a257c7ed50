// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_burst.h"

#include <stdbool.h>
#include <stdint.h>

/// What an Interface Description Block says.
struct sy_interface {
	uint32_t linktype;
	uint32_t snaplen_bytes; ///< 0 = no limit
	bool readable;
	enum sy_link link; ///< valid when readable
	uint64_t scale;    ///< ns = units * scale / divisor >> shift
	uint64_t divisor;
	uint8_t shift;
	uint64_t offset_ns; ///< added to each time; wraps like a negative number
};

/// Reads a whole block of `bytes` (>= 20, its framing included). False when it is damaged.
bool sy_interface_parse(
	struct sy_interface *interface, const uint8_t *block, uint32_t bytes, bool swapped);

/// Makes a time of the file, in units of the interface's resolution, one in ns since the epoch.
static inline uint64_t sy_interface_time_ns(const struct sy_interface *interface, uint64_t units)
{
	if (__builtin_expect(interface->divisor == 1 && interface->shift == 0, 1))
		return units * interface->scale + interface->offset_ns;
	return (uint64_t)((unsigned __int128)units * interface->scale / interface->divisor >>
			  interface->shift) +
	       interface->offset_ns;
}
