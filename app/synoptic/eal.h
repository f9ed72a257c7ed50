// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_error.h"

#include <stdbool.h>
#include <stdint.h>

/// Starts DPDK's environment for work on files: no hugepages, no PCI, no shared files, no root;
/// one lcore for the manager (the calling thread) and one for each worker, all of them free to run
/// on every CPU that the process may use. Its own chatter is kept back unless verbose; its
/// failures come out as one sentence.
/// 0, or -errno with the sentence in err.
int eal_start_offline(uint32_t workers, bool verbose, struct sy_error *err);

/// The lcore id of worker 0..workers-1.
unsigned eal_worker_lcore(uint32_t worker);

void eal_stop(void);
