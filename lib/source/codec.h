// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One compressed format behind one interface. A codec takes concatenated members (frames) as one
// stream, as gzip, zstd and lz4 themselves do.

/// What a step reads and writes; the step moves the pointers on.
struct sy_codec_io {
	const uint8_t *in;
	const uint8_t *in_end;
	uint8_t *out;
	uint8_t *out_end;
};

struct sy_codec {
	const char *name; ///< "gzip", ...
	/// NULL when there is no memory.
	void *(*create)(void);
	/// Decompresses what it can. False when the data are damaged, *why then says how (static
	/// text); what was written to io->out until then is good.
	bool (*step)(void *state, struct sy_codec_io *io, const char **why);
	/// True between two members, where the data may end.
	bool (*may_end)(const void *state);
	void (*destroy)(void *state);
};

extern const struct sy_codec sy_codec_gzip;
extern const struct sy_codec sy_codec_zstd;
extern const struct sy_codec sy_codec_lz4;

/// Finds the codec of data that begin with these bytes. *codec is NULL for data that are not
/// compressed. 0, or -ENOTSUP with one sentence in err for a compression that cannot be read.
int sy_codec_detect(const struct sy_codec **codec, const uint8_t *data, size_t bytes,
	const char *name, struct sy_error *err);
