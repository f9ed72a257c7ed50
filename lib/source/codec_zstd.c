// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "codec.h"

#include <stdlib.h>
#include <zstd.h>

struct zstd {
	ZSTD_DStream *stream;
	bool between;
};

static void *zstd_create(void)
{
	struct zstd *z = calloc(1, sizeof(*z));

	if (z == NULL)
		return NULL;
	z->stream = ZSTD_createDStream();
	if (z->stream == NULL) {
		free(z);
		return NULL;
	}
	return z;
}

static bool zstd_step(void *state, struct sy_codec_io *io, const char **why)
{
	struct zstd *z = state;

	while (io->out < io->out_end) {
		if (z->between && io->in == io->in_end)
			return true;
		ZSTD_inBuffer in = {io->in, (size_t)(io->in_end - io->in), 0};
		ZSTD_outBuffer out = {io->out, (size_t)(io->out_end - io->out), 0};
		size_t rc = ZSTD_decompressStream(z->stream, &out, &in);
		if (ZSTD_isError(rc)) {
			*why = ZSTD_getErrorName(rc);
			return false;
		}
		z->between = rc == 0;
		io->in += in.pos;
		io->out += out.pos;
		if (in.pos == 0 && out.pos == 0)
			return true; // wants input
	}
	return true;
}

static bool zstd_may_end(const void *state)
{
	return ((const struct zstd *)state)->between;
}

static void zstd_destroy(void *state)
{
	struct zstd *z = state;

	ZSTD_freeDStream(z->stream);
	free(z);
}

const struct sy_codec sy_codec_zstd = {
	.name = "zstd",
	.create = zstd_create,
	.step = zstd_step,
	.may_end = zstd_may_end,
	.destroy = zstd_destroy,
};
