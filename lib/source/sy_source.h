// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_burst.h"
#include "sy_error.h"

#include <stdbool.h>
#include <stdint.h>

struct rte_mbuf;
struct rte_mempool;

// Where frames come from. A source delivers mbufs in bursts: the frame's bytes in (or attached to)
// the first segment, mbuf->port the index of the input, and struct sy_frame_meta beside them.

/// Frames that one sy_source_rx_burst() of capture files delivers at most.
#define SY_SOURCE_BURST_MAX 64

/// Capture files that one source reads at most.
#define SY_SOURCE_INPUTS_MAX 256

/// Kept in each mbuf's private area by every source.
struct sy_frame_meta {
	uint64_t ts_ns;      ///< never 0
	uint32_t wire_bytes; ///< length on the wire, never less than what was captured
	uint8_t link;        ///< enum sy_link
};

/// How far a source has come, for progress and for the report.
struct sy_source_stats {
	uint64_t bytes_done;  ///< of the file as stored (compressed bytes for a compressed one)
	uint64_t bytes_total; ///< 0 = not known (a pipe)
	uint64_t frames;
};

/// How an input ended.
struct sy_source_end {
	bool cut_off;        ///< ended in the middle of a record or was damaged: exit status 2
	struct sy_error why; ///< one sentence when cut_off
	uint64_t frames;     ///< frames that were delivered
	/// Whole frames that were skipped because their interface has a link type that cannot be
	/// read (pcapng, whose interfaces may differ); they are no part of `frames`.
	uint64_t unreadable_frames;
	struct sy_error unreadable_why; ///< one sentence when unreadable_frames > 0
};

struct sy_source;

/// Options of one capture-file input.
struct sy_file_options {
	const char *path;        ///< "-" = standard input
	uint8_t port;            ///< index of the input, written to each mbuf
	int64_t clock_offset_ns; ///< subtracted from every time of the file
};

/// Opens several capture files as one time-ordered stream. pcap (µs, ns, both byte orders, the
/// modified format), pcapng (any number of sections and interfaces), plain or compressed with gzip,
/// zstd or lz4. What a file is, its first bytes decide, never its name. The paths are copied.
/// `pool` gives the mbufs; its private area must hold struct sy_frame_meta, its data room may be 0.
///
/// Frames are not copied: an mbuf points into the source's read buffer, and the mbufs themselves
/// (SY_SOURCE_BURST_MAX of the pool) are the source's until it is closed and return with every
/// burst. So the caller must free all mbufs of a burst before it asks for the next one (their bytes
/// are valid until then), and may neither chain nor keep them. Frames over 65535 bytes (what an
/// mbuf can say) are delivered without the bytes after that; wire_bytes has their length. The mbufs
/// have no IO address: they cannot be given to a device.
///
/// Waits for the first bytes of a pipe.
/// 0, or -errno with one sentence in err: ENOENT and other open errors, EINVAL for a file that is
/// no capture or for a pool that does not fit, ENOTSUP for a link type or compression that cannot
/// be read, EINTR when a signal came while it waited for a pipe, ENOMEM.
int sy_source_open_files(struct sy_source **source, const struct sy_file_options *files,
	uint32_t count, struct rte_mempool *pool, struct sy_error *err);

/// Takes up to `max` frames (at most SY_SOURCE_BURST_MAX), smallest time first, ties by the order
/// of `files`; the order inside a file is kept, also where its times run backwards. Fewer than
/// `max` are no sign of the end, 0 is: all inputs have ended, or sy_source_stop() was called.
/// Waits where the next input in turn is a pipe with nothing in it. One thread at a time.
/// The caller frees the mbufs, on any thread, before the next call.
uint16_t sy_source_rx_burst(struct sy_source *source, struct rte_mbuf **mbufs, uint16_t max);

/// Makes rx_burst return 0 soon (within 100 ms where it waits for a pipe). Any thread, and safe in
/// a signal handler.
void sy_source_stop(struct sy_source *source);

/// Totals over all inputs, as of the last rx_burst. Any thread.
void sy_source_stats(const struct sy_source *source, struct sy_source_stats *stats);

/// How input `index` (its place in `files`) ended; meaningful once rx_burst has returned 0.
/// The source's own, valid until it is closed.
const struct sy_source_end *sy_source_end(const struct sy_source *source, uint32_t index);

/// Closes the inputs. All mbufs must have been freed. NULL is allowed.
void sy_source_close(struct sy_source *source);
