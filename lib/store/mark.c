// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// How far the files that are being written are complete, and what was lost and stands in no summary
// yet. One small file, made at the start and overwritten in place, which most file systems can do
// when they are full: when the program is killed in the middle of writing, it says where to cut. A
// check sum tells when it was itself half written.

#include "store.h"

#include "sy_dir.h"

#include <assert.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK_NAME  ".store-mark"
#define MARK_BYTES 1024
#define SUM_BYTES  21 // "sum " 16 digits \n
#define LOST       "lost"
#define LOST_BYTES (sizeof(LOST) + (3 + SY_KIND_COUNT) * 21)

static_assert(SY_KIND_COUNT * (NAME_BYTES + 22) + LOST_BYTES + SUM_BYTES < MARK_BYTES,
	"a mark has its size");

static uint64_t sum_of(const char *text, size_t size)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325); // FNV-1a

	for (size_t i = 0; i < size; i++)
		sum = (sum ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return sum;
}

static int open_mark(struct sy_store *store)
{
	struct stat st;

	if (store->mark_fd >= 0)
		return 0;
	store->mark_fd = openat(store->dir_fd, MARK_NAME, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (store->mark_fd >= 0 && fstat(store->mark_fd, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	sy_store_mark_remove(store);
	store->mark_fd = sy_dir_create(store->dir_fd, MARK_NAME);
	return store->mark_fd >= 0 ? 0 : store->mark_fd;
}

// What no summary says that is in a file, or in the piece that is being written.
static struct sy_not_written unsaid(const struct sy_store *store, const struct piece *written)
{
	struct sy_not_written sum = store->unsaid;

	sy_store_add_not_written(&sum, &store->carried);
	for (const struct piece *piece = store->backlog; piece != NULL; piece = piece->next)
		if (piece != written)
			sy_store_add_not_written(&sum, &piece->carried);
	return sum;
}

static size_t put_lost(char *text, size_t room, const struct sy_not_written *lost)
{
	size_t at = (size_t)snprintf(text, room, LOST " %" PRIu64 " %" PRIu64 " %" PRIu64,
		lost->intervals, lost->since_ns, lost->until_ns);

	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++)
		at += (size_t)snprintf(text + at, room - at, " %" PRIu64, lost->lines[kind]);
	return at + (size_t)snprintf(text + at, room - at, "\n");
}

int sy_store_mark_write(struct sy_store *store, const struct piece *written)
{
	const struct sy_not_written lost = unsaid(store, written);
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
			part->size_bytes + (written != NULL ? written->lines[kind].size : 0));
	}
	at += put_lost(text + at, sizeof(text) - at, &lost);
	memset(text + at, ' ', MARK_BYTES - SUM_BYTES - at);
	at = MARK_BYTES - SUM_BYTES;
	snprintf(text + at, sizeof(text) - at, "sum %016" PRIx64 "\n", sum_of(text, at));
	return sy_dir_write(store->mark_fd, text, MARK_BYTES, 0);
}

static void read_lost(const char *text, struct sy_not_written *lost)
{
	char *at = strstr(text, LOST " ");

	if (at == NULL)
		return; // of a version that did not say
	at += sizeof(LOST);
	lost->intervals = strtoull(at, &at, 10);
	lost->since_ns = strtoull(at, &at, 10);
	lost->until_ns = strtoull(at, &at, 10);
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++)
		lost->lines[kind] = strtoull(at, &at, 10);
}

bool sy_store_mark_read(int dir_fd, struct mark *mark)
{
	char text[MARK_BYTES + 1];
	uint64_t sum;
	int used;

	*mark = (struct mark){0};
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
			strcmp(mark->files[mark->count].name, LOST) == 0 ||
			strcmp(mark->files[mark->count].name, "sum") == 0)
			break;
		mark->count++;
	}
	read_lost(text, &mark->lost);
	return true;
}

void sy_store_mark_remove(struct sy_store *store)
{
	unlinkat(store->dir_fd, MARK_NAME, 0);
	if (store->mark_fd >= 0)
		close(store->mark_fd);
	store->mark_fd = -1;
}
