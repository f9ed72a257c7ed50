// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_error.h"
#include "sy_metrics.h"
#include "sy_summary.h"

// Files of a program that runs for months: the tables of lib/export as JSON lines, interval after
// interval, in files that rotate by time and size, are compressed, and are removed when they are
// old or too many. docs/output.md says what stands in the directory.
//
// A file has its name (KIND-20261122T113000Z.jsonl.zst) only when it is complete; until then it is
// called .KIND-20261122T113000Z.jsonl.part. What a killed process left is cut to its last complete
// interval and completed by the next sy_store_open().
//
// An interval is gathered in memory and written in one go. When that fails (a full disk, say) what
// was half written is cut off, and intervals wait in memory, up to a bound, until it works again;
// beyond the bound the oldest are dropped and counted.
//
// No call waits for more than about SY_STORE_STEP_NS, apart from what the disk itself takes for one
// interval and for the last bytes of a file. Nothing here prints or ends the program.
//
// Thread-safety: none; one thread owns a store.

/// What one call may spend on compressing, on writing what waits, and on removing.
#define SY_STORE_STEP_NS (20 * SY_NS_PER_MS)

/// Attempts do not wait for the end of their interval in memory when there are so many bytes of
/// them.
#define SY_STORE_PIECE_BYTES ((size_t)4 << 20)

/// How long sy_store_close() compresses; what is left then gets its name uncompressed.
#define SY_STORE_CLOSE_NS (600 * SY_NS_PER_MS)

enum sy_store_event_kind {
	SY_STORE_RECOVERED, ///< a file of a killed process; bytes kept, count bytes cut off
	SY_STORE_DISCARDED, ///< nothing complete was in such a file, or it was complete elsewhere
	SY_STORE_COMPLETED, ///< a file has got its name; bytes on the disk
	SY_STORE_STOPPED,   ///< writing fails: errno_value; it will be tried again
	SY_STORE_RESUMED,   ///< everything that waited is written
	SY_STORE_DROPPED,   ///< records were given up; bytes of them, count lines
	SY_STORE_REMOVED,   ///< retention; bytes of the file
	SY_STORE_FAILED,    ///< something else about one file went wrong: errno_value
};

/// Something that an operator wants in the log. Valid during the call.
struct sy_store_event {
	enum sy_store_event_kind kind;
	const char *file; ///< NULL = none in particular
	int errno_value;  ///< 0 = none
	uint64_t bytes, count;
	const char *says; ///< one sentence, without full stop
};

struct sy_store_options {
	const char *dir;        ///< made when missing; its parent must exist
	uint32_t kinds;         ///< bits 1u << enum sy_kind
	uint64_t rotate_s;      ///< files end at multiples of this since 1970; 0 = not by time
	uint64_t rotate_bytes;  ///< and when one has so much before compression; 0 = not by size
	int zstd_level;         ///< 1 to 19; 0 = not compressed
	uint64_t keep_age_s;    ///< remove files whose last interval is older; 0 = keep
	uint64_t keep_bytes;    ///< remove the oldest while all have more; 0 = keep
	uint64_t backlog_bytes; ///< records that may wait in memory while writing fails
	/// Called from within the functions below, which it must not call. NULL = not wanted.
	void (*event)(void *arg, const struct sy_store_event *event);
	void *arg;
};

/// Since the store was opened, but backlog_bytes and writing, which are of now.
struct sy_store_counters {
	struct sy_metrics_store metrics;
	uint64_t intervals;           ///< written whole
	uint64_t recovered_files;     ///< of killed processes
	uint64_t recovered_cut_bytes; ///< what they had half written
	uint64_t discarded_files;
};

struct sy_store;

/// Opens a store and recovers what a killed process left; strings of the options are copied. 0, or
/// -errno with one sentence in err: EBUSY when another process writes there, EINVAL for options
/// that make no sense, EACCES or EROFS when nothing can be written there, errors of mkdir and open,
/// ENOMEM. A full disk is no error.
int sy_store_open(
	struct sy_store **store, const struct sy_store_options *options, struct sy_error *err);

/// Begins an interval; one that was begun and not committed is committed first. Times are wall
/// clock; start decides which file it goes to.
void sy_store_begin_interval(struct sy_store *store, uint64_t start_ns, uint64_t end_ns);

/// Appends a record to the open interval: `row` is what the table of that kind is made from (for
/// SY_KIND_SUMMARY a struct sy_summary, in which `not_written` is filled in here). Kinds that are
/// not wanted, and records outside an interval, are passed over.
void sy_store_put(struct sy_store *store, enum sy_kind kind, const void *row);

/// Counts records of the open interval that were lost on their way here, so that its summary says
/// so.
void sy_store_add_lost(struct sy_store *store, enum sy_kind kind, uint64_t lines);

/// Appends all records of services, hosts, findings, ports and the summary, as wanted. Hosts must
/// have been sorted (sy_facts_sort_hosts()).
void sy_store_put_summary(struct sy_store *store, const struct sy_summary *summary);

/// Ends the open interval, and writes it unless writing fails at the moment: all of its records, or
/// none.
void sy_store_commit(struct sy_store *store);

/// Does what is due: tries again, writes what waits, rotates, compresses, removes; one step of it.
/// Call it once a second at least with the wall clock. True = more is waiting and could be done at
/// once: call again when there is time.
bool sy_store_tick(struct sy_store *store, uint64_t now_ns);

/// What has happened. Valid until close.
const struct sy_store_counters *sy_store_counters(const struct sy_store *store);

/// Commits, writes what waits, gives every file its name and frees the store. What cannot be
/// written is dropped and reported, and counted in the first summary after the next
/// sy_store_open(); a file that cannot be completed is left for that, too. About a second, unless
/// the disk is slower. 0, or the -errno for which records were lost. NULL is allowed.
int sy_store_close(struct sy_store *store);
