// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The floor under any DPDK program: a port that makes empty frames, polled, its mbufs freed again.

#include "baseline.h"

#include "sy_burst.h"

#include <rte_cycles.h>
#include <rte_ethdev.h>

#include <stdio.h>

#define BURSTS      32768 // a sample
#define DESCRIPTORS 1024
#define MBUFS       4095
#define CACHE       256

static const char *start_port(uint16_t port)
{
	struct rte_eth_conf none = {0};
	struct rte_mempool *pool = rte_pktmbuf_pool_create(
		"null", MBUFS, CACHE, 0, RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);

	if (rte_eth_dev_count_avail() == 0)
		return "DPDK gave no net_null port";
	if (pool == NULL || rte_eth_dev_configure(port, 1, 1, &none) != 0 ||
		rte_eth_rx_queue_setup(port, 0, DESCRIPTORS, 0, NULL, pool) != 0 ||
		rte_eth_tx_queue_setup(port, 0, DESCRIPTORS, 0, NULL) != 0 ||
		rte_eth_dev_start(port) != 0)
		return "the net_null port did not start";
	return NULL;
}

int limit_rx_burst(const struct budget *budget)
{
	const char *reason = start_port(0);
	struct samples samples = {0};
	struct rte_mbuf *mbufs[SY_BURST_MAX];
	uint64_t start = rte_rdtsc();

	if (reason != NULL) {
		printf("{\"skipped\":\"%s\"}\n", reason);
		return 0;
	}
	while (samples_wanted(&samples, budget, start)) {
		uint64_t frames = 0, before = rte_rdtsc();

		for (uint32_t i = 0; i < BURSTS; i++) {
			uint16_t count = rte_eth_rx_burst(0, 0, mbufs, SY_BURST_MAX);

			rte_pktmbuf_free_bulk(mbufs, count);
			frames += count;
		}
		samples_add(&samples, rte_rdtsc() - before, frames);
	}
	printf("{");
	print_measured("ns", &samples, 1);
	printf("}\n");
	rte_eth_dev_stop(0);
	return 0;
}
