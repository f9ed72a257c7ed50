// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "merge.h"

// Moves a time by the input's clock offset, not below the epoch.
static uint64_t corrected_ns(uint64_t ts_ns, int64_t offset_ns)
{
	return offset_ns > 0 && ts_ns < (uint64_t)offset_ns ? 0 : ts_ns - (uint64_t)offset_ns;
}

static void refill(struct sy_input *input)
{
	input->next = 0;
	input->count = sy_reader_read(input->reader, input->frames, SY_SOURCE_BURST_MAX);
	input->ended = input->count == 0;
	for (uint32_t i = 0; input->clock_offset_ns != 0 && i < input->count; i++)
		input->frames[i].ts_ns = corrected_ns(
			input->frames[i].ts_ns, input->clock_offset_ns);
}

static inline const struct sy_frame *head(const struct sy_input *input)
{
	return &input->frames[input->next];
}

// The input whose frame is next, and the one that is next without it. NULL = none.
static void find_first_two(
	struct sy_input *inputs, uint32_t count, struct sy_input **first, struct sy_input **second)
{
	*first = *second = NULL;
	for (uint32_t i = 0; i < count; i++) {
		struct sy_input *input = &inputs[i];

		if (input->ended)
			continue;
		if (*first == NULL || head(input)->ts_ns < head(*first)->ts_ns) {
			*second = *first;
			*first = input;
		} else if (*second == NULL || head(input)->ts_ns < head(*second)->ts_ns) {
			*second = input;
		}
	}
}

// True while the frames of `input` come before the head of `other`.
static inline bool goes_first(const struct sy_input *input, const struct sy_input *other)
{
	uint64_t ours_ns = head(input)->ts_ns, other_ns = head(other)->ts_ns;

	return ours_ns < other_ns || (ours_ns == other_ns && input < other);
}

uint32_t sy_merge(struct sy_input *inputs, uint32_t count, struct sy_merged *merged, uint32_t max)
{
	struct sy_input *first, *second;
	uint32_t n = 0;

	for (uint32_t i = 0; i < count; i++)
		if (!inputs[i].ended && inputs[i].next == inputs[i].count)
			refill(&inputs[i]);
	// A run of frames of one input at a time: files that follow each other, as rotation writes
	// them, cost one scan a run and not one a frame.
	while (n < max) {
		find_first_two(inputs, count, &first, &second);
		if (first == NULL)
			break;
		do {
			merged[n++] = (struct sy_merged){head(first), first};
			first->next++;
		} while (n < max && first->next < first->count &&
			 (second == NULL || goes_first(first, second)));
		if (first->next == first->count)
			break;
	}
	return n;
}
