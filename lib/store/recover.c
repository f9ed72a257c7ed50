// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What a process that was killed left: unfinished compressed copies are removed, files without a
// name are cut to what is complete and go the way of closed ones. What any process lost and could
// not say is for the first summary.

#include "store.h"

#include "sy_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCAN_BYTES 65536

static void discard(struct sy_store *store, const char *part, const char *why)
{
	unlinkat(store->dir_fd, part, 0);
	store->counters.discarded_files++;
	sy_store_say(store, SY_STORE_DISCARDED, part, 0, 0, 0,
		"removed %s, which a process that was "
		"killed had left: %s",
		part, why);
}

// The end of the last complete line within the first `limit` bytes. A byte 0 ends what is good:
// after a power failure a file can be longer than what reached the disk.
static int64_t last_line_end(int fd, uint64_t limit)
{
	char buffer[SCAN_BYTES];
	int64_t end = 0;

	for (uint64_t at = 0; at < limit;) {
		uint64_t want = limit - at < sizeof(buffer) ? limit - at : sizeof(buffer);
		ssize_t size = pread(fd, buffer, want, (off_t)at);
		if (size < 0)
			return -errno;
		if (size == 0)
			break;
		const char *zero = memchr(buffer, '\0', (size_t)size);
		size_t good = zero != NULL ? (size_t)(zero - buffer) : (size_t)size;
		const char *newline = memrchr(buffer, '\n', good);
		if (newline != NULL)
			end = (int64_t)at + (newline - buffer) + 1;
		if (zero != NULL)
			break;
		at += (uint64_t)size;
	}
	return end;
}

static uint64_t marked_bytes(const struct mark *mark, const char *name, uint64_t size)
{
	for (uint32_t i = 0; i < mark->count; i++) {
		if (strcmp(mark->files[i].name, name) == 0)
			return mark->files[i].size_bytes < size ? mark->files[i].size_bytes : size;
	}
	return size;
}

// Opens a left-over and cuts it. The part, or NULL and -errno in *rc; NULL and 0: nothing is in it.
static struct part *open_part(struct sy_store *store, const char *file, const char *plain,
	const struct mark *mark, int *rc)
{
	struct part *part = calloc(1, sizeof(*part));
	struct stat st;
	int64_t end = 0;

	*rc = 0;
	if (part == NULL) {
		*rc = -ENOMEM;
		return NULL;
	}
	part->fd = openat(store->dir_fd, file, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (part->fd < 0 || fstat(part->fd, &st) != 0)
		*rc = -errno;
	else if (!S_ISREG(st.st_mode))
		*rc = -EINVAL;
	else
		end = last_line_end(part->fd, marked_bytes(mark, plain, (uint64_t)st.st_size));
	if (*rc == 0 && end < 0)
		*rc = (int)end;
	if (*rc == 0 && end > 0 && ftruncate(part->fd, end) != 0)
		*rc = -errno;
	if (*rc != 0 || end == 0) {
		sy_store_part_free(part);
		return NULL;
	}
	part->size_bytes = (uint64_t)end;
	store->counters.recovered_files++;
	store->counters.recovered_cut_bytes += (uint64_t)st.st_size - part->size_bytes;
	sy_store_say(store, SY_STORE_RECOVERED, plain, 0, part->size_bytes,
		(uint64_t)st.st_size - part->size_bytes,
		"recovered %s, which a process that was killed had left: %" PRIu64
		" bytes are complete, %" PRIu64 " were not and are cut off",
		plain, part->size_bytes, (uint64_t)st.st_size - part->size_bytes);
	return part;
}

static void recover_one(struct sy_store *store, const char *file, const struct mark *mark)
{
	char plain[NAME_BYTES], compressed[NAME_BYTES];
	struct name name;
	int rc;

	if (!sy_store_name_of_part(file, plain) || !sy_store_name_read(plain, &name))
		return;
	if (name.compressed) {
		unlinkat(store->dir_fd, file, 0); // what it was made from is still there
		return;
	}
	name.compressed = true;
	sy_store_name_write(&name, compressed);
	name.compressed = false;
	if (faccessat(store->dir_fd, compressed, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		discard(store, file, "its compressed copy was complete");
		return;
	}
	struct part *part = open_part(store, file, plain, mark, &rc);
	if (part != NULL) {
		part->name = name;
		sy_store_finish_add(store, part);
	} else if (rc == 0) {
		discard(store, file, "nothing in it was complete");
	} else {
		sy_store_say(store, SY_STORE_FAILED, file, -rc, 0, 0, "cannot recover %s: %s", file,
			strerror(-rc));
	}
}

// In the order of their names: what happens does not depend on the directory's own order.
int sy_store_recover(struct sy_store *store)
{
	struct dirent **entries = NULL;
	struct mark mark;
	int count = scandirat(store->dir_fd, ".", &entries, NULL, alphasort);

	if (count < 0)
		return -errno;
	sy_store_mark_read(store->dir_fd, &mark);
	for (int i = 0; i < count; i++) {
		recover_one(store, entries[i]->d_name, &mark);
		free(entries[i]);
	}
	free(entries);
	store->unsaid = mark.lost;
	sy_store_mark_write(store, NULL); // where it cannot be made yet, it is tried again
	return 0;
}
