// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "codec.h"

#include <stdlib.h>
#include <zlib.h>

struct gzip {
	z_stream z;
	bool between; // after a member, before the next one's first byte
};

static void *gzip_create(void)
{
	struct gzip *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	if (inflateInit2(&g->z, 15 + 16) != Z_OK) { // 15 bits of window; + 16: gzip only
		free(g);
		return NULL;
	}
	return g;
}

// Tapes and block devices pad with zeros; gzip(1) ignores them, too.
static bool start_member(struct gzip *g, struct sy_codec_io *io)
{
	while (io->in < io->in_end && *io->in == 0)
		io->in++;
	if (io->in == io->in_end)
		return false;
	g->between = false;
	inflateReset(&g->z);
	return true;
}

static bool gzip_step(void *state, struct sy_codec_io *io, const char **why)
{
	struct gzip *g = state;

	while (io->out < io->out_end) {
		if (g->between && !start_member(g, io))
			return true;
		g->z.next_in = (z_const Bytef *)(uintptr_t)io->in;
		g->z.avail_in = (uInt)(io->in_end - io->in);
		g->z.next_out = io->out;
		g->z.avail_out = (uInt)(io->out_end - io->out);
		int rc = inflate(&g->z, Z_NO_FLUSH);
		io->in = g->z.next_in;
		io->out = g->z.next_out;
		if (rc == Z_BUF_ERROR)
			return true; // wants input
		if (rc == Z_STREAM_END) {
			g->between = true;
		} else if (rc != Z_OK) {
			*why = g->z.msg != NULL ? g->z.msg : zError(rc);
			return false;
		}
	}
	return true;
}

static bool gzip_may_end(const void *state)
{
	return ((const struct gzip *)state)->between;
}

static void gzip_destroy(void *state)
{
	struct gzip *g = state;

	inflateEnd(&g->z);
	free(g);
}

const struct sy_codec sy_codec_gzip = {
	.name = "gzip",
	.create = gzip_create,
	.step = gzip_step,
	.may_end = gzip_may_end,
	.destroy = gzip_destroy,
};
