// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "name.h"

#include "sy_store.h"

#include <stddef.h>

// Private to lib/store: what a store is made of, and what its parts do for each other. The way of a
// record: interval.c gathers lines, append.c writes them to files that have no name of their own
// yet, finish.c gives them their names, with compress.c; retain.c removes them. mark.c notes how
// far a file is complete, and recover.c reads that after a crash. removed.c notices what others
// removed meanwhile.

/// Between two tries to write while it fails.
#define RETRY_NS SY_NS_PER_S

/// How long after the end of its time a file waits for a late interval before it is closed.
#define LATE_NS (60 * SY_NS_PER_S)

/// A file without its name yet: being written, or waiting to be completed.
struct part {
	struct part *next;
	struct name name;
	int fd;
	uint64_t size_bytes; ///< complete intervals; more than that is to be cut off
	bool put_off;        ///< completing it failed, and that was said
};

/// Records of an interval on their way to the files: written together or not at all. What is left
/// in the last piece of an interval is its tables.
struct piece {
	struct piece *next;
	uint64_t start_ns, end_ns;
	bool last;
	uint64_t bytes;
	struct {
		char *data;
		size_t size;
	} lines[SY_KIND_COUNT];
	struct sy_not_written carried; ///< what its summary says; not said if it is dropped
};

/// The file that is being compressed.
struct compression {
	void *stream;        ///< ZSTD_CCtx; NULL = not yet needed
	void *in, *out;      ///< buffers
	int fd;              ///< what is written, -1 = none under way
	uint64_t read_bytes; ///< of the part
	uint64_t written_bytes;
};

struct sy_store {
	struct sy_store_options options;
	struct sy_store_counters counters;
	char *dir;
	int dir_fd;
	int mark_fd;    ///< -1 = not yet made
	bool mark_good; ///< the mark names the active files
	uint64_t now_ns;

	bool open; ///< an interval
	uint64_t start_ns, end_ns;
	struct sy_text text[SY_KIND_COUNT];
	struct sy_not_written carried; ///< what its summary says

	struct piece *backlog;        ///< oldest first
	struct sy_not_written unsaid; ///< for the next summary
	bool dropped;                 ///< dropped_start_ns is the interval that was dropped last
	uint64_t dropped_start_ns;
	int failed;           ///< errno of the last try to write; 0 = it went well
	bool stopped;         ///< SY_STORE_STOPPED was said, and SY_STORE_RESUMED not yet
	uint64_t last_try_ns; ///< when writing failed last
	struct part *active[SY_KIND_COUNT];

	struct part *closed; ///< to be completed, oldest first
	struct compression compression;
	bool hurry;              ///< do not compress any more
	bool closing;            ///< no summary follows
	uint64_t finish_wait_ns; ///< when completing failed last; 0 = it did not
	bool retention_due;
	uint64_t retained_ns; ///< when retention ran last
};

/// Whether RETRY_NS have passed; true when the clock was set back.
bool sy_store_retry_due(uint64_t now_ns, uint64_t last_ns);

/// Tells the caller.
__attribute__((format(printf, 7, 8))) void sy_store_say(struct sy_store *store,
	enum sy_store_event_kind kind, const char *file, int errno_value, uint64_t bytes,
	uint64_t count, const char *format, ...);

// interval.c
/// Adds one count to another.
void sy_store_add_not_written(struct sy_not_written *into, const struct sy_not_written *from);
/// Drops the oldest pieces until at most so many bytes wait.
void sy_store_drop(struct sy_store *store, uint64_t keep_bytes);
void sy_store_piece_free(struct piece *piece);

// removed.c
/// Whether a file or directory that is open has no name any more.
bool sy_store_is_removed(int fd);
/// Does not go on with what somebody removed: its files are closed, the mark and the directory are
/// made anew.
void sy_store_part_with_removed(struct sy_store *store);

// append.c
/// Writes pieces until none waits, the deadline (of sy_clock_ns(CLOCK_MONOTONIC)) has passed, or it
/// fails.
void sy_store_append(struct sy_store *store, uint64_t deadline_ns);
/// Hands the file of a kind to finish.c, or of every kind.
void sy_store_close_part(struct sy_store *store, enum sy_kind kind);
void sy_store_close_all(struct sy_store *store);

// mark.c
/// What a mark says: complete bytes of the files that were being written, and what no summary of a
/// file says.
struct mark {
	uint32_t count;
	struct {
		char name[NAME_BYTES];
		uint64_t size_bytes;
	} files[SY_KIND_COUNT];
	struct sy_not_written lost;
};
/// Notes how far the active files are complete when `written` has been added to them (NULL =
/// nothing), and what is lost and stands in no summary there. 0 or -errno.
int sy_store_mark_write(struct sy_store *store, const struct piece *written);
/// Reads what a killed process noted; false when there is nothing, or nothing that can be trusted.
bool sy_store_mark_read(int dir_fd, struct mark *mark);
void sy_store_mark_remove(struct sy_store *store);

// recover.c
/// Cuts what was left to what is complete and hands it to finish.c. 0 or -errno.
int sy_store_recover(struct sy_store *store);

// finish.c
/// Adds a part to those that are to be completed; takes it over.
void sy_store_finish_add(struct sy_store *store, struct part *part);
/// Completes files until none waits, the deadline has passed, or it fails. True = more could be
/// done at once.
bool sy_store_finish(struct sy_store *store, uint64_t deadline_ns);
void sy_store_part_free(struct part *part);

// compress.c
/// Compresses more of a part into the temporary file of that name. 0 = done, 1 = the deadline has
/// passed, or -errno; after that sy_store_compress_end() must be called.
int sy_store_compress(struct sy_store *store, const struct part *part, const char *temporary,
	uint64_t deadline_ns);
/// Closes the compressed file.
void sy_store_compress_end(struct compression *compression);
void sy_store_compress_free(struct compression *compression);

// retain.c
/// Removes what is too old or too much; some of it in one call.
void sy_store_retain(struct sy_store *store, uint64_t deadline_ns);
