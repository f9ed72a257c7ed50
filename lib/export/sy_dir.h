// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdbool.h>
#include <stdint.h>

// A directory that one program at a time writes to, and the few system calls of those who do.

/// Opens a directory, which is made when it is missing (its parent must exist), and locks it until
/// the descriptor is closed. 0, or -errno: EBUSY when another process has the lock; errors of mkdir
/// and open. *fd is the caller's to close, -1 on failure; *made tells whether it was made. A file
/// system without locks gives no guard.
int sy_dir_open(const char *path, int *fd, bool *made);

/// fsync of a file or a directory: 0, or -errno. A file system that cannot sync is no error.
int sy_dir_sync(int fd);

/// Creates a file for writing and reading, and never writes through what stands there: EEXIST. The
/// descriptor, or -errno.
int sy_dir_create(int dir_fd, const char *name);

/// Writes all of the bytes at an offset: 0, or -errno; some may have been written then.
int sy_dir_write(int fd, const void *data, uint64_t size, uint64_t offset);
