// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "export_cmocka.h"
#include "export_sample.h"
#include "json_check.h"

#include "sy_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// A directory for a store, what it said, and what stands in it afterwards.

#define STORE_T0    (SAMPLE_TS / SY_NS_PER_S / 3600 * 3600 * SY_NS_PER_S) // a full hour
#define STORE_KINDS ((1u << SY_KIND_COUNT) - 1)

struct store_place {
	char dir[96];
	struct sy_store_options options;
	uint32_t events[SY_STORE_FAILED + 1];
	uint64_t cut_bytes; ///< of recovered files
	struct sample sample;
};

static inline void store_event(void *arg, const struct sy_store_event *event)
{
	struct store_place *place = arg;

	place->events[event->kind]++;
	place->cut_bytes += event->kind == SY_STORE_RECOVERED ? event->count : 0;
	assert_true(strlen(event->says) > 10);
}

static inline void store_place_init(struct store_place *place, const char *dir)
{
	snprintf(place->dir, sizeof(place->dir), "%s", dir);
	sample_init(&place->sample);
	place->options = (struct sy_store_options){
		.dir = place->dir,
		.kinds = STORE_KINDS,
		.rotate_s = 60,
		.zstd_level = 1,
		.backlog_bytes = 1 << 20,
		.event = store_event,
		.arg = place,
	};
}

static inline int store_set_up(void **state)
{
	struct store_place *place = calloc(1, sizeof(*place));
	char dir[] = "/tmp/test_store.XXXXXX";

	if (place == NULL || mkdtemp(dir) == NULL)
		return -1;
	store_place_init(place, dir);
	*state = place;
	return 0;
}

static inline int store_tear_down(void **state)
{
	struct store_place *place = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -r '%s'", place->dir);
	int rc = system(command);
	free(place);
	return rc;
}

static inline struct sy_store *store_open(struct store_place *place)
{
	struct sy_error err = {""};
	struct sy_store *store;

	if (sy_store_open(&store, &place->options, &err) != 0)
		fail_msg("%s", err.text);
	return store;
}

/// One interval of so many attempts, with all tables.
static inline void store_put_interval(
	struct sy_store *store, struct store_place *place, uint64_t start_ns, uint32_t attempts)
{
	struct sy_attempt attempt = sample_attempt();
	struct sy_attempt_row row = {&attempt, &place->sample.facts};

	sy_store_begin_interval(store, start_ns, start_ns + 10 * SY_NS_PER_S);
	for (uint32_t i = 0; i < attempts; i++)
		sy_store_put(store, SY_KIND_ATTEMPTS, &row);
	sy_store_put_summary(store, &place->sample.summary);
	sy_store_commit(store);
}

/// Ticks until there is nothing to do.
static inline void store_settle(struct sy_store *store, uint64_t now_ns)
{
	while (sy_store_tick(store, now_ns))
		;
}

/// What stands in the directory.
struct store_listing {
	uint32_t files;  ///< with names of their own
	uint32_t hidden; ///< all others
	uint64_t lines[SY_KIND_COUNT];
	uint64_t not_written; ///< attempts, summed over the summaries
	uint64_t not_written_intervals;
};

static inline uint64_t store_number(const char *line, const char *key)
{
	const char *at = strstr(line, key);

	return at != NULL ? strtoull(at + strlen(key), NULL, 10) : 0;
}

static inline void store_read_file(
	const char *dir, const char *name, uint32_t kind, struct store_listing *listing)
{
	size_t size = strlen(name);
	bool compressed = size > 4 && strcmp(name + size - 4, ".zst") == 0;
	char command[512], *line = NULL;
	size_t room = 0;
	ssize_t length;

	// zstd checks that the frame is whole, and its check sum.
	snprintf(command, sizeof(command), "%s '%s/%s'", compressed ? "zstd -qdc" : "cat", dir,
		name);
	FILE *file = popen(command, "r");
	assert_non_null(file);
	while ((length = getline(&line, &room, file)) > 0) {
		if (line[length - 1] != '\n' || !json_is_valid(line))
			fail_msg("%s: half a line: %.80s", name, line);
		listing->lines[kind]++;
		const char *lost = strstr(line, "\"not_written\":{");
		if (kind == SY_KIND_SUMMARY && lost != NULL) {
			listing->not_written += store_number(lost, "\"attempts\":");
			listing->not_written_intervals += store_number(lost, "\"intervals\":");
		}
	}
	free(line);
	if (pclose(file) != 0)
		fail_msg("%s is damaged", name);
}

/// Reads everything; fails when a file with a name is not whole.
static inline struct store_listing store_list(const char *path)
{
	struct store_listing listing = {0};
	DIR *dir = opendir(path);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		uint32_t kind = 0;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		while (kind < SY_KIND_COUNT && strncmp(entry->d_name, sy_tables[kind]->name,
						       strlen(sy_tables[kind]->name)) != 0)
			kind++;
		if (kind == SY_KIND_COUNT) {
			listing.hidden++;
			continue;
		}
		listing.files++;
		store_read_file(path, entry->d_name, kind, &listing);
	}
	closedir(dir);
	return listing;
}

static inline bool store_has(const struct store_place *place, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", place->dir, name);
	return access(path, F_OK) == 0;
}

/// Bytes of a file, -1 when there is none.
static inline int64_t store_size(const struct store_place *place, const char *name)
{
	char path[256];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", place->dir, name);
	return stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

static inline void store_make(
	const struct store_place *place, const char *name, const char *text, size_t size)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", place->dir, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, size), size);
	close(fd);
}
