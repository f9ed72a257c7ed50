// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "read_options.h"

#include "worker.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEMORY_MIB_DEFAULT 1024
#define MEMORY_MIB_MIN     16
#define MEMORY_MIB_MAX     (1u << 20)

const char read_help[] =
	"usage: synoptic read [OPTION]... [NAME=]FILE...\n"
	"\n"
	"Reads captures (pcap, pcapng; plain or gzip, zstd, lz4; - is standard input) as one stream in\n"
	"time order and says which TCP connections could not be made, where they died and who can\n"
	"fix it. NAME= names the vantage, the place on the network where FILE was captured; files\n"
	"without a name belong to one vantage, unless all of them show the same packets: then each\n"
	"is a vantage named after its file. Clocks of vantages that differ are corrected by the\n"
	"packets seen at both; times are those of the first vantage.\n"
	"\n"
	"  -o, --output DIR    write the stats files to DIR (attempts, services, hosts, findings,\n"
	"                      ports as .jsonl, and summary.json)\n"
	"      --csv           with -o: .csv files beside them\n"
	"      --json          print one JSON document instead of the report\n"
	"      --filter EXPR   look only at frames that match a capture filter (pcap-filter(7)),\n"
	"                      such as 'tcp port 80 and host 192.0.2.1'\n"
	"      --tracking MODE full (default) follows every connection to its end; handshake looks only\n"
	"                      at what can change an attempt, and says null for volumes per connection\n"
	"      --decode NAME   decode with one kernel: scalar, avx2, avx512, best (default) or verify,\n"
	"                      which runs scalar beside the best and counts where they differ\n"
	"      --workers N     spread the work over N threads (default 1); same results\n"
	"      --memory MIB    memory for flows (default 1024); when it is full the oldest half-open\n"
	"                      attempts give way, and are counted\n"
	"  -v, --verbose       show what DPDK says\n"
	"  -h, --help          this text\n"
	"\n"
	"Exit status: 0 fine, 1 wrong usage, 2 an input was bad or cut off (what could be read is\n"
	"reported), 3 results could not be written.\n"
	"\n"
	"  synoptic read office.pcapng\n"
	"  synoptic read -o stats/ client=a.pcap server=b.pcap.zst\n"
	"  tcpdump -w - | synoptic read -\n";

static int parse_number(const char *text, const char *option, uint32_t min, uint32_t max,
	uint32_t *value, struct sy_error *err)
{
	char *end;
	unsigned long number;

	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || number < min || number > max)
		return sy_error_set(err, EINVAL, "%s takes a whole number from %u to %u, not '%s'",
			option, min, max, text);
	*value = (uint32_t)number;
	return 0;
}

int read_options_vantage(struct read_options *o, const char *name)
{
	for (uint32_t v = 0; v < o->vantage_count; v++)
		if (strcmp(o->vantage_names[v], name) == 0)
			return (int)v;
	if (o->vantage_count == SY_VANTAGE_MAX)
		return -1;
	o->vantage_names[o->vantage_count] = name;
	return (int)o->vantage_count++;
}

/// "NAME=FILE" when NAME has no slash and no such file exists as a whole; else a file.
static int add_input(struct read_options *o, char *argument, struct sy_error *err)
{
	char *equals = strchr(argument, '=');
	const char *name = "tap";
	int vantage;

	if (o->input_count == SY_PORT_MAX)
		return sy_error_set(
			err, EINVAL, "at most %d inputs can be read at a time", SY_PORT_MAX);
	o->inputs[o->input_count].path = argument;
	if (equals != NULL && equals != argument && access(argument, F_OK) != 0 &&
		memchr(argument, '/', (size_t)(equals - argument)) == NULL) {
		*equals = '\0';
		name = argument;
		o->inputs[o->input_count].named = true;
		o->inputs[o->input_count].path = equals + 1;
		if (equals[1] == '\0')
			return sy_error_set(err, EINVAL, "'%s=' names a vantage but no file", name);
	}
	vantage = read_options_vantage(o, name);
	if (vantage < 0)
		return sy_error_set(
			err, EINVAL, "at most %d vantages can be told apart", SY_VANTAGE_MAX);
	o->inputs[o->input_count++].vantage = (uint8_t)vantage;
	return 0;
}

static int check(const struct read_options *o, struct sy_error *err)
{
	uint32_t pipes = 0;

	if (o->input_count == 0)
		return sy_error_set(
			err, EINVAL, "no capture file is given; see synoptic read --help");
	for (uint32_t i = 0; i < o->input_count; i++)
		pipes += strcmp(o->inputs[i].path, "-") == 0;
	if (pipes > 1)
		return sy_error_set(err, EINVAL, "standard input can be given only once");
	if (o->csv && o->output_dir == NULL)
		return sy_error_set(err, EINVAL, "--csv writes files: give a directory with -o");
	return 0;
}

enum {
	OPT_CSV = 256,
	OPT_JSON,
	OPT_FILTER,
	OPT_TRACKING,
	OPT_DECODE,
	OPT_WORKERS,
	OPT_MEMORY,
};

static const struct option long_options[] = {
	{"output", required_argument, NULL, 'o'},
	{"csv", no_argument, NULL, OPT_CSV},
	{"json", no_argument, NULL, OPT_JSON},
	{"filter", required_argument, NULL, OPT_FILTER},
	{"decode", required_argument, NULL, OPT_DECODE},
	{"tracking", required_argument, NULL, OPT_TRACKING},
	{"workers", required_argument, NULL, OPT_WORKERS},
	{"memory", required_argument, NULL, OPT_MEMORY},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

static int parse_tracking(const char *text, struct read_options *o, struct sy_error *err)
{
	o->handshake_only = strcmp(text, "handshake") == 0;
	if (!o->handshake_only && strcmp(text, "full") != 0)
		return sy_error_set(
			err, EINVAL, "--tracking takes full or handshake, not '%s'", text);
	return 0;
}

static int take_option(struct read_options *o, int option, char **argv, struct sy_error *err)
{
	switch (option) {
	case 'o':
		o->output_dir = optarg;
		return 0;
	case OPT_CSV:
		o->csv = true;
		return 0;
	case OPT_JSON:
		o->json = true;
		return 0;
	case OPT_FILTER:
		o->filter = optarg;
		return 0;
	case OPT_DECODE:
		o->decode = optarg;
		return 0;
	case OPT_TRACKING:
		return parse_tracking(optarg, o, err);
	case OPT_WORKERS:
		return parse_number(optarg, "--workers", 1, WORKERS_MAX, &o->workers, err);
	case OPT_MEMORY:
		return parse_number(
			optarg, "--memory", MEMORY_MIB_MIN, MEMORY_MIB_MAX, &o->memory_mib, err);
	case 'v':
		o->verbose = true;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	case ':':
		return sy_error_set(err, EINVAL, "%s needs a value; see synoptic read --help",
			argv[optind - 1]);
	default:
		return sy_error_set(err, EINVAL, "unknown option %s; see synoptic read --help",
			argv[optind - 1]);
	}
}

int read_options_parse(struct read_options *o, int argc, char **argv, struct sy_error *err)
{
	int option, status;

	memset(o, 0, sizeof(*o));
	o->workers = 1;
	o->memory_mib = MEMORY_MIB_DEFAULT;
	o->decode = "best";
	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, ":o:vh", long_options, NULL)) != -1) {
		status = take_option(o, option, argv, err);
		if (status != 0 || o->help)
			return status;
	}
	for (int i = optind; i < argc; i++) {
		status = add_input(o, argv[i], err);
		if (status != 0)
			return status;
	}
	return check(o, err);
}
