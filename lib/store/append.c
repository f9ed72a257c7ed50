// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Pieces to files: all of a piece or nothing of it.

#include "store.h"

#include "sy_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool exists(const struct sy_store *store, const char *file)
{
	return faccessat(store->dir_fd, file, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

// The first number for which nothing stands there, in whatever state.
static void choose_name(const struct sy_store *store, struct name *name, char part[NAME_BYTES])
{
	char plain[NAME_BYTES], compressed[NAME_BYTES];

	for (name->number = 0;; name->number++) {
		name->compressed = true;
		sy_store_name_write(name, compressed);
		name->compressed = false;
		sy_store_name_write(name, plain);
		sy_store_name_part(plain, part);
		if (!exists(store, plain) && !exists(store, compressed) && !exists(store, part))
			return;
	}
}

static int create_part(struct sy_store *store, enum sy_kind kind, uint64_t start_ns)
{
	struct part *part = calloc(1, sizeof(*part));
	char text[NAME_BYTES];

	if (part == NULL)
		return -ENOMEM;
	part->name.kind = kind;
	part->name.start_s = start_ns / SY_NS_PER_S;
	choose_name(store, &part->name, text);
	part->fd = sy_dir_create(store->dir_fd, text);
	if (part->fd < 0) {
		int rc = part->fd;
		free(part);
		return rc;
	}
	store->active[kind] = part;
	store->mark_good = false;
	return 0;
}

void sy_store_close_part(struct sy_store *store, enum sy_kind kind)
{
	if (store->active[kind] == NULL)
		return;
	sy_store_finish_add(store, store->active[kind]);
	store->active[kind] = NULL;
}

void sy_store_close_all(struct sy_store *store)
{
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++)
		sy_store_close_part(store, (enum sy_kind)kind);
}

static int mark(struct sy_store *store, const struct piece *written)
{
	int rc = sy_store_mark_write(store, written);

	store->mark_good = rc == 0;
	return rc;
}

// The mark knows a file before the first byte is in it; else a kill would leave a file that looks
// like one that was closed.
static int prepare(struct sy_store *store, const struct piece *piece)
{
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++) {
		if (piece->lines[kind].size == 0 || store->active[kind] != NULL)
			continue;
		int rc = create_part(store, (enum sy_kind)kind, piece->start_ns);
		if (rc != 0)
			return rc;
	}
	return store->mark_good ? 0 : mark(store, NULL);
}

// When even this fails the mark says where to cut, and finish.c does it again.
static void cut(const struct part *part)
{
	if (ftruncate(part->fd, (off_t)part->size_bytes) != 0)
		return;
}

static int write_piece(struct sy_store *store, const struct piece *piece)
{
	int rc = prepare(store, piece);

	for (uint32_t kind = 0; kind < SY_KIND_COUNT && rc == 0; kind++) {
		struct part *part = store->active[kind];
		if (piece->lines[kind].size > 0)
			rc = sy_dir_write(part->fd, piece->lines[kind].data,
				piece->lines[kind].size, part->size_bytes);
	}
	if (rc == 0)
		rc = mark(store, piece);
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++) {
		struct part *part = store->active[kind];
		size_t size = piece->lines[kind].size;
		if (rc == 0 && size > 0) {
			// The disk begins now, so that the wait at the end is short.
			sync_file_range(part->fd, (off_t)part->size_bytes, (off_t)size,
				SYNC_FILE_RANGE_WRITE);
			part->size_bytes += size;
		} else if (rc != 0 && part != NULL) {
			cut(part);
		}
	}
	return rc;
}

static uint64_t slot_of(const struct sy_store *store, uint64_t seconds)
{
	uint64_t rotate_s = store->options.rotate_s;

	return rotate_s > 0 ? seconds / rotate_s : 0;
}

// Closes what the next piece does not belong to.
static void rotate_before(struct sy_store *store, const struct piece *piece)
{
	uint64_t slot = slot_of(store, piece->start_ns / SY_NS_PER_S);

	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++) {
		const struct part *part = store->active[kind];
		if (part != NULL && slot_of(store, part->name.start_s) != slot)
			sy_store_close_part(store, (enum sy_kind)kind);
	}
}

// Closes what is full, and everything after the last interval of a slot.
static void rotate_after(struct sy_store *store, const struct piece *piece)
{
	uint64_t slot = slot_of(store, piece->start_ns / SY_NS_PER_S);
	bool end = piece->last && slot_of(store, piece->end_ns / SY_NS_PER_S) != slot;
	uint64_t full = store->options.rotate_bytes;

	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++) {
		const struct part *part = store->active[kind];
		if (part != NULL && (end || (full > 0 && part->size_bytes >= full)))
			sy_store_close_part(store, (enum sy_kind)kind);
	}
}

static void stop(struct sy_store *store, int errno_value)
{
	store->failed = errno_value;
	store->last_try_ns = store->now_ns;
	store->counters.metrics.writing = false;
	if (store->stopped)
		return;
	store->stopped = true;
	sy_store_say(store, SY_STORE_STOPPED, NULL, errno_value, 0, 0,
		"cannot write to %s: %s; records wait in memory, at most %" PRIu64 " MiB",
		store->dir, strerror(errno_value), store->options.backlog_bytes >> 20);
}

static void resume(struct sy_store *store)
{
	if (!store->stopped)
		return;
	store->stopped = false;
	store->counters.metrics.writing = true;
	sy_store_say(store, SY_STORE_RESUMED, NULL, 0, 0, 0,
		"writing to %s again; all that waited is written", store->dir);
}

void sy_store_append(struct sy_store *store, uint64_t deadline_ns)
{
	while (store->backlog != NULL) {
		struct piece *piece = store->backlog;
		sy_store_part_with_removed(store);
		rotate_before(store, piece);
		int rc = write_piece(store, piece);
		if (rc != 0) {
			stop(store, -rc);
			return;
		}
		store->failed = 0;
		rotate_after(store, piece);
		store->counters.intervals += piece->last;
		store->counters.metrics.backlog_bytes -= piece->bytes;
		store->backlog = piece->next;
		sy_store_piece_free(piece);
		if (sy_clock_ns(CLOCK_MONOTONIC) >= deadline_ns)
			break;
	}
	// What waited may have been dropped: that is no sign that writing works.
	if (store->backlog == NULL && store->failed == 0)
		resume(store);
}
