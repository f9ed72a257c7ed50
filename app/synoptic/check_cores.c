// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Cores and the clock.

#include "check.h"

#include <stdio.h>
#include <string.h>

#define CLOCK "/sys/devices/system/clocksource/clocksource0/current_clocksource"

static bool check_core(struct check *check, const char *label, const char *key, uint32_t cpu)
{
	char cpus[128];
	int node = machine_node_of_cpu(cpu);

	if (cpu >= MACHINE_CPUS_MAX || !check->machine.cpus[cpu]) {
		machine_describe_cpus(&check->machine, cpus, sizeof(cpus));
		check_fact(label, "CPU %u, which is not there", cpu);
		check_problem(check, CHECK_ERROR,
			"%s: there is no CPU %u for this process, which may run on %s; `lscpu -e` "
			"shows all",
			key, cpu, cpus);
		return false;
	}
	check_fact(label, "CPU %u, NUMA node %d%s", cpu, node,
		check->machine.isolated[cpu] ? ", isolated" : "");
	return true;
}

/// Workers that share their CPU with whatever the kernel puts there lose frames now and then.
static void warn_of_shared(struct check *check)
{
	const struct sy_config_workers *workers = &check->config->workers;
	char list[256] = "";
	int used = 0;

	for (uint32_t i = 0; i < workers->core_count; i++) {
		uint32_t cpu = workers->cores[i];

		if (cpu >= MACHINE_CPUS_MAX || !check->machine.cpus[cpu] ||
			check->machine.isolated[cpu])
			continue;
		if (cpu == 0) {
			check_problem(check, CHECK_WARNING,
				"workers.cores: CPU 0 has the kernel's own work, which cannot be moved: "
				"take another for a worker, where there is one");
			continue;
		}
		used += snprintf(
			list + used, sizeof(list) - (size_t)used, "%s%u", used > 0 ? "," : "", cpu);
	}
	if (used > 0)
		check_problem(check, CHECK_WARNING,
			"workers.cores: the kernel may put other work on CPU %s, which costs frames "
			"at high rates: boot with `isolcpus=%s nohz_full=%s rcu_nocbs=%s`",
			list, list, list, list);
}

static void check_clock(struct check *check)
{
	FILE *file = fopen(CLOCK, "r");
	char name[32] = "unknown";

	if (file != NULL) {
		if (fgets(name, sizeof(name), file) != NULL)
			name[strcspn(name, "\n")] = '\0';
		fclose(file);
	}
	check_fact("clock", "%s", name);
	// Under these the time stamp counter is steady too, and the hypervisor scales it.
	if (strcmp(name, "tsc") != 0 && strcmp(name, "kvm-clock") != 0 &&
		strcmp(name, "hyperv_clocksource_tsc_page") != 0)
		check_problem(check, CHECK_WARNING,
			"the kernel does not trust the time stamp counter (its clock is %s), so times "
			"may be off: see `dmesg | grep -i -e tsc -e clocksource`; `tsc=reliable` on the "
			"kernel's command line where it is known to be good",
			name);
}

void check_cores(struct check *check)
{
	const struct sy_config *config = check->config;
	char label[24], key[32];

	check_section("Cores");
	check_core(check, "manager", "manager_core", config->manager_core);
	for (uint32_t i = 0; i < config->workers.core_count; i++) {
		snprintf(label, sizeof(label), "worker %u", i);
		snprintf(key, sizeof(key), "workers.cores[%u]", i);
		check_core(check, label, key, config->workers.cores[i]);
	}
	warn_of_shared(check);
	check_clock(check);
}
