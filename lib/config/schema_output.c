// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "schema.h"

#include <string.h>

// node_exporter's textfile collector reads *.prom, and what stands beside it is left alone.
static const char *check_prometheus(const char *path)
{
	size_t bytes = strlen(path);

	if (path[0] == '/' && bytes > 5 && strcmp(path + bytes - 5, ".prom") == 0 &&
		path[bytes - 6] != '/')
		return NULL;
	return "is not the absolute path of a file whose name ends in .prom, as node_exporter's"
	       " textfile collector reads it";
}

static const char *check_directory(const char *path)
{
	return path[0] == '/' ? NULL : "is not an absolute path: one that begins with /";
}

#define OUTPUT(field) KEY_AT(struct sy_config_output, field)

const struct schema_key sy_schema_output[] = {
	{"directory", KEY_TEXT, OUTPUT(directory), .check = check_directory,
		.initial = "/var/lib/synoptic",
		.doc = "The files go here, and nothing else should. An absolute path."},
	{"attempts", KEY_BOOL, OUTPUT(attempts), .initial = "true",
		.doc = "Write each attempt as a record of its own (attempts.jsonl). The other files"
		       " are small; this one grows with the traffic."},
	{"report", KEY_BOOL, OUTPUT(report), .initial = "true",
		.doc = "Write how it stands after each interval: report.txt for people, current.json for"
		       " programs (summary, open findings, ports)."},
	{"rotate_s", KEY_NUMBER, OUTPUT(rotate_s), .min = 10, .max = 604800, .unit = "seconds",
		.zero = "whatever its age", .initial = "3600",
		.doc = "A file is closed and the next one begun after so long. Not less than"
		       " interval_s."},
	{"rotate_mib", KEY_NUMBER, OUTPUT(rotate_mib), .min = 1, .max = 65536, .unit = "MiB",
		.zero = "whatever its size", .initial = "256",
		.doc = "A file is closed and the next one begun when it is so large."},
	{"compress", KEY_NUMBER, OUTPUT(compress), .min = 1, .max = 19,
		.zero = "files stay as they are", .initial = "3",
		.doc = "Level of zstd for closed files. Higher is smaller and slower; the manager"
		       " does it, the workers never wait."},
	{"keep_days", KEY_NUMBER, OUTPUT(keep_days), .min = 1, .max = 36500, .unit = "days",
		.zero = "whatever their age", .initial = "30",
		.doc = "Closed files that are older are deleted."},
	{"keep_gib", KEY_NUMBER, OUTPUT(keep_gib), .min = 1, .max = 1048576, .unit = "GiB",
		.zero = "whatever they take", .initial = "20",
		.doc = "When the files take more than this, the oldest are deleted. At least one"
		       " file of rotate_mib has to fit."},
	{"prometheus", KEY_TEXT, OUTPUT(prometheus), .check = check_prometheus, .zero = "none",
		.initial = "",
		.doc = "A file NAME.prom, rewritten after each interval, in the directory that"
		       " node_exporter's textfile collector reads. An absolute path."},
	{0},
};
