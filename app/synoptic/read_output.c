// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "read_output.h"

#include "sy_report.h"
#include "sy_tables.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPORT_TOP 10

struct attempt_sinks {
	const struct sy_facts *facts;
	struct sy_text *text[2]; ///< by enum sy_format; NULL = not wanted
	struct sy_files *files;
	struct sy_error *err;
};

static int put_attempt(void *arg, const struct sy_attempt *attempt)
{
	struct attempt_sinks *sinks = arg;
	struct sy_attempt_row row = {attempt, sinks->facts};

	for (int format = SY_FORMAT_JSONL; format <= SY_FORMAT_CSV; format++)
		if (sinks->text[format] != NULL)
			sy_table_put(&sy_table_attempts, (enum sy_format)format,
				sinks->text[format], &row);
	return sy_files_check(sinks->files, sinks->err);
}

static struct sy_text *add_table(struct sy_files *files, const struct sy_table *table,
	enum sy_format format, struct sy_error *err)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s", table->name, sy_format_suffix(format));
	return sy_files_add(files, name, err);
}

static int write_attempts(struct sy_files *files, struct spool *spool,
	const struct sy_summary *summary, bool csv, struct sy_error *err)
{
	struct attempt_sinks sinks = {.facts = summary->facts, .files = files, .err = err};

	for (int format = SY_FORMAT_JSONL; format <= (csv ? SY_FORMAT_CSV : SY_FORMAT_JSONL);
		format++) {
		sinks.text[format] = add_table(
			files, &sy_table_attempts, (enum sy_format)format, err);
		if (sinks.text[format] == NULL)
			return -EIO;
		sy_table_begin(&sy_table_attempts, (enum sy_format)format, sinks.text[format]);
	}
	return spool_drain(spool, put_attempt, &sinks, err);
}

static int write_tables(struct sy_files *files, const struct sy_summary *summary,
	enum sy_format format, struct sy_error *err)
{
	for (const struct sy_table *const *table = sy_tables; *table != NULL; table++) {
		struct sy_text *text;

		if (!sy_summary_has_table(*table))
			continue;
		text = add_table(files, *table, format, err);
		if (text == NULL)
			return -EIO;
		sy_summary_write_table(text, summary, *table, format);
	}
	return 0;
}

int read_output_files(struct sy_files *files, struct spool *spool, const struct sy_summary *summary,
	bool csv, struct sy_error *err)
{
	int status = write_attempts(files, spool, summary, csv, err);
	struct sy_text *text;

	if (status == 0)
		status = write_tables(files, summary, SY_FORMAT_JSONL, err);
	if (status == 0 && csv)
		status = write_tables(files, summary, SY_FORMAT_CSV, err);
	if (status == 0) {
		text = sy_files_add(files, "summary.json", err);
		if (text != NULL)
			sy_summary_write(text, summary);
		else
			status = -EIO;
	}
	if (status == 0)
		return sy_files_commit(files, err);
	sy_files_abort(files);
	return status;
}

static struct sy_report_options report_options(void)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *term = getenv("TERM");
	bool terminal = isatty(STDOUT_FILENO);

	setlocale(LC_CTYPE, "");
	return (struct sy_report_options){
		.colour = terminal && (no_colour == NULL || no_colour[0] == '\0') &&
			  (term == NULL || strcmp(term, "dumb") != 0),
		.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
		.top = REPORT_TOP,
	};
}

int read_output_print(const struct sy_summary *summary, bool json)
{
	struct sy_report_options options = report_options();
	struct sy_text text;
	int status;

	sy_text_init(&text, STDOUT_FILENO);
	if (json)
		sy_document_write(&text, summary);
	else
		sy_report_write(&text, summary, &options);
	status = sy_text_flush(&text);
	sy_text_free(&text);
	return status;
}
