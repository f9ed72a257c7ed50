// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "name.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define PART_SUFFIX ".part"

void sy_store_name_write(const struct name *name, char text[static NAME_BYTES])
{
	time_t seconds = (time_t)name->start_s;
	char when[24] = "", number[16] = "";
	struct tm tm;

	if (gmtime_r(&seconds, &tm) != NULL)
		strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &tm);
	if (name->number > 0)
		snprintf(number, sizeof(number), "_%u", name->number);
	snprintf(text, NAME_BYTES, "%s-%s%s%s%s", sy_tables[name->kind]->name, when, number,
		sy_format_suffix(SY_FORMAT_JSONL), name->compressed ? ".zst" : "");
}

static bool read_kind(const char *text, struct name *name, size_t *size)
{
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++) {
		*size = strlen(sy_tables[kind]->name);
		if (strncmp(text, sy_tables[kind]->name, *size) == 0 && text[*size] == '-') {
			name->kind = (enum sy_kind)kind;
			return true;
		}
	}
	return false;
}

// What is read must give the same name when it is written: so nothing else is taken for ours.
bool sy_store_name_read(const char *text, struct name *name)
{
	char again[NAME_BYTES];
	struct tm tm = {0};
	size_t size;

	*name = (struct name){0};
	if (strlen(text) >= NAME_BYTES || !read_kind(text, name, &size))
		return false;
	const char *rest = strptime(text + size + 1, "%Y%m%dT%H%M%SZ", &tm);
	if (rest == NULL)
		return false;
	time_t seconds = timegm(&tm);
	if (seconds < 0)
		return false;
	name->start_s = (uint64_t)seconds;
	if (sscanf(rest, "_%9u", &name->number) != 1)
		name->number = 0;
	size = strlen(text);
	name->compressed = size > 4 && strcmp(text + size - 4, ".zst") == 0;
	sy_store_name_write(name, again);
	return strcmp(text, again) == 0;
}

void sy_store_name_part(const char *name, char text[static NAME_BYTES])
{
	snprintf(text, NAME_BYTES, ".%.*s" PART_SUFFIX, NAME_BYTES - 8, name);
}

bool sy_store_name_of_part(const char *part, char text[static NAME_BYTES])
{
	size_t size = strlen(part), end = sizeof(PART_SUFFIX) - 1;

	if (size < end + 2 || size >= NAME_BYTES || part[0] != '.' ||
		strcmp(part + size - end, PART_SUFFIX) != 0)
		return false;
	snprintf(text, NAME_BYTES, "%.*s", (int)(size - end - 1), part + 1);
	return true;
}
