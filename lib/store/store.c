// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "store.h"

#include "sy_dir.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool sy_store_retry_due(uint64_t now_ns, uint64_t last_ns)
{
	return now_ns < last_ns || now_ns - last_ns >= RETRY_NS;
}

void sy_store_say(struct sy_store *store, enum sy_store_event_kind kind, const char *file,
	int errno_value, uint64_t bytes, uint64_t count, const char *format, ...)
{
	struct sy_store_event event = {.kind = kind,
		.file = file,
		.errno_value = errno_value,
		.bytes = bytes,
		.count = count};
	char says[512];
	va_list args;

	if (store->options.event == NULL)
		return;
	va_start(args, format);
	vsnprintf(says, sizeof(says), format, args);
	va_end(args);
	event.says = says;
	store->options.event(store->options.arg, &event);
}

static void destroy(struct sy_store *store)
{
	sy_store_drop(store, 0);
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++) {
		sy_text_free(&store->text[kind]);
		if (store->active[kind] != NULL)
			sy_store_part_free(store->active[kind]);
	}
	while (store->closed != NULL) {
		struct part *part = store->closed;
		store->closed = part->next;
		sy_store_part_free(part);
	}
	sy_store_compress_free(&store->compression);
	if (store->mark_fd >= 0)
		close(store->mark_fd);
	if (store->dir_fd >= 0)
		close(store->dir_fd);
	free(store->dir);
	free(store);
}

static struct sy_store *create(const struct sy_store_options *options)
{
	struct sy_store *store = calloc(1, sizeof(*store));

	if (store == NULL)
		return NULL;
	store->options = *options;
	store->dir_fd = -1;
	store->mark_fd = -1;
	store->compression.fd = -1;
	store->counters.metrics.writing = true;
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++)
		sy_text_init(&store->text[kind], -1);
	store->dir = strdup(options->dir);
	if (store->dir == NULL) {
		destroy(store);
		return NULL;
	}
	store->options.dir = store->dir;
	return store;
}

static int open_dir(struct sy_store *store, struct sy_error *err)
{
	bool made;
	int rc = sy_dir_open(store->dir, &store->dir_fd, &made);

	if (rc == -EBUSY)
		return sy_error_set(err, EBUSY,
			"cannot write to %s: another process is writing there; stop it or choose another directory",
			store->dir);
	if (rc == 0 && faccessat(store->dir_fd, ".", W_OK | X_OK, 0) != 0)
		rc = -errno;
	if (rc == 0)
		rc = sy_store_recover(store);
	if (rc != 0)
		return sy_error_set(err, -rc, "cannot write to %s: %s", store->dir, strerror(-rc));
	return 0;
}

int sy_store_open(
	struct sy_store **store, const struct sy_store_options *options, struct sy_error *err)
{
	*store = NULL;
	if (options->kinds >> SY_KIND_COUNT != 0)
		return sy_error_set(err, EINVAL, "there are no such kinds of files: 0x%x",
			options->kinds >> SY_KIND_COUNT << SY_KIND_COUNT);
	if (options->zstd_level < 0 || options->zstd_level > 19)
		return sy_error_set(err, EINVAL, "zstd has levels 1 to 19 here, and 0 = none: %d",
			options->zstd_level);
	struct sy_store *made = create(options);
	if (made == NULL)
		return sy_error_set(err, ENOMEM, "no memory for files in %s", options->dir);
	int rc = open_dir(made, err);
	if (rc != 0) {
		destroy(made);
		return rc;
	}
	*store = made;
	return 0;
}

const struct sy_store_counters *sy_store_counters(const struct sy_store *store)
{
	return &store->counters;
}

// The traffic has ended, or its intervals are far behind: files do not wait for them.
static void rotate_late(struct sy_store *store)
{
	uint64_t rotate_s = store->options.rotate_s;

	if (rotate_s == 0 || store->open || store->backlog != NULL)
		return;
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++) {
		const struct part *part = store->active[kind];
		if (part == NULL)
			continue;
		uint64_t end_s = (part->name.start_s / rotate_s + 1) * rotate_s;
		if (store->now_ns >= end_s * SY_NS_PER_S + LATE_NS)
			sy_store_close_part(store, (enum sy_kind)kind);
	}
}

bool sy_store_tick(struct sy_store *store, uint64_t now_ns)
{
	uint64_t deadline_ns = sy_clock_ns(CLOCK_MONOTONIC) + SY_STORE_STEP_NS;
	bool more;

	store->now_ns = now_ns;
	if (store->failed == 0 || sy_store_retry_due(now_ns, store->last_try_ns))
		sy_store_append(store, deadline_ns);
	rotate_late(store);
	more = sy_store_finish(store, deadline_ns);
	if (!more)
		sy_store_retain(store, deadline_ns);
	return more || store->retention_due || (store->backlog != NULL && store->failed == 0);
}

int sy_store_close(struct sy_store *store)
{
	uint64_t deadline_ns = sy_clock_ns(CLOCK_MONOTONIC) + SY_STORE_CLOSE_NS;
	int status = 0;

	if (store == NULL)
		return 0;
	store->closing = true;
	sy_store_commit(store);
	sy_store_append(store, UINT64_MAX);
	if (store->backlog != NULL) {
		status = store->failed != 0 ? -abs(store->failed) : -EIO;
		sy_store_drop(store, 0);
	}
	if (store->unsaid.until_ns != 0)
		sy_store_mark_write(store, NULL); // for the first summary of the next start
	sy_store_close_all(store);
	store->finish_wait_ns = 0;
	if (sy_store_finish(store, deadline_ns)) {
		store->hurry = true;
		sy_store_finish(store, UINT64_MAX);
	}
	if (store->closed == NULL && store->unsaid.until_ns == 0)
		sy_store_mark_remove(store);
	destroy(store);
	return status;
}
