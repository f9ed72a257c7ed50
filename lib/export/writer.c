// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_digits.h"
#include "sy_writer.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const char sy_digit_pairs[201] = "00010203040506070809"
				 "10111213141516171819"
				 "20212223242526272829"
				 "30313233343536373839"
				 "40414243444546474849"
				 "50515253545556575859"
				 "60616263646566676869"
				 "70717273747576777879"
				 "80818283848586878889"
				 "90919293949596979899";

void sy_text_init(struct sy_text *text, int fd)
{
	*text = (struct sy_text){.fd = fd, .second = UINT64_MAX};
}

void sy_text_free(struct sy_text *text)
{
	free(text->data);
	text->data = NULL;
	text->size = 0;
	text->capacity = 0;
}

char *sy_text_grow(struct sy_text *text, size_t need_bytes)
{
	size_t capacity = text->capacity > 0 ? text->capacity : 4096;

	while (capacity - text->size < need_bytes)
		capacity *= 2;
	char *data = realloc(text->data, capacity);
	if (data == NULL) {
		if (text->error == 0)
			text->error = -ENOMEM;
		return NULL;
	}
	text->data = data;
	text->capacity = capacity;
	return data + text->size;
}

int sy_text_flush(struct sy_text *text)
{
	size_t done = 0;

	if (text->fd < 0)
		return text->error;
	while (text->error == 0 && done < text->size) {
		ssize_t wrote = write(text->fd, text->data + done, text->size - done);
		if (wrote > 0)
			done += (size_t)wrote;
		else if (wrote == 0)
			text->error = -EIO;
		else if (errno != EINTR)
			text->error = -errno;
	}
	text->flushed_bytes += done;
	text->size = 0;
	return text->error;
}

void sy_text_put(struct sy_text *text, const char *bytes, size_t size)
{
	char *at = sy_text_reserve(text, size);

	if (at == NULL || size == 0)
		return;
	memcpy(at, bytes, size);
	text->size += size;
}

void sy_text_puts(struct sy_text *text, const char *string)
{
	sy_text_put(text, string, strlen(string));
}

void sy_text_put_u64(struct sy_text *text, uint64_t value)
{
	char *at = sy_text_reserve(text, SY_DIGITS_MAX);

	if (at != NULL)
		text->size = (size_t)(sy_digits_u64(at, value) - text->data);
}

void sy_text_put_i64(struct sy_text *text, int64_t value)
{
	if (value < 0)
		sy_text_put(text, "-", 1);
	sy_text_put_u64(text, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void sy_text_put_milli(struct sy_text *text, uint64_t thousandths)
{
	char *at = sy_text_reserve(text, SY_DIGITS_MAX);

	if (at != NULL)
		text->size = (size_t)(sy_digits_milli(at, thousandths) - text->data);
}

void sy_text_put_f64(struct sy_text *text, double value, int decimals)
{
	char digits[352];

	if (!isfinite(value)) {
		sy_text_puts(text, "null");
		return;
	}
	int size = snprintf(digits, sizeof(digits), "%.*f", decimals, value);
	if (decimals > 0) {
		while (digits[size - 1] == '0')
			size--;
		if (digits[size - 1] == '.')
			size--;
	}
	if (size == 2 && memcmp(digits, "-0", 2) == 0)
		sy_text_puts(text, "0");
	else
		sy_text_put(text, digits, (size_t)size);
}

// Records follow each other in time, so most times lie in the second that was spelled last.
void sy_text_put_time(struct sy_text *text, uint64_t ts_ns)
{
	uint64_t second = ts_ns / SY_NS_PER_S;
	char *at = sy_text_reserve(text, SY_TIME_TEXT_SIZE);

	if (at == NULL)
		return;
	if (second != text->second) {
		char whole[SY_TIME_TEXT_SIZE];
		sy_time_format(ts_ns, whole);
		memcpy(text->second_text, whole, sizeof(text->second_text));
		text->second = second;
	}
	memcpy(at, text->second_text, sizeof(text->second_text));
	at = sy_digits_nine(at + sizeof(text->second_text), (uint32_t)(ts_ns % SY_NS_PER_S));
	*at++ = 'Z';
	text->size = (size_t)(at - text->data);
}

void sy_text_put_addr(struct sy_text *text, const struct sy_addr *addr)
{
	char *at = sy_text_reserve(text, SY_ADDR_TEXT_SIZE);

	if (at != NULL)
		text->size += sy_addr_format(addr, at);
}

void sy_text_printf(struct sy_text *text, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int size = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *at = size >= 0 ? sy_text_reserve(text, (size_t)size + 1) : NULL;
	if (at == NULL)
		return;
	va_start(args, format);
	vsnprintf(at, (size_t)size + 1, format, args);
	va_end(args);
	text->size += (size_t)size;
}
