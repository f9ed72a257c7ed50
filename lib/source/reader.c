// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

static int not_a_capture(const struct sy_stream *s, size_t got, struct sy_error *err)
{
	char first[16] = "";

	for (size_t i = 0; i < got; i++)
		snprintf(first + 3 * i, sizeof(first) - 3 * i, " %02x", s->at[i]);
	return sy_error_set(err, EINVAL,
		"%s is not a capture file (first bytes%s): pcap or pcapng expected", s->name,
		first);
}

// A magic that is not known here: perhaps this system's libpcap does, from a plain file.
static int open_unknown(
	struct sy_reader **reader, struct sy_stream *s, size_t got, struct sy_error *err)
{
	int rc = -EINVAL;

	if (got == 4 && s->codec == NULL && s->raw.fd >= 0 && !s->raw.may_wait)
		rc = sy_reader_open_libpcap(reader, s->name, err);
	if (rc == -EINVAL)
		return not_a_capture(s, got, err);
	if (rc == 0)
		sy_stream_close(s);
	return rc;
}

static int open_stream(struct sy_reader **reader, struct sy_stream *s, struct sy_error *err)
{
	size_t got = sy_stream_want(s, 4);

	if (s->failed && got < 4)
		return sy_error_set(err, EINVAL, "%s", s->error.text);
	if (s->raw.stopped)
		return sy_error_set(err, EINTR, "interrupted while waiting for %s", s->name);
	if (got == 0)
		return sy_error_set(err, EINVAL, "%s is empty", s->name);
	if (got >= 4 && sy_pcap_magic(s->at))
		return sy_pcap_open(reader, s, err);
	if (got >= 4 && sy_pcapng_magic(s->at))
		return sy_pcapng_open(reader, s, err);
	return open_unknown(reader, s, got < 4 ? got : 4, err);
}

int sy_reader_open(struct sy_reader **reader, struct sy_stream *stream, struct sy_error *err)
{
	*reader = NULL;
	int rc = open_stream(reader, stream, err);

	if (rc != 0)
		sy_stream_close(stream);
	else if ((*reader)->stream != NULL)
		(*reader)->stream->raw.opening = false;
	return rc;
}

uint32_t sy_reader_read(struct sy_reader *reader, struct sy_frame *frames, uint32_t max)
{
	return reader->ended ? 0 : reader->ops->read(reader, frames, max);
}

void sy_reader_close(struct sy_reader *reader)
{
	if (reader != NULL)
		reader->ops->close(reader);
}

bool sy_reader_more(struct sy_reader *r, size_t bytes, bool at_start)
{
	struct sy_stream *s = r->stream;
	size_t got = sy_stream_want(s, bytes);

	if (got >= bytes)
		return true;
	r->ended = true;
	if (s->raw.stopped)
		return false;
	if (s->failed) {
		r->end.cut_off = true;
		r->end.why = s->error;
	} else if (!at_start || got > 0) {
		r->end.cut_off = true;
		sy_error_set(&r->end.why, 0,
			"%s ends in the middle of the record at byte %llu%s: what came before it was read",
			s->name, (unsigned long long)sy_stream_offset(s),
			sy_stream_offset_suffix(s));
	}
	return false;
}

bool sy_reader_damaged(struct sy_reader *r, const char *format, ...)
{
	struct sy_error what;
	va_list args;

	va_start(args, format);
	vsnprintf(what.text, sizeof(what.text), format, args);
	va_end(args);
	r->ended = true;
	r->end.cut_off = true;
	sy_error_set(&r->end.why, 0,
		"%s is damaged at byte %llu%s (%.200s): what came before it was read",
		r->stream->name, (unsigned long long)sy_stream_offset(r->stream),
		sy_stream_offset_suffix(r->stream), what.text);
	return false;
}
