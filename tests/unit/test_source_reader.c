// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The readers of lib/source without DPDK: formats, damage, and libpcap as the reference.

#include "capture_bytes.h"
#include "reader.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define FRAMES 64

struct result {
	int rc;
	struct sy_error err;
	uint32_t count;
	struct sy_frame frame[FRAMES]; // data is a copy's place in bytes
	uint8_t first[FRAMES];         // first byte of each
	struct sy_source_end end;
};

static void drain(struct result *r, struct sy_reader *reader)
{
	struct sy_frame frames[3];
	uint32_t n;

	while ((n = sy_reader_read(reader, frames, 3)) > 0) {
		for (uint32_t i = 0; i < n; i++) {
			assert_true(r->count < FRAMES);
			r->frame[r->count] = frames[i];
			// Looks at each byte, for the sanitizers, and keeps one.
			uint8_t first = frames[i].cap_bytes > 0 ? frames[i].data[0] : 0;
			for (uint32_t j = 0; j < frames[i].cap_bytes; j++)
				assert_int_equal(frames[i].data[j], first);
			r->first[r->count++] = first;
		}
	}
	r->end = reader->end;
	sy_reader_close(reader);
}

static struct result read_bytes(const void *data, size_t bytes, size_t chunk)
{
	struct result r = {0};
	struct sy_stream *stream;
	struct sy_reader *reader;

	r.rc = sy_stream_open_memory(&stream, data, bytes, chunk, &r.err);
	if (r.rc == 0)
		r.rc = sy_reader_open(&reader, stream, &r.err);
	if (r.rc == 0)
		drain(&r, reader);
	return r;
}

static struct result read_all(const struct bytes *o)
{
	return read_bytes(o->b, o->n, SIZE_MAX);
}

static void assert_frame(const struct result *r, uint32_t i, uint64_t ts_ns, uint32_t cap,
	uint32_t wire, enum sy_link link, uint8_t fill)
{
	assert_true(i < r->count);
	assert_int_equal(r->frame[i].ts_ns, ts_ns);
	assert_int_equal(r->frame[i].cap_bytes, cap);
	assert_int_equal(r->frame[i].wire_bytes, wire);
	assert_int_equal(r->frame[i].link, link);
	assert_int_equal(r->first[i], fill);
}

static void pcap_all_magics(void **state)
{
	static const struct {
		uint32_t magic;
		uint32_t ns_per_unit;
	} cases[] = {{0xa1b2c3d4, 1000}, {0xa1b23c4d, 1}, {0xa1b2cd34, 1000}};

	(void)state;
	for (int i = 0; i < 6; i++) {
		struct bytes o = {.big = i >= 3};
		pcap_header(&o, cases[i % 3].magic, 4, 0x14000000 | 1); // with an FCS length
		for (uint8_t k = 1; k <= 2; k++) {
			pcap_record(&o, 4000000000u, k, k, k == 1 ? 1500 : 0, k);
			if (i % 3 == 2) { // 8 bytes more before the data: written behind, moved
				memmove(o.b + o.n - k + 8, o.b + o.n - k, k);
				memset(o.b + o.n - k, 0x77, 8);
				o.n += 8;
			}
		}
		struct result r = read_all(&o);
		assert_int_equal(r.rc, 0);
		assert_int_equal(r.count, 2);
		assert_false(r.end.cut_off);
		uint64_t s = UINT64_C(4000000000000000000);
		assert_frame(&r, 0, s + cases[i % 3].ns_per_unit, 1, 1500, SY_LINK_ETHERNET, 1);
		assert_frame(&r, 1, s + 2 * cases[i % 3].ns_per_unit, 2, 2, SY_LINK_ETHERNET, 2);
	}
}

static void pcap_old_length_order(void **state)
{
	(void)state;
	struct bytes o = {0};
	pcap_header(&o, 0xa1b2c3d4, 2, 1); // always the wire's first
	pcap_record(&o, 1, 0, 4, 4, 9);
	o.b[24 + 8] = 60;
	struct result r = read_all(&o);
	assert_int_equal(r.count, 1);
	assert_frame(&r, 0, 1000000000, 4, 60, SY_LINK_ETHERNET, 9);
	o.b[6] = 3; // the smaller one is the captured one
	r = read_all(&o);
	assert_frame(&r, 0, 1000000000, 4, 60, SY_LINK_ETHERNET, 9);
	o.b[6] = 9;
	r = read_all(&o);
	assert_int_equal(r.rc, -ENOTSUP);
}

static void link_types(void **state)
{
	static const struct {
		uint32_t linktype;
		enum sy_link link;
	} cases[] = {{0, SY_LINK_NULL}, {1, SY_LINK_ETHERNET}, {9, SY_LINK_PPP},
		{12, SY_LINK_RAW_IP}, {14, SY_LINK_RAW_IP}, {50, SY_LINK_PPP},
		{101, SY_LINK_RAW_IP}, {104, SY_LINK_C_HDLC}, {108, SY_LINK_LOOP},
		{113, SY_LINK_SLL}, {228, SY_LINK_RAW_IP}, {229, SY_LINK_RAW_IP},
		{276, SY_LINK_SLL2}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct bytes o = {0};
		pcap_header(&o, 0xa1b2c3d4, 4, cases[i].linktype);
		pcap_record(&o, 1, 0, 4, 4, 9);
		struct result r = read_all(&o);
		assert_frame(&r, 0, 1000000000, 4, 4, cases[i].link, 9);
	}
	struct bytes o = {0};
	pcap_header(&o, 0xa1b2c3d4, 4, 105);
	struct result r = read_all(&o);
	assert_int_equal(r.rc, -ENOTSUP);
	assert_string_equal(
		r.err.text, "memory has frames of link type 105 (802.11), which cannot be read");
}

static void make_pcapng(struct bytes *o)
{
	ng_section(o);
	ng_interface(o, 1, -1, 0);
	ng_interface(o, 113, 9, 0);
	ng_interface(o, 105, -1, 0); // cannot be read
	ng_packet(o, 0, 1000001, 5, 60, 1);
	ng_other(o, 5, 40); // statistics
	ng_packet(o, 1, 5000000007, 7, 3, 2);
	ng_packet(o, 2, 1, 8, 8, 3);
	ng_simple_packet(o, 6, 4);
	ng_obsolete_packet(o, 0, 2000000, 9, 5);
	ng_other(o, 0x0bad, 3000);
	o->big = !o->big;
	ng_section(o);
	ng_interface(o, 101, 0x80 | 20, -3); // 2^-20 s, 3 s less
	ng_interface(o, 1, 12, 0);           // ps
	ng_packet(o, 0, (UINT64_C(5) << 20) + (1 << 19), 10, 10, 6);
	ng_packet(o, 1, UINT64_C(1234567890123456), 0, 11, 0);
}

static void check_pcapng(const struct result *r)
{
	assert_int_equal(r->rc, 0);
	assert_int_equal(r->count, 6);
	assert_frame(r, 0, 1000001000, 5, 60, SY_LINK_ETHERNET, 1);
	assert_frame(r, 1, 5000000007, 7, 7, SY_LINK_SLL, 2);
	assert_frame(r, 2, 5000000007, 6, 6, SY_LINK_ETHERNET, 4);
	assert_frame(r, 3, 2000000000, 9, 9, SY_LINK_ETHERNET, 5);
	assert_frame(r, 4, 2500000000, 10, 10, SY_LINK_RAW_IP, 6);
	assert_frame(r, 5, 1234567890123, 0, 11, SY_LINK_ETHERNET, 0);
	assert_false(r->end.cut_off);
	assert_int_equal(r->end.unreadable_frames, 1);
	assert_string_equal(r->end.unreadable_why.text,
		"memory has frames of link type 105 (802.11), which cannot be read: they were skipped");
}

static void pcapng_everything(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct bytes o = {.big = big};
		make_pcapng(&o);
		for (size_t chunk = 1; chunk < 3000; chunk = chunk * 3 + 1) {
			struct result r = read_bytes(o.b, o.n, chunk);
			check_pcapng(&r);
		}
	}
}

static void pcapng_unreadable(void **state)
{
	(void)state;
	struct bytes o = {0};
	ng_section(&o);
	struct result r = read_all(&o);
	assert_int_equal(r.rc, 0); // no interface, no frame
	ng_interface(&o, 147, -1, 0);
	ng_packet(&o, 0, 1, 8, 8, 3);
	r = read_all(&o);
	assert_int_equal(r.rc, -ENOTSUP);
	assert_non_null(strstr(r.err.text, "link type 147"));
}

// Every prefix of a file gives a prefix of its frames, and says that it is cut off unless it ends
// between two records.
static void check_prefixes(const struct bytes *o, const struct result *all)
{
	uint32_t clean = 0;

	for (size_t n = 0; n < o->n; n++) {
		uint8_t *exact = malloc(n > 0 ? n : 1); // so that ASan sees a read past the end
		memcpy(exact, o->b, n);
		struct result r = read_bytes(exact, n, 64);
		free(exact);
		if (r.rc != 0) {
			assert_int_equal(r.rc, -EINVAL);
			assert_true(r.err.text[0] != 0 && n < 28);
			continue;
		}
		assert_true(r.count <= all->count);
		for (uint32_t i = 0; i < r.count; i++)
			assert_frame(&r, i, all->frame[i].ts_ns, all->frame[i].cap_bytes,
				all->frame[i].wire_bytes, all->frame[i].link, all->first[i]);
		clean += !r.end.cut_off;
		assert_int_equal(r.end.cut_off, r.end.why.text[0] != 0);
	}
	assert_true(clean <= 16); // once a record or block
}

static void truncated_anywhere(void **state)
{
	(void)state;
	struct bytes p = {0}, ng = {0};
	pcap_header(&p, 0xa1b2c3d4, 4, 1);
	for (uint8_t k = 1; k <= 3; k++)
		pcap_record(&p, k, k, 20 * k, 100, k);
	struct result r = read_all(&p);
	assert_int_equal(r.count, 3);
	check_prefixes(&p, &r);
	make_pcapng(&ng);
	r = read_all(&ng);
	check_prefixes(&ng, &r);

	p.n -= 1;
	r = read_all(&p);
	assert_int_equal(r.count, 2);
	assert_string_equal(r.end.why.text,
		"memory ends in the middle of the record at byte 116: what came before it was read");
}

static void not_captures(void **state)
{
	(void)state;
	struct result r = read_bytes("", 0, 1);
	assert_int_equal(r.rc, -EINVAL);
	assert_string_equal(r.err.text, "memory is empty");
	r = read_bytes("GIF89a\0\0", 8, 8);
	assert_int_equal(r.rc, -EINVAL);
	assert_string_equal(r.err.text, "memory is not a capture file (first bytes 47 49 46 38): "
					"pcap or pcapng expected");
	r = read_bytes("\xd4\xc3", 2, 8);
	assert_int_equal(r.rc, -EINVAL);
	r = read_bytes("\xfd"
		       "7zXZ",
		5, 8);
	assert_int_equal(r.rc, -ENOTSUP);
	assert_non_null(strstr(r.err.text, "xz -d"));
	struct bytes o = {0};
	pcap_header(&o, 0xa1b2c3d4, 4, 1);
	r = read_all(&o);
	assert_int_equal(r.rc, 0);
	assert_int_equal(r.count, 0);
	assert_false(r.end.cut_off);
}

static void damaged(void **state)
{
	(void)state;
	struct bytes o = {0};
	pcap_header(&o, 0xa1b2c3d4, 4, 1);
	pcap_record(&o, 1, 0, 4, 4, 9);
	put32(&o, 2);
	put32(&o, 0);
	put32(&o, 400000);
	put32(&o, 400000);
	struct result r = read_all(&o);
	assert_int_equal(r.count, 1);
	assert_true(r.end.cut_off);
	assert_non_null(strstr(r.end.why.text, "damaged at byte 44 "));

	static const uint32_t lengths[] = {0, 8, 11, 13, 33, 0xfffffffc, 0x100000};
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (uint32_t type = 1; type < 8; type++) {
			struct bytes ng = {0};
			ng_section(&ng);
			ng_interface(&ng, 1, -1, 0);
			ng_packet(&ng, 0, 1, 4, 4, 1);
			put32(&ng, type);
			put32(&ng, lengths[i]);
			put_fill(&ng, 0, 64);
			r = read_all(&ng);
			assert_int_equal(r.count, 1);
			assert_true(r.end.cut_off);
		}
	}
	struct bytes ng = {0};
	ng_section(&ng);
	ng_interface(&ng, 1, -1, 0);
	ng_packet(&ng, 1, 1, 4, 4, 1); // no such interface
	r = read_all(&ng);
	assert_int_equal(r.count, 0);
	assert_true(r.end.cut_off);
}

static void same_as_libpcap(const struct bytes *o)
{
	char path[] = "/tmp/sy_reader_XXXXXX";
	struct result ours = read_all(o), theirs = {0};
	struct sy_reader *reader;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, o->b, o->n), o->n);
	close(fd);
	theirs.rc = sy_reader_open_libpcap(&reader, path, &theirs.err);
	unlink(path);
	assert_int_equal(theirs.rc, 0);
	drain(&theirs, reader);
	assert_int_equal(ours.count, theirs.count);
	assert_int_equal(ours.end.cut_off, theirs.end.cut_off);
	for (uint32_t i = 0; i < ours.count; i++)
		assert_frame(&ours, i, theirs.frame[i].ts_ns, theirs.frame[i].cap_bytes,
			theirs.frame[i].wire_bytes, theirs.frame[i].link, theirs.first[i]);
}

static void libpcap_agrees(void **state)
{
	static const uint32_t magics[] = {0xa1b2c3d4, 0xa1b23c4d};
	static const int tsresols[] = {-1, 0, 3, 6, 9, 11, 0x80 | 10, 0x80 | 30};

	(void)state;
	for (int cut = 0; cut < 40; cut += 13) {
		for (int i = 0; i < 4; i++) {
			struct bytes o = {.big = i & 1};
			pcap_header(&o, magics[i / 2], 4, 1);
			for (uint8_t k = 1; k < 20; k++)
				pcap_record(&o, 1700000000u + k % 5, k, 3 * k, 100, k);
			o.n -= (size_t)cut;
			same_as_libpcap(&o);
		}
		for (int i = 0; i < 16; i++) {
			struct bytes o = {.big = i & 1};
			ng_section(&o);
			ng_interface(&o, 1, tsresols[i / 2], 5);
			for (uint8_t k = 1; k < 20; k++) {
				ng_packet(&o, 0, UINT64_C(98765432109) * k, 3 * k, 100, k);
				ng_obsolete_packet(&o, 0, UINT64_C(98765432109) * k, k, k);
				ng_other(&o, 5, k);
			}
			o.n -= (size_t)cut;
			same_as_libpcap(&o);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pcap_all_magics),
		cmocka_unit_test(pcap_old_length_order),
		cmocka_unit_test(link_types),
		cmocka_unit_test(pcapng_everything),
		cmocka_unit_test(pcapng_unreadable),
		cmocka_unit_test(truncated_anywhere),
		cmocka_unit_test(not_captures),
		cmocka_unit_test(damaged),
		cmocka_unit_test(libpcap_agrees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
