// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_attempt.h"
#include "sy_error.h"

// Attempts end in the order of their ends and are written in the order of their first SYN, so that
// a file does not depend on how many workers there were. They are kept here in between: in memory
// up to a bound, then in sorted runs in a nameless file beside the output.

struct spool;

/// `dir` is where the nameless file may be made. 0, or -errno with one sentence in err.
int spool_create(struct spool **spool, const char *dir, struct sy_error *err);

/// Adds an attempt (copied). 0, or -errno with one sentence in err.
int spool_add(struct spool *spool, const struct sy_attempt *attempt, struct sy_error *err);

/// Calls `each` with every attempt by time of the first SYN, then by tuple and ISN; stops when it
/// returns non-zero and returns that. Once a spool. Also -errno with one sentence in err.
int spool_drain(struct spool *spool, int (*each)(void *arg, const struct sy_attempt *attempt),
	void *arg, struct sy_error *err);

/// NULL is allowed.
void spool_destroy(struct spool *spool);
