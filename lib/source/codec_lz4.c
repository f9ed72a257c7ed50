// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "codec.h"

#include <lz4frame.h>
#include <stdlib.h>

struct lz4 {
	LZ4F_dctx *context;
	bool between;
};

static void *lz4_create(void)
{
	struct lz4 *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	if (LZ4F_isError(LZ4F_createDecompressionContext(&l->context, LZ4F_VERSION))) {
		free(l);
		return NULL;
	}
	return l;
}

static bool lz4_step(void *state, struct sy_codec_io *io, const char **why)
{
	struct lz4 *l = state;

	while (io->out < io->out_end) {
		size_t in = (size_t)(io->in_end - io->in);
		size_t out = (size_t)(io->out_end - io->out);

		if (l->between && in == 0)
			return true;
		size_t rc = LZ4F_decompress(l->context, io->out, &out, io->in, &in, NULL);
		if (LZ4F_isError(rc)) {
			*why = LZ4F_getErrorName(rc);
			return false;
		}
		l->between = rc == 0;
		io->in += in;
		io->out += out;
		if (in == 0 && out == 0)
			return true; // wants input
	}
	return true;
}

static bool lz4_may_end(const void *state)
{
	return ((const struct lz4 *)state)->between;
}

static void lz4_destroy(void *state)
{
	struct lz4 *l = state;

	LZ4F_freeDecompressionContext(l->context);
	free(l);
}

const struct sy_codec sy_codec_lz4 = {
	.name = "lz4",
	.create = lz4_create,
	.step = lz4_step,
	.may_end = lz4_may_end,
	.destroy = lz4_destroy,
};
