// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_error.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// The bytes of an input as they are stored: a file, a pipe, or memory (for tests and fuzzing).

struct sy_raw {
	int fd; ///< -1 = memory
	const uint8_t *memory;
	size_t memory_bytes;
	size_t memory_chunk; ///< bytes that one read of memory gives at most
	uint64_t done_bytes;
	uint64_t total_bytes; ///< 0 = not known
	bool may_wait;        ///< a pipe, a terminal, a socket: poll before read
	bool opening;         ///< a signal ends the wait, since nobody holds a handle to stop it
	const atomic_bool *stop;
	bool stopped; ///< ended because of `stop` or a signal
};

/// Opens a file, "-" = standard input. 0 or -errno with one sentence in err. `stop` may be NULL.
int sy_raw_open(
	struct sy_raw *raw, const char *path, const atomic_bool *stop, struct sy_error *err);

/// Reads up to `bytes`, waiting for the first. 0 = the end, or stopped. -errno = an error.
ssize_t sy_raw_read(struct sy_raw *raw, uint8_t *to, size_t bytes);

void sy_raw_close(struct sy_raw *raw);
