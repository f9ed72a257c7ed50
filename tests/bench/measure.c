// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "measure.h"

#include <rte_cycles.h>

#include <stdio.h>
#include <stdlib.h>

void samples_add(struct samples *samples, uint64_t ticks, uint64_t things)
{
	if (samples->count < SAMPLES_MAX && things > 0)
		samples->ns[samples->count++] = (double)ticks * 1e9 / (double)rte_get_tsc_hz() /
						(double)things;
}

int samples_wanted(const struct samples *samples, const struct budget *budget, uint64_t start)
{
	double seconds = (double)(rte_rdtsc() - start) / (double)rte_get_tsc_hz();

	if (budget->samples > 0)
		return samples->count < budget->samples;
	return samples->count < SAMPLES_MAX &&
	       (samples->count < SAMPLES_MIN || seconds < budget->seconds);
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

struct measured samples_summary(struct samples *samples)
{
	if (samples->count == 0)
		return (struct measured){0, 0};
	qsort(samples->ns, samples->count, sizeof(samples->ns[0]), by_value);
	return (struct measured){samples->ns[0], samples->ns[samples->count / 2]};
}

void print_measured(const char *name, struct samples *samples, int first)
{
	struct measured m = samples_summary(samples);

	printf("%s\"%s\":{\"min\":%.3f,\"median\":%.3f,\"samples\":%u}", first ? "" : ",", name,
		m.min_ns, m.median_ns, samples->count);
}
