// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "say.h"
#include "verbs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *about;
} verbs[] = {
	{"read", verb_read,
		"analyse capture files: what could not connect, where it died, whose it is"},
	{"live", verb_live,
		"watch network ports: write what is found until told to stop (--demo: no card needed)"},
	{"check", verb_check,
		"say what live would do with a configuration, and what is in its way"},
	{"config", verb_config, "print a configuration in full, or a commented sample of one"},
	{"schema", verb_schema,
		"print the JSON Schema of a stats file, or the page that describes them"},
};

static void print_help(FILE *to)
{
	fprintf(to,
		"synoptic %s: which TCP connections could not be made, where they died, who can fix it\n\n"
		"usage: synoptic VERB [OPTION]...\n\n",
		SYNOPTIC_VERSION);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		fprintf(to, "  %-8s %s\n", verbs[i].name, verbs[i].about);
	fprintf(to, "\nsynoptic VERB --help tells what each takes.\n");
}

/// Standard streams that are closed: their numbers are taken, so that no file or socket of ours
/// gets what is meant for a terminal. To read and to write there fails as before.
static void fill_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
			open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			_exit(EXIT_OUTPUT);
}

int main(int argc, char **argv)
{
	fill_streams();
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
		strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return EXIT_FINE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("synoptic %s\n", SYNOPTIC_VERSION);
		return EXIT_FINE;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	say("there is no verb '%s'; see synoptic --help", argv[1]);
	return EXIT_USAGE;
}
