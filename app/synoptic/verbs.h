// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

/// Exit statuses of every verb.
enum exit_status {
	EXIT_FINE = 0,
	EXIT_USAGE = 1,  ///< the command line, or what it names, cannot be used
	EXIT_INPUT = 2,  ///< an input was bad or cut off; what could be read is reported
	EXIT_OUTPUT = 3, ///< results could not be written
};

/// Each verb gets its own name in argv[0] and returns the exit status.
int verb_check(int argc, char **argv);
int verb_config(int argc, char **argv);
int verb_live(int argc, char **argv);
int verb_read(int argc, char **argv);
int verb_schema(int argc, char **argv);
