// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// How far the files that are being written are complete. One small file, overwritten in place with
// each interval: when the program is killed in the middle of writing, it says where to cut. A
// check sum tells when it was itself half written.

#include "store.h"

#include "sy_dir.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MARK_NAME  ".store-mark"
#define MARK_BYTES 1024
#define SUM_BYTES  21 // "sum " 16 digits \n

static_assert(SY_KIND_COUNT * (NAME_BYTES + 22) + SUM_BYTES < MARK_BYTES, "a mark has its size");

static uint64_t sum_of(const char *text, size_t size)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325); // FNV-1a

	for (size_t i = 0; i < size; i++)
		sum = (sum ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return sum;
}

static int open_mark(struct sy_store *store)
{
	if (store->mark_fd >= 0)
		return 0;
	unlinkat(store->dir_fd, MARK_NAME, 0);
	store->mark_fd = sy_dir_create(store->dir_fd, MARK_NAME);
	return store->mark_fd >= 0 ? 0 : store->mark_fd;
}

int sy_store_mark_write(struct sy_store *store, const uint64_t added[SY_KIND_COUNT])
{
	char text[MARK_BYTES + 1], name[NAME_BYTES];
	size_t at = 0;
	int rc = open_mark(store);

	if (rc != 0)
		return rc;
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++) {
		const struct part *part = store->active[kind];
		if (part == NULL)
			continue;
		sy_store_name_write(&part->name, name);
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s %" PRIu64 "\n", name,
			part->size_bytes + added[kind]);
	}
	memset(text + at, ' ', MARK_BYTES - SUM_BYTES - at);
	at = MARK_BYTES - SUM_BYTES;
	snprintf(text + at, sizeof(text) - at, "sum %016" PRIx64 "\n", sum_of(text, at));
	return sy_dir_write(store->mark_fd, text, MARK_BYTES, 0);
}

bool sy_store_mark_read(int dir_fd, struct mark *mark)
{
	char text[MARK_BYTES + 1];
	uint64_t sum;
	int used;

	mark->count = 0;
	int fd = openat(dir_fd, MARK_NAME, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t size = pread(fd, text, MARK_BYTES, 0);
	close(fd);
	if (size != MARK_BYTES)
		return false;
	text[MARK_BYTES] = '\0';
	if (sscanf(text + MARK_BYTES - SUM_BYTES, "sum %16" SCNx64, &sum) != 1 ||
		sum != sum_of(text, MARK_BYTES - SUM_BYTES))
		return false;
	for (const char *at = text; mark->count < SY_KIND_COUNT; at += used) {
		if (sscanf(at, "%63s %" SCNu64 "\n%n", mark->files[mark->count].name,
			    &mark->files[mark->count].size_bytes, &used) != 2 ||
			strcmp(mark->files[mark->count].name, "sum") == 0)
			break;
		mark->count++;
	}
	return true;
}

void sy_store_mark_remove(struct sy_store *store)
{
	unlinkat(store->dir_fd, MARK_NAME, 0);
	if (store->mark_fd >= 0)
		close(store->mark_fd);
	store->mark_fd = -1;
}
