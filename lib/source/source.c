// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "merge.h"
#include "stream.h"

#include "sy_source.h"

#include <rte_mbuf.h>

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct sy_source {
	atomic_bool stop; // written by anybody
	uint32_t count;
	uint64_t frames;
	uint64_t bytes_total;
	// Copies for other threads, written once a burst by the reading one.
	_Atomic uint64_t shown_frames;
	_Atomic uint64_t shown_bytes;
	// The mbufs of every burst. The source holds one reference to each and gives another away
	// with the burst, so the caller's free leaves the mbuf here: no way through the pool, no
	// attaching and detaching, which would cost as much as reading the frame.
	struct rte_mbuf *mbufs[SY_SOURCE_BURST_MAX];
	struct rte_mbuf_ext_shared_info shared; // one reference a mbuf
	struct sy_input inputs[];
};

// The bytes belong to the reader's buffer and stay: nothing to free.
static void frame_freed(void *addr, void *opaque)
{
	(void)addr;
	(void)opaque;
}

static int check(uint32_t count, const struct rte_mempool *pool, struct sy_error *err)
{
	if (count == 0 || count > SY_SOURCE_INPUTS_MAX)
		return sy_error_set(err, EINVAL, "%u capture files: 1 to %u can be read at a time",
			count, SY_SOURCE_INPUTS_MAX);
	if (pool->size < SY_SOURCE_BURST_MAX ||
		pool->private_data_size < sizeof(struct rte_pktmbuf_pool_private) ||
		rte_pktmbuf_priv_size((struct rte_mempool *)(uintptr_t)pool) <
			sizeof(struct sy_frame_meta))
		return sy_error_set(err, EINVAL,
			"the packet pool has %u buffers with %u private bytes: %u with %zu are needed",
			pool->size, rte_pktmbuf_priv_size((struct rte_mempool *)(uintptr_t)pool),
			SY_SOURCE_BURST_MAX, sizeof(struct sy_frame_meta));
	return 0;
}

static int take_mbufs(struct sy_source *source, struct rte_mempool *pool, struct sy_error *err)
{
	if (rte_pktmbuf_alloc_bulk(pool, source->mbufs, SY_SOURCE_BURST_MAX) != 0) {
		source->mbufs[0] = NULL;
		return sy_error_set(err, ENOMEM, "the packet pool has not %u free buffers",
			SY_SOURCE_BURST_MAX);
	}
	source->shared.free_cb = frame_freed;
	rte_mbuf_ext_refcnt_set(&source->shared, SY_SOURCE_BURST_MAX);
	for (uint32_t i = 0; i < SY_SOURCE_BURST_MAX; i++)
		rte_pktmbuf_attach_extbuf(
			source->mbufs[i], &source->shared, RTE_BAD_IOVA, 0, &source->shared);
	return 0;
}

static int open_input(struct sy_source *source, struct sy_input *input,
	const struct sy_file_options *file, struct sy_error *err)
{
	struct sy_stream *stream;

	input->port = file->port;
	input->clock_offset_ns = file->clock_offset_ns;
	int rc = sy_stream_open(&stream, file->path, &source->stop, err);
	return rc != 0 ? rc : sy_reader_open(&input->reader, stream, err);
}

// 0 as soon as one size is not known.
static void add_up_totals(struct sy_source *source)
{
	for (uint32_t i = 0; i < source->count; i++) {
		const struct sy_stream *stream = source->inputs[i].reader->stream;

		if (stream == NULL || stream->raw.total_bytes == 0) {
			source->bytes_total = 0;
			return;
		}
		source->bytes_total += stream->raw.total_bytes;
	}
}

int sy_source_open_files(struct sy_source **source, const struct sy_file_options *files,
	uint32_t count, struct rte_mempool *pool, struct sy_error *err)
{
	*source = NULL;
	int rc = check(count, pool, err);
	if (rc != 0)
		return rc;

	struct sy_source *s = calloc(1, sizeof(*s) + count * sizeof(s->inputs[0]));
	if (s == NULL)
		return sy_error_set(err, ENOMEM, "no memory to read %u capture files", count);
	rc = take_mbufs(s, pool, err);
	for (; rc == 0 && s->count < count; s->count++)
		rc = open_input(s, &s->inputs[s->count], &files[s->count], err);
	if (rc != 0) {
		sy_source_close(s);
		return rc;
	}
	add_up_totals(s);
	*source = s;
	return 0;
}

static inline void point(struct rte_mbuf *m, const struct sy_merged *merged)
{
	const struct sy_frame *f = merged->frame;
	uint16_t bytes = f->cap_bytes < UINT16_MAX ? (uint16_t)f->cap_bytes : UINT16_MAX;
	struct sy_frame_meta *meta = rte_mbuf_to_priv(m);

	m->buf_addr = (void *)(uintptr_t)f->data;
	m->buf_len = bytes;
	m->data_off = 0;
	rte_mbuf_refcnt_set(m, 2); // the source's and the caller's
	m->port = merged->input->port;
	m->data_len = bytes;
	m->pkt_len = bytes;
	meta->ts_ns = f->ts_ns != 0 ? f->ts_ns : 1; // 0 means "never"
	meta->wire_bytes = f->wire_bytes;
	meta->link = f->link;
	merged->input->reader->end.frames++;
}

static void show_progress(struct sy_source *source)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < source->count; i++)
		if (source->inputs[i].reader->stream != NULL)
			bytes += source->inputs[i].reader->stream->raw.done_bytes;
	atomic_store_explicit(&source->shown_bytes, bytes, memory_order_relaxed);
	atomic_store_explicit(&source->shown_frames, source->frames, memory_order_relaxed);
}

uint16_t sy_source_rx_burst(struct sy_source *source, struct rte_mbuf **mbufs, uint16_t max)
{
	struct sy_merged merged[SY_SOURCE_BURST_MAX];

	if (atomic_load_explicit(&source->stop, memory_order_relaxed))
		return 0;
	if (max > SY_SOURCE_BURST_MAX)
		max = SY_SOURCE_BURST_MAX;
	uint32_t n = sy_merge(source->inputs, source->count, merged, max);
	for (uint32_t i = 0; i < n; i++) {
		mbufs[i] = source->mbufs[i];
		point(mbufs[i], &merged[i]);
	}
	source->frames += n;
	show_progress(source);
	return (uint16_t)n;
}

void sy_source_stop(struct sy_source *source)
{
	atomic_store_explicit(&source->stop, true, memory_order_relaxed);
}

void sy_source_stats(const struct sy_source *source, struct sy_source_stats *stats)
{
	stats->bytes_done = atomic_load_explicit(&source->shown_bytes, memory_order_relaxed);
	stats->bytes_total = source->bytes_total;
	stats->frames = atomic_load_explicit(&source->shown_frames, memory_order_relaxed);
}

const struct sy_source_end *sy_source_end(const struct sy_source *source, uint32_t index)
{
	return &source->inputs[index].reader->end;
}

void sy_source_close(struct sy_source *source)
{
	if (source == NULL)
		return;
	for (uint32_t i = 0; i < source->count; i++)
		sy_reader_close(source->inputs[i].reader);
	if (source->mbufs[0] != NULL)
		rte_pktmbuf_free_bulk(source->mbufs, SY_SOURCE_BURST_MAX);
	free(source);
}
