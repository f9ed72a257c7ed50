// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The demo's ports are polled as any others: without hugepages, without PCI.

#include "../../app/synoptic/demo_port.h"
#include "eal_cmocka.h"
#include "export_cmocka.h"

#include "sy_decode.h"
#include "sy_time.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUEUES      2
#define PATIENCE_MS 60000u // the kernel of a busy machine may stall for so long

static struct demo *demo;

struct seen {
	uint64_t frames[DEMO_PORTS];
	uint64_t first[DEMO_PORTS]; ///< frames that were there at once
	uint64_t by_queue[QUEUES];
	uint64_t bucket[SY_BUCKET_COUNT];
	uint64_t syns, synacks;
};

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * SY_NS_PER_S + (uint64_t)time.tv_nsec;
}

static void pause_ms(uint32_t ms)
{
	const struct timespec time = {ms / 1000, (long)(ms % 1000 * SY_NS_PER_MS)};

	nanosleep(&time, NULL);
}

// As one who knows nothing of the demo but its devices' names.
static void open_ports(uint16_t ids[static DEMO_PORTS], uint16_t queues)
{
	struct rte_mempool *pool = rte_mempool_lookup("test");
	const struct rte_eth_conf none = {0};

	if (pool == NULL)
		pool = rte_pktmbuf_pool_create("test", 255, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, 0);
	assert_non_null(pool);
	for (uint32_t i = 0; i < DEMO_PORTS; i++) {
		assert_true(demo_is_device(demo_port_device(i)));
		assert_int_equal(rte_eth_dev_get_port_by_name(demo_port_device(i), &ids[i]), 0);
		assert_int_equal(rte_eth_dev_configure(ids[i], queues, 0, &none), 0);
		for (uint16_t q = 0; q < queues; q++)
			assert_int_equal(rte_eth_rx_queue_setup(ids[i], q, 1024, 0, NULL, pool), 0);
		assert_int_equal(rte_eth_dev_start(ids[i]), 0);
	}
}

static void close_ports(const uint16_t ids[static DEMO_PORTS])
{
	for (uint32_t i = 0; i < DEMO_PORTS; i++) {
		assert_int_equal(rte_eth_dev_stop(ids[i]), 0);
		assert_int_equal(rte_eth_dev_close(ids[i]), 0);
	}
}

static void look(struct seen *seen, struct rte_mbuf **mbufs, uint16_t count, uint32_t port)
{
	struct sy_burst burst = {.count = count};
	struct sy_batch batch;

	for (uint16_t i = 0; i < count; i++) {
		burst.data[i] = rte_pktmbuf_mtod(mbufs[i], const uint8_t *);
		burst.cap_bytes[i] = burst.wire_bytes[i] = mbufs[i]->pkt_len;
		assert_int_equal(mbufs[i]->nb_segs, 1);
	}
	sy_decode_scalar(&burst, &batch);
	for (uint16_t i = 0; i < count; i++) {
		uint32_t flags = batch.lane[i] == SY_LANE_TCP ? batch.flags[i] & 0x12u : 0;

		seen->bucket[batch.bucket[i]]++;
		seen->syns += flags == SY_TCP_SYN;
		seen->synacks += flags == (SY_TCP_SYN | SY_TCP_ACK);
		// Each fibre carries one direction.
		if (flags == SY_TCP_SYN)
			assert_int_equal(port, 0);
		if (flags == (SY_TCP_SYN | SY_TCP_ACK))
			assert_int_equal(port, 1);
		rte_pktmbuf_free(mbufs[i]);
	}
}

/// There were so many frames on each port, a fair share of them in each queue, and both kinds.
static bool is_enough(const struct seen *seen, uint16_t queues, uint32_t frames)
{
	for (uint16_t q = 0; q < queues; q++)
		if (seen->by_queue[q] <= frames * 3 / 10)
			return false;
	return seen->frames[0] > frames && seen->frames[1] > frames && seen->syns > frames / 10 &&
	       seen->synacks > frames / 10;
}

/// For at least so long, and until there was enough: who makes the traffic may have little of a
/// CPU.
static void poll_ports(const uint16_t ids[static DEMO_PORTS], uint16_t queues, uint32_t ms,
	uint32_t frames, struct seen *seen)
{
	uint64_t end_ns = now() + ms * SY_NS_PER_MS, last_ns = now() + PATIENCE_MS * SY_NS_PER_MS;
	struct rte_mbuf *mbufs[SY_BURST_MAX];

	for (bool first = true;
		now() < end_ns || (!is_enough(seen, queues, frames) && now() < last_ns);
		first = false) {
		bool any = false;

		for (uint32_t i = 0; i < DEMO_PORTS * queues; i++) {
			uint32_t port = i % DEMO_PORTS, queue = i / DEMO_PORTS;
			uint16_t count = rte_eth_rx_burst(
				ids[port], (uint16_t)queue, mbufs, SY_BURST_MAX);

			seen->frames[port] += count;
			seen->by_queue[queue] += count;
			if (first)
				seen->first[port] += count;
			look(seen, mbufs, count, port);
			any |= count > 0;
		}
		if (!any)
			usleep(20); // who makes the traffic may share the CPU
	}
}

/// Nobody polls: the traffic has begun, and stands still.
static void await_standstill(void)
{
	uint64_t last_ns = now() + PATIENCE_MS * SY_NS_PER_MS, before;

	do {
		before = demo_counts(demo).frames;
		pause_ms(350);
	} while ((before == 0 || demo_counts(demo).frames != before) && now() < last_ns);
	assert_true(before > 0);
	assert_int_equal(demo_counts(demo).frames, before);
}

/// After each test, also a failed one: the names are taken until then.
static int end_demo(void **state)
{
	(void)state;
	demo_stop(demo);
	demo = NULL;
	return 0;
}

static void two_seconds(void **state)
{
	struct sy_error err = {0};
	struct seen seen = {0};
	struct demo_counts counts;
	uint16_t ids[DEMO_PORTS];

	(void)state;
	if (demo_start(&demo, QUEUES, 1, &err) != 0)
		fail_msg("%s", err.text);
	open_ports(ids, QUEUES);
	assert_int_equal(ids[0], demo_port_id(demo, 0));
	assert_int_equal(ids[1], demo_port_id(demo, 1));
	// What came before anybody polls would come with wrong times.
	await_standstill();
	poll_ports(ids, QUEUES, 2000, 100, &seen);
	assert_in_range(seen.first[0] + seen.first[1], 1, 8);
	// About 3000 a second where nothing else keeps the CPU busy.
	assert_true(seen.frames[0] > 100 && seen.frames[1] > 100);
	assert_true(seen.by_queue[0] > 30 && seen.by_queue[1] > 30);
	assert_true(seen.syns > 10 && seen.synacks > 10);
	assert_int_equal(seen.bucket[SY_BUCKET_TCP] + seen.bucket[SY_BUCKET_OTHER_IP],
		seen.frames[0] + seen.frames[1]);
	counts = demo_counts(demo);
	assert_in_range(counts.frames, seen.frames[0] + seen.frames[1],
		seen.frames[0] + seen.frames[1] + 8);
	assert_int_equal(counts.no_mbuf + counts.skipped, 0);
	close_ports(ids);
}

// A poller that stops loses nothing: the traffic waits. Nothing of the first run is in the way of
// another.
static void traffic_waits(void **state)
{
	struct sy_error err = {0};
	struct seen seen = {0}, later = {0};
	struct demo_counts counts;
	uint16_t ids[DEMO_PORTS];

	(void)state;
	assert_int_equal(demo_start(&demo, 1, 2, &err), 0);
	open_ports(ids, 1);
	poll_ports(ids, 1, 300, 10, &seen);
	await_standstill();
	poll_ports(ids, 1, 300, 10, &later);
	assert_in_range(later.first[0] + later.first[1], 1, SY_BURST_MAX);
	assert_true(later.frames[0] > 10 && later.frames[1] > 10);
	counts = demo_counts(demo);
	assert_true(counts.paused_ns >= 300 * SY_NS_PER_MS);
	assert_int_equal(counts.no_mbuf, 0);
	close_ports(ids);
}

static void never_opened(void **state)
{
	struct sy_error err = {0};

	(void)state;
	assert_int_equal(demo_start(&demo, DEMO_QUEUES_MAX + 1, 1, &err), -EINVAL);
	assert_non_null(strstr(err.text, "queues"));
	assert_int_equal(demo_start(&demo, 1, 1, &err), 0);
	// The names are taken.
	assert_true(demo_start(&(struct demo *){NULL}, 1, 1, &err) < 0);
	assert_int_equal(rte_eth_dev_count_avail(), DEMO_PORTS);
	end_demo(NULL);
	assert_int_equal(rte_eth_dev_count_avail(), 0);
	demo_stop(NULL);
}

// The configuration is one that the loader would take, where there are two CPUs for it.
static void configuration(void **state)
{
	static struct sy_config config, loaded;
	struct sy_error err = {0};
	char *text;

	(void)state;
	demo_config(&config);
	assert_int_equal(config.port_count, DEMO_PORTS);
	strcpy(config.output.directory, "/tmp/demo");
	if (config.manager_core == config.workers.cores[0])
		return;
	text = sy_config_format(&config);
	assert_non_null(text);
	assert_int_equal(sy_config_load_text(&loaded, "demo", text, strlen(text), &err), 0);
	assert_memory_equal(&loaded, &config, sizeof(config));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(two_seconds, end_demo),
		cmocka_unit_test_teardown(traffic_waits, end_demo),
		cmocka_unit_test_teardown(never_opened, end_demo),
		cmocka_unit_test(configuration),
	};

	return cmocka_run_group_tests(tests, start_eal, stop_eal);
}
