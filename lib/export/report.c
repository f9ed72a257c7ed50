// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The terminal report: the order of its sections, and what they share.

#include "report_section.h"

#include <stdio.h>

struct sy_bit sy_bit_count(uint64_t count)
{
	struct sy_bit bit;
	char digits[24];
	size_t size = (size_t)snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);
	char *at = bit.text;

	for (size_t i = 0; i < size; i++) {
		if (i > 0 && (size - i) % 3 == 0)
			*at++ = ',';
		*at++ = digits[i];
	}
	*at = '\0';
	return bit;
}

// A share that is not all never reads 100 %, and one that is not nothing never 0.
struct sy_bit sy_bit_share(uint64_t part, uint64_t whole)
{
	struct sy_bit bit = {"-"};
	double percent = whole > 0 ? 100.0 * (double)part / (double)whole : 0;

	if (whole == 0)
		return bit;
	if (part > 0 && percent < 0.1)
		return (struct sy_bit){"< 0.1 %"};
	if (part < whole && percent > 99.9)
		return (struct sy_bit){"> 99.9 %"};
	snprintf(bit.text, sizeof(bit.text), "%.1f %%", percent);
	return bit;
}

static int decimals_of(double value)
{
	return value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
}

struct sy_bit sy_bit_duration(uint64_t duration_ns)
{
	static const struct {
		double ns;
		const char *unit;
	} units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}};
	struct sy_bit bit;
	uint64_t seconds = duration_ns / SY_NS_PER_S;
	unsigned hours = (unsigned)(seconds / 3600);

	if (seconds >= 2 * 86400)
		snprintf(bit.text, sizeof(bit.text), "%u d %u h", hours / 24, hours % 24);
	else if (seconds >= 3600)
		snprintf(bit.text, sizeof(bit.text), "%u h %u min", hours,
			(unsigned)(seconds / 60 % 60));
	else if (seconds >= 120)
		snprintf(bit.text, sizeof(bit.text), "%u min %u s", (unsigned)(seconds / 60),
			(unsigned)(seconds % 60));
	else {
		size_t i = 0;
		while (i < 2 && (double)duration_ns < units[i].ns)
			i++;
		double value = (double)duration_ns / units[i].ns;
		snprintf(bit.text, sizeof(bit.text), "%.*f %s", decimals_of(value), value,
			units[i].unit);
	}
	return bit;
}

struct sy_bit sy_bit_time(uint64_t ts_ns)
{
	struct sy_bit bit = {"never"};

	if (ts_ns == 0)
		return bit;
	sy_time_format(ts_ns, bit.text);
	bit.text[10] = ' ';
	bit.text[19] = '\0';
	return bit;
}

struct sy_bit sy_bit_bytes(uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB"};
	struct sy_bit bit;
	double value = (double)bytes;
	size_t i = 0;

	while (value >= 999.5 && i < sizeof(units) / sizeof(units[0]) - 1) {
		value /= 1000;
		i++;
	}
	snprintf(bit.text, sizeof(bit.text), "%.*f %s", i > 0 ? decimals_of(value) : 0, value,
		units[i]);
	return bit;
}

void sy_report_ink(const struct sy_report *report, enum sy_ink ink)
{
	static const char *const codes[] = {
		[SY_INK_PLAIN] = "\x1b[0m",
		[SY_INK_BOLD] = "\x1b[1m",
		[SY_INK_DIM] = "\x1b[2m",
		[SY_INK_RED] = "\x1b[1;31m",
		[SY_INK_YELLOW] = "\x1b[33m",
		[SY_INK_GREEN] = "\x1b[32m",
	};

	if (report->options->colour)
		sy_text_puts(report->out, codes[ink]);
}

void sy_report_head(const struct sy_report *report, const char *head, const char *remark)
{
	sy_text_puts(report->out, "\n");
	sy_report_ink(report, SY_INK_BOLD);
	sy_text_puts(report->out, head);
	sy_report_ink(report, SY_INK_PLAIN);
	if (remark[0] != '\0')
		sy_text_printf(report->out, "  %s", remark);
	sy_text_puts(report->out, "\n");
}

void sy_report_puts(const struct sy_report *report, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;
		bool shown = c >= 0x20 && c != 0x7f && (c < 0x80 || report->options->utf8);
		sy_text_put(report->out, shown ? text : "?", 1);
	}
}

// Columns of so many bytes of text: the continuation bytes of UTF-8 take none.
static uint32_t columns_of(const char *text, size_t size)
{
	uint32_t columns = 0;

	for (size_t i = 0; i < size; i++)
		columns += ((unsigned char)text[i] & 0xc0) != 0x80;
	return columns;
}

void sy_report_wrap(
	const struct sy_report *report, uint32_t indent, const char *label, const char *text)
{
	uint32_t start = indent + (uint32_t)strlen(label);
	uint32_t column = start;
	char word[512];

	sy_text_printf(report->out, "%*s%s", (int)indent, "", label);
	while (*text != '\0') {
		size_t size = strcspn(text, " ");
		uint32_t width = columns_of(text, size);
		if (column > start && column + 1 + width > SY_REPORT_COLUMNS) {
			sy_text_printf(report->out, "\n%*s", (int)start, "");
			column = start;
		} else if (column > start) {
			sy_text_puts(report->out, " ");
			column++;
		}
		snprintf(word, sizeof(word), "%.*s", (int)size, text);
		sy_report_puts(report, word);
		column += width;
		text += size;
		text += strspn(text, " ");
	}
	sy_text_puts(report->out, "\n");
}

void sy_report_write(struct sy_text *out, const struct sy_summary *summary,
	const struct sy_report_options *options)
{
	static void (*const sections[])(const struct sy_report *report) = {
		sy_report_inputs,
		sy_report_findings,
		sy_report_attempts,
		sy_report_round_trips,
		sy_report_transit,
		sy_report_rsts,
		sy_report_services,
		sy_report_hosts,
		sy_report_packets,
		sy_report_losses,
	};
	struct sy_report report = {.out = out, .summary = summary, .options = options};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		sections[i](&report);
}
