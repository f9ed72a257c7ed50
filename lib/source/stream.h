// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "raw.h"

#include "sy_error.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The plain bytes of an input: read in big pieces into one buffer, decompressed where they are
// compressed. A reader looks at the bytes in place, from `at` to `end`.

/// Largest piece that a reader can ask to have in one piece.
#define SY_STREAM_PIECE_MAX (512u * 1024)

struct sy_codec;

struct sy_stream {
	uint8_t *at;  ///< next byte that was not taken
	uint8_t *end; ///< end of the bytes that are there
	uint8_t *buffer;
	uint8_t *buffer_end;
	uint64_t base; ///< offset of buffer[0] in the plain data
	bool ended;    ///< no more bytes come after `end`
	bool failed;   ///< ... because of what `error` says
	struct sy_error error;
	struct sy_raw raw;
	const struct sy_codec *codec; ///< NULL = not compressed
	void *codec_state;
	uint8_t *packed; ///< compressed bytes, packed_at to packed_end not yet given to the codec
	uint8_t *packed_at;
	uint8_t *packed_end;
	char *name; ///< for sentences
};

/// Opens a file ("-" = standard input) and finds whether it is compressed. `stop` may be NULL and
/// must outlive the stream. 0, or -errno with one sentence in err.
int sy_stream_open(
	struct sy_stream **stream, const char *path, const atomic_bool *stop, struct sy_error *err);

/// The same over memory, which stays the caller's and must outlive the stream; at most
/// `chunk_bytes` (> 0) at a time.
int sy_stream_open_memory(struct sy_stream **stream, const uint8_t *data, size_t bytes,
	size_t chunk_bytes, struct sy_error *err);

/// Makes `bytes` (<= SY_STREAM_PIECE_MAX) available in one piece at `at`, reading and waiting as
/// needed; bytes that were taken before are then gone. Returns how many there are: fewer only at
/// the end.
size_t sy_stream_want(struct sy_stream *stream, size_t bytes);

/// Takes `bytes`, more than are in the buffer, too. False when the data end before.
bool sy_stream_skip(struct sy_stream *stream, uint64_t bytes);

/// NULL is allowed.
void sy_stream_close(struct sy_stream *stream);

/// Bytes at `at` that can be read right now.
static inline size_t sy_stream_buffered(const struct sy_stream *stream)
{
	return (size_t)(stream->end - stream->at);
}

/// Offset of `at` in the plain data.
static inline uint64_t sy_stream_offset(const struct sy_stream *stream)
{
	return stream->base + (uint64_t)(stream->at - stream->buffer);
}

/// " of the decompressed data", or "" for data that are not compressed: for sentences with offsets.
static inline const char *sy_stream_offset_suffix(const struct sy_stream *stream)
{
	return stream->codec != NULL ? " of the decompressed data" : "";
}
