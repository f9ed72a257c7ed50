// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "stream.h"

#include "sy_error.h"
#include "sy_source.h"

#include <stdbool.h>
#include <stdint.h>

// One capture file as frames. No DPDK here: lib/source/source.c turns frames into mbufs.

/// Most bytes of a frame that are believed: libpcap's MAXIMUM_SNAPLEN (262144), and 64 KiB for
/// writers that do not keep to it. A record that claims more is damaged.
#define SY_FRAME_BYTES_MAX (262144u + 65536u)

/// One frame as its file has it.
struct sy_frame {
	const uint8_t *data; ///< the reader's; valid until the next read
	uint64_t ts_ns;
	uint32_t cap_bytes;
	uint32_t wire_bytes; ///< >= cap_bytes
	uint8_t link;        ///< enum sy_link
};

struct sy_reader;

struct sy_reader_ops {
	/// Gives the frames that are there already, waiting for the first. 0 = the end.
	uint32_t (*read)(struct sy_reader *reader, struct sy_frame *frames, uint32_t max);
	void (*close)(struct sy_reader *reader);
};

/// The common part of every kind of reader, its first member.
struct sy_reader {
	const struct sy_reader_ops *ops;
	struct sy_stream *stream;
	struct sy_source_end end;
	bool ended;
};

/// Opens the reader that the first bytes of the stream ask for. The stream is the reader's from
/// here on, also when this fails. 0, or -errno with one sentence in err, as sy_source_open_files().
int sy_reader_open(struct sy_reader **reader, struct sy_stream *stream, struct sy_error *err);

/// Opens a file through libpcap, one frame a call: for formats that only libpcap knows, and the
/// reference for the tests. Its frames are cut at the file's snapshot length.
int sy_reader_open_libpcap(struct sy_reader **reader, const char *path, struct sy_error *err);

/// Gives up to `max` frames, whose bytes are valid until the next call. 0 = the end.
uint32_t sy_reader_read(struct sy_reader *reader, struct sy_frame *frames, uint32_t max);

/// NULL is allowed.
void sy_reader_close(struct sy_reader *reader);

/// For the kinds of readers: are the `bytes` of the next record there? Reads and waits for them. At
/// the end sets ended and, where the end is no clean one, cut_off and why. `at_start`: the record
/// begins here, so an end without any byte of it is a clean one.
bool sy_reader_more(struct sy_reader *reader, size_t bytes, bool at_start);

/// For the kinds of readers: ends at the record at the stream's place, which is damaged.
/// Returns false.
__attribute__((format(printf, 2, 3))) bool sy_reader_damaged(
	struct sy_reader *reader, const char *format, ...);

// The kinds of readers. The stream has bytes; on failure it stays the caller's.
int sy_pcap_open(struct sy_reader **reader, struct sy_stream *stream, struct sy_error *err);
int sy_pcapng_open(struct sy_reader **reader, struct sy_stream *stream, struct sy_error *err);

/// True when a file with these first 4 bytes is of that kind.
bool sy_pcap_magic(const uint8_t magic[static 4]);
bool sy_pcapng_magic(const uint8_t magic[static 4]);
