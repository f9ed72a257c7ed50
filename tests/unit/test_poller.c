// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A worker whose card distributes: what the card hashes otherwise than the connection comes to the
// connection's owner all the same.

#include "decode_frames.h"
#include "eal_cmocka.h"
#include "poller.h"

#include "sy_duplicates.h"
#include "sy_memory.h"

#include <rte_mbuf.h>

#include <stdlib.h>

enum { PARCELS = 4 };

static struct poller *poller;
static struct worker *worker;
static struct sy_port_stats ports[SY_PORT_MAX];
static struct sy_ports_assignment assignment;
static struct rte_mempool *pool;
static struct frame frame;

/// Worker 0 of 2. The card: flows between 10.0.0.1:0x1234 and 10.0.0.2:80 are for worker 1, all
/// others for worker 0.
static int start(void **unused)
{
	static const uint8_t vantage_of_port[1];
	const struct worker_config config = {.flows = {.slots = 1024, .records = 1024},
		.tcp = sy_tcp_config_default(),
		.stats = {.services = 64, .hosts = 64, .details = 64},
		.vantage_of_port = vantage_of_port,
		.ports = 1,
		.may_drop = true};
	struct sy_error err;

	(void)unused;
	assignment.with_ports = true;
	assignment.queue[0x0a00 ^ 0x0a00 ^ 1 ^ 2 ^ 0x1234 ^ 80] = 1;
	worker = aligned_alloc(64, (sizeof(*worker) + 63) & ~(size_t)63);
	poller = aligned_alloc(64, (sizeof(*poller) + 63) & ~(size_t)63);
	memset(worker, 0, sizeof(*worker));
	memset(poller, 0, sizeof(*poller));
	if (worker_init(worker, 0, &config, &err) != 0)
		return -1;
	poller->own = worker;
	poller->worker_count = 2;
	poller->by_port = &assignment;
	poller->counts_moved = poller->may_drop = true;
	poller->decode = sy_decode_kernel("scalar", NULL);
	poller->ports = ports;
	poller->vantage_of_port = vantage_of_port;
	poller->duplicates = sy_memory_map(sy_duplicates_bytes());
	poller->outbox[1] = sy_exchange_create("outbox", PARCELS, sizeof(struct parcel));
	pool = rte_pktmbuf_pool_create("frames", 63, 0, 0, 2048, SOCKET_ID_ANY);
	return poller->duplicates == NULL || poller->outbox[1] == NULL || pool == NULL;
}

static int stop(void **unused)
{
	(void)unused;
	sy_exchange_destroy(poller->outbox[1]);
	sy_memory_unmap(poller->duplicates, sy_duplicates_bytes());
	worker_free(worker);
	rte_mempool_free(pool);
	free(worker);
	free(poller);
	return 0;
}

static void poll_frame(void)
{
	struct rte_mbuf *mbuf = rte_pktmbuf_alloc(pool);
	struct sy_burst burst = {.count = 1};

	burst.ts_ns[0] = SY_NS_PER_S;
	burst.data[0] = frame_data(&frame);
	burst.cap_bytes[0] = burst.wire_bytes[0] = frame_bytes(&frame);
	burst.link[0] = SY_LINK_ETHERNET;
	poller_frames(poller, &burst, &mbuf, 1);
	poller_settle(poller);
	poller_send_parcels(poller);
}

static struct parcel *take_sent(void)
{
	struct parcel *parcel = sy_exchange_receive(poller->outbox[1]);

	assert_non_null(parcel);
	assert_int_equal(parcel->batch.count, 1);
	assert_int_equal(owner_of(&parcel->batch, 0, 2, &assignment), 1);
	return parcel;
}

static void tunnels_come_to_the_owner_of_what_is_inside(void **unused)
{
	struct parcel *parcel;

	(void)unused;
	inner_ether(&frame);
	PUSH(&frame, "\x08\x00\x00\x00\x00\x00\x07\x00");
	outer_udp(&frame, 4789);
	poll_frame();
	parcel = take_sent();
	assert_int_equal(parcel->batch.lane[0], SY_LANE_TCP);
	assert_int_equal(parcel->batch.vni[0], 7);
	sy_exchange_give_back(poller->outbox[1], parcel);
	assert_int_equal(ports[0].moved, 1);
}

static void icmp_errors_come_to_the_owner_of_what_they_quote(void **unused)
{
	struct parcel *parcel;

	(void)unused;
	inner_ipv4(&frame);
	PUSH(&frame, "\x03\x0d\x00\x00\x00\x00\x00\x00");
	push_ipv4(&frame, 1);
	memcpy(frame_data(&frame) + 12, "\x0a\x00\x00\xfe\x0a\x00\x00\x01", 8);
	push_ether(&frame, 0x0800);
	poll_frame();
	parcel = take_sent();
	assert_int_equal(parcel->batch.lane[0], SY_LANE_ICMP_ERROR);
	assert_int_equal(parcel->batch.icmp_code[0], 13);
	sy_exchange_give_back(poller->outbox[1], parcel);
}

static void others_stay(void **unused)
{
	(void)unused;
	inner_ipv4(&frame);
	frame_data(&frame)[15] = 9; // 10.0.0.9
	push_ether(&frame, 0x0800);
	poll_frame();
	assert_null(sy_exchange_receive(poller->outbox[1]));
	assert_int_equal(ports[0].moved, 2);
	assert_int_equal(ports[0].bucket[SY_BUCKET_TCP], 2);
	assert_int_equal(ports[0].received, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tunnels_come_to_the_owner_of_what_is_inside),
		cmocka_unit_test(icmp_errors_come_to_the_owner_of_what_they_quote),
		cmocka_unit_test(others_stay),
	};
	int status = start_eal(NULL) || start(NULL) ? 1 : cmocka_run_group_tests(tests, NULL, stop);

	return stop_eal(NULL) != 0 || status != 0;
}
