// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Somebody cleans up while the program runs. What is still open has no name then: records would go
// where nobody can read them.

#include "store.h"

#include "sy_dir.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool sy_store_is_removed(int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 && st.st_nlink == 0;
}

static void open_dir_again(struct sy_store *store)
{
	bool made;
	int fd;

	if (sy_dir_open(store->dir, &fd, &made) != 0)
		return; // writing says why
	close(store->dir_fd);
	store->dir_fd = fd;
}

void sy_store_part_with_removed(struct sy_store *store)
{
	char name[NAME_BYTES];

	if (sy_store_is_removed(store->dir_fd))
		open_dir_again(store);
	if (sy_store_is_removed(store->mark_fd)) {
		close(store->mark_fd);
		store->mark_fd = -1;
		store->mark_good = false;
	}
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++) {
		const struct part *part = store->active[kind];

		if (part == NULL || !sy_store_is_removed(part->fd))
			continue;
		sy_store_name_write(&part->name, name);
		sy_store_say(store, SY_STORE_FAILED, name, ENOENT, part->size_bytes, 0,
			"somebody removed %s from %s while it was written; another one is begun",
			name, store->dir);
		sy_store_close_part(store, (enum sy_kind)kind);
	}
}
