// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_burst.h"
#include "sy_error.h"

#include <stdbool.h>
#include <stdint.h>

// A capture filter in the language of pcap-filter(7), for frames of every link type.

struct sy_filter;

/// Compiles `expression` for each link type. "" matches everything.
/// 0, or -errno with one sentence in err: EINVAL when it compiles for no link type, ENOMEM.
/// A filter that names hosts resolves them here.
int sy_filter_create(struct sy_filter **filter, const char *expression, struct sy_error *err);

/// True when the filter can be applied to frames of this link type ("ether host" cannot be to raw
/// IP, for instance). Otherwise one sentence in err, which may be NULL.
bool sy_filter_supports(const struct sy_filter *filter, enum sy_link link, struct sy_error *err);

/// True when the frame passes. False for each frame of a link type that is not supported.
/// `cap_bytes` can be read at data. Any number of threads.
bool sy_filter_match(const struct sy_filter *filter, enum sy_link link, const uint8_t *data,
	uint32_t cap_bytes, uint32_t wire_bytes);

/// NULL is allowed.
void sy_filter_destroy(struct sy_filter *filter);
