// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "machine.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NODES "/sys/devices/system/node/"
#define CPUS  "/sys/devices/system/cpu/"

/// The first line of a small file; false when it cannot be read.
static bool read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "r");
	bool read = file != NULL && fgets(line, (int)size, file) != NULL;

	if (file != NULL)
		fclose(file);
	if (read)
		line[strcspn(line, "\n")] = '\0';
	return read;
}

static uint64_t read_number(const char *path)
{
	char line[64];

	return read_line(path, line, sizeof(line)) ? strtoull(line, NULL, 10) : 0;
}

// An affinity that the kernel accepts is a CPU that is on, and that the process's cpuset has.
static void look_at_cpus(struct machine *machine)
{
	cpu_set_t before, one;
	bool known = sched_getaffinity(0, sizeof(before), &before) == 0;

	for (int cpu = 0; cpu < MACHINE_CPUS_MAX && known; cpu++) {
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		machine->cpus[cpu] = sched_setaffinity(0, sizeof(one), &one) == 0;
		machine->cpu_count += machine->cpus[cpu];
	}
	if (known)
		sched_setaffinity(0, sizeof(before), &before);
}

/// Marks the CPUs of a list such as 2-5,8.
static void mark_list(const char *list, bool marks[static MACHINE_CPUS_MAX])
{
	char *end;

	while (*list >= '0' && *list <= '9') {
		unsigned long from = strtoul(list, &end, 10), to = from;

		if (*end == '-')
			to = strtoul(end + 1, &end, 10);
		for (; from <= to && from < MACHINE_CPUS_MAX; from++)
			marks[from] = true;
		list = *end == ',' ? end + 1 : end;
	}
}

/// Huge pages of every size below a directory with one directory for each size.
static void look_at_huge(const char *path, struct machine_huge *huge)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char file[512];

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		uint64_t bytes;

		if (strncmp(entry->d_name, "hugepages-", 10) != 0)
			continue;
		bytes = strtoull(entry->d_name + 10, NULL, 10) << 10;
		snprintf(file, sizeof(file), "%s/%s/nr_hugepages", path, entry->d_name);
		huge->total_bytes += read_number(file) * bytes;
		snprintf(file, sizeof(file), "%s/%s/free_hugepages", path, entry->d_name);
		huge->free_bytes += read_number(file) * bytes;
	}
	if (dir != NULL)
		closedir(dir);
}

static void look_at_nodes(struct machine *machine)
{
	char path[128];

	for (uint32_t node = 0; node < MACHINE_NODES_MAX; node++) {
		snprintf(path, sizeof(path), NODES "node%u/hugepages", node);
		if (access(path, F_OK) != 0)
			continue;
		look_at_huge(path, &machine->huge[node]);
		machine->node_count = node + 1;
	}
	if (machine->node_count == 0) {
		look_at_huge("/sys/kernel/mm/hugepages", &machine->huge[0]);
		machine->node_count = 1;
	}
}

static void look_at_memory(struct machine *machine)
{
	FILE *file = fopen("/proc/meminfo", "r");
	char line[128];

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, "MemTotal:", 9) == 0)
			machine->memory_bytes = strtoull(line + 9, NULL, 10) << 10;
		if (strncmp(line, "MemAvailable:", 13) == 0)
			machine->available_bytes = strtoull(line + 13, NULL, 10) << 10;
	}
	if (file != NULL)
		fclose(file);
}

// As EAL chooses: /run of root, else where the environment says, else /tmp.
static bool can_share(void)
{
	const char *base = getenv("RUNTIME_DIRECTORY");

	if (base == NULL)
		base = getuid() == 0 ? "/var/run" : getenv("XDG_RUNTIME_DIR");
	return access(base != NULL ? base : "/tmp", W_OK | X_OK) == 0;
}

void machine_look(struct machine *machine)
{
	char list[4096];

	*machine = (struct machine){0};
	look_at_cpus(machine);
	if (read_line(CPUS "isolated", list, sizeof(list)))
		mark_list(list, machine->isolated);
	look_at_nodes(machine);
	look_at_memory(machine);
	machine->can_share = can_share();
}

int machine_node_of_cpu(uint32_t cpu)
{
	char path[128];

	snprintf(path, sizeof(path), CPUS "cpu%u", cpu);
	if (access(path, F_OK) != 0)
		return -1;
	for (int node = 0; node < MACHINE_NODES_MAX; node++) {
		snprintf(path, sizeof(path), CPUS "cpu%u/node%d", cpu, node);
		if (access(path, F_OK) == 0)
			return node;
	}
	return 0;
}

struct machine_huge machine_huge_sum(const struct machine *machine)
{
	struct machine_huge sum = {0};

	for (uint32_t node = 0; node < machine->node_count; node++) {
		sum.total_bytes += machine->huge[node].total_bytes;
		sum.free_bytes += machine->huge[node].free_bytes;
	}
	return sum;
}

void machine_describe_cpus(const struct machine *machine, char *text, uint32_t size)
{
	uint32_t used = 0;

	text[0] = '\0';
	for (uint32_t cpu = 0; cpu < MACHINE_CPUS_MAX && used + 16 < size; cpu++) {
		uint32_t last = cpu;

		if (!machine->cpus[cpu])
			continue;
		while (last + 1 < MACHINE_CPUS_MAX && machine->cpus[last + 1])
			last++;
		used += (uint32_t)snprintf(
			text + used, size - used, "%s%u", used > 0 ? "," : "", cpu);
		if (last > cpu)
			used += (uint32_t)snprintf(text + used, size - used, "-%u", last);
		cpu = last;
	}
}
