// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_dir.h"
#include "sy_files.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NAME_BYTES 64

struct file {
	struct sy_text text;
	char name[NAME_BYTES];
	bool renamed;
};

struct sy_files {
	char *dir;
	int dir_fd;
	bool made; ///< the directory is the session's own
	uint32_t count;
	struct file list[SY_FILES_MAX];
};

static const char *advice(int errno_value)
{
	switch (errno_value) {
	case ENOSPC:
	case EDQUOT:
		return "; free some room or choose another -o DIR";
	case EFBIG:
		return "; raise the limit on the size of files or choose another -o DIR";
	case EACCES:
	case EPERM:
	case EROFS:
	case ENOENT:
	case ENOTDIR:
		return "; choose another -o DIR";
	default:
		return "";
	}
}

static int say(struct sy_error *err, const char *dir, const char *name, int errno_value)
{
	return sy_error_set(err, errno_value, "cannot write %s%s%s: %s%s", dir,
		name != NULL ? "/" : "", name != NULL ? name : "", strerror(errno_value),
		advice(errno_value));
}

static void temporary_name(const struct file *file, char text[static NAME_BYTES + 8])
{
	snprintf(text, NAME_BYTES + 8, ".%s.tmp", file->name);
}

// Ends the session; `keep` leaves the files, which then have their names.
static void end(struct sy_files *files, bool keep)
{
	char temporary[NAME_BYTES + 8];

	for (uint32_t i = 0; i < files->count; i++) {
		struct file *file = &files->list[i];
		temporary_name(file, temporary);
		if (!keep)
			unlinkat(files->dir_fd, file->renamed ? file->name : temporary, 0);
		if (file->text.fd >= 0)
			close(file->text.fd);
		sy_text_free(&file->text);
	}
	if (files->dir_fd >= 0)
		close(files->dir_fd);
	if (!keep && files->made)
		rmdir(files->dir);
	free(files->dir);
	free(files);
}

int sy_files_open(struct sy_files **files, const char *dir, struct sy_error *err)
{
	struct sy_files *session = calloc(1, sizeof(*session));
	int rc;

	*files = NULL;
	if (session == NULL)
		return say(err, dir, NULL, ENOMEM);
	session->dir_fd = -1;
	session->dir = strdup(dir);
	if (session->dir == NULL) {
		rc = say(err, dir, NULL, ENOMEM);
		goto fail;
	}
	rc = sy_dir_open(dir, &session->dir_fd, &session->made);
	if (rc == -EBUSY) {
		// Two runs would share the temporary names.
		sy_error_set(err, EBUSY,
			"cannot write %s: another run is writing there; wait for it or choose another -o DIR",
			dir);
		goto fail;
	}
	if (rc != 0) {
		say(err, dir, NULL, -rc);
		goto fail;
	}
	*files = session;
	return 0;
fail:
	end(session, false);
	return rc;
}

struct sy_text *sy_files_add(struct sy_files *files, const char *name, struct sy_error *err)
{
	char temporary[NAME_BYTES + 8];
	struct file *file = &files->list[files->count];

	if (files->count == SY_FILES_MAX || strlen(name) >= NAME_BYTES) {
		say(err, files->dir, name, ENAMETOOLONG);
		return NULL;
	}
	*file = (struct file){0};
	snprintf(file->name, sizeof(file->name), "%s", name);
	temporary_name(file, temporary);
	// A left-over of a run that was killed goes first: never write through what stands there.
	unlinkat(files->dir_fd, temporary, 0);
	int fd = sy_dir_create(files->dir_fd, temporary);
	if (fd < 0) {
		say(err, files->dir, name, -fd);
		return NULL;
	}
	sy_text_init(&file->text, fd);
	files->count++;
	return &file->text;
}

int sy_files_check(const struct sy_files *files, struct sy_error *err)
{
	for (uint32_t i = 0; i < files->count; i++) {
		const struct file *file = &files->list[i];
		if (file->text.error != 0)
			return say(err, files->dir, file->name, -file->text.error);
	}
	return 0;
}

// Some file systems find out only here that there is no room, and some cannot sync at all.
static int settle(struct sy_files *files, struct file *file, struct sy_error *err)
{
	int rc = sy_text_flush(&file->text);

	if (rc == 0)
		rc = sy_dir_sync(file->text.fd);
	int closed = close(file->text.fd);
	file->text.fd = -1;
	if (rc == 0 && closed != 0 && errno != EINTR)
		rc = -errno;
	return rc == 0 ? 0 : say(err, files->dir, file->name, -rc);
}

static int rename_all(struct sy_files *files, struct sy_error *err)
{
	char temporary[NAME_BYTES + 8];

	for (uint32_t i = 0; i < files->count; i++) {
		struct file *file = &files->list[i];
		temporary_name(file, temporary);
		if (renameat(files->dir_fd, temporary, files->dir_fd, file->name) != 0)
			return say(err, files->dir, file->name, errno);
		file->renamed = true;
	}
	int rc = sy_dir_sync(files->dir_fd);
	return rc == 0 ? 0 : say(err, files->dir, NULL, -rc);
}

int sy_files_commit(struct sy_files *files, struct sy_error *err)
{
	int rc = 0;

	for (uint32_t i = 0; i < files->count && rc == 0; i++)
		rc = settle(files, &files->list[i], err);
	if (rc == 0)
		rc = rename_all(files, err);
	end(files, rc == 0);
	return rc;
}

void sy_files_abort(struct sy_files *files)
{
	if (files != NULL)
		end(files, false);
}
