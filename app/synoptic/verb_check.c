// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// synoptic check: what live would do here, and what is in its way.

#include "check.h"
#include "say.h"
#include "verbs.h"

#include "sy_filter.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char help[] =
	"usage: synoptic check [-c FILE] [-v]\n"
	"\n"
	"Says what live would do with a configuration on this machine: ports and how they distribute,\n"
	"cores, memory, files. Each problem comes with the command that helps. Opens the ports for a\n"
	"moment; sends nothing, writes nothing.\n"
	"\n"
	"  -c, --config FILE   the file (default " SY_CONFIG_FILE_DEFAULT ")\n"
	"  -v, --verbose       show all that DPDK says\n"
	"  -h, --help          this text\n"
	"\n"
	"Exit status: 0 live would start, 1 it would not.\n";

static const struct option long_options[] = {
	{"config", required_argument, NULL, 'c'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static void check_filter(struct check *check)
{
	struct sy_filter *filter = NULL;
	struct sy_error err = {""};

	if (check->config->filter[0] == '\0')
		return;
	if (sy_filter_create(&filter, check->config->filter, &err) != 0)
		check_problem(check, CHECK_ERROR, "filter: %s", err.text);
	sy_filter_destroy(filter);
}

static int check_file(const char *path, bool verbose)
{
	static struct sy_config config;
	static struct check check;
	struct sy_error err;

	if (sy_config_load(&config, path, &err) != 0) {
		say("%s", err.text);
		return EXIT_USAGE;
	}
	check = (struct check){.config = &config, .path = path, .verbose = verbose};
	machine_look(&check.machine);
	printf("%s\n", path);
	check_cores(&check);
	check_memory(&check);
	check_output(&check);
	check_filter(&check);
	check_ports(&check);
	check_conclude(&check);
	return check.counts[CHECK_ERROR] == 0 ? EXIT_FINE : EXIT_USAGE;
}

int verb_check(int argc, char **argv)
{
	const char *path = SY_CONFIG_FILE_DEFAULT;
	bool verbose = false;
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, ":c:vh", long_options, NULL)) != -1) {
		if (option == 'h')
			return fputs(help, stdout) == EOF ? EXIT_OUTPUT : EXIT_FINE;
		if (option == ':' || option == '?') {
			say("%s %s; see synoptic check --help",
				option == ':' ? "a file is missing after" : "unknown option",
				argv[optind - 1]);
			return EXIT_USAGE;
		}
		if (option == 'c')
			path = optarg;
		verbose |= option == 'v';
	}
	if (optind < argc) {
		say("'%s' is no option: a file is given with -c; see synoptic check --help",
			argv[optind]);
		return EXIT_USAGE;
	}
	return check_file(path, verbose);
}
