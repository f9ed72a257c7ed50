// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A capture file in memory: of each frame the headers, its length and its time.

#include "frame.h"
#include "traffic.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_BYTES 96 // the longest headers that gencap writes: VLAN, IPv6, TCP with options
#define MAGIC_NS   0xa1b23c4du
#define FRAME_MAX  65536

struct kept {
	uint32_t wire_bytes;
	uint32_t gap_ns; ///< since the frame before
	uint8_t head[HEAD_BYTES];
};

struct capture {
	struct traffic base;
	struct kept *frames;
	uint64_t count, capacity;
	uint64_t at;
};

static uint32_t next(struct traffic *traffic, uint8_t *at)
{
	struct capture *c = (struct capture *)traffic;
	const struct kept *kept;

	if (traffic->draining)
		return 0;
	if (c->at == c->count)
		c->at = 0;
	kept = &c->frames[c->at++];
	traffic->ts_ns += kept->gap_ns;
	memcpy(at, kept->head, HEAD_BYTES);
	return kept->wire_bytes;
}

static void destroy(struct traffic *traffic)
{
	struct capture *c = (struct capture *)traffic;

	free(c->frames);
	free(c);
}

static bool add(struct capture *c, const uint8_t *frame, uint32_t bytes, uint64_t gap_ns)
{
	struct kept *kept;

	if (c->count == c->capacity) {
		uint64_t capacity = c->capacity == 0 ? 1 << 20 : c->capacity * 2;
		struct kept *grown = realloc(c->frames, capacity * sizeof(*grown));

		if (grown == NULL)
			return false;
		c->frames = grown;
		c->capacity = capacity;
	}
	kept = &c->frames[c->count++];
	memset(kept->head, 0, HEAD_BYTES);
	memcpy(kept->head, frame, bytes < HEAD_BYTES ? bytes : HEAD_BYTES);
	kept->wire_bytes = bytes;
	kept->gap_ns = (uint32_t)gap_ns;
	return true;
}

static int read_frames(struct capture *c, FILE *file, const char *path, struct sy_error *err)
{
	uint32_t file_header[6], header[4];
	uint64_t before_ns = 0;
	uint8_t frame[FRAME_MAX];

	if (fread(file_header, sizeof(file_header), 1, file) != 1 || file_header[0] != MAGIC_NS)
		return sy_error_set(err, EINVAL, "%s is no capture that gencap wrote", path);
	while (fread(header, sizeof(header), 1, file) == 1) {
		uint64_t ts_ns = header[0] * UINT64_C(1000000000) + header[1];

		if (header[2] > sizeof(frame) || fread(frame, header[2], 1, file) != 1)
			return sy_error_set(err, EINVAL, "%s is cut off", path);
		if (c->count == 0)
			c->base.ts_ns = ts_ns;
		if (!add(c, frame, header[2], c->count == 0 ? 0 : ts_ns - before_ns))
			return sy_error_set(err, ENOMEM, "no memory for %s", path);
		before_ns = ts_ns;
	}
	return c->count > 0 ? 0 : sy_error_set(err, EINVAL, "%s holds no frames", path);
}

struct traffic *traffic_capture(const char *path, uint64_t connections, struct sy_error *err)
{
	struct capture *c = calloc(1, sizeof(*c));
	FILE *file = fopen(path, "rb");
	int status = 0;

	if (c == NULL || file == NULL)
		status = sy_error_set(err, errno, "%s: %s", path, strerror(errno));
	if (status == 0)
		status = read_frames(c, file, path, err);
	if (file != NULL)
		fclose(file);
	if (status != 0) {
		if (c != NULL)
			destroy(&c->base);
		return NULL;
	}
	c->base.name = "mix";
	c->base.flows = connections;
	c->base.sample_packets = c->count;
	c->base.next = next;
	c->base.destroy = destroy;
	return &c->base;
}
