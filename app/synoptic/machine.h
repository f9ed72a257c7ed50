// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_config.h"

#include <stdbool.h>
#include <stdint.h>

// What of this machine decides whether a live run can start.

#define MACHINE_CPUS_MAX      1024
#define MACHINE_NODES_MAX     16
#define MACHINE_DIRECTORY_MAX 256

/// Huge pages of one NUMA node, of all sizes together.
struct machine_huge {
	uint64_t total_bytes;
	uint64_t free_bytes;
};

struct machine {
	bool cpus[MACHINE_CPUS_MAX]; ///< a thread of this process may run there
	uint32_t cpu_count;          ///< of those
	bool isolated[MACHINE_CPUS_MAX];
	struct machine_huge huge[MACHINE_NODES_MAX];
	uint32_t node_count; ///< at least 1
	uint64_t memory_bytes;
	uint64_t available_bytes;
	bool can_share; ///< DPDK can make its runtime directory, which telemetry needs
};

/// Looks at the machine. Moves the calling thread from CPU to CPU and back for a moment. What
/// cannot be read counts as not there. Cannot fail.
void machine_look(struct machine *machine);

/// The NUMA node of a CPU; 0 when there is but one, -1 when there is no such CPU.
int machine_node_of_cpu(uint32_t cpu);

/// Huge pages over all nodes.
struct machine_huge machine_huge_sum(const struct machine *machine);

/// Writes "0-3,8" for the CPUs there are, cut at the size of the buffer.
void machine_describe_cpus(const struct machine *machine, char *text, uint32_t size);
