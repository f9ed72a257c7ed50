// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <rte_eal.h>

#include <stddef.h>

// DPDK for tests that need no device: group set-up and teardown of cmocka.

static inline int start_eal(void **state)
{
	static char options[][32] = {"test", "--no-huge", "-m", "64", "--no-shconf",
		"--no-telemetry", "--no-pci", "-l", "0", "--log-level=*:critical"};
	char *argv[sizeof(options) / sizeof(options[0])];
	size_t count = sizeof(options) / sizeof(options[0]);

	(void)state;
	for (size_t i = 0; i < count; i++)
		argv[i] = options[i];
	return rte_eal_init((int)count, argv) < 0;
}

static inline int stop_eal(void **state)
{
	(void)state;
	return rte_eal_cleanup();
}
