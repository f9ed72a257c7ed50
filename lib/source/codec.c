// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "codec.h"

#include <errno.h>
#include <string.h>

static const struct {
	uint8_t magic[4];
	uint8_t bytes;
	const struct sy_codec *codec; // NULL = known, cannot be read
	const char *format;
	const char *cure;
} formats[] = {
	{{0x1f, 0x8b}, 2, &sy_codec_gzip, "", ""},
	{{0x28, 0xb5, 0x2f, 0xfd}, 4, &sy_codec_zstd, "", ""},
	{{0x04, 0x22, 0x4d, 0x18}, 4, &sy_codec_lz4, "", ""},
	{{0x02, 0x21, 0x4c, 0x18}, 4, NULL, "legacy lz4", "lz4 -d"},
	{{0xfd, '7', 'z', 'X'}, 4, NULL, "xz", "xz -d"},
	{{'B', 'Z', 'h'}, 3, NULL, "bzip2", "bzip2 -d"},
	{{'P', 'K', 3, 4}, 4, NULL, "zip", "unzip"},
	{{'7', 'z', 0xbc, 0xaf}, 4, NULL, "7-Zip", "7z x"},
};

int sy_codec_detect(const struct sy_codec **codec, const uint8_t *data, size_t bytes,
	const char *name, struct sy_error *err)
{
	*codec = NULL;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (bytes < formats[i].bytes ||
			memcmp(data, formats[i].magic, formats[i].bytes) != 0)
			continue;
		*codec = formats[i].codec;
		if (*codec == NULL)
			return sy_error_set(err, ENOTSUP,
				"%s is compressed with %s, which cannot be read here: decompress it first (%s)",
				name, formats[i].format, formats[i].cure);
		return 0;
	}
	// A skippable frame (0x184D2A50 to 5F) may precede zstd's first: pzstd writes files so.
	if (bytes >= 4 && (data[0] & 0xf0) == 0x50 && memcmp(data + 1, "\x2a\x4d\x18", 3) == 0)
		*codec = &sy_codec_zstd;
	return 0;
}
