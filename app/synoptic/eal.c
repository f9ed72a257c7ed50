// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "eal.h"

#include "sy_ports.h"

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARGUMENT_BYTES 8192
#define CHATTER_BYTES  65536

/// Appends "ID@(cpu,cpu,...)" for the CPUs of this process.
static int append_lcore(char *text, int used, unsigned id, const cpu_set_t *cpus)
{
	const char *separator = "(";

	used += snprintf(
		text + used, ARGUMENT_BYTES - (size_t)used, "%s%u@", id > 0 ? "," : "", id);
	for (int cpu = 0; cpu < CPU_SETSIZE && used < ARGUMENT_BYTES - 16; cpu++) {
		if (!CPU_ISSET(cpu, cpus))
			continue;
		used += snprintf(
			text + used, ARGUMENT_BYTES - (size_t)used, "%s%d", separator, cpu);
		separator = ",";
	}
	return used + snprintf(text + used, ARGUMENT_BYTES - (size_t)used, ")");
}

static void build_lcores(char text[static ARGUMENT_BYTES], uint32_t workers)
{
	cpu_set_t cpus;
	int used = snprintf(text, ARGUMENT_BYTES, "--lcores=");

	if (sched_getaffinity(0, sizeof(cpus), &cpus) != 0) {
		CPU_ZERO(&cpus);
		CPU_SET(0, &cpus);
	}
	for (unsigned id = 0; id <= workers && used < ARGUMENT_BYTES - 16; id++)
		used = append_lcore(text, used, id, &cpus);
}

/// The last line that EAL wrote, without its prefix: the nearest to a reason that it gives.
static const char *last_line(char *chatter)
{
	char *line = chatter;

	for (size_t n = strlen(chatter); n > 0 && chatter[n - 1] == '\n'; n--)
		chatter[n - 1] = '\0';
	if (strrchr(chatter, '\n') != NULL)
		line = strrchr(chatter, '\n') + 1;
	if (strncmp(line, "EAL: ", 5) == 0)
		line += 5;
	return line[0] != '\0' ? line : "no reason was given";
}

/// Leads a descriptor nowhere for a while; returns what speak_again() needs, -1 when it cannot.
static int silence(int fd)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC), kept = -1;

	fflush(NULL);
	if (nowhere >= 0)
		kept = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (kept >= 0)
		dup2(nowhere, fd);
	if (nowhere >= 0)
		close(nowhere);
	return kept;
}

static void speak_again(int fd, int kept)
{
	if (kept < 0)
		return;
	fflush(NULL);
	dup2(kept, fd);
	close(kept);
}

int eal_start(int count, char **arguments, bool verbose, struct sy_error *err)
{
	char *chatter = calloc(1, CHATTER_BYTES);
	FILE *log = verbose || chatter == NULL ? NULL : fmemopen(chatter, CHATTER_BYTES - 1, "w");
	int status = 0, out = -1;

	if (log != NULL) {
		setvbuf(log, NULL, _IONBF, 0);
		rte_openlog_stream(log);
	}
	if (!verbose)
		out = silence(
			STDOUT_FILENO); // a page of usage, for an argument that it does not know
	if (rte_eal_init(count, arguments) < 0)
		status = sy_error_set(err, rte_errno != 0 ? rte_errno : EIO,
			"DPDK could not be started: %s (-v shows all it says)",
			verbose || chatter == NULL ? rte_strerror(rte_errno) : last_line(chatter));
	speak_again(STDOUT_FILENO, out);
	if (log != NULL) {
		FILE *nowhere = fopen("/dev/null", "w");
		rte_openlog_stream(nowhere);
		fclose(log);
	}
	free(chatter);
	return status;
}

int eal_start_offline(uint32_t workers, bool verbose, struct sy_error *err)
{
	char lcores[ARGUMENT_BYTES];
	char *arguments[] = {(char[]){"synoptic"}, lcores, (char[]){"--no-huge"}, (char[]){"-m"},
		(char[]){"16"}, (char[]){"--no-shconf"}, (char[]){"--no-telemetry"},
		(char[]){"--no-pci"}, NULL};
	int count = (int)(sizeof(arguments) / sizeof(arguments[0])) - 1;

	build_lcores(lcores, workers);
	return eal_start(count, arguments, verbose, err);
}

unsigned eal_worker_lcore(uint32_t worker)
{
	return SY_PORTS_WORKER_LCORE(worker);
}

void eal_stop(void)
{
	rte_eal_cleanup();
}
