// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Gives closed files their names: compressed where there is room for that, on the disk, whole.

#include "store.h"

#include "sy_dir.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void sy_store_part_free(struct part *part)
{
	if (part->fd >= 0)
		close(part->fd);
	free(part);
}

void sy_store_finish_add(struct sy_store *store, struct part *part)
{
	struct part **end = &store->closed;

	while (*end != NULL)
		end = &(*end)->next;
	part->next = NULL;
	*end = part;
}

// Renames what is complete on the disk.
static int publish(struct sy_store *store, int fd, const char *temporary, const char *name)
{
	int rc = sy_dir_sync(fd);

	if (rc == 0 && renameat(store->dir_fd, temporary, store->dir_fd, name) != 0)
		rc = -errno;
	if (rc == 0)
		sy_dir_sync(store->dir_fd); // it has its name already; a power failure may undo it
	return rc;
}

static void published(struct sy_store *store, const char *name, uint64_t bytes)
{
	store->counters.metrics.files++;
	store->counters.metrics.bytes += bytes;
	store->retention_due = store->options.keep_age_s > 0 || store->options.keep_bytes > 0;
	sy_store_say(store, SY_STORE_COMPLETED, name, 0, bytes, 0,
		"%s is complete: %" PRIu64 " bytes", name, bytes);
}

static int finish_plain(struct sy_store *store, const struct part *part, const char *plain)
{
	char temporary[NAME_BYTES];
	int rc;

	sy_store_name_part(plain, temporary);
	// Where cutting off a piece that failed did not work at the time.
	if (ftruncate(part->fd, (off_t)part->size_bytes) != 0)
		return -errno;
	rc = publish(store, part->fd, temporary, plain);
	if (rc == -ENOENT && sy_store_is_removed(part->fd)) {
		sy_store_say(store, SY_STORE_FAILED, plain, ENOENT, part->size_bytes, 0,
			"%s was removed while it was written: its %" PRIu64 " bytes are gone",
			plain, part->size_bytes);
		return 0;
	}
	if (rc == 0)
		published(store, plain, part->size_bytes);
	return rc;
}

static int finish_compressed(
	struct sy_store *store, struct part *part, const char *plain, uint64_t deadline_ns)
{
	char temporary[NAME_BYTES], name[NAME_BYTES], uncompressed[NAME_BYTES];
	struct name with = part->name;
	int rc;

	with.compressed = true;
	sy_store_name_write(&with, name);
	sy_store_name_part(name, temporary);
	rc = sy_store_compress(store, part, temporary, deadline_ns);
	if (rc == 0)
		rc = publish(store, store->compression.fd, temporary, name);
	if (rc == 1)
		return 1;
	sy_store_compress_end(&store->compression);
	if (rc != 0) {
		unlinkat(store->dir_fd, temporary, 0);
		return rc;
	}
	sy_store_name_part(plain, uncompressed);
	unlinkat(store->dir_fd, uncompressed, 0);
	published(store, name, store->compression.written_bytes);
	return 0;
}

// The compressed copy that was begun is given up.
static void abandon(struct sy_store *store, const struct part *part)
{
	char temporary[NAME_BYTES], name[NAME_BYTES];
	struct name with = part->name;

	if (store->compression.fd < 0)
		return;
	with.compressed = true;
	sy_store_name_write(&with, name);
	sy_store_name_part(name, temporary);
	unlinkat(store->dir_fd, temporary, 0);
	sy_store_compress_end(&store->compression);
}

static int finish_one(struct sy_store *store, struct part *part, uint64_t deadline_ns)
{
	char plain[NAME_BYTES], temporary[NAME_BYTES];
	int rc;

	sy_store_name_write(&part->name, plain);
	if (part->size_bytes == 0) {
		sy_store_name_part(plain, temporary);
		unlinkat(store->dir_fd, temporary, 0);
		return 0;
	}
	if (store->options.zstd_level > 0 && !store->hurry) {
		rc = finish_compressed(store, part, plain, deadline_ns);
		if (rc >= 0)
			return rc;
		sy_store_say(store, SY_STORE_FAILED, plain, -rc, 0, 0,
			"cannot compress %s: %s; it stays uncompressed", plain, strerror(-rc));
	}
	abandon(store, part);
	return finish_plain(store, part, plain);
}

// The first one cannot be completed now; the others do not wait for it.
static void put_off(struct sy_store *store, int errno_value)
{
	struct part *part = store->closed;
	char plain[NAME_BYTES];

	sy_store_name_write(&part->name, plain);
	if (!part->put_off)
		sy_store_say(store, SY_STORE_FAILED, plain, errno_value, 0, 0,
			"cannot complete %s: %s; it is tried again", plain, strerror(errno_value));
	part->put_off = true;
	store->closed = part->next;
	sy_store_finish_add(store, part);
	store->finish_wait_ns = store->now_ns;
}

bool sy_store_finish(struct sy_store *store, uint64_t deadline_ns)
{
	const struct part *first_put_off = NULL;

	if (store->finish_wait_ns != 0 && !store->hurry &&
		!sy_store_retry_due(store->now_ns, store->finish_wait_ns))
		return false;
	store->finish_wait_ns = 0;
	while (store->closed != NULL && store->closed != first_put_off) {
		struct part *part = store->closed;
		int rc = finish_one(store, part, deadline_ns);
		if (rc == 1)
			return true;
		if (rc < 0) {
			put_off(store, -rc);
			first_put_off = first_put_off != NULL ? first_put_off : part;
		} else {
			store->closed = part->next;
			sy_store_part_free(part);
		}
		if (sy_clock_ns(CLOCK_MONOTONIC) >= deadline_ns)
			return store->closed != NULL && store->finish_wait_ns == 0;
	}
	return false;
}
