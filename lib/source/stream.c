// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "stream.h"

#include "codec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// What one read asks for. Small enough that the bytes are still in the core's own cache when they
// are looked at, large enough that the system call does not count.
#define CHUNK_BYTES (256u * 1024)

static struct sy_error *fail(struct sy_stream *s)
{
	s->ended = true;
	s->failed = true;
	return &s->error;
}

// Reads stored bytes. False at the end, after an error and when stopped.
static bool read_raw(struct sy_stream *s, uint8_t *to, size_t room, size_t *got)
{
	ssize_t n = sy_raw_read(&s->raw, to, room < CHUNK_BYTES ? room : CHUNK_BYTES);

	*got = n > 0 ? (size_t)n : 0;
	if (n < 0)
		sy_error_set(fail(s), 0, "cannot read %s: %s", s->name, strerror((int)-n));
	return n > 0;
}

static void refill_plain(struct sy_stream *s)
{
	size_t got;

	if (!read_raw(s, s->end, (size_t)(s->buffer_end - s->end), &got))
		s->ended = true;
	s->end += got;
}

// One step of the codec. True when it gave bytes or can give none any more.
static bool unpack(struct sy_stream *s)
{
	size_t room = (size_t)(s->buffer_end - s->end);
	struct sy_codec_io io = {
		.in = s->packed_at,
		.in_end = s->packed_end,
		.out = s->end,
		.out_end = s->end + (room < CHUNK_BYTES ? room : CHUNK_BYTES),
	};
	const char *why = "";
	bool good = s->codec->step(s->codec_state, &io, &why);
	bool gave = io.out > s->end;

	s->packed_at += io.in - s->packed_at;
	s->end = io.out;
	if (!good)
		sy_error_set(fail(s), 0, "%s is damaged: its %s data cannot be decompressed (%s)",
			s->name, s->codec->name, why);
	return gave || !good;
}

static void refill_packed(struct sy_stream *s)
{
	size_t got;

	while (!unpack(s)) {
		if (!read_raw(s, s->packed, CHUNK_BYTES, &got)) {
			s->ended = true;
			if (!s->failed && !s->raw.stopped && !s->codec->may_end(s->codec_state))
				sy_error_set(fail(s), 0,
					"%s is cut off: its %s data end before they are complete",
					s->name, s->codec->name);
			return;
		}
		s->packed_at = s->packed;
		s->packed_end = s->packed + got;
	}
}

size_t sy_stream_want(struct sy_stream *s, size_t bytes)
{
	while (sy_stream_buffered(s) < bytes && !s->ended) {
		size_t left = sy_stream_buffered(s);

		if (s->at > s->buffer) {
			s->base += (uint64_t)(s->at - s->buffer);
			memmove(s->buffer, s->at, left);
			s->at = s->buffer;
			s->end = s->buffer + left;
		}
		if (s->codec != NULL)
			refill_packed(s);
		else
			refill_plain(s);
	}
	return sy_stream_buffered(s);
}

bool sy_stream_skip(struct sy_stream *s, uint64_t bytes)
{
	while (bytes > 0) {
		size_t there = sy_stream_want(s, 1);

		if (there == 0)
			return false;
		if (there > bytes)
			there = (size_t)bytes;
		s->at += there;
		bytes -= there;
	}
	return true;
}

// The first bytes are in the plain buffer: those of a compressed file move to the codec's.
static int start_codec(struct sy_stream *s, const struct sy_codec *codec, struct sy_error *err)
{
	size_t got = sy_stream_buffered(s);

	s->codec = codec;
	s->packed = malloc(CHUNK_BYTES);
	s->codec_state = codec->create();
	if (s->packed == NULL || s->codec_state == NULL)
		return sy_error_set(err, ENOMEM, "no memory to decompress %s", s->name);
	memcpy(s->packed, s->at, got);
	s->packed_at = s->packed;
	s->packed_end = s->packed + got;
	s->at = s->end = s->buffer;
	s->ended = false;
	return 0;
}

static int start(struct sy_stream *s, struct sy_error *err)
{
	const struct sy_codec *codec;

	s->raw.opening = true;
	size_t got = sy_stream_want(s, 4);
	if (s->failed)
		return sy_error_set(err, EIO, "%s", s->error.text);
	if (s->raw.stopped)
		return sy_error_set(err, EINTR, "interrupted while waiting for %s", s->name);
	int rc = sy_codec_detect(&codec, s->at, got, s->name, err);
	return rc == 0 && codec != NULL ? start_codec(s, codec, err) : rc;
}

static struct sy_stream *stream_alloc(const char *name)
{
	struct sy_stream *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->raw.fd = -1;
	s->name = strdup(name);
	s->buffer = malloc(SY_STREAM_PIECE_MAX + CHUNK_BYTES);
	if (s->name == NULL || s->buffer == NULL) {
		sy_stream_close(s);
		return NULL;
	}
	s->buffer_end = s->buffer + SY_STREAM_PIECE_MAX + CHUNK_BYTES;
	s->at = s->end = s->buffer;
	return s;
}

int sy_stream_open(
	struct sy_stream **stream, const char *path, const atomic_bool *stop, struct sy_error *err)
{
	struct sy_stream *s = stream_alloc(strcmp(path, "-") == 0 ? "standard input" : path);

	if (s == NULL)
		return sy_error_set(err, ENOMEM, "no memory to read %s", path);
	int rc = sy_raw_open(&s->raw, path, stop, err);
	if (rc == 0)
		rc = start(s, err);
	if (rc != 0) {
		sy_stream_close(s);
		s = NULL;
	}
	*stream = s;
	return rc;
}

int sy_stream_open_memory(struct sy_stream **stream, const uint8_t *data, size_t bytes,
	size_t chunk_bytes, struct sy_error *err)
{
	struct sy_stream *s = stream_alloc("memory");

	if (s == NULL)
		return sy_error_set(err, ENOMEM, "no memory to read memory");
	s->raw = (struct sy_raw){
		.fd = -1,
		.memory = data,
		.memory_bytes = bytes,
		.memory_chunk = chunk_bytes,
		.total_bytes = bytes,
	};
	int rc = start(s, err);
	if (rc != 0) {
		sy_stream_close(s);
		s = NULL;
	}
	*stream = s;
	return rc;
}

void sy_stream_close(struct sy_stream *s)
{
	if (s == NULL)
		return;
	if (s->codec_state != NULL)
		s->codec->destroy(s->codec_state);
	sy_raw_close(&s->raw);
	free(s->packed);
	free(s->buffer);
	free(s->name);
	free(s);
}
