// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "bytes.h"
#include "link.h"
#include "pcapng_interface.h"
#include "reader.h"

#include <errno.h>
#include <stdlib.h>

// draft-ietf-opsawg-pcapng. Each block: type, total length, body, total length again.
#define BLOCK_SECTION    0x0a0d0d0au
#define BLOCK_INTERFACE  1u
#define BLOCK_PACKET     2u // obsolete
#define BLOCK_SIMPLE     3u
#define BLOCK_ENHANCED   6u
#define BYTE_ORDER_MAGIC 0x1a2b3c4du

#define BLOCK_HEADER  8u
#define BLOCK_MIN     12u
#define SECTION_MIN   28u
#define INTERFACE_MIN 20u
#define SIMPLE_MIN    16u
#define ENHANCED_MIN  32u // the obsolete packet block's, too
#define SIMPLE_DATA   12u
#define ENHANCED_DATA 28u

struct pcapng_reader {
	struct sy_reader base;
	struct sy_interface *interfaces; // of this section
	uint32_t interface_count;
	uint32_t interface_capacity;
	uint64_t last_ns; // for simple packet blocks, which have no time
	bool swapped;
};

// What a walk over packet blocks met.
enum step {
	STEP_FRAME,
	STEP_SKIPPED, // a whole frame that cannot be read
	STEP_STOP,    // not a packet block, not whole, or damaged: next_block() looks closer
};

bool sy_pcapng_magic(const uint8_t magic[static 4])
{
	return sy_get32(magic, false) == BLOCK_SECTION;
}

static bool is_packet(uint32_t type)
{
	return type == BLOCK_ENHANCED || type == BLOCK_SIMPLE || type == BLOCK_PACKET;
}

static void count_unreadable(struct pcapng_reader *r, const struct sy_interface *i)
{
	char text[SY_LINKTYPE_TEXT_SIZE];

	if (r->base.end.unreadable_frames++ != 0)
		return;
	sy_linktype_describe(i->linktype, text);
	sy_error_set(&r->base.end.unreadable_why, 0,
		"%s has frames of %s, which cannot be read: they were skipped",
		r->base.stream->name, text);
}

// The fields of the three kinds of packet blocks as one frame. False: damaged.
static bool parse_packet(const struct pcapng_reader *r, uint32_t type, const uint8_t *at,
	uint32_t total, struct sy_frame *f, uint32_t *interface)
{
	const bool swapped = r->swapped;
	uint32_t data_at = ENHANCED_DATA;

	if (type == BLOCK_SIMPLE) {
		if (total < SIMPLE_MIN || r->interface_count == 0)
			return false;
		uint32_t snaplen = r->interfaces[0].snaplen_bytes;
		*interface = 0;
		data_at = SIMPLE_DATA;
		f->wire_bytes = sy_get32(at + 8, swapped);
		f->cap_bytes = snaplen != 0 && snaplen < f->wire_bytes ? snaplen : f->wire_bytes;
		f->ts_ns = r->last_ns;
	} else {
		if (total < ENHANCED_MIN)
			return false;
		*interface = type == BLOCK_ENHANCED ? sy_get32(at + 8, swapped)
						    : sy_get16(at + 8, swapped);
		if (*interface >= r->interface_count)
			return false;
		uint64_t high = sy_get32(at + 12, swapped);
		f->ts_ns = sy_interface_time_ns(
			&r->interfaces[*interface], high << 32 | sy_get32(at + 16, swapped));
		f->cap_bytes = sy_get32(at + 20, swapped);
		f->wire_bytes = sy_get32(at + 24, swapped);
		if (f->wire_bytes < f->cap_bytes)
			f->wire_bytes = f->cap_bytes;
	}
	f->data = at + data_at;
	return f->cap_bytes <= total - data_at - 4 && f->cap_bytes <= SY_FRAME_BYTES_MAX;
}

static bool framing_is_good(const uint8_t *at, uint32_t total, bool swapped)
{
	return total >= BLOCK_MIN && total % 4 == 0 && sy_get32(at + total - 4, swapped) == total;
}

static enum step packet_step(struct pcapng_reader *r, struct sy_frame *f)
{
	struct sy_stream *s = r->base.stream;
	size_t there = sy_stream_buffered(s);
	uint32_t index;

	if (there < BLOCK_HEADER)
		return STEP_STOP;
	uint32_t type = sy_get32(s->at, r->swapped);
	uint32_t total = sy_get32(s->at + 4, r->swapped);
	if (!is_packet(type) || total < BLOCK_MIN || there < total ||
		!framing_is_good(s->at, total, r->swapped) ||
		!parse_packet(r, type, s->at, total, f, &index))
		return STEP_STOP;
	s->at += total;
	if (!r->interfaces[index].readable) {
		count_unreadable(r, &r->interfaces[index]);
		return STEP_SKIPPED;
	}
	f->link = (uint8_t)r->interfaces[index].link;
	r->last_ns = f->ts_ns;
	return STEP_FRAME;
}

// Gets a whole block of a kind that matters into the buffer and checks its framing.
static bool fetch_block(struct pcapng_reader *r, uint32_t total, uint32_t min)
{
	struct sy_stream *s = r->base.stream;

	if (total < min || total % 4 != 0 || total > SY_STREAM_PIECE_MAX)
		return sy_reader_damaged(&r->base, "a block of %u bytes is not possible", total);
	if (!sy_reader_more(&r->base, total, false))
		return false;
	if (!framing_is_good(s->at, total, r->swapped))
		return sy_reader_damaged(&r->base, "the two lengths of a block differ");
	return true;
}

static bool start_section(struct pcapng_reader *r)
{
	struct sy_stream *s = r->base.stream;

	if (!sy_reader_more(&r->base, 16, false))
		return false;
	r->swapped = sy_get32(s->at + 8, false) != BYTE_ORDER_MAGIC;
	if (sy_get32(s->at + 8, r->swapped) != BYTE_ORDER_MAGIC)
		return sy_reader_damaged(&r->base, "a section header without byte-order magic");
	uint32_t total = sy_get32(s->at + 4, r->swapped);
	uint16_t major = sy_get16(s->at + 12, r->swapped);
	uint16_t minor = sy_get16(s->at + 14, r->swapped);
	// 1.2 is 1.0 (some writers' mistake, says the draft).
	if (major != 1 || (minor != 0 && minor != 2))
		return sy_reader_damaged(
			&r->base, "version %u.%u of pcapng, 1.0 expected", major, minor);
	if (!fetch_block(r, total, SECTION_MIN))
		return false;
	s->at += total;
	r->interface_count = 0;
	return true;
}

static bool add_interface(struct pcapng_reader *r, uint32_t total)
{
	struct sy_stream *s = r->base.stream;

	if (!fetch_block(r, total, INTERFACE_MIN))
		return false;
	if (r->interface_count == r->interface_capacity) {
		uint32_t capacity = r->interface_capacity == 0 ? 4 : 2 * r->interface_capacity;
		struct sy_interface *more = realloc(
			r->interfaces, capacity * sizeof(*r->interfaces));
		if (more == NULL)
			return sy_reader_damaged(&r->base, "no memory for %u interfaces", capacity);
		r->interfaces = more;
		r->interface_capacity = capacity;
	}
	if (!sy_interface_parse(&r->interfaces[r->interface_count], s->at, total, r->swapped))
		return sy_reader_damaged(
			&r->base, "an interface description that contradicts itself");
	r->interface_count++;
	s->at += total;
	return true;
}

static bool skip_block(struct pcapng_reader *r, uint32_t total)
{
	struct sy_stream *s = r->base.stream;

	if (total < BLOCK_MIN || total % 4 != 0)
		return sy_reader_damaged(&r->base, "a block of %u bytes is not possible", total);
	if (!sy_stream_skip(s, total - 4) || sy_stream_want(s, 4) < 4)
		return sy_reader_more(&r->base, 4, false);
	if (sy_get32(s->at, r->swapped) != total)
		return sy_reader_damaged(&r->base, "the two lengths of a block differ");
	s->at += 4;
	return true;
}

// Deals with what packet_step() stopped at: gets a packet block into the buffer, or takes a block
// of another kind. False at the end.
static bool next_block(struct pcapng_reader *r)
{
	struct sy_stream *s = r->base.stream;
	struct sy_frame frame;
	uint32_t index;

	if (!sy_reader_more(&r->base, BLOCK_HEADER, true))
		return false;
	uint32_t type = sy_get32(s->at, r->swapped);
	uint32_t total = sy_get32(s->at + 4, r->swapped);
	if (type == BLOCK_SECTION)
		return start_section(r);
	if (type == BLOCK_INTERFACE)
		return add_interface(r, total);
	if (!is_packet(type))
		return skip_block(r, total);
	if (!fetch_block(r, total, BLOCK_MIN))
		return false;
	if (!parse_packet(r, type, s->at, total, &frame, &index))
		return sy_reader_damaged(
			&r->base, "a packet whose length or interface is not possible");
	return true;
}

static uint32_t pcapng_read(struct sy_reader *reader, struct sy_frame *frames, uint32_t max)
{
	struct pcapng_reader *r = (struct pcapng_reader *)reader;
	uint32_t n = 0;

	while (n < max) {
		enum step step = packet_step(r, &frames[n]);

		if (step == STEP_FRAME)
			n++;
		else if (step == STEP_STOP && (n > 0 || !next_block(r)))
			break;
	}
	return n;
}

static void pcapng_close(struct sy_reader *reader)
{
	struct pcapng_reader *r = (struct pcapng_reader *)reader;

	sy_stream_close(reader->stream);
	free(r->interfaces);
	free(r);
}

static const struct sy_reader_ops pcapng_ops = {
	.read = pcapng_read,
	.close = pcapng_close,
};

// Reads the interfaces that precede the first packet, as far as that needs no waiting, and refuses
// a file whose frames cannot be read at all.
static int check_interfaces(struct pcapng_reader *r, struct sy_error *err)
{
	struct sy_stream *s = r->base.stream;
	char text[SY_LINKTYPE_TEXT_SIZE];

	while (!r->base.ended && (!s->raw.may_wait || sy_stream_buffered(s) >= BLOCK_HEADER) &&
		sy_stream_want(s, BLOCK_HEADER) >= BLOCK_HEADER &&
		!is_packet(sy_get32(s->at, r->swapped)))
		next_block(r);
	for (uint32_t i = 0; i < r->interface_count; i++)
		if (r->interfaces[i].readable)
			return 0;
	if (r->interface_count == 0)
		return 0;
	sy_linktype_describe(r->interfaces[0].linktype, text);
	return sy_error_set(
		err, ENOTSUP, "%s has frames of %s, which cannot be read", s->name, text);
}

int sy_pcapng_open(struct sy_reader **reader, struct sy_stream *stream, struct sy_error *err)
{
	struct pcapng_reader *r = calloc(1, sizeof(*r));
	int rc;

	if (r == NULL)
		return sy_error_set(err, ENOMEM, "no memory to read %s", stream->name);
	r->base.ops = &pcapng_ops;
	r->base.stream = stream;
	if (start_section(r))
		rc = check_interfaces(r, err);
	else if (stream->raw.stopped)
		rc = sy_error_set(err, EINTR, "interrupted while waiting for %s", stream->name);
	else
		rc = sy_error_set(err, EINVAL, "%s", r->base.end.why.text);
	if (rc != 0) {
		free(r->interfaces);
		free(r);
		return rc;
	}
	*reader = &r->base;
	return 0;
}
