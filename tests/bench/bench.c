// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Measures one thing a run and prints one line of JSON; bench.py runs them all and makes the table.
//
//   bench memory MEGABYTES
//   bench rx_burst
//   bench rte_hash KEYS
//   bench loop|pair SCENARIO [OPTION...]
//   bench stages SCENARIO [--part lookup|tcp|worker] [OPTION...]
//
// Where something cannot be measured here the line says {"skipped": "why"}.

#include "baseline.h"
#include "rig.h"
#include "scenarios.h"

#include <rte_eal.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EAL_MIB 64

struct verb {
	const char *name;
	uint32_t memory_mib;
	const char *device;
	int (*limit)(uint64_t number, const struct budget *budget);
	int (*scenario)(const struct scenario *scenario, struct sy_error *err);
};

static int run_rx_burst(uint64_t number, const struct budget *budget)
{
	(void)number;
	return limit_rx_burst(budget);
}

static int run_rte_hash(uint64_t number, const struct budget *budget)
{
	return limit_rte_hash((uint32_t)number, budget);
}

static int run_memory(uint64_t number, const struct budget *budget)
{
	return limit_memory(number << 20, budget);
}

static const struct verb verbs[] = {
	{"memory", EAL_MIB, NULL, run_memory, NULL},
	{"rx_burst", EAL_MIB, "net_null0,size=64", run_rx_burst, NULL},
	{"rte_hash", 512, NULL, run_rte_hash, NULL},
	{"loop", EAL_MIB, NULL, NULL, scenario_loop},
	{"stages", EAL_MIB, NULL, NULL, scenario_stages},
	{"pair", EAL_MIB, NULL, NULL, scenario_pair},
};

static bool parse(int argc, char **argv, struct scenario *s)
{
	for (int i = 0; i < argc; i += 2) {
		const char *name = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (value == NULL)
			return false;
		if (strcmp(name, "--flows") == 0)
			s->flows = strtoull(value, NULL, 10);
		else if (strcmp(name, "--capture") == 0)
			s->capture = value;
		else if (strcmp(name, "--kernel") == 0)
			s->kernel = value;
		else if (strcmp(name, "--tracking") == 0)
			s->tracking = value;
		else if (strcmp(name, "--part") == 0)
			s->part = value;
		else if (strcmp(name, "--seconds") == 0)
			s->budget.seconds = strtod(value, NULL);
		else if (strcmp(name, "--samples") == 0)
			s->budget.samples = (uint32_t)strtoul(value, NULL, 10);
		else if (strcmp(name, "--packets") == 0)
			s->budget.sample_packets = strtoull(value, NULL, 10);
		else
			return false;
	}
	return s->flows > 0 && s->budget.sample_packets > 0;
}

static int run(const struct verb *verb, const struct scenario *s)
{
	struct sy_error err = {0};
	int status = rig_start_dpdk(verb->memory_mib, verb->device);

	if (status != 0) {
		printf("{\"skipped\":\"DPDK did not start\"}\n");
		return 0;
	}
	if (verb->limit != NULL)
		return verb->limit(strtoull(s->name, NULL, 10), &s->budget);
	status = verb->scenario(s, &err);
	if (status == 0)
		return 0;
	printf("{\"skipped\":\"%s\"}\n", err.text);
	return status == -ENOTSUP ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct scenario scenario = {.name = argc > 2 && argv[2][0] != '-' ? argv[2] : "0",
		.flows = 100000,
		.kernel = "best",
		.tracking = "full",
		.part = "worker",
		.budget = {.seconds = 1, .sample_packets = 512 * 1024}};
	int options = argc > 2 && argv[2][0] != '-' ? 3 : 2;

	for (size_t i = 0; argc > 1 && i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].name) == 0 &&
			parse(argc - options, argv + options, &scenario))
			return run(&verbs[i], &scenario);
	fprintf(stderr, "usage: bench VERB WHAT [--flows N] [--capture FILE] [--kernel NAME] "
			"[--tracking NAME] [--part NAME] [--seconds S] [--samples N] "
			"[--packets N]\n");
	return 2;
}
