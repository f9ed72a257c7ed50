// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_error.h"
#include "sy_writer.h"

// The files of one run in one directory: either all of them appear, complete, or none does. Each is
// written under a temporary name (.NAME.tmp), and renamed when all are safely on the disk.
//
// Thread-safety: none; one thread owns a session.

/// Files of one session.
#define SY_FILES_MAX 16

struct sy_files;

/// Opens a session in directory `dir`, which is made when it is missing (its parent must exist).
/// 0, or -errno with one sentence in err: EBUSY when another session is open there, errors of mkdir
/// and open, ENOMEM.
int sy_files_open(struct sy_files **files, const char *dir, struct sy_error *err);

/// Begins a file; the text is the session's and lives until commit or abort. NULL with one sentence
/// in err; the session can then only be aborted. `name` has no slash.
struct sy_text *sy_files_add(struct sy_files *files, const char *name, struct sy_error *err);

/// Whether all writing has gone well so far: 0, or -errno with one sentence in err. Cheap; lets a
/// long run stop at the first failure.
int sy_files_check(const struct sy_files *files, struct sy_error *err);

/// Writes what is left, waits for the disk, gives the files their names, and ends the session. On
/// failure every file of the session is removed: -errno with one sentence in err.
int sy_files_commit(struct sy_files *files, struct sy_error *err);

/// Removes every file of the session (and the directory, when the session made it) and ends it.
/// NULL is allowed.
void sy_files_abort(struct sy_files *files);
