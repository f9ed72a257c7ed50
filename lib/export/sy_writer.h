// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_addr.h"
#include "sy_time.h"

#include <stddef.h>
#include <stdint.h>

// Text that grows in memory and goes to a file descriptor at checkpoints only, so that what has
// been appended since the last one can be looked at and changed. Appending cannot fail for the
// caller: the first error sticks, everything after it is dropped, and whoever flushes learns of it.
//
// Thread-safety: none; one thread owns a text.

/// A checkpoint writes when so much has gathered.
#define SY_TEXT_FLUSH_BYTES ((size_t)256 << 10)

struct sy_text {
	char *data;
	size_t size;
	size_t capacity;
	uint64_t flushed_bytes; ///< handed to fd so far
	uint64_t second;        ///< the second that `second_text` spells, for neighbouring times
	char second_text[20];   ///< 2026-11-22T08:33:00.
	int fd;                 ///< -1 = memory only
	int error;              ///< 0, or the first -errno
};

/// Starts an empty text; fd stays the caller's, -1 = memory only.
void sy_text_init(struct sy_text *text, int fd);

/// Gives the memory back. Does not flush.
void sy_text_free(struct sy_text *text);

/// Writes all that has gathered to fd (memory only: nothing happens). 0, or the sticky -errno.
int sy_text_flush(struct sy_text *text);

/// Makes room; the slow part of sy_text_reserve().
char *sy_text_grow(struct sy_text *text, size_t need_bytes);

/// Room for need_bytes more: where to write, or NULL when there is no memory (sticky ENOMEM).
/// The caller moves `size` on by what it wrote. Valid until the next append.
static inline char *sy_text_reserve(struct sy_text *text, size_t need_bytes)
{
	if (__builtin_expect(text->capacity - text->size < need_bytes, 0))
		return sy_text_grow(text, need_bytes);
	return text->data + text->size;
}

/// Flushes when enough has gathered. Call between records.
static inline void sy_text_checkpoint(struct sy_text *text)
{
	if (text->size >= SY_TEXT_FLUSH_BYTES)
		sy_text_flush(text);
}

/// Appends bytes as they are.
void sy_text_put(struct sy_text *text, const char *bytes, size_t size);

/// Appends a 0-terminated string as it is.
void sy_text_puts(struct sy_text *text, const char *string);

void sy_text_put_u64(struct sy_text *text, uint64_t value);
void sy_text_put_i64(struct sy_text *text, int64_t value);

/// Thousandths as a number without trailing noise: 1500 -> 1.5, 2000 -> 2.
void sy_text_put_milli(struct sy_text *text, uint64_t thousandths);

/// A number with at most so many decimals (0..9) and no trailing zeros; "null" for what JSON cannot
/// say (NaN, infinities).
void sy_text_put_f64(struct sy_text *text, double value, int decimals);

/// RFC 3339, without quotes.
void sy_text_put_time(struct sy_text *text, uint64_t ts_ns);

/// The usual text form, without quotes.
void sy_text_put_addr(struct sy_text *text, const struct sy_addr *addr);

/// A JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD.
void sy_text_put_json(struct sy_text *text, const char *string);

/// The value of a label in Prometheus' text format, with its quotes. Bytes that are no UTF-8 become
/// U+FFFD.
void sy_text_put_label(struct sy_text *text, const char *string);

/// For text that people read, never for records.
__attribute__((format(printf, 2, 3))) void sy_text_printf(
	struct sy_text *text, const char *format, ...);
