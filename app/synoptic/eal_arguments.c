// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "eal_arguments.h"

#include "demo_port.h"
#include "eal.h"

#include "sy_ports.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MIB         (1ull << 20)
#define FILE_PREFIX "synoptic"

__attribute__((format(printf, 2, 3))) static void add(
	struct eal_arguments *a, const char *format, ...)
{
	va_list args;

	if (a->count == EAL_ARGUMENTS_MAX)
		return; // cannot be: the bounds of the configuration are lower
	va_start(args, format);
	vsnprintf(a->text[a->count], EAL_ARGUMENT_BYTES, format, args);
	va_end(args);
	a->argv[a->count] = a->text[a->count];
	a->argv[++a->count] = NULL;
}

uint32_t eal_memory_mib(const struct sy_config *config)
{
	uint64_t bytes = sy_ports_mbuf_bytes(sy_ports_mbufs(config), config->huge_pages) +
			 sy_ports_packet_queues(config) * SY_PORT_PACKET_TABLES;

	return EAL_BASE_MIB + (uint32_t)((bytes + MIB - 1) / MIB);
}

static int check_cpu(
	const struct machine *machine, uint32_t cpu, const char *key, struct sy_error *err)
{
	char cpus[128];

	if (cpu < MACHINE_CPUS_MAX && machine->cpus[cpu])
		return 0;
	machine_describe_cpus(machine, cpus, sizeof(cpus));
	return sy_error_set(err, ENODEV,
		"%s: there is no CPU %u for this process, which may run on %s; `lscpu -e` shows all",
		key, cpu, cpus);
}

static int add_lcores(struct eal_arguments *a, const struct sy_config *config,
	const struct machine *machine, struct sy_error *err)
{
	char text[EAL_ARGUMENT_BYTES], key[32];
	int used = snprintf(text, sizeof(text), "0@%u", config->manager_core);
	int status = check_cpu(machine, config->manager_core, "manager_core", err);

	for (uint32_t i = 0; i < config->workers.core_count && status == 0; i++) {
		snprintf(key, sizeof(key), "workers.cores[%u]", i);
		status = check_cpu(machine, config->workers.cores[i], key, err);
		used += snprintf(text + used, sizeof(text) - (size_t)used, ",%u@%u",
			eal_worker_lcore(i), config->workers.cores[i]);
	}
	add(a, "--lcores=%s", text);
	add(a, "--main-lcore=0");
	return status;
}

int eal_check_memory(
	const struct sy_config *config, const struct machine *machine, struct sy_error *err)
{
	struct machine_huge huge = machine_huge_sum(machine);
	uint64_t needed = eal_memory_mib(config), present = huge.free_bytes / MIB;
	uint64_t used = (huge.total_bytes - huge.free_bytes) / MIB;

	if (!config->huge_pages || present >= needed)
		return 0;
	return sy_error_set(err, ENOMEM,
		"huge_pages: %llu MiB are needed and %llu MiB are free: `synoptic-prepare hugepages "
		"0:%llu` (and HUGEPAGES in prepare.conf, for every boot), or huge_pages: false to try "
		"things out",
		(unsigned long long)needed, (unsigned long long)present,
		(unsigned long long)(used + needed + 1) / 2);
}

static void add_memory(struct eal_arguments *a, const struct sy_config *config)
{
	bool is_demo = config->port_count > 0 && demo_is_device(config->ports[0].device);

	if (config->huge_pages) {
		add(a, "--in-memory"); // leaves nothing behind, and needs no mounted hugetlbfs
		return;
	}
	add(a, "--no-huge");
	add(a, "-m");
	add(a, "%u", eal_memory_mib(config) + (is_demo ? DEMO_EAL_MIB : 0));
	add(a, "--no-shconf");
}

/// Whether the raw arguments choose PCI devices themselves.
static bool raw_names_pci(const struct sy_config *config)
{
	static const char *const words[] = {"-a", "--allow", "-b", "--block", "--no-pci"};

	for (uint32_t i = 0; i < config->eal_count; i++)
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++)
			if (strncmp(config->eal[i], words[k], strlen(words[k])) == 0)
				return true;
	return false;
}

static void add_devices(struct eal_arguments *a, const struct sy_config *config)
{
	char device[SY_PORTS_ARGUMENT_BYTES];
	uint32_t pci = 0;

	for (uint32_t i = 0; i < config->port_count; i++) {
		bool is_pci = config->ports[i].device_kind == SY_CONFIG_DEVICE_PCI;

		if (demo_is_device(config->ports[i].device))
			continue; // made when EAL runs
		sy_ports_device_argument(config, i, device);
		add(a, "%s", is_pci ? "-a" : "--vdev");
		add(a, "%s", device);
		pci += is_pci;
	}
	if (pci == 0 && !raw_names_pci(config))
		add(a, "--no-pci");
}

int eal_arguments_build(struct eal_arguments *a, const struct sy_config *config,
	const struct machine *machine, struct sy_error *err)
{
	a->count = 0;
	add(a, "synoptic");
	if (add_lcores(a, config, machine, err) != 0)
		return -ENODEV;
	if (eal_check_memory(config, machine, err) != 0)
		return -ENOMEM;
	add_memory(a, config);
	add(a, "--file-prefix=%s", FILE_PREFIX);
	if (!machine->can_share)
		add(a, "--no-telemetry");
	add_devices(a, config);
	for (uint32_t i = 0; i < config->eal_count; i++)
		add(a, "%s", config->eal[i]);
	return 0;
}
