// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_tables.h"

#include <stdbool.h>
#include <stdint.h>

// Names of files: KIND-20261122T113000Z.jsonl, _N before the dot when there are several of one
// second, and .zst when it is compressed.

#define NAME_BYTES 64

struct name {
	enum sy_kind kind;
	bool compressed;
	uint64_t start_s; ///< since 1970
	uint32_t number;  ///< 0 = the first of its second
};

/// Writes a name.
void sy_store_name_write(const struct name *name, char text[static NAME_BYTES]);

/// Reads a name back; false when it is not one that sy_store_name_write() writes.
bool sy_store_name_read(const char *text, struct name *name);

/// The name that a file has while it is being written.
void sy_store_name_part(const char *name, char text[static NAME_BYTES]);

/// The name inside such a name; false when it is none.
bool sy_store_name_of_part(const char *part, char text[static NAME_BYTES]);
