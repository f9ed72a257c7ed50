// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_config.h"
#include "sy_error.h"

#include <stdbool.h>
#include <stdint.h>

/// Starts DPDK's environment for work on files: no hugepages, no PCI, no shared files, no root;
/// one lcore for the manager (the calling thread) and one for each worker, all of them free to run
/// on every CPU that the process may use. Its own chatter is kept back unless verbose; its
/// failures come out as one sentence.
/// 0, or -errno with the sentence in err.
int eal_start_offline(uint32_t workers, bool verbose, struct sy_error *err);

/// Starts it for polling ports, as the configuration has it: the manager (the calling thread) and
/// each worker on the core of its own, the ports' devices, memory from huge pages or not. What is
/// missing for it (a CPU, huge pages) is said with the command that helps. Whether the devices are
/// there EAL does not say: sy_ports_open() does. 0, or -errno with one sentence in err.
int eal_start_live(const struct sy_config *config, bool verbose, struct sy_error *err);

/// rte_eal_init() with its chatter kept back unless verbose; its last line is the reason in err.
int eal_start(int count, char **arguments, bool verbose, struct sy_error *err);

/// The lcore id of worker 0..workers-1.
unsigned eal_worker_lcore(uint32_t worker);

void eal_stop(void);
