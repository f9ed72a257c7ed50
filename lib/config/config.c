// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "fill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Reads to the end, at most room bytes. Their number, or -errno.
static ssize_t read_all(int fd, char *text, size_t room)
{
	size_t size = 0;
	ssize_t got = 1;

	while (size < room && got > 0) {
		got = read(fd, text + size, room - size);
		if (got > 0)
			size += (size_t)got;
		else if (got < 0 && errno == EINTR)
			got = 1;
	}
	return got < 0 ? -errno : (ssize_t)size;
}

// The caller frees *text, also after an error.
static int read_file(const char *path, char **text, size_t *size, struct sy_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	*text = NULL;
	if (fd < 0)
		return sy_error_set(err, errno, "%s: cannot be opened: %s", path, strerror(errno));
	*text = malloc(SY_CONFIG_FILE_BYTES + 1);
	got = *text != NULL ? read_all(fd, *text, SY_CONFIG_FILE_BYTES + 1) : -ENOMEM;
	close(fd);
	if (got == -EISDIR)
		return sy_error_set(
			err, EISDIR, "%s: is a directory, not a configuration file", path);
	if (got < 0)
		return sy_error_set(
			err, (int)-got, "%s: cannot be read: %s", path, strerror((int)-got));
	if (got > (ssize_t)SY_CONFIG_FILE_BYTES)
		return sy_error_set(err, EFBIG,
			"%s: is larger than %u bytes, so it is no configuration file", path,
			SY_CONFIG_FILE_BYTES);
	*size = (size_t)got;
	return 0;
}

void sy_config_init(struct sy_config *config)
{
	memset(config, 0, sizeof(*config));
	sy_keys_init(sy_schema, config);
}

int sy_config_load_text(struct sy_config *config, const char *name, const char *text, size_t size,
	struct sy_error *err)
{
	struct sy_error unread;
	struct document document = {name, text, size, err != NULL ? err : &unread};
	int status;

	sy_config_init(config);
	status = sy_document_parse(&document);
	if (status == 0)
		status = sy_config_fill(&document, config);
	if (status == 0)
		status = sy_config_check(&document, config);
	sy_document_free(&document);
	return status;
}

int sy_config_load(struct sy_config *config, const char *path, struct sy_error *err)
{
	char *text;
	size_t size;
	int status = read_file(path, &text, &size, err);

	if (status == 0)
		status = sy_config_load_text(config, path, text, size, err);
	free(text);
	return status;
}

int sy_config_complain(
	const char *path, struct sy_error *err, const char *key, const char *sentence, ...)
{
	char text[sizeof(err->text)];
	struct sy_error unread;
	struct document document = {path, NULL, 0, &unread};
	char *file = NULL;
	va_list args;
	int status;

	va_start(args, sentence);
	vsnprintf(text, sizeof(text), sentence, args);
	va_end(args);
	status = read_file(path, &file, &document.size, &unread);
	document.text = file;
	if (status == 0)
		status = sy_document_parse(&document);
	document.err = err;
	status = status == 0
			 ? sy_document_fail(&document,
				   &sy_document_find(&document, key)->start_mark, key, "%s", text)
			 : sy_error_set(err, EINVAL, "%s: %s: %s", path, key, text);
	sy_document_free(&document);
	free(file);
	return status;
}
