// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Compressed captures: three formats, concatenated members, cut off and damaged.

#include "capture_bytes.h"
#include "stream.h"

#include <errno.h>
#include <lz4frame.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

// More than the stream's buffer, and not too easy to compress.
#define PLAIN_BYTES (3u * 1024 * 1024 + 17)

static uint8_t *plain;

static size_t pack_gzip(uint8_t *to, size_t room, const uint8_t *data, size_t bytes)
{
	z_stream z = {0};

	assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (z_const Bytef *)(uintptr_t)data;
	z.avail_in = (uInt)bytes;
	z.next_out = to;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

static size_t pack_zstd(uint8_t *to, size_t room, const uint8_t *data, size_t bytes)
{
	size_t n = ZSTD_compress(to, room, data, bytes, 1);

	assert_false(ZSTD_isError(n));
	return n;
}

static size_t pack_lz4(uint8_t *to, size_t room, const uint8_t *data, size_t bytes)
{
	LZ4F_preferences_t preferences = {
		.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled,
	};
	size_t n = LZ4F_compressFrame(to, room, data, bytes, &preferences);

	assert_false(LZ4F_isError(n));
	return n;
}

typedef size_t pack(uint8_t *to, size_t room, const uint8_t *data, size_t bytes);
static pack *const packs[] = {pack_gzip, pack_zstd, pack_lz4};

// Reads a stream to its end in pieces; returns the number of bytes, all equal to those of plain.
static size_t unpacked(const uint8_t *data, size_t bytes, size_t chunk, size_t piece, bool *failed,
	struct sy_error *why)
{
	struct sy_stream *s;
	struct sy_error err;
	size_t total = 0, got;

	*failed = true;
	if (sy_stream_open_memory(&s, data, bytes, chunk, &err) != 0)
		return 0;
	while ((got = sy_stream_want(s, piece)) > 0) {
		assert_true(total + got <= PLAIN_BYTES);
		assert_int_equal(sy_stream_offset(s), total);
		assert_memory_equal(s->at, plain + total, got);
		s->at += got;
		total += got;
	}
	*failed = s->failed;
	*why = s->error;
	sy_stream_close(s);
	return total;
}

static void whole(void **state)
{
	size_t room = 2 * PLAIN_BYTES;
	uint8_t *packed = malloc(room);
	struct sy_error why;
	bool failed;

	(void)state;
	for (int i = 0; i < 3; i++) {
		// Two members, the second begins in the middle.
		size_t n = packs[i](packed, room, plain, 1000);
		n += packs[i](packed + n, room - n, plain + 1000, PLAIN_BYTES - 1000);
		assert_int_equal(unpacked(packed, n, SIZE_MAX, 100000, &failed, &why), PLAIN_BYTES);
		assert_false(failed);
		assert_int_equal(
			unpacked(packed, n, 4097, SY_STREAM_PIECE_MAX, &failed, &why), PLAIN_BYTES);
		assert_false(failed);
	}
	size_t n = pack_gzip(packed, room, plain, 1000);
	memset(packed + n, 0, 512); // padding, as tapes have it
	assert_int_equal(unpacked(packed, n + 512, 7, 10, &failed, &why), 1000);
	assert_false(failed);
	assert_int_equal(unpacked(plain, PLAIN_BYTES, 1000, 70000, &failed, &why), PLAIN_BYTES);
	assert_false(failed);
	free(packed);
}

static void cut_off_anywhere(void **state)
{
	uint8_t packed[8192];
	struct sy_error why;
	bool failed;

	(void)state;
	for (int i = 0; i < 3; i++) {
		size_t n = packs[i](packed, sizeof(packed), plain, 2000);
		for (size_t cut = 4; cut < n; cut++) {
			uint8_t *exact = malloc(cut);
			memcpy(exact, packed, cut);
			assert_true(unpacked(exact, cut, 100, 50, &failed, &why) <= 2000);
			assert_true(failed);
			assert_non_null(strstr(why.text, "memory is cut off: its "));
			free(exact);
		}
	}
}

static void damaged(void **state)
{
	uint8_t packed[8192];
	struct sy_error why;
	bool failed;

	(void)state;
	for (int i = 0; i < 3; i++) {
		size_t n = packs[i](packed, sizeof(packed), plain, 2000);
		memcpy(packed + n, "something else", 14);
		assert_int_equal(unpacked(packed, n + 14, 100, 50, &failed, &why), 2000);
		assert_true(failed);
	}
	size_t n = pack_gzip(packed, sizeof(packed), plain, 2000);
	packed[n - 6] ^= 1; // the checksum
	assert_int_equal(unpacked(packed, n, SIZE_MAX, 50, &failed, &why), 2000);
	assert_true(failed);
	assert_string_equal(why.text, "memory is damaged: its gzip data cannot be decompressed "
				      "(incorrect data check)");
}

static void skips(void **state)
{
	struct sy_stream *s;
	struct sy_error err;

	(void)state;
	assert_int_equal(sy_stream_open_memory(&s, plain, PLAIN_BYTES, SIZE_MAX, &err), 0);
	assert_true(sy_stream_skip(s, 2000001));
	assert_int_equal(sy_stream_offset(s), 2000001);
	assert_true(sy_stream_want(s, 4) >= 4);
	assert_memory_equal(s->at, plain + 2000001, 4);
	assert_false(sy_stream_skip(s, UINT64_MAX));
	assert_int_equal(sy_stream_want(s, 1), 0);
	sy_stream_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(cut_off_anywhere),
		cmocka_unit_test(damaged),
		cmocka_unit_test(skips),
	};

	plain = malloc(PLAIN_BYTES);
	uint32_t x = 1;
	for (size_t i = 0; i < PLAIN_BYTES; i++) {
		x = x * 1664525 + 1013904223;
		plain[i] = (uint8_t)(x >> 28); // 4 bits of noise a byte
	}
	memcpy(plain, "noise", 5);
	int failures = cmocka_run_group_tests(tests, NULL, NULL);
	free(plain);
	return failures;
}
