// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "rig.h"

#include "frame.h"

#include "sy_duplicates.h"
#include "sy_memory.h"

#include <rte_cycles.h>
#include <rte_eal.h>

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

// As run.c has them.
#define SERVICES            (1u << 16)
#define HOSTS               (1u << 17)
#define DETAILS             (1u << 13)
#define DUPLICATE_WINDOW_NS (2 * SY_NS_PER_MS)

#define POOL_MBUFS 2048
#define POOL_CACHE 256

int rig_start_dpdk(uint32_t memory_mib, const char *device)
{
	char lcores[64], memory[16], vdev[64];
	char *arguments[] = {(char[]){"bench"}, lcores, (char[]){"-m"}, memory,
		(char[]){"--no-huge"}, (char[]){"--no-shconf"}, (char[]){"--no-telemetry"},
		(char[]){"--no-pci"}, (char[]){"--log-level=error"}, vdev, NULL};
	int count = (int)(sizeof(arguments) / sizeof(arguments[0])) - 1 - (device == NULL);
	int cpu[2] = {-1, -1};
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	sched_getaffinity(0, sizeof(cpus), &cpus);
	for (int i = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, &cpus))
			continue;
		if (cpu[0] < 0)
			cpu[0] = cpu[1] = i;
		else if (cpu[1] == cpu[0])
			cpu[1] = i;
	}
	snprintf(lcores, sizeof(lcores), "--lcores=0@%d,1@%d", cpu[0], cpu[1]);
	snprintf(memory, sizeof(memory), "%u", memory_mib);
	snprintf(vdev, sizeof(vdev), "--vdev=%s", device != NULL ? device : "");
	if (device == NULL)
		arguments[count] = NULL;
	return rte_eal_init(count, arguments) < 0 ? -EIO : 0;
}

uint64_t rig_slots(uint64_t flows)
{
	uint64_t slots = 1024;

	while (slots / 2 < flows)
		slots *= 2;
	return slots;
}

/// The one place that knows what the program calls its ways of tracking.
static int set_tracking(struct sy_tcp_config *config, const char *tracking, struct sy_error *err)
{
	if (strcmp(tracking, "handshake") == 0)
		config->tracking = SY_TRACKING_HANDSHAKE;
	else if (strcmp(tracking, "full") != 0)
		return sy_error_set(err, EINVAL, "there is no tracking '%s'", tracking);
	return 0;
}

static int make_worker(struct rig *rig, uint64_t slots, const char *tracking, struct sy_error *err)
{
	uint64_t flows = rig->traffic->flows;
	struct worker_config config = {
		.flows = {.slots = slots, .records = flows < slots ? flows : slots},
		.tcp = sy_tcp_config_default(),
		.stats = {SERVICES, HOSTS, DETAILS, rig->poller.key},
		.vantage_of_port = rig->vantage_of_port,
		.age_from_flows = 4096,
		.ports = 1,
	};
	int status = set_tracking(&config.tcp, tracking, err);

	return status != 0 ? status : worker_init(&rig->worker, 0, &config, err);
}

int rig_init(struct rig *rig, struct traffic *traffic, uint64_t slots, const char *tracking,
	struct sy_error *err)
{
	static unsigned made;
	char name[20];
	int status;

	memset(rig, 0, sizeof(*rig));
	rig->traffic = traffic;
	rig->poller.key = sy_hash_key_from_seed(1);
	status = make_worker(rig, slots == 0 ? rig_slots(traffic->flows) : slots, tracking, err);
	if (status != 0)
		return status;
	snprintf(name, sizeof(name), "bench%u", made++);
	rig->pool = rte_pktmbuf_pool_create(name, POOL_MBUFS, POOL_CACHE,
		RTE_ALIGN(sizeof(struct sy_frame_meta), RTE_MBUF_PRIV_ALIGN),
		RTE_MBUF_DEFAULT_BUF_SIZE, SOCKET_ID_ANY);
	rig->poller.duplicates = sy_memory_map(sy_duplicates_bytes());
	if (rig->pool == NULL || rig->poller.duplicates == NULL)
		return sy_error_set(err, ENOMEM, "no memory for packet buffers");
	rig->poller.own = &rig->worker;
	rig->poller.ports = rig->ports;
	rig->poller.worker_count = 1;
	rig->poller.decode = sy_decode_kernel("best", NULL);
	rig->poller.vantage_of_port = rig->vantage_of_port;
	rig->poller.duplicate_window_ns = DUPLICATE_WINDOW_NS;
	return 0;
}

void rig_free(struct rig *rig)
{
	worker_free(&rig->worker);
	sy_memory_unmap(rig->poller.duplicates, sy_duplicates_bytes());
	rte_mempool_free(rig->pool);
	rig->traffic->destroy(rig->traffic);
}

uint32_t rig_refill(struct rig *rig, uint32_t count)
{
	struct traffic *traffic = rig->traffic;

	if (rte_pktmbuf_alloc_bulk(rig->pool, rig->ring, count) != 0)
		return 0;
	for (uint32_t i = 0; i < count; i++) {
		struct rte_mbuf *m = rig->ring[i];
		struct sy_frame_meta *meta = rte_mbuf_to_priv(m);
		uint32_t bytes = traffic->next(traffic, rte_pktmbuf_mtod(m, uint8_t *));

		if (bytes == 0) {
			rte_pktmbuf_free_bulk(&rig->ring[i], count - i);
			return i;
		}
		m->data_len = (uint16_t)bytes;
		m->pkt_len = bytes;
		m->port = 0;
		*meta = (struct sy_frame_meta){
			.ts_ns = traffic->ts_ns, .wire_bytes = bytes, .link = SY_LINK_ETHERNET};
	}
	return count;
}

/// A function of its own, so that callgrind can be told to look at nothing else.
__attribute__((noinline)) void rig_bursts(struct rig *rig, uint32_t count);

__attribute__((noinline)) void rig_bursts(struct rig *rig, uint32_t count)
{
	for (uint32_t at = 0; at < count; at += SY_BURST_MAX) {
		uint32_t left = count - at;

		poller_burst(&rig->poller, &rig->ring[at],
			(uint16_t)(left < SY_BURST_MAX ? left : SY_BURST_MAX));
	}
}

struct rig_ticks rig_run(struct rig *rig, uint64_t packets)
{
	struct rig_ticks ticks = {0};

	while (packets > 0) {
		uint32_t wanted = packets < RIG_RING ? (uint32_t)packets : RIG_RING;
		uint64_t start = rte_rdtsc(), ready, done;
		uint32_t count = rig_refill(rig, wanted);

		ready = rte_rdtsc();
		rig_bursts(rig, count);
		done = rte_rdtsc();
		ticks.refill += ready - start;
		ticks.loop += done - ready;
		if (count < wanted)
			break;
		packets -= count;
	}
	return ticks;
}

uint64_t rig_end(struct rig *rig)
{
	uint64_t start;

	rig->traffic->draining = true;
	rig_run(rig, UINT64_MAX);
	rig->traffic->draining = false;
	start = rte_rdtsc();
	poller_settle(&rig->poller);
	worker_end(&rig->worker, rig->poller.latest_ns, rig->poller.last_ns);
	return rte_rdtsc() - start;
}
