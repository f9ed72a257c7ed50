// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// synoptic config: what a configuration file means, or the sample to begin with.

#include "say.h"
#include "verbs.h"

#include "sy_config.h"
#include "sy_stats.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

static_assert(SY_CONFIG_PORTS_MAX <= SY_PORT_MAX, "every port that is configured has counters");

static const char help[] =
	"usage: synoptic config [-c FILE]\n"
	"       synoptic config --sample\n"
	"\n"
	"Reads a configuration and prints it in full: every key, defaults filled in, as YAML that means\n"
	"the same. What is wrong with the file is said in one line, with line and column.\n"
	"\n"
	"  -c, --config FILE   the file (default " SY_CONFIG_FILE_DEFAULT ")\n"
	"      --sample        print a commented file with every key to begin with\n"
	"  -h, --help          this text\n"
	"\n"
	"Exit status: 0 fine, 1 the file cannot be used, 3 standard output cannot be written.\n";

static const struct option long_options[] = {
	{"config", required_argument, NULL, 'c'},
	{"sample", no_argument, NULL, 's'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

/// Prints and frees.
static int print(char *text)
{
	bool written = text != NULL && fputs(text, stdout) != EOF && fflush(stdout) == 0;

	if (text == NULL)
		say("no memory");
	else if (!written)
		say("cannot write to standard output");
	free(text);
	return written ? EXIT_FINE : EXIT_OUTPUT;
}

static int print_file(const char *path)
{
	static struct sy_config config;
	struct sy_error err;

	if (sy_config_load(&config, path, &err) != 0) {
		say("%s", err.text);
		return EXIT_USAGE;
	}
	return print(sy_config_format(&config));
}

int verb_config(int argc, char **argv)
{
	const char *path = SY_CONFIG_FILE_DEFAULT;
	bool sample = false;
	int option;

	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, ":c:h", long_options, NULL)) != -1) {
		if (option == 'h')
			return fputs(help, stdout) == EOF ? EXIT_OUTPUT : EXIT_FINE;
		if (option == ':' || option == '?') {
			say("%s %s; see synoptic config --help",
				option == ':' ? "a file is missing after" : "unknown option",
				argv[optind - 1]);
			return EXIT_USAGE;
		}
		if (option == 'c')
			path = optarg;
		sample |= option == 's';
	}
	if (optind < argc) {
		say("'%s' is no option: a file is given with -c; see synoptic config --help",
			argv[optind]);
		return EXIT_USAGE;
	}
	return sample ? print(sy_config_sample()) : print_file(path);
}
