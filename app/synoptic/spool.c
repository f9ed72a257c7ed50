// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "spool.h"

#include "sy_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RUN_ATTEMPTS (128u << 10) // in memory at a time: 60 MB
#define RUNS_MAX     4096u
#define READ_BATCH   256u

struct run {
	off_t offset; ///< next attempt to read
	off_t end;
	struct sy_attempt *buffer; ///< READ_BATCH of them
	uint32_t next, filled;
};

struct spool {
	struct sy_attempt *memory;
	const struct sy_attempt **order;
	uint32_t count;
	int fd; ///< -1 = nothing on disk
	off_t written;
	struct run *runs;
	uint32_t run_count;
	const char *dir;
};

static int compare(const struct sy_attempt *a, const struct sy_attempt *b)
{
	const struct sy_packet_note *x = &a->note[SY_NOTE_SYN], *y = &b->note[SY_NOTE_SYN];
	int by_tuple;

	if (x->ts_ns != y->ts_ns)
		return x->ts_ns < y->ts_ns ? -1 : 1;
	by_tuple = memcmp(&a->tuple, &b->tuple, sizeof(a->tuple));
	if (by_tuple != 0)
		return by_tuple;
	return (x->seq > y->seq) - (x->seq < y->seq);
}

static int compare_pointers(const void *a, const void *b)
{
	return compare(*(const struct sy_attempt *const *)a, *(const struct sy_attempt *const *)b);
}

int spool_create(struct spool **out, const char *dir, struct sy_error *err)
{
	struct spool *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return sy_error_set(err, ENOMEM, "no memory to gather attempts");
	s->fd = -1;
	s->dir = dir;
	s->memory = malloc(RUN_ATTEMPTS * sizeof(*s->memory));
	s->order = malloc(RUN_ATTEMPTS * sizeof(*s->order));
	if (s->memory == NULL || s->order == NULL) {
		spool_destroy(s);
		return sy_error_set(err, ENOMEM, "no memory to gather attempts");
	}
	*out = s;
	return 0;
}

void spool_destroy(struct spool *s)
{
	if (s == NULL)
		return;
	for (uint32_t i = 0; i < s->run_count; i++)
		free(s->runs[i].buffer);
	if (s->fd >= 0)
		close(s->fd);
	free(s->runs);
	free(s->memory);
	free(s->order);
	free(s);
}

static void sort_memory(struct spool *s)
{
	for (uint32_t i = 0; i < s->count; i++)
		s->order[i] = &s->memory[i];
	qsort(s->order, s->count, sizeof(*s->order), compare_pointers);
}

static int write_all(struct spool *s, const void *data, size_t bytes)
{
	int rc = sy_dir_write(s->fd, data, bytes, (uint64_t)s->written);

	if (rc == 0)
		s->written += (off_t)bytes;
	return rc;
}

/// Writes what is in memory as one sorted run. Attempts are gathered so that writes are large.
static int write_run(struct spool *s, struct sy_error *err)
{
	struct sy_attempt batch[READ_BATCH];
	struct run *runs = realloc(s->runs, (s->run_count + 1) * sizeof(*runs));
	int status = 0;

	if (runs == NULL || s->run_count == RUNS_MAX)
		return sy_error_set(err, ENOMEM, "too many attempts to sort");
	s->runs = runs;
	if (s->fd < 0)
		s->fd = open(s->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (s->fd < 0)
		return sy_error_set(err, errno, "cannot make a temporary file in %s: %s", s->dir,
			strerror(errno));
	runs[s->run_count] = (struct run){.offset = s->written};
	sort_memory(s);
	for (uint32_t i = 0; i < s->count && status == 0;) {
		uint32_t n = 0;
		while (n < READ_BATCH && i < s->count)
			batch[n++] = *s->order[i++];
		status = write_all(s, batch, n * sizeof(batch[0]));
	}
	if (status != 0)
		return sy_error_set(err, -status,
			"cannot write to %s: %s; free some room or choose another -o DIR", s->dir,
			strerror(-status));
	runs[s->run_count++].end = s->written;
	s->count = 0;
	return 0;
}

int spool_add(struct spool *s, const struct sy_attempt *attempt, struct sy_error *err)
{
	if (s->count == RUN_ATTEMPTS) {
		int status = write_run(s, err);
		if (status != 0)
			return status;
	}
	s->memory[s->count++] = *attempt;
	return 0;
}

/// The first attempt of a run that was not taken yet, or NULL at its end; -errno in *status.
static const struct sy_attempt *run_peek(struct spool *s, struct run *r, int *status)
{
	if (r->next == r->filled) {
		size_t want = READ_BATCH * sizeof(*r->buffer);
		ssize_t n;

		if (r->offset == r->end)
			return NULL;
		if (r->buffer == NULL && (r->buffer = malloc(want)) == NULL) {
			*status = -ENOMEM;
			return NULL;
		}
		if ((off_t)want > r->end - r->offset)
			want = (size_t)(r->end - r->offset);
		n = pread(s->fd, r->buffer, want, r->offset);
		if (n <= 0 || n % (ssize_t)sizeof(*r->buffer) != 0) {
			*status = n < 0 ? -errno : -EIO;
			return NULL;
		}
		r->offset += n;
		r->next = 0;
		r->filled = (uint32_t)((size_t)n / sizeof(*r->buffer));
	}
	return &r->buffer[r->next];
}

static int merge_runs(struct spool *s, int (*each)(void *arg, const struct sy_attempt *attempt),
	void *arg, struct sy_error *err)
{
	for (;;) {
		const struct sy_attempt *least = NULL;
		struct run *from = NULL;
		int status = 0;

		for (uint32_t i = 0; i < s->run_count; i++) {
			const struct sy_attempt *a = run_peek(s, &s->runs[i], &status);
			if (status != 0)
				return sy_error_set(err, -status, "cannot read back from %s: %s",
					s->dir, strerror(-status));
			if (a != NULL && (least == NULL || compare(a, least) < 0)) {
				least = a;
				from = &s->runs[i];
			}
		}
		if (least == NULL)
			return 0;
		status = each(arg, least);
		if (status != 0)
			return status;
		from->next++;
	}
}

int spool_drain(struct spool *s, int (*each)(void *arg, const struct sy_attempt *attempt),
	void *arg, struct sy_error *err)
{
	if (s->run_count > 0) {
		int status = s->count > 0 ? write_run(s, err) : 0;
		return status != 0 ? status : merge_runs(s, each, arg, err);
	}
	sort_memory(s);
	for (uint32_t i = 0; i < s->count; i++) {
		int status = each(arg, s->order[i]);
		if (status != 0)
			return status;
	}
	return 0;
}
