// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "machine.h"

// What `check` finds: facts under headings, then warnings and errors, each with what helps.

enum check_severity {
	CHECK_WARNING, ///< live starts, and is worse for it
	CHECK_ERROR,   ///< live does not start
	CHECK_SEVERITY_COUNT,
};

#define CHECK_PROBLEMS_MAX 128
#define CHECK_TEXT_BYTES   768

struct check_problem {
	enum check_severity severity;
	char text[CHECK_TEXT_BYTES];
};

struct check {
	const struct sy_config *config;
	const char *path; ///< of the configuration
	bool verbose;
	struct machine machine;
	uint32_t counts[CHECK_SEVERITY_COUNT];
	uint32_t kept; ///< of the problems; those beyond the bound are only counted
	struct check_problem problems[CHECK_PROBLEMS_MAX];
};

/// Prints a heading on standard output.
void check_section(const char *name);

/// Prints a fact below it: a label, then text that is broken into lines of 80 columns.
__attribute__((format(printf, 2, 3))) void check_fact(const char *label, const char *format, ...);

/// Keeps a problem for the end: one sentence that says what is wrong and which command helps.
__attribute__((format(printf, 3, 4))) void check_problem(
	struct check *check, enum check_severity severity, const char *format, ...);

/// Prints the problems, errors first, and the verdict.
void check_conclude(const struct check *check);

/// The parts. check_ports() starts EAL and opens the ports for a moment, unless there are errors
/// already that would make it fail.
void check_cores(struct check *check);
void check_memory(struct check *check);
void check_output(struct check *check);
void check_ports(struct check *check);
