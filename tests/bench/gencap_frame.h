// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

// Frames of the load generator and the capture file that they go to.

/// One end of a generated connection. IPv6 addresses are 2001:db8::/32 with `addr` at the end.
struct gen_end {
	uint32_t addr; ///< host order
	uint16_t port;
	uint8_t ttl; ///< as the tap sees it
};

/// One TCP segment to write.
struct gen_segment {
	const struct gen_end *src, *dst;
	uint32_t seq, ack;
	uint32_t payload_bytes;
	uint16_t vlan; ///< 0 = untagged
	uint8_t flags; ///< TCP flags as in the header
	bool v6;
	bool options; ///< MSS, SACK permitted, window scale, as a SYN has them
};

struct gen_file {
	FILE *out;
	uint64_t ts_ns;  ///< of the next frame
	uint64_t gap_ns; ///< between frames
	uint64_t frames;
	uint64_t bytes; ///< of frames, without the file's own headers
};

/// Creates a nanosecond pcap file. Returns false, with errno set, when that fails.
bool gen_file_open(struct gen_file *file, const char *path, uint64_t gap_ns);

/// Writes out and closes. Returns false, with errno set, when any write has failed.
bool gen_file_close(struct gen_file *file);

/// Appends a frame as it is; the clock moves on by the gap.
void gen_write_frame(struct gen_file *file, const uint8_t *frame, uint32_t bytes);

/// Appends one TCP frame, with correct checksums; the clock moves on by the gap.
void gen_write_tcp(struct gen_file *file, const struct gen_segment *segment);

/// Appends one UDP frame over IPv4.
void gen_write_udp(struct gen_file *file, const struct gen_end *src, const struct gen_end *dst,
	uint32_t payload_bytes);
