// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "log.h"

#include "log_line.h"

#include "sy_time.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static struct {
	int fd;
	enum sy_config_log_level level;
	bool journal;
	uint64_t lost; // lines that could not be written since the last that could
	uint64_t (*wall_ns)(void);
	uint64_t (*monotonic_ns)(void);
} state = {.fd = STDERR_FILENO, .level = SY_CONFIG_LOG_INFO};

uint64_t log_monotonic_ns(void)
{
	return state.monotonic_ns != NULL ? state.monotonic_ns() : sy_clock_ns(CLOCK_MONOTONIC);
}

// $JOURNAL_STREAM is DEVICE:INODE of the stream that goes to the journal: systemd.exec(5). It is
// inherited by whatever the service starts, with its output elsewhere: so it is compared.
static bool goes_to_journal(int fd)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;
	int end = 0;

	if (stream == NULL || sscanf(stream, "%llu:%llu%n", &device, &inode, &end) != 2 ||
		stream[end] != '\0' || fstat(fd, &st) != 0)
		return false;
	return st.st_dev == device && st.st_ino == inode;
}

void log_open(int fd, enum sy_config_log_level level)
{
	state.fd = fd;
	state.level = level;
	state.journal = goes_to_journal(fd);
	state.lost = 0;
}

void log_set_level(enum sy_config_log_level level)
{
	state.level = level;
}

bool log_wants(enum sy_config_log_level level)
{
	return level <= state.level;
}

void log_use_clocks(uint64_t (*wall_ns)(void), uint64_t (*monotonic_ns)(void))
{
	state.wall_ns = wall_ns;
	state.monotonic_ns = monotonic_ns;
}

// What stands before the text: the journal's priority, or time and level.
static size_t put_head(char *line, size_t size, enum sy_config_log_level level, const char *module)
{
	static const char priorities[SY_CONFIG_LOG_COUNT] = {'3', '4', '6', '7'};
	char time[SY_TIME_TEXT_SIZE];
	int n;

	if (state.journal) {
		n = snprintf(line, size, "<%c>%s: ", priorities[level], module);
	} else {
		sy_time_format(
			state.wall_ns != NULL ? state.wall_ns() : sy_clock_ns(CLOCK_REALTIME),
			time);
		// ".123456789Z" becomes ".123Z".
		n = snprintf(line, size, "%.23sZ %s %s: ", time, sy_config_log_level_name(level),
			module);
	}
	return (size_t)n < size ? (size_t)n : size - 1;
}

// Whole, or not at all as far as the reader can help it. A reader that is gone, or a full pipe that
// does not block, costs the line, and no more.
static bool write_line(const char *line, size_t size)
{
	while (size > 0) {
		ssize_t n = write(state.fd, line, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		line += n;
		size -= (size_t)n;
	}
	return true;
}

static bool put_line(enum sy_config_log_level level, const char *module, const char *text)
{
	char line[LOG_TEXT_BYTES + 128];
	size_t n = put_head(line, sizeof(line) - 1, level, module);

	for (; *text != '\0' && n < sizeof(line) - 1; text++)
		line[n++] = (unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text;
	line[n++] = '\n';
	return write_line(line, n);
}

void log_line(enum sy_config_log_level level, const char *module, const char *text)
{
	char lost[64];

	if (state.lost > 0) {
		snprintf(lost, sizeof(lost), "%llu lines of this log could not be written",
			(unsigned long long)state.lost);
		if (put_line(SY_CONFIG_LOG_WARNING, "log", lost))
			state.lost = 0;
	}
	if (!put_line(level, module, text))
		state.lost++;
}

#define LOG_ONE(level)                                       \
	do {                                                 \
		char text[LOG_TEXT_BYTES];                   \
		va_list args;                                \
                                                             \
		if (!log_wants(level))                       \
			return;                              \
		va_start(args, format);                      \
		vsnprintf(text, sizeof(text), format, args); \
		va_end(args);                                \
		log_line(level, module, text);               \
	} while (0)

void log_error(const char *module, const char *format, ...)
{
	LOG_ONE(SY_CONFIG_LOG_ERROR);
}

void log_warning(const char *module, const char *format, ...)
{
	LOG_ONE(SY_CONFIG_LOG_WARNING);
}

void log_info(const char *module, const char *format, ...)
{
	LOG_ONE(SY_CONFIG_LOG_INFO);
}

void log_debug(const char *module, const char *format, ...)
{
	LOG_ONE(SY_CONFIG_LOG_DEBUG);
}
