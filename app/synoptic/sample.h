// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "clock_offset.h"

#include "sy_error.h"

#include <stdbool.h>
#include <stdint.h>

struct rte_mempool;

// TCP packets from the first part of a capture that can be known again in another capture.

/// One packet as one capture shows it.
struct sighting {
	uint64_t print; ///< the same wherever the packet was captured, and of no other packet
	uint64_t flow;
	uint64_t ts_ns;
	uint8_t side; ///< direction in its flow, 0 or 1
	uint8_t ttl;
};

/// Ascending by print, no print twice.
struct sample {
	struct sighting *seen;
	uint32_t count;
	bool cut_short; ///< the capture has more than was looked at
};

/// How much of a capture is looked at.
struct sample_size {
	uint64_t frames;
	uint64_t bytes;
	uint32_t sparse; ///< keep one packet in so many: a power of two
};

/// How two samples agree.
struct sample_match {
	uint32_t count;  ///< packets in both
	bool same_times; ///< all of them at the same time and with the same TTL in both
};

/// Reads the first part of a file. What cannot be read is left out: who reads the file in earnest
/// says so. 0, or -ENOMEM with one sentence in err.
int sample_read(struct sample *sample, const char *path, struct rte_mempool *pool,
	const struct sample_size *size, struct sy_error *err);

/// Adds the packets of `from`, which may be taken out of it. 0, or -ENOMEM with one sentence in
/// err.
int sample_add(struct sample *to, struct sample *from, struct sy_error *err);

/// Finds the packets that are in both and writes the first `max` of them to `pairs`.
struct sample_match sample_compare(
	const struct sample *a, const struct sample *b, struct clock_pair *pairs, uint32_t max);

void sample_free(struct sample *sample);
