// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Ports that need no hardware: net_null takes a key and a table and gives them back.

#include "config_cmocka.h"
#include "ports_internal.h"

#include <rte_eal.h>
#include <rte_ethdev.h>

#include <errno.h>

static struct sy_config config;

#define TWO_NULLS "ports:\n  - {name: a, device: net_null0}\n  - {name: b, device: net_null1}\n"
#define WORKERS   "workers: {cores: [1, 2, 3]}\nmbufs: 8192\n"

static int start_eal(void **state)
{
	static char options[][32] = {"test", "--no-huge", "-m", "128", "--no-shconf",
		"--no-telemetry", "--no-pci", "-l", "0", "--vdev=net_null0", "--vdev=net_null1",
		"--vdev=net_pcap7,rx_pcap=/none", "--log-level=*:critical"};
	char *argv[RTE_DIM(options)];

	(void)state;
	for (size_t i = 0; i < RTE_DIM(options); i++)
		argv[i] = options[i];
	return rte_eal_init(RTE_DIM(options), argv) < 0;
}

static int stop_eal(void **state)
{
	(void)state;
	return rte_eal_cleanup();
}

static struct sy_ports *open_ports(const char *text)
{
	struct sy_ports *ports = NULL;
	struct sy_error err = {""};

	config_good(&config, text);
	if (sy_ports_open(&ports, &config, "f", &err) != 0)
		fail_msg("%s", err.text);
	return ports;
}

static void expect_port(const struct sy_ports *ports, uint32_t i, const char *name,
	enum sy_port_way way, const char *why)
{
	const struct sy_port *port = sy_ports_get(ports, i);

	assert_string_equal(port->name, name);
	assert_string_equal(port->driver, "net_null");
	assert_string_equal(sy_port_way_name(port->way), sy_port_way_name(way));
	assert_string_equal(port->why, why);
	assert_true(port->up && !port->gone);
}

static struct sy_ports_assignment assignment;

static void key_and_table_are_set(void **state)
{
	struct sy_ports *ports = open_ports(TWO_NULLS WORKERS);
	uint8_t key[64] = {0};
	struct rte_eth_rss_conf conf = {key, sizeof(key), 0};
	struct rte_eth_rss_reta_entry64 table[2] = {{.mask = UINT64_MAX}, {.mask = UINT64_MAX}};
	struct rte_mbuf *mbufs[8];

	(void)state;
	assert_int_equal(sy_ports_count(ports), 2);
	for (uint32_t i = 0; i < 2; i++) {
		uint16_t id = sy_ports_get(ports, i)->id;

		expect_port(ports, i, i == 0 ? "a" : "b", SY_PORT_RSS,
			"symmetric key, read back and checked");
		assert_int_equal(sy_ports_get(ports, i)->queues, 3);
		assert_int_equal(rte_eth_dev_rss_hash_conf_get(id, &conf), 0);
		for (int k = 0; k < 40; k++)
			assert_int_equal(key[k], k & 1 ? 0x5a : 0x6d);
		assert_int_equal(rte_eth_dev_rss_reta_query(id, table, 128), 0);
		for (int k = 0; k < 128; k++)
			assert_int_equal(table[k / 64].reta[k % 64], k % 3);
		for (uint16_t q = 0; q < 3; q++) {
			assert_int_equal(rte_eth_rx_burst(id, q, mbufs, 8), 8);
			rte_pktmbuf_free_bulk(mbufs, 8);
		}
	}
	// What the cards hash otherwise is handed over, to whom their hash assigns its flow.
	assert_true(sy_ports_need_handoff(ports));
	assert_true(sy_ports_assign(ports, &assignment));
	assert_true(assignment.with_ports);
	for (uint32_t fold = 0; fold < SY_PORTS_FOLDS; fold++)
		assert_in_range(assignment.queue[fold], 0, 2);
	sy_ports_close(ports);
}

/// A table that leads to a queue which nobody polls is trusted only where it is demanded, and then
/// no flow is owned by a worker that is not there.
static void table_beyond_the_queues(void **state)
{
	struct sy_ports *ports = open_ports(TWO_NULLS WORKERS "distribution: rss\n");

	(void)state;
	assert_true(sy_ports_assign(ports, &assignment));
	for (uint32_t i = 0; i < 2; i++)
		ports->ports[i].rss.table[5] = 0xffff;
	assert_false(sy_ports_assign(ports, &assignment));
	assert_true(sy_ports_need_handoff(ports));
	sy_ports_close(ports);
}

static void one_port_decides_for_all(void **state)
{
	struct sy_ports *ports = open_ports(
		"ports:\n  - {name: a, device: net_null0}\n  - {name: b, device: net_null1, queues: 2}\n" WORKERS);

	(void)state;
	expect_port(ports, 0, "a", SY_PORT_SOFTWARE, "port b distributes otherwise");
	expect_port(ports, 1, "b", SY_PORT_SOFTWARE, "2 queues for 3 workers");
	assert_true(sy_ports_need_handoff(ports));
	sy_ports_close(ports);
}

static void one_worker_is_single(void **state)
{
	struct sy_ports *ports = open_ports(TWO_NULLS);

	(void)state;
	expect_port(ports, 0, "a", SY_PORT_SINGLE, "there is one worker");
	expect_port(ports, 1, "b", SY_PORT_SINGLE, "there is one worker");
	assert_false(sy_ports_need_handoff(ports));
	sy_ports_close(ports);
}

static void forced_software(void **state)
{
	struct sy_ports *ports = open_ports(TWO_NULLS WORKERS "distribution: software\n");

	(void)state;
	expect_port(ports, 0, "a", SY_PORT_SOFTWARE, "as configured");
	assert_false(sy_ports_assign(ports, &assignment));
	sy_ports_close(ports);
}

static void expect_error(const char *text, int status, const char *sentence)
{
	struct sy_ports *ports = NULL;
	struct sy_error err = {""};

	config_good(&config, text);
	assert_int_equal(sy_ports_open(&ports, &config, "f", &err), status);
	assert_null(ports);
	if (strstr(err.text, sentence) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.text, sentence);
}

// EAL started, although the probe of net_pcap7 failed.
static void failed_probe(void **state)
{
	(void)state;
	expect_error("ports:\n  - {name: a, device: net_null0}\n"
		     "  - {name: b, device: 'net_pcap7,rx_pcap=/none'}\n",
		-ENODEV, "ports[1].device: DPDK cannot open \"net_pcap7,rx_pcap=/none\"");
	// Nothing was left open.
	sy_ports_close(open_ports(TWO_NULLS WORKERS));
}

static void absent_devices(void **state)
{
	(void)state;
	expect_error("ports:\n  - {name: a, device: '00ff:3b:00.0'}\n", -ENODEV,
		"ports[0].device: there is no PCI device 00ff:3b:00.0");
	expect_error("ports:\n  - {name: a, device: nosuchinterface}\n", -ENODEV,
		"ports[0].device: there is no interface nosuchinterface");
	expect_error("ports:\n  - {name: a, device: net_nosuchdriver0}\n", -ENODEV,
		"ports[0].device: DPDK cannot open \"net_nosuchdriver0\"");
}

/// What the configuration cannot see: two names of one device. It is the first port's to give back.
static void same_device_twice(void **state)
{
	struct sy_ports *ports = NULL;
	struct sy_error err = {""};

	(void)state;
	config_good(&config, TWO_NULLS);
	memcpy(config.ports[1].device, config.ports[0].device, sizeof(config.ports[1].device));
	assert_int_equal(sy_ports_open(&ports, &config, "f", &err), -EEXIST);
	assert_null(ports);
	assert_non_null(strstr(err.text, "net_null0 is the same device as net_null0"));
	sy_ports_close(open_ports(TWO_NULLS));
}

static void impossible_rss(void **state)
{
	(void)state;
	expect_error("ports:\n  - {name: a, device: net_null0, queues: 1}\n" WORKERS
		     "distribution: rss\n",
		-ENOTSUP, "net_null0 has 1 queue for 3 workers");
}

static void ignore(void *arg, enum sy_port_event event, const struct sy_port *port)
{
	(void)port;
	((uint32_t *)arg)[event]++;
}

/// The demo of the power library needs no card: a queue that is always full never rests.
static void idle_cores(void **state)
{
	struct sy_ports *ports = open_ports(TWO_NULLS "idle: pause\n");
	struct rte_mbuf *mbufs[8];

	(void)state;
	assert_int_equal(rte_eth_rx_burst(sy_ports_get(ports, 0)->id, 0, mbufs, 8), 8);
	rte_pktmbuf_free_bulk(mbufs, 8);
	sy_ports_close(ports);
	// Again, on ports that may have the same numbers.
	ports = open_ports(TWO_NULLS "idle: pause\n");
	sy_ports_close(ports);
	expect_error(TWO_NULLS "idle: monitor\n", -ENOTSUP, "cannot be made to save power (idle)");
}

static void losses_and_events(void **state)
{
	struct sy_ports *ports = open_ports(TWO_NULLS);
	struct sy_port_counter counters[SY_PORT_COUNTERS_MAX];
	struct sy_port_losses losses;
	uint32_t events[3] = {0};

	(void)state;
	sy_ports_losses(ports, 1, &losses);
	assert_int_equal(losses.missed + losses.errors + losses.no_mbuf + losses.kernel_drops, 0);
	assert_int_equal(sy_ports_counters(ports, 1, counters), 1); // of its only queue
	assert_string_equal(counters[0].name, "rx_q0_errors");
	assert_int_equal(counters[0].count, 0);
	sy_ports_poll(ports, ignore, events);
	assert_int_equal(events[SY_PORT_LINK_UP] + events[SY_PORT_LINK_DOWN], 0);
	rte_eth_dev_stop(sy_ports_get(ports, 0)->id); // takes its link down
	sy_ports_poll(ports, ignore, events);
	sy_ports_poll(ports, ignore, events);
	assert_int_equal(events[SY_PORT_LINK_DOWN], 1);
	assert_false(sy_ports_get(ports, 0)->up);
	sy_ports_close(ports);
	sy_ports_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_and_table_are_set),
		cmocka_unit_test(table_beyond_the_queues),
		cmocka_unit_test(one_port_decides_for_all),
		cmocka_unit_test(one_worker_is_single),
		cmocka_unit_test(forced_software),
		cmocka_unit_test(failed_probe),
		cmocka_unit_test(absent_devices),
		cmocka_unit_test(same_device_twice),
		cmocka_unit_test(impossible_rss),
		cmocka_unit_test(idle_cores),
		cmocka_unit_test(losses_and_events),
	};

	return cmocka_run_group_tests(tests, start_eal, stop_eal);
}
