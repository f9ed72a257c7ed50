// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Builds Ethernet frames byte by byte and appends them to a capture file.

#include "gencap_frame.h"

#include <string.h>

#define FRAME_MAX    2048
#define FRAME_MIN    60
#define PROTOCOL_TCP 6
#define PROTOCOL_UDP 17
#define START_NS     UINT64_C(1795336380000000000) // 2026-11-22T08:33:00Z
#define WRITE_BUFFER (1 << 20)

struct record_header {
	uint32_t seconds, nanoseconds, cap_bytes, wire_bytes;
};

static uint8_t *put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

static uint8_t *put32(uint8_t *at, uint32_t value)
{
	return put16(put16(at, value >> 16), value & 0xffff);
}

// RFC 1071, over bytes that are followed by a zero when their number is odd.
static uint32_t sum_words(const uint8_t *data, uint32_t bytes, uint32_t sum)
{
	for (uint32_t i = 0; i < bytes; i += 2)
		sum += (uint32_t)data[i] << 8 | data[i + 1];
	return sum;
}

static uint32_t fold(uint32_t sum)
{
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	return ~sum & 0xffff;
}

static uint8_t *put_ethernet(uint8_t *at, bool v6, uint16_t vlan)
{
	static const uint8_t macs[12] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};

	memcpy(at, macs, sizeof(macs));
	at += sizeof(macs);
	if (vlan != 0)
		at = put16(put16(at, 0x8100), vlan);
	return put16(at, v6 ? 0x86dd : 0x0800);
}

static uint8_t *put_ipv4(uint8_t *at, const struct gen_end *src, const struct gen_end *dst,
	uint32_t protocol, uint32_t bytes, uint32_t ident)
{
	uint8_t *ip = at;

	at = put16(put16(at, 0x4500), 20 + bytes);
	at = put16(put16(at, ident & 0xffff), 0x4000);
	at = put16(put16(at, (uint32_t)src->ttl << 8 | protocol), 0);
	at = put32(put32(at, src->addr), dst->addr);
	put16(ip + 10, fold(sum_words(ip, 20, 0)));
	return at;
}

static uint8_t *put_v6_addr(uint8_t *at, uint32_t addr)
{
	at = put32(put32(at, 0x20010db8), 0);
	return put32(put32(at, 0), addr);
}

static uint8_t *put_ipv6(uint8_t *at, const struct gen_end *src, const struct gen_end *dst,
	uint32_t protocol, uint32_t bytes)
{
	at = put16(put32(at, 0x60000000), bytes);
	at = put16(at, protocol << 8 | src->ttl);
	return put_v6_addr(put_v6_addr(at, src->addr), dst->addr);
}

static uint8_t *put_options(uint8_t *at)
{
	static const uint8_t options[12] = {2, 4, 0x05, 0xb4, 4, 2, 1, 1, 3, 3, 7, 1};

	memcpy(at, options, sizeof(options));
	return at + sizeof(options);
}

static void append(struct gen_file *file, uint8_t *frame, const uint8_t *end)
{
	uint32_t bytes = (uint32_t)(end - frame);
	struct record_header header;

	if (bytes < FRAME_MIN) {
		memset(frame + bytes, 0, FRAME_MIN - bytes);
		bytes = FRAME_MIN;
	}
	header.seconds = (uint32_t)(file->ts_ns / UINT64_C(1000000000));
	header.nanoseconds = (uint32_t)(file->ts_ns % UINT64_C(1000000000));
	header.cap_bytes = header.wire_bytes = bytes;
	fwrite(&header, sizeof(header), 1, file->out);
	fwrite(frame, bytes, 1, file->out);
	file->ts_ns += file->gap_ns;
	file->frames++;
	file->bytes += bytes;
}

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

void gen_write_tcp(struct gen_file *file, const struct gen_segment *segment)
{
	uint8_t frame[FRAME_MAX];
	uint32_t header_bytes = segment->options ? 32 : 20;
	uint32_t bytes = header_bytes + segment->payload_bytes;
	uint8_t *at = put_ethernet(frame, segment->v6, segment->vlan), *tcp;
	uint32_t sum;

	at = segment->v6 ? put_ipv6(at, segment->src, segment->dst, PROTOCOL_TCP, bytes)
			 : put_ipv4(at, segment->src, segment->dst, PROTOCOL_TCP, bytes,
				   (uint32_t)file->frames);
	tcp = at;
	sum = segment->v6 ? sum_words(tcp - 32, 32, PROTOCOL_TCP + bytes)
			  : sum_words(tcp - 8, 8, PROTOCOL_TCP + bytes);
	at = put16(put16(at, segment->src->port), segment->dst->port);
	at = put32(put32(at, segment->seq), segment->ack);
	at = put16(at, header_bytes / 4 << 12 | segment->flags);
	at = put32(put16(at, 64240), 0);
	if (segment->options)
		at = put_options(at);
	memset(at, 0x53, segment->payload_bytes);
	at += segment->payload_bytes;
	*at = 0;
	put16(tcp + 16, fold(sum_words(tcp, bytes, sum)));
	append(file, frame, at);
}

void gen_write_udp(struct gen_file *file, const struct gen_end *src, const struct gen_end *dst,
	uint32_t payload_bytes)
{
	uint8_t frame[FRAME_MAX];
	uint32_t bytes = 8 + payload_bytes;
	uint8_t *at = put_ethernet(frame, false, 0), *udp;

	at = put_ipv4(at, src, dst, PROTOCOL_UDP, bytes, (uint32_t)file->frames);
	udp = at;
	at = put16(put16(at, src->port), dst->port);
	at = put32(at, bytes << 16);
	memset(at, 0x53, payload_bytes);
	at += payload_bytes;
	*at = 0;
	put16(udp + 6, fold(sum_words(udp, bytes, sum_words(udp - 8, 8, PROTOCOL_UDP + bytes))));
	append(file, frame, at);
}
