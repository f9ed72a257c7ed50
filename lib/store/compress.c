// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A part compressed into a file beside it, some of it at a time.

#include "store.h"

#include "sy_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

void sy_store_compress_end(struct compression *compression)
{
	if (compression->fd >= 0)
		close(compression->fd);
	compression->fd = -1;
}

void sy_store_compress_free(struct compression *compression)
{
	sy_store_compress_end(compression);
	ZSTD_freeCCtx(compression->stream);
	free(compression->in);
	free(compression->out);
	*compression = (struct compression){.fd = -1};
}

static int begin(struct sy_store *store, const struct part *part, const char *temporary)
{
	struct compression *c = &store->compression;

	if (c->stream == NULL)
		c->stream = ZSTD_createCCtx();
	if (c->in == NULL)
		c->in = malloc(ZSTD_CStreamInSize());
	if (c->out == NULL)
		c->out = malloc(ZSTD_CStreamOutSize());
	if (c->stream == NULL || c->in == NULL || c->out == NULL)
		return -ENOMEM;
	ZSTD_CCtx_reset(c->stream, ZSTD_reset_session_only);
	ZSTD_CCtx_setParameter(c->stream, ZSTD_c_compressionLevel, store->options.zstd_level);
	ZSTD_CCtx_setParameter(c->stream, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_setPledgedSrcSize(c->stream, part->size_bytes);
	c->read_bytes = 0;
	c->written_bytes = 0;
	unlinkat(store->dir_fd, temporary, 0);
	c->fd = sy_dir_create(store->dir_fd, temporary);
	return c->fd >= 0 ? 0 : c->fd;
}

// One buffer of input, and all the output that it makes.
static int compress_some(struct compression *c, const struct part *part)
{
	uint64_t left = part->size_bytes - c->read_bytes;
	size_t want = left < ZSTD_CStreamInSize() ? (size_t)left : ZSTD_CStreamInSize();
	ssize_t size = pread(part->fd, c->in, want, (off_t)c->read_bytes);

	if (size < 0 && errno == EINTR)
		return 0;
	if (size <= 0)
		return size < 0 ? -errno : -EIO;
	c->read_bytes += (uint64_t)size;
	ZSTD_inBuffer in = {c->in, (size_t)size, 0};
	bool last = c->read_bytes == part->size_bytes;
	size_t remaining;
	do {
		ZSTD_outBuffer out = {c->out, ZSTD_CStreamOutSize(), 0};
		remaining = ZSTD_compressStream2(
			c->stream, &out, &in, last ? ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(remaining))
			return -EIO;
		int rc = sy_dir_write(c->fd, c->out, out.pos, c->written_bytes);
		if (rc != 0)
			return rc;
		c->written_bytes += out.pos;
	} while (last ? remaining > 0 : in.pos < in.size);
	return 0;
}

int sy_store_compress(struct sy_store *store, const struct part *part, const char *temporary,
	uint64_t deadline_ns)
{
	struct compression *c = &store->compression;
	int rc = c->fd >= 0 ? 0 : begin(store, part, temporary);

	while (rc == 0 && c->read_bytes < part->size_bytes) {
		if (sy_clock_ns(CLOCK_MONOTONIC) >= deadline_ns) {
			// The disk begins now, so that the wait at the end is short.
			sync_file_range(c->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
			return 1;
		}
		rc = compress_some(c, part);
	}
	return rc;
}
