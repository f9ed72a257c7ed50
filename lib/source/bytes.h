// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// Numbers of a file in its writer's byte order, at any alignment.

static inline uint16_t sy_get16(const uint8_t *at, bool swapped)
{
	uint16_t v;

	memcpy(&v, at, sizeof(v));
	return swapped ? __builtin_bswap16(v) : v;
}

static inline uint32_t sy_get32(const uint8_t *at, bool swapped)
{
	uint32_t v;

	memcpy(&v, at, sizeof(v));
	return swapped ? __builtin_bswap32(v) : v;
}

static inline uint64_t sy_get64(const uint8_t *at, bool swapped)
{
	uint64_t v;

	memcpy(&v, at, sizeof(v));
	return swapped ? __builtin_bswap64(v) : v;
}
