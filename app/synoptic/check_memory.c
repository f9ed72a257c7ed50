// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Memory: the tables, the buffers of frames, and the huge pages that these need.

#include "check.h"
#include "eal_arguments.h"

#include "sy_ports.h"

#define MIB (1ull << 20)

static unsigned long long mib(uint64_t bytes)
{
	return (unsigned long long)(bytes / MIB);
}

static void check_huge(struct check *check)
{
	struct machine_huge huge = machine_huge_sum(&check->machine);
	struct sy_error err;

	if (!check->config->huge_pages) {
		check_fact("huge pages", "not used, as configured");
		return;
	}
	check_fact("huge pages", "%u MiB needed, %llu MiB free of %llu MiB",
		eal_memory_mib(check->config), mib(huge.free_bytes), mib(huge.total_bytes));
	if (eal_check_memory(check->config, &check->machine, &err) != 0)
		check_problem(check, CHECK_ERROR, "%s", err.text);
}

void check_memory(struct check *check)
{
	const struct sy_config *config = check->config;
	const struct machine *machine = &check->machine;
	uint32_t mbufs = sy_ports_mbufs(config), eal = eal_memory_mib(config);
	uint64_t rings = sy_ports_packet_queues(config) * SY_PORT_PACKET_RING;
	uint64_t needed = config->memory_mib + (config->huge_pages ? 0 : eal) + mib(rings);

	check_section("Memory");
	check_fact("flow tables", "%u MiB, %u MiB for each worker", config->memory_mib,
		config->memory_mib / config->workers.core_count);
	check_fact("frames", "%u buffers%s, %llu MiB", mbufs,
		config->mbufs == 0 ? " (computed)" : "",
		mib(sy_ports_mbuf_bytes(mbufs, config->huge_pages)));
	if (rings > 0)
		check_fact("kernel rings", "%llu MiB, locked", mib(rings));
	check_huge(check);
	check_fact("system", "%llu MiB, of which %llu MiB are available",
		mib(machine->memory_bytes), mib(machine->available_bytes));
	if (needed * MIB > machine->memory_bytes)
		check_problem(check, CHECK_ERROR,
			"memory_mib: %llu MiB are asked for, and the machine has %llu MiB: set "
			"memory_mib%s lower",
			(unsigned long long)needed, mib(machine->memory_bytes),
			rings > 0 ? ", or the `queues` of kernel interfaces," : "");
	else if (needed * MIB > machine->available_bytes)
		check_problem(check, CHECK_WARNING,
			"memory_mib: %llu MiB are asked for, and %llu MiB are available now: set "
			"memory_mib lower, or see with `ps aux --sort -rss | head` what takes it",
			(unsigned long long)needed, mib(machine->available_bytes));
}
