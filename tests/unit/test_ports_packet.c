// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A kernel interface as a port, in a network namespace of the test's own: what the kernel drops,
// links that go down, an interface that goes away. Needs root.

#include "config_cmocka.h"

#include "sy_ports.h"
#include "sy_time.h"

#include <rte_eal.h>
#include <rte_ethdev.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#define EXIT_SKIPPED 77
#define RING_FRAMES  16384 // as sy_ports_device_argument() asks for
#define SENT         20000u
#define FRAME_BYTES  60
#define FLOCK        250   // frames: a kernel queues 1000 for a CPU that is busy, and drops more
#define PATIENCE     60000 // ms

static struct sy_config config;
static struct sy_ports *ports;
static int sender = -1, witness = -1;
static uint32_t events[3];

static int start_eal(void)
{
	static char options[][32] = {"test", "--no-huge", "-m", "128", "--no-shconf",
		"--no-telemetry", "--no-pci", "-l", "0", "--log-level=*:critical"};
	char *argv[RTE_DIM(options)];

	for (size_t i = 0; i < RTE_DIM(options); i++)
		argv[i] = options[i];
	return rte_eal_init(RTE_DIM(options), argv) < 0;
}

static void open_ports(const char *text)
{
	struct sy_error err = {""};

	config_good(&config, text);
	if (sy_ports_open(&ports, &config, "f", &err) != 0)
		fail_msg("%s", err.text);
	memset(events, 0, sizeof(events));
}

/// After each test, also a failed one: what it held would be missing in the next.
static int close_ports(void **state)
{
	(void)state;
	sy_ports_close(ports);
	ports = NULL;
	return 0;
}

static uint64_t now_ms(void)
{
	return sy_clock_ns(CLOCK_MONOTONIC) / SY_NS_PER_MS;
}

static int open_socket(int *fd, const char *interface, uint16_t protocol)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = (int)if_nametoindex(interface)};

	*fd = socket(AF_PACKET, SOCK_RAW, 0);
	return *fd < 0 || bind(*fd, (struct sockaddr *)&address, sizeof(address)) != 0;
}

/// Frames that have come to sy0 since it was asked last, also those for which it had no room.
static uint32_t witnessed(void)
{
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);

	assert_int_equal(getsockopt(witness, SOL_PACKET, PACKET_STATISTICS, &stats, &size), 0);
	return stats.tp_packets;
}

static void await_frames(uint32_t count)
{
	uint32_t come = 0;

	for (uint64_t end_ms = now_ms() + PATIENCE; (come += witnessed()) < count;) {
		if (now_ms() > end_ms)
			break;
		usleep(1000);
	}
	assert_int_equal(come, count);
}

/// Returns when the kernel has delivered them, which it does later on a busy machine.
static void send_frames(uint32_t count)
{
	uint8_t frame[FRAME_BYTES] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};

	witnessed();
	for (uint32_t sent = 0; sent < count; sent += RTE_MIN(FLOCK, count - sent)) {
		uint32_t flock = RTE_MIN(FLOCK, count - sent);

		for (uint32_t i = 0; i < flock; i++)
			while (send(sender, frame, sizeof(frame), 0) != sizeof(frame))
				assert_int_equal(errno, ENOBUFS);
		await_frames(flock);
	}
}

/// Takes what waits in all queues of port 0, and waits until so many frames have come.
static uint32_t receive(uint32_t least)
{
	const struct sy_port *port = sy_ports_get(ports, 0);
	struct rte_mbuf *mbufs[32];
	uint64_t end_ms = now_ms() + PATIENCE;
	uint32_t received = 0, idle = 0;
	uint16_t count;

	while (idle < 3 || (received < least && now_ms() < end_ms)) {
		count = 0;
		for (uint16_t q = 0; q < port->queues; q++) {
			uint16_t n = rte_eth_rx_burst(port->id, q, mbufs, 32);

			rte_pktmbuf_free_bulk(mbufs, n);
			count += n;
		}
		received += count;
		idle = count == 0 ? idle + 1 : 0;
		if (count == 0)
			usleep(1000);
	}
	return received;
}

static void count_event(void *arg, enum sy_port_event event, const struct sy_port *port)
{
	(void)arg;
	assert_string_equal(port->name, "a");
	events[event]++;
}

/// Polls until an event has come: the kernel says so of a link within a second or two, not at once.
static void await_event(enum sy_port_event event)
{
	uint64_t end_ms = now_ms() + PATIENCE;

	while (events[event] == 0 && now_ms() < end_ms) {
		sy_ports_poll(ports, count_event, NULL);
		usleep(10000);
	}
	assert_int_equal(events[event], 1);
}

/// The kernel may not have said yet that the link is up since it was made.
static void await_link(void)
{
	uint64_t end_ms = now_ms() + PATIENCE;

	while (!sy_ports_get(ports, 0)->up && now_ms() < end_ms) {
		sy_ports_poll(ports, count_event, NULL);
		usleep(10000);
	}
	assert_true(sy_ports_get(ports, 0)->up);
	memset(events, 0, sizeof(events));
}

static void run(const char *command)
{
	if (system(command) != 0)
		fail_msg("%s", command);
}

static void one_queue_loses_nothing_silently(void **state)
{
	struct sy_port_losses losses;
	uint32_t received;

	(void)state;
	open_ports("ports: [{name: a, device: sy0}]\n");
	assert_string_equal(sy_ports_get(ports, 0)->driver, "net_af_packet");
	await_link();
	receive(0);
	send_frames(100);
	assert_int_equal(receive(100), 100);
	sy_ports_losses(ports, 0, &losses);
	assert_int_equal(losses.kernel_drops, 0);
	send_frames(SENT);
	received = receive(RING_FRAMES);
	assert_int_equal(received, RING_FRAMES);
	for (int i = 0; i < 2; i++) { // reading it resets the kernel's count, not ours
		sy_ports_losses(ports, 0, &losses);
		assert_int_equal(losses.kernel_drops, SENT - received);
	}
}

/// The ring has room for less than a jumbo frame, and the driver says of it only what it got.
static void long_frames_are_cut(void **state)
{
	static const uint8_t frame[3000] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};
	struct rte_mbuf *m = NULL;

	(void)state;
	open_ports("ports: [{name: a, device: sy0}]\n");
	receive(0);
	assert_int_equal(send(sender, frame, sizeof(frame), 0), sizeof(frame));
	for (int i = 0; i < 10000 && rte_eth_rx_burst(sy_ports_get(ports, 0)->id, 0, &m, 1) == 0;
		i++)
		usleep(1000);
	assert_non_null(m);
	assert_int_equal(rte_pktmbuf_pkt_len(m), sy_ports_get(ports, 0)->cut_bytes);
	rte_pktmbuf_free(m);
}

static void links_and_removal(void **state)
{
	struct sy_port_losses losses;

	(void)state;
	open_ports("ports: [{name: a, device: sy0}]\nworkers: {cores: [1, 2]}\n");
	await_link();
	assert_int_equal(sy_ports_get(ports, 0)->queues, 2);
	assert_string_equal(sy_port_way_name(sy_ports_get(ports, 0)->way), "software");
	assert_string_equal(sy_ports_get(ports, 0)->why,
		"net_af_packet moves frames to another queue when one is full");
	run("ip link set sy1 down");
	await_event(SY_PORT_LINK_DOWN);
	run("ip link set sy1 up");
	await_event(SY_PORT_LINK_UP);
	send_frames(100);
	assert_int_equal(receive(100), 100);
	run("ip link del sy0");
	await_event(SY_PORT_REMOVED);
	sy_ports_poll(ports, count_event, NULL);
	assert_int_equal(events[SY_PORT_REMOVED], 1); // said once
	assert_true(sy_ports_get(ports, 0)->gone && !sy_ports_get(ports, 0)->up);
	assert_int_equal(receive(0), 0);
	sy_ports_losses(ports, 0, &losses);
}

// net_tap says that it has RSS, and then takes no key.
static void a_driver_that_takes_no_key(void **state)
{
	(void)state;
	open_ports(
		"ports: [{name: a, device: 'net_tap0,iface=sytap'}]\nworkers: {cores: [1, 2]}\n");
	assert_string_equal(sy_port_way_name(sy_ports_get(ports, 0)->way), "software");
	assert_string_equal(sy_ports_get(ports, 0)->why, "net_tap did not take the symmetric key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(one_queue_loses_nothing_silently, close_ports),
		cmocka_unit_test_teardown(long_frames_are_cut, close_ports),
		cmocka_unit_test_teardown(links_and_removal, close_ports),
		cmocka_unit_test_teardown(a_driver_that_takes_no_key, close_ports),
	};

	if (unshare(CLONE_NEWNET) != 0) {
		print_message("no network namespace of its own: %s\n", strerror(errno));
		return EXIT_SKIPPED;
	}
	if (system("ip link add sy0 type veth peer name sy1 && "
		   "(echo 1 > /proc/sys/net/ipv6/conf/sy0/disable_ipv6; "
		   "echo 1 > /proc/sys/net/ipv6/conf/sy1/disable_ipv6; true) && "
		   "ip link set sy0 mtu 9000 && ip link set sy1 mtu 9000 && "
		   "ip link set sy0 up && ip link set sy1 up") != 0) {
		print_message("no pair of virtual interfaces can be made\n");
		return EXIT_SKIPPED;
	}
	if (open_socket(&sender, "sy1", 0) != 0 || open_socket(&witness, "sy0", ETH_P_ALL) != 0 ||
		start_eal() != 0)
		return EXIT_FAILURE;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	rte_eal_cleanup();
	close(sender);
	close(witness);
	return failed;
}
