// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "measure.h"

#include <stdint.h>

// What the machine and DPDK itself can do, to hold the results against. Each prints one JSON object
// on a line and returns an exit status.

/// Lines of 64 bytes at random places of `bytes` of memory, read and written: 32 prefetched
/// together, and one after another, each place known only from the one before.
int limit_memory(uint64_t bytes, const struct budget *budget);

/// rte_eth_rx_burst() of a net_null port with frames of 64 bytes. DPDK must have been started with
/// that device.
int limit_rx_burst(const struct budget *budget);

/// rte_hash_lookup_bulk() of 32 keys of 16 bytes among `keys`.
int limit_rte_hash(uint32_t keys, const struct budget *budget);
