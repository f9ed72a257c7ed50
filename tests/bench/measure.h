// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdint.h>

// Repeated measurements: the least of them is what the code costs, the median what the machine,
// with all else that goes on in it, lets one have.

#define SAMPLES_MAX 512
#define SAMPLES_MIN 5

struct samples {
	uint32_t count;
	double ns[SAMPLES_MAX];
};

struct measured {
	double min_ns, median_ns;
};

/// What the measurements share from the command line.
struct budget {
	double seconds;          ///< to spend on measuring, at least SAMPLES_MIN samples
	uint64_t sample_packets; ///< frames of a sample where the traffic has no end
	uint32_t samples;        ///< exactly so many, 0 = by seconds
};

/// Adds one sample: so many ticks for so many things.
void samples_add(struct samples *samples, uint64_t ticks, uint64_t things);

/// Whether one more is due. `start` = rte_rdtsc() before the first.
int samples_wanted(const struct samples *samples, const struct budget *budget, uint64_t start);

/// Sorts the samples. Zeroes when there are none.
struct measured samples_summary(struct samples *samples);

/// Prints `"name":{"min":…,"median":…}`, with a comma before it unless told that it is the first.
void print_measured(const char *name, struct samples *samples, int first);
