// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Any bytes as a capture file, plain or compressed, in reads of varied size. The first byte chooses
// the size, so that records straddle the reads.

#include "reader.h"

#include <stdlib.h>

// What a few bytes decompress to may be long: enough is enough.
#define READS_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

static void check(const struct sy_frame *f)
{
	volatile uint8_t last;

	if (f->cap_bytes > f->wire_bytes || f->cap_bytes > SY_FRAME_BYTES_MAX ||
		f->link >= SY_LINK_COUNT)
		abort();
	if (f->cap_bytes > 0) {
		last = f->data[0];
		last = f->data[f->cap_bytes - 1];
		(void)last;
	}
}

static void read_frames(struct sy_reader *reader)
{
	struct sy_frame frames[32];
	uint32_t n = 1;

	for (int i = 0; i < READS_MAX && n > 0; i++) {
		n = sy_reader_read(reader, frames, 32);
		for (uint32_t k = 0; k < n; k++)
			check(&frames[k]);
	}
	if (n == 0 && reader->end.cut_off != (reader->end.why.text[0] != '\0'))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	struct sy_stream *stream;
	struct sy_reader *reader;
	struct sy_error err = {0};

	if (bytes == 0)
		return 0;
	size_t chunk = data[0] == 0 ? SIZE_MAX : data[0];
	if (sy_stream_open_memory(&stream, data + 1, bytes - 1, chunk, &err) != 0 ||
		sy_reader_open(&reader, stream, &err) != 0) {
		if (err.text[0] == '\0')
			abort();
		return 0;
	}
	read_frames(reader);
	sy_reader_close(reader);
	return 0;
}
