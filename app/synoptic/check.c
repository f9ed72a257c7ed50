// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS      80
#define LABEL_INDENT 2
#define TEXT_INDENT  15

/// Prints text from the column where the cursor is, broken at blanks, every line indented.
static void print_wrapped(const char *text, int column, int indent)
{
	while (*text != '\0') {
		int length = (int)strcspn(text, " ");

		if (column > indent && column + 1 + length > COLUMNS) {
			printf("\n%*s", indent, "");
			column = indent;
		} else if (column > indent) {
			putchar(' ');
			column++;
		}
		printf("%.*s", length, text);
		column += length;
		text += length;
		text += strspn(text, " ");
	}
	putchar('\n');
}

void check_section(const char *name)
{
	printf("\n%s\n", name);
}

void check_fact(const char *label, const char *format, ...)
{
	char text[CHECK_TEXT_BYTES];
	va_list args;
	int column;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	column = printf("%*s%-*s", LABEL_INDENT, "", TEXT_INDENT - LABEL_INDENT - 1, label) + 1;
	if (column > TEXT_INDENT) {
		printf("\n%*s", TEXT_INDENT, "");
		column = TEXT_INDENT;
	} else {
		putchar(' ');
	}
	print_wrapped(text, column, TEXT_INDENT);
}

void check_problem(struct check *check, enum check_severity severity, const char *format, ...)
{
	struct check_problem *problem;
	va_list args;

	check->counts[severity]++;
	if (check->kept == CHECK_PROBLEMS_MAX)
		return;
	problem = &check->problems[check->kept++];
	problem->severity = severity;
	va_start(args, format);
	vsnprintf(problem->text, sizeof(problem->text), format, args);
	va_end(args);
}

static void print_problems(const struct check *check, enum check_severity severity)
{
	const char *word = severity == CHECK_ERROR ? "error: " : "warning: ";

	for (uint32_t i = 0; i < check->kept; i++) {
		if (check->problems[i].severity != severity)
			continue;
		fputs(word, stdout);
		print_wrapped(check->problems[i].text, (int)strlen(word), (int)strlen(word));
	}
}

void check_conclude(const struct check *check)
{
	uint32_t errors = check->counts[CHECK_ERROR], warnings = check->counts[CHECK_WARNING];

	putchar('\n');
	print_problems(check, CHECK_ERROR);
	print_problems(check, CHECK_WARNING);
	printf("%s%u error%s, %u warning%s: live %s\n", errors + warnings > 0 ? "\n" : "", errors,
		errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s",
		errors == 0 ? "would start" : "would not start");
}
