// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "bytes.h"
#include "link.h"
#include "reader.h"

#include <errno.h>
#include <stdlib.h>

// The classic format: draft-ietf-opsawg-pcap. A file header of 24 bytes, then records: seconds,
// fraction, captured length, length on the wire, and in Kuznetzov's format 8 bytes more.
#define MAGIC_US        0xa1b2c3d4u
#define MAGIC_NS        0xa1b23c4du
#define MAGIC_KUZNETZOV 0xa1b2cd34u
#define FILE_HEADER     24u
#define RECORD_HEADER   16u
#define KUZNETZOV_EXTRA 8u

// Versions before 2.3 wrote the two lengths the other way round; some programs that say 2.3, too
// (libpcap, sf-pcap.c).
enum length_order {
	CAPTURED_FIRST,
	WIRE_FIRST,
	SMALLER_IS_CAPTURED,
};

struct pcap_reader {
	struct sy_reader base;
	uint32_t header_bytes;
	uint32_t ns_per_unit;
	enum length_order order;
	enum sy_link link;
	bool swapped;
};

static bool known_magic(uint32_t magic)
{
	return magic == MAGIC_US || magic == MAGIC_NS || magic == MAGIC_KUZNETZOV;
}

bool sy_pcap_magic(const uint8_t magic[static 4])
{
	return known_magic(sy_get32(magic, false)) || known_magic(sy_get32(magic, true));
}

static inline void record_lengths(
	const struct pcap_reader *r, const uint8_t *at, bool swapped, uint32_t *cap, uint32_t *wire)
{
	*cap = sy_get32(at + 8, swapped);
	*wire = sy_get32(at + 12, swapped);
	if (__builtin_expect(r->order != CAPTURED_FIRST, 0) &&
		(r->order == WIRE_FIRST || *cap > *wire)) {
		uint32_t other = *cap;
		*cap = *wire;
		*wire = other;
	}
}

// Takes the whole records that are in the buffer. One body for both byte orders.
static inline __attribute__((always_inline)) uint32_t walk(
	struct pcap_reader *r, struct sy_frame *frames, uint32_t max, bool swapped)
{
	const uint32_t header = r->header_bytes;
	uint8_t *at = r->base.stream->at;
	const uint8_t *end = r->base.stream->end;
	uint32_t n;

	for (n = 0; n < max && (size_t)(end - at) >= header; n++) {
		struct sy_frame *f = &frames[n];
		uint32_t cap, wire;

		record_lengths(r, at, swapped, &cap, &wire);
		if (cap > SY_FRAME_BYTES_MAX || (size_t)(end - at) - header < cap)
			break;
		f->ts_ns = sy_get32(at, swapped) * UINT64_C(1000000000) +
			   (uint64_t)sy_get32(at + 4, swapped) * r->ns_per_unit;
		f->data = at + header;
		f->cap_bytes = cap;
		f->wire_bytes = wire > cap ? wire : cap;
		f->link = (uint8_t)r->link;
		at += header + cap;
	}
	r->base.stream->at = at;
	return n;
}

// No whole record is in the buffer: gets one. False at the end.
static bool fetch_record(struct pcap_reader *r)
{
	uint32_t cap, wire;

	if (!sy_reader_more(&r->base, r->header_bytes, true))
		return false;
	record_lengths(r, r->base.stream->at, r->swapped, &cap, &wire);
	if (cap > SY_FRAME_BYTES_MAX)
		return sy_reader_damaged(&r->base, "a frame of %u bytes is not possible", cap);
	return sy_reader_more(&r->base, r->header_bytes + cap, false);
}

static uint32_t pcap_file_read(struct sy_reader *reader, struct sy_frame *frames, uint32_t max)
{
	struct pcap_reader *r = (struct pcap_reader *)reader;

	for (;;) {
		uint32_t n = r->swapped ? walk(r, frames, max, true) : walk(r, frames, max, false);
		if (n > 0 || !fetch_record(r))
			return n;
	}
}

static void pcap_file_close(struct sy_reader *reader)
{
	sy_stream_close(reader->stream);
	free(reader);
}

static const struct sy_reader_ops pcap_ops = {
	.read = pcap_file_read,
	.close = pcap_file_close,
};

static int read_version(struct pcap_reader *r, const uint8_t *header, struct sy_error *err)
{
	uint16_t major = sy_get16(header + 4, r->swapped);
	uint16_t minor = sy_get16(header + 6, r->swapped);

	// 543.0 is what DG/UX's tcpdump wrote.
	if ((major != 2 || minor > 4) && (major != 543 || minor != 0))
		return sy_error_set(err, ENOTSUP,
			"%s is a pcap file of version %u.%u: 2.4 expected", r->base.stream->name,
			major, minor);
	r->order = CAPTURED_FIRST;
	if (major == 543 || minor < 3)
		r->order = WIRE_FIRST;
	else if (minor == 3)
		r->order = SMALLER_IS_CAPTURED;
	return 0;
}

static int read_header(struct pcap_reader *r, struct sy_error *err)
{
	struct sy_stream *s = r->base.stream;
	size_t got = sy_stream_want(s, FILE_HEADER);

	if (got < FILE_HEADER && s->failed)
		return sy_error_set(err, EINVAL, "%s", s->error.text);
	if (got < FILE_HEADER)
		return sy_error_set(err, s->raw.stopped ? EINTR : EINVAL,
			"%s ends in its file header (%zu of %u bytes)", s->name, got, FILE_HEADER);

	r->swapped = !known_magic(sy_get32(s->at, false));
	uint32_t magic = sy_get32(s->at, r->swapped);
	r->ns_per_unit = magic == MAGIC_NS ? 1 : 1000;
	r->header_bytes = RECORD_HEADER + (magic == MAGIC_KUZNETZOV ? KUZNETZOV_EXTRA : 0);
	int rc = read_version(r, s->at, err);
	if (rc != 0)
		return rc;

	// The upper half says how long the frame check sequence is, if there is one.
	uint32_t linktype = sy_get32(s->at + 20, r->swapped) & 0xffff;
	if (!sy_link_from_linktype(linktype, &r->link)) {
		char text[SY_LINKTYPE_TEXT_SIZE];
		sy_linktype_describe(linktype, text);
		return sy_error_set(
			err, ENOTSUP, "%s has frames of %s, which cannot be read", s->name, text);
	}
	s->at += FILE_HEADER;
	return 0;
}

int sy_pcap_open(struct sy_reader **reader, struct sy_stream *stream, struct sy_error *err)
{
	struct pcap_reader *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return sy_error_set(err, ENOMEM, "no memory to read %s", stream->name);
	r->base.ops = &pcap_ops;
	r->base.stream = stream;
	int rc = read_header(r, err);
	if (rc != 0) {
		free(r);
		return rc;
	}
	*reader = &r->base;
	return 0;
}
