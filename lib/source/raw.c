// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "raw.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// How long a wait for a pipe goes on before the stop flag is looked at again: a signal that another
// thread takes does not interrupt this one.
#define POLL_MS 100

int sy_raw_open(struct sy_raw *raw, const char *path, const atomic_bool *stop, struct sy_error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	struct stat st;

	*raw = (struct sy_raw){.fd = STDIN_FILENO, .stop = stop};
	if (!is_stdin) {
		raw->fd = open(path, O_RDONLY | O_CLOEXEC);
		if (raw->fd < 0)
			return sy_error_set(err, errno, "cannot open %s: %s%s", path,
				strerror(errno),
				errno == EMFILE ? " (raise the limit with ulimit -n)" : "");
	}
	if (fstat(raw->fd, &st) != 0) {
		int rc = sy_error_set(err, errno, "cannot read %s: %s",
			is_stdin ? "standard input" : path, strerror(errno));
		sy_raw_close(raw);
		return rc;
	}
	if (S_ISDIR(st.st_mode)) {
		sy_raw_close(raw);
		return sy_error_set(err, EISDIR, "%s is a directory: name the capture files in it",
			is_stdin ? "standard input" : path);
	}
	if (S_ISREG(st.st_mode)) {
		raw->total_bytes = (uint64_t)st.st_size;
		posix_fadvise(raw->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	} else {
		raw->may_wait = true;
	}
	return 0;
}

static ssize_t read_memory(struct sy_raw *raw, uint8_t *to, size_t bytes)
{
	size_t left = raw->memory_bytes - (size_t)raw->done_bytes;

	if (bytes > raw->memory_chunk)
		bytes = raw->memory_chunk;
	if (bytes > left)
		bytes = left;
	if (bytes > 0)
		memcpy(to, raw->memory + raw->done_bytes, bytes);
	raw->done_bytes += bytes;
	return (ssize_t)bytes;
}

// Waits until there is something to read. False when it was stopped.
static bool wait_readable(struct sy_raw *raw)
{
	struct pollfd p = {.fd = raw->fd, .events = POLLIN};

	for (;;) {
		if (raw->stop != NULL && atomic_load_explicit(raw->stop, memory_order_relaxed))
			return false;
		int ready = poll(&p, 1, POLL_MS);
		if (ready > 0)
			return true;
		if (ready < 0 && errno == EINTR && raw->opening)
			return false;
		if (ready < 0 && errno != EINTR && errno != EAGAIN)
			return true; // read() says what is wrong
	}
}

ssize_t sy_raw_read(struct sy_raw *raw, uint8_t *to, size_t bytes)
{
	if (raw->fd < 0)
		return read_memory(raw, to, bytes);
	for (;;) {
		if (raw->may_wait && !wait_readable(raw)) {
			raw->stopped = true;
			return 0;
		}
		ssize_t got = read(raw->fd, to, bytes);
		if (got >= 0) {
			raw->done_bytes += (uint64_t)got;
			return got;
		}
		if (errno != EINTR && errno != EAGAIN)
			return -errno;
	}
}

void sy_raw_close(struct sy_raw *raw)
{
	if (raw->fd > STDIN_FILENO)
		close(raw->fd);
	raw->fd = -1;
}
