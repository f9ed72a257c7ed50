// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int sy_dir_open(const char *path, int *fd, bool *made)
{
	*fd = -1;
	*made = mkdir(path, 0777) == 0;
	if (!*made && errno != EEXIST)
		return -errno;
	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return -errno;
	if (flock(*fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
		close(*fd);
		*fd = -1;
		return -EBUSY;
	}
	return 0;
}

int sy_dir_sync(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP ? 0 : -errno;
}

int sy_dir_create(int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	return fd >= 0 ? fd : -errno;
}

int sy_dir_write(int fd, const void *data, uint64_t size, uint64_t offset)
{
	const char *at = data;

	while (size > 0) {
		ssize_t wrote = pwrite(fd, at, size, (off_t)offset);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0)
			return wrote < 0 ? -errno : -EIO;
		at += wrote;
		size -= (uint64_t)wrote;
		offset += (uint64_t)wrote;
	}
	return 0;
}
