// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Where the files go.

#include "check.h"

#include "sy_dir.h"

#include <errno.h>
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define GIB (1024.0 * 1024 * 1024)

/// Below /proc and /sys nothing can be made, whatever the modes say.
static bool is_kernels(const char *path)
{
	return strncmp(path, "/proc/", 6) == 0 || strncmp(path, "/sys/", 5) == 0;
}

/// What makes the directory: owned by the service's user, where that is there.
static void complain_absent(struct check *check, const char *key, const char *path, int why)
{
	bool cannot = is_kernels(path);
	bool has_user = geteuid() == 0 && getpwnam("synoptic") != NULL;

	check_problem(check, CHECK_ERROR, "%s: %.300s: %s: %s%.300s%s", key, path,
		why == ENOENT ? "there is no such directory" : strerror(why),
		cannot     ? "take another, not below "
		: has_user ? "`install -d -o synoptic -g synoptic -m 750 "
			   : "`mkdir -p ",
		cannot ? "/proc or /sys" : path, cannot ? "" : "`");
}

/// Is it absent, and may this process make it?
static bool can_be_made(const char *path)
{
	char parent[sizeof(((struct sy_config_output *)0)->directory)];
	struct stat st;

	if (is_kernels(path) || lstat(path, &st) == 0 || errno != ENOENT)
		return false;
	snprintf(parent, sizeof(parent), "%s", path);
	return access(dirname(parent), W_OK | X_OK) == 0;
}

/// True for a directory that this process may write to; else the problem is noted.
static bool check_directory(struct check *check, const char *key, const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		complain_absent(check, key, path, errno);
	else if (!S_ISDIR(st.st_mode))
		check_problem(check, CHECK_ERROR, "%s: %.300s is no directory", key, path);
	else if (access(path, W_OK | X_OK) != 0)
		check_problem(check, CHECK_ERROR,
			"%s: %.300s cannot be written by this user (%s): `chown %u:%u %.300s`, or run "
			"as its owner",
			key, path, strerror(errno), getuid(), getgid(), path);
	else
		return true;
	return false;
}

/// Does somebody write there now? A running service is no error: it ends before it starts again.
static void check_lock(struct check *check, const char *path)
{
	bool made;
	int fd;

	if (sy_dir_open(path, &fd, &made) == -EBUSY)
		check_problem(check, CHECK_WARNING,
			"output.directory: another process is writing to %.300s now: a second one "
			"does not start; stop the first, or take another directory",
			path);
	if (fd >= 0)
		close(fd);
}

static void check_space(struct check *check, const char *path)
{
	const struct sy_config_output *output = &check->config->output;
	struct statvfs fs;
	double free_gib;

	if (statvfs(path, &fs) != 0) {
		check_fact("directory", "%s", path);
		return;
	}
	free_gib = (double)fs.f_bavail * (double)fs.f_frsize / GIB;
	check_fact("directory", "%s, %.1f GiB free", path, free_gib);
	if (free_gib * 1024 < 1)
		check_problem(check, CHECK_WARNING,
			"output.directory: the disk is full, so nothing is written until there is "
			"room: `df -h %.300s`",
			path);
	else if (output->keep_gib > 0 && free_gib < output->keep_gib)
		check_problem(check, CHECK_WARNING,
			"output.keep_gib: files may grow to %u GiB and %.1f GiB are free (what is "
			"there already counts as used): set output.keep_gib lower, or `df -h %.300s`",
			output->keep_gib, free_gib, path);
}

static void check_prometheus(struct check *check)
{
	const char *path = check->config->output.prometheus;
	char directory[512];
	struct stat st;

	if (path[0] == '\0') {
		check_fact("prometheus", "none");
		return;
	}
	check_fact("prometheus", "%s", path);
	snprintf(directory, sizeof(directory), "%s", path);
	*strrchr(directory, '/') = '\0';
	check_directory(check, "output.prometheus", directory[0] != '\0' ? directory : "/");
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		check_problem(
			check, CHECK_ERROR, "output.prometheus: %.300s is no plain file", path);
}

void check_output(struct check *check)
{
	const char *path = check->config->output.directory;

	check_section("Output");
	if (can_be_made(path)) {
		check_fact("directory", "%s, which live makes", path);
		check_problem(check, CHECK_WARNING,
			"output.directory: %.300s is not there: live makes it, for the user it runs "
			"as; where a disk should be, mount it first",
			path);
	} else if (check_directory(check, "output.directory", path)) {
		check_lock(check, path);
		check_space(check, path);
	} else {
		check_fact("directory", "%s, which cannot be used", path);
	}
	check_prometheus(check);
}
