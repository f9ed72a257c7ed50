// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Retention: removes files that are too old, and the oldest while all together are too much.

#include "store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// How often it looks although no file was completed: files grow old by themselves.
#define RETAIN_NS (60 * SY_NS_PER_S)

struct entry {
	struct name name;
	uint64_t bytes;
};

struct entries {
	struct entry *list;
	size_t count, capacity;
	uint64_t bytes;                 ///< of all of them
	uint64_t newest[SY_KIND_COUNT]; ///< rank of the newest file of a kind
};

static uint64_t rank_of(const struct name *name)
{
	return name->start_s << 24 | (name->number & 0xffffff);
}

static int oldest_first(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	uint64_t i = rank_of(&x->name), j = rank_of(&y->name);

	if (i != j)
		return i < j ? -1 : 1;
	return (x->name.kind > y->name.kind) - (x->name.kind < y->name.kind);
}

static int add(struct entries *entries, const struct name *name, uint64_t bytes)
{
	if (entries->count == entries->capacity) {
		size_t capacity = entries->capacity > 0 ? 2 * entries->capacity : 256;
		struct entry *list = realloc(entries->list, capacity * sizeof(*list));
		if (list == NULL)
			return -ENOMEM;
		entries->list = list;
		entries->capacity = capacity;
	}
	entries->list[entries->count++] = (struct entry){*name, bytes};
	entries->bytes += bytes;
	if (rank_of(name) > entries->newest[name->kind])
		entries->newest[name->kind] = rank_of(name);
	return 0;
}

// All files of ours that have their names; and the bytes of those that have none yet.
static int list_files(const struct sy_store *store, struct entries *entries)
{
	int fd = openat(store->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc = 0;
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	struct name name;
	struct stat st;

	if (dir == NULL) {
		rc = -errno;
		if (fd >= 0)
			close(fd);
		return rc;
	}
	while (rc == 0 && (entry = readdir(dir)) != NULL) {
		if (!sy_store_name_read(entry->d_name, &name))
			continue;
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode))
			rc = add(entries, &name, (uint64_t)st.st_size);
	}
	closedir(dir);
	for (const struct part *part = store->closed; part != NULL; part = part->next)
		entries->bytes += part->size_bytes;
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++)
		entries->bytes += store->active[kind] != NULL ? store->active[kind]->size_bytes : 0;
	return rc;
}

static bool too_old(const struct sy_store *store, const struct name *name)
{
	const struct sy_store_options *options = &store->options;
	uint64_t end_s = name->start_s + options->rotate_s;

	return options->keep_age_s > 0 && store->now_ns / SY_NS_PER_S > end_s + options->keep_age_s;
}

static void remove_file(struct sy_store *store, const struct entry *entry, const char *why)
{
	char file[NAME_BYTES];

	sy_store_name_write(&entry->name, file);
	if (unlinkat(store->dir_fd, file, 0) != 0) {
		sy_store_say(store, SY_STORE_FAILED, file, errno, 0, 0, "cannot remove %s: %s",
			file, strerror(errno));
		return;
	}
	store->counters.metrics.removed_files++;
	store->counters.metrics.removed_bytes += entry->bytes;
	sy_store_say(store, SY_STORE_REMOVED, file, 0, entry->bytes, 0,
		"removed %s, %" PRIu64 " bytes: %s", file, entry->bytes, why);
}

static bool is_due(const struct sy_store *store)
{
	uint64_t last = store->retained_ns;

	if (store->options.keep_age_s == 0 && store->options.keep_bytes == 0)
		return false;
	return store->retention_due || store->now_ns < last || store->now_ns - last >= RETAIN_NS;
}

void sy_store_retain(struct sy_store *store, uint64_t deadline_ns)
{
	uint64_t keep = store->options.keep_bytes;
	struct entries entries = {0};

	if (!is_due(store))
		return;
	store->retention_due = false;
	store->retained_ns = store->now_ns;
	if (list_files(store, &entries) != 0 || entries.count == 0)
		goto out;
	qsort(entries.list, entries.count, sizeof(*entries.list), oldest_first);
	for (size_t i = 0; i < entries.count; i++) {
		const struct entry *entry = &entries.list[i];
		const char *why = too_old(store, &entry->name)       ? "it is too old"
				  : keep > 0 && entries.bytes > keep ? "all together have too much"
								     : NULL;
		if (why == NULL || rank_of(&entry->name) == entries.newest[entry->name.kind])
			continue;
		if (sy_clock_ns(CLOCK_MONOTONIC) >= deadline_ns) {
			store->retention_due = true; // the rest with the next call
			break;
		}
		remove_file(store, entry, why);
		entries.bytes -= entry->bytes;
	}
out:
	free(entries.list);
}
