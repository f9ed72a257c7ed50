// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdint.h>
#include <string.h>

// Decimal digits written straight to memory: the inner loop of every file.

/// Bytes that any of these writes at most.
#define SY_DIGITS_MAX 24

/// "00" to "99".
extern const char sy_digit_pairs[201];

/// Writes a number below 100 as two digits. Returns the end.
static inline char *sy_digits_pair(char *at, uint32_t value)
{
	memcpy(at, sy_digit_pairs + (size_t)2 * value, 2);
	return at + 2;
}

/// Writes an unsigned number. Returns the end.
static inline char *sy_digits_u64(char *at, uint64_t value)
{
	char text[SY_DIGITS_MAX];
	char *from = text + sizeof(text);

	while (value >= 100) {
		from -= 2;
		memcpy(from, sy_digit_pairs + 2 * (value % 100), 2);
		value /= 100;
	}
	if (value >= 10) {
		from -= 2;
		memcpy(from, sy_digit_pairs + 2 * value, 2);
	} else {
		*--from = (char)('0' + value);
	}
	size_t size = (size_t)(text + sizeof(text) - from);
	memcpy(at, from, size);
	return at + size;
}

/// Writes thousandths as a number without trailing noise: 1500 -> 1.5, 2000 -> 2. Returns the end.
static inline char *sy_digits_milli(char *at, uint64_t thousandths)
{
	uint32_t rest = (uint32_t)(thousandths % 1000);

	at = sy_digits_u64(at, thousandths / 1000);
	if (rest == 0)
		return at;
	*at++ = '.';
	*at++ = (char)('0' + rest / 100);
	at = sy_digits_pair(at, rest % 100);
	while (at[-1] == '0')
		at--;
	return at;
}

/// Writes exactly nine digits. Returns the end.
static inline char *sy_digits_nine(char *at, uint32_t value)
{
	uint32_t high = value / 10000000;
	uint32_t low = value % 10000000;

	at = sy_digits_pair(at, high);
	at = sy_digits_pair(at, low / 100000);
	at = sy_digits_pair(at, low / 1000 % 100);
	at = sy_digits_pair(at, low / 10 % 100);
	*at++ = (char)('0' + low % 10);
	return at;
}
