// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Frames as the load generator wants them, and the capture file that they are appended to.

#include "gencap_frame.h"

#include "sy_frame.h"

#include <string.h>

#define FRAME_MAX    2048
#define START_NS     UINT64_C(1795336380000000000) // 2026-11-22T08:33:00Z
#define WRITE_BUFFER (1 << 20)
#define CLIENT_MAC   1
#define SERVER_MAC   2

// MSS 1460, SACK permitted, window scale 7.
static const uint8_t syn_options[12] = {2, 4, 0x05, 0xb4, 4, 2, 1, 1, 3, 3, 7, 1};

struct record_header {
	uint32_t seconds, nanoseconds, cap_bytes, wire_bytes;
};

bool gen_file_open(struct gen_file *file, const char *path, uint64_t gap_ns)
{
	const uint32_t header[6] = {0xa1b23c4d, 4 << 16 | 2, 0, 0, 262144, 1};

	*file = (struct gen_file){.ts_ns = START_NS, .gap_ns = gap_ns};
	file->out = fopen(path, "wb");
	if (file->out == NULL)
		return false;
	setvbuf(file->out, NULL, _IOFBF, WRITE_BUFFER);
	return fwrite(header, sizeof(header), 1, file->out) == 1;
}

bool gen_file_close(struct gen_file *file)
{
	bool good = !ferror(file->out);

	return fclose(file->out) == 0 && good;
}

void gen_write_frame(struct gen_file *file, const uint8_t *frame, uint32_t bytes)
{
	const struct record_header header = {
		.seconds = (uint32_t)(file->ts_ns / UINT64_C(1000000000)),
		.nanoseconds = (uint32_t)(file->ts_ns % UINT64_C(1000000000)),
		.cap_bytes = bytes,
		.wire_bytes = bytes,
	};

	fwrite(&header, sizeof(header), 1, file->out);
	fwrite(frame, bytes, 1, file->out);
	file->ts_ns += file->gap_ns;
	file->frames++;
	file->bytes += bytes;
}

// IPv6 addresses are 2001:db8:: with the IPv4 one at the end.
static struct sy_addr address(const struct gen_end *end, bool v6)
{
	struct sy_addr addr = sy_addr_from_v4(end->addr);

	if (!v6)
		return addr;
	memset(addr.b, 0, 12);
	sy_frame_put32(addr.b, 0x20010db8);
	return addr;
}

static uint8_t *fill(uint8_t *at, uint32_t bytes)
{
	memset(at, 0x53, bytes);
	return at + bytes;
}

void gen_write_tcp(struct gen_file *file, const struct gen_segment *segment)
{
	const struct sy_addr src = address(segment->src, segment->v6);
	const struct sy_addr dst = address(segment->dst, segment->v6);
	const struct sy_frame_tcp tcp = {
		.seq = segment->seq,
		.ack = segment->ack,
		.sport = segment->src->port,
		.dport = segment->dst->port,
		.window = 64240,
		.flags = segment->flags,
		.options = syn_options,
		.option_bytes = segment->options ? sizeof(syn_options) : 0,
	};
	const struct sy_frame_ip ip = {
		.src = &src,
		.dst = &dst,
		.src_mac = CLIENT_MAC,
		.dst_mac = SERVER_MAC,
		.vlan = segment->vlan,
		.ident = (uint16_t)file->frames,
		.ttl = segment->src->ttl,
		.protocol = SY_FRAME_PROTOCOL_TCP,
	};
	uint32_t bytes = 20u + tcp.option_bytes + segment->payload_bytes;
	uint8_t frame[FRAME_MAX], *from = sy_frame_put_ip(frame, &ip, bytes);
	uint8_t *end = fill(sy_frame_put_tcp(from, &tcp), segment->payload_bytes);

	sy_frame_put_checksum(from, bytes, 16, &ip);
	gen_write_frame(file, frame, sy_frame_finish(frame, end));
}

void gen_write_udp(struct gen_file *file, const struct gen_end *src, const struct gen_end *dst,
	uint32_t payload_bytes)
{
	const struct sy_addr from = address(src, false), to = address(dst, false);
	const struct sy_frame_ip ip = {
		.src = &from,
		.dst = &to,
		.src_mac = CLIENT_MAC,
		.dst_mac = SERVER_MAC,
		.ident = (uint16_t)file->frames,
		.ttl = src->ttl,
		.protocol = SY_FRAME_PROTOCOL_UDP,
	};
	uint32_t bytes = 8 + payload_bytes;
	uint8_t frame[FRAME_MAX], *udp = sy_frame_put_ip(frame, &ip, bytes), *at;

	at = sy_frame_put16(sy_frame_put16(udp, src->port), dst->port);
	at = fill(sy_frame_put32(at, bytes << 16), payload_bytes);
	sy_frame_put_checksum(udp, bytes, 6, &ip);
	gen_write_frame(file, frame, sy_frame_finish(frame, at));
}
