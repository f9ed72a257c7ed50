// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A worker of a live run whose manager is late, and how it ends: no segment is lost, none counted
// twice, and the worker never waits. And one in whose turn somebody sets the clock.

#include "eal_cmocka.h"
#include "export_cmocka.h"
#include "live_worker.h"

#include "sy_duplicates.h"
#include "sy_memory.h"

#include <rte_ethdev.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PARCELS  64
#define WAIT_US  200
#define PATIENCE 50000 // of WAIT_US: ten seconds

static struct live_clock live_time;
static struct live_worker *worker;
static pthread_t thread;
static uint64_t sent;
static uint32_t sender_epoch; ///< of the clock, as worker 0 knows it

static void make_intervals(const struct sy_stats_config *tables)
{
	worker->intervals = sy_exchange_create("intervals", 2, sizeof(struct interval));
	assert_non_null(worker->intervals);
	for (int i = 0; i < 2; i++) {
		struct interval *interval = sy_exchange_take(worker->intervals);

		interval->stats = sy_stats_create(tables);
		sy_exchange_send(worker->intervals, interval);
		sy_exchange_give_back(worker->intervals, sy_exchange_receive(worker->intervals));
	}
}

static void *run(void *arg)
{
	live_worker_main(arg);
	return NULL;
}

/// Worker 1 of 2, without a port: everything comes from worker 0, which is the test.
static int make_worker(void)
{
	static const uint8_t vantage_of_port[1];
	const struct sy_stats_config tables = {
		.services = 64, .hosts = 64, .details = 64, .key = sy_hash_key_from_seed(1)};
	const struct worker_config config = {.flows = {.slots = 1024, .records = 1024},
		.tcp = sy_tcp_config_default(),
		.vantage_of_port = vantage_of_port,
		.ports = 1,
		.may_drop = true};
	struct sy_error err;

	sent = 0;
	sender_epoch = 0;
	memset(&live_time, 0, sizeof(live_time));
	live_clock_start(&live_time);
	worker = aligned_alloc(64, sizeof(*worker));
	memset(worker, 0, sizeof(*worker));
	if (worker_init(&worker->worker, 1, &config, &err) != 0)
		return -1;
	make_intervals(&tables);
	worker->clock = &live_time;
	worker->sleeps = true;
	worker->poller.own = &worker->worker;
	worker->poller.worker_count = 2;
	worker->inbox[0] = sy_exchange_create("inbox", PARCELS, sizeof(struct parcel));
	return 0;
}

static int start_worker(void **state)
{
	(void)state;
	return make_worker() != 0 ? -1 : pthread_create(&thread, NULL, run, worker);
}

static int free_worker(void **state)
{
	struct interval *interval;

	(void)state;
	worker->worker.stats = NULL;
	while ((interval = sy_exchange_take(worker->intervals)) != NULL)
		sy_stats_destroy(interval->stats);
	sy_exchange_destroy(worker->intervals);
	sy_exchange_destroy(worker->inbox[0]);
	worker_free(&worker->worker);
	free(worker);
	return 0;
}

/// A SYN of a flow of its own, which worker 1 owns.
static void send_syn(void)
{
	struct parcel *parcel;
	struct sy_batch *b;

	while ((parcel = sy_exchange_take(worker->inbox[0])) == NULL)
		usleep(WAIT_US);
	parcel->epoch = sender_epoch;
	b = &parcel->batch;
	memset(b, 0, sizeof(*b));
	b->count = 1;
	b->lane[0] = SY_LANE_TCP;
	b->flags[0] = SY_TCP_SYN;
	b->src4[0] = 0x0a000001;
	b->dst4[0] = 0x0a000002;
	b->sport[0] = (uint16_t)(1000 + sent);
	b->dport[0] = 80;
	b->ttl[0] = 64;
	b->ts_ns[0] = live_clock_ns(&live_time);
	b->hash[0] = (UINT64_C(0xc0000000) + sent * 977) << 32 | sent;
	sy_exchange_send(worker->inbox[0], parcel);
	sent++;
}

static void send_syns(int count)
{
	for (int i = 0; i < count; i++)
		send_syn();
}

static uint32_t ask(void)
{
	return atomic_fetch_add(&worker->wanted, 1) + 1;
}

static bool has_handed(uint32_t wanted, int patience)
{
	for (int i = 0; i < patience; i++) {
		if (atomic_load(&worker->handed) == wanted)
			return true;
		usleep(WAIT_US);
	}
	return false;
}

static struct interval *receive(void)
{
	for (int i = 0; i < PATIENCE; i++) {
		struct interval *interval = sy_exchange_receive(worker->intervals);
		if (interval != NULL)
			return interval;
		usleep(WAIT_US);
	}
	fail_msg("the worker has not handed over");
	return NULL;
}

static uint64_t segments_of(const struct interval *interval)
{
	return sy_stats_vantage_read(interval->stats, 0)->segments;
}

static void give_back(struct interval *interval)
{
	interval_reset(interval);
	sy_exchange_give_back(worker->intervals, interval);
}

/// All parcels have come back, so the worker has taken them.
static void wait_taken(void)
{
	void *parcels[PARCELS];

	for (int i = 0; i < PARCELS; i++)
		while ((parcels[i] = sy_exchange_take(worker->inbox[0])) == NULL)
			usleep(WAIT_US);
	for (int i = 0; i < PARCELS; i++) {
		memset(parcels[i], 0, sizeof(struct parcel));
		sy_exchange_send(worker->inbox[0], parcels[i]);
	}
}

/// A whole turn of the worker has begun and ended since.
static void wait_turn(void)
{
	for (int i = 0; i < 2; i++) {
		uint32_t fence = atomic_fetch_add(&worker->fence, 1) + 1;

		while (atomic_load(&worker->passed) != fence)
			usleep(WAIT_US);
	}
}

static uint64_t stop_worker(uint64_t *attempts)
{
	struct interval *interval;
	uint64_t segments = 0;
	bool last = false;

	atomic_store(&worker->phase, LIVE_STOP_POLLING);
	while (atomic_load(&worker->reached) < LIVE_STOP_POLLING)
		usleep(WAIT_US);
	atomic_store(&worker->phase, LIVE_END);
	while (!last) {
		interval = receive();
		segments += segments_of(interval);
		*attempts += sy_stats_totals_read(interval->stats)->outcome[SY_OUTCOME_UNANSWERED];
		last = interval->last;
		give_back(interval);
	}
	pthread_join(thread, NULL);
	return segments;
}

static void late_manager_stops_nobody(void **state)
{
	struct interval *first;
	uint64_t segments, attempts = 0;
	uint32_t wanted;

	(void)state;
	send_syns(10);
	wait_taken();
	assert_true(has_handed(ask(), PATIENCE));
	first = receive();
	assert_int_equal(segments_of(first), 10);

	// The manager keeps it: the worker cannot hand over, and goes on.
	send_syns(20);
	wait_taken();
	wanted = ask();
	wait_turn(); // it knows now, and is late from now on
	assert_false(has_handed(wanted, 250));
	send_syns(30);
	wait_taken();
	assert_false(has_handed(wanted, 1));

	segments = segments_of(first);
	give_back(first);
	assert_true(has_handed(wanted, PATIENCE));
	first = receive();
	assert_true(segments_of(first) >= 50);
	assert_true(first->late_ns > 250 * WAIT_US * UINT64_C(1000) / 2);
	segments += segments_of(first);
	give_back(first);

	send_syns(5);
	segments += stop_worker(&attempts);
	assert_int_equal(segments, sent);
	assert_int_equal(attempts, sent);
}

static void ends_with_all_that_is_on_its_way(void **state)
{
	uint64_t attempts = 0;

	(void)state;
	send_syns(PARCELS / 2);
	assert_int_equal(stop_worker(&attempts), PARCELS / 2);
	assert_int_equal(attempts, PARCELS / 2);
}

#define PORT_DEVICE "net_null_clock"
#define DAY_NS      (86400 * SY_NS_PER_S)

static struct rte_mempool *pool;
static atomic_bool set_forward; ///< the next poll of the port finds that the clock was set

static uint16_t on_poll(uint16_t port, uint16_t queue, struct rte_mbuf **mbufs, uint16_t count,
	uint16_t max, void *arg)
{
	struct live_clock_reading now = {
		rte_rdtsc(), live_clock_ns(&live_time) + DAY_NS, sy_clock_ns(CLOCK_MONOTONIC)};

	(void)port, (void)queue, (void)mbufs, (void)max, (void)arg;
	if (atomic_exchange(&set_forward, false))
		live_clock_tie_to(&live_time, &now);
	return count;
}

/// A port that always has frames, which are nothing.
static int open_port(uint16_t *id)
{
	const struct rte_eth_conf conf = {0};

	pool = rte_pktmbuf_pool_create("frames", 1023, 0, 0, RTE_MBUF_DEFAULT_BUF_SIZE, -1);
	return pool == NULL || rte_eal_hotplug_add("vdev", PORT_DEVICE, "") != 0 ||
	       rte_eth_dev_get_port_by_name(PORT_DEVICE, id) != 0 ||
	       rte_eth_dev_configure(*id, 1, 0, &conf) != 0 ||
	       rte_eth_rx_queue_setup(*id, 0, 64, 0, NULL, pool) != 0 ||
	       rte_eth_add_rx_callback(*id, 0, on_poll, NULL) == NULL ||
	       rte_eth_dev_start(*id) != 0;
}

static int start_polling_worker(void **state)
{
	static const uint8_t vantage_of_port[SY_PORT_MAX];
	uint16_t id;

	(void)state;
	if (make_worker() != 0 || open_port(&id) != 0)
		return -1;
	worker->poller.decode = sy_decode_kernel("scalar", NULL);
	worker->poller.vantage_of_port = vantage_of_port;
	worker->poller.duplicates = sy_memory_map(sy_duplicates_bytes());
	worker->queues[worker->queue_count++] = (struct live_queue){.ethdev = id};
	return pthread_create(&thread, NULL, run, worker);
}

static int free_polling_worker(void **state)
{
	uint16_t id = (uint16_t)worker->queues[0].ethdev;

	sy_memory_unmap(worker->poller.duplicates, sy_duplicates_bytes());
	rte_eth_dev_stop(id);
	rte_eal_hotplug_remove("vdev", PORT_DEVICE);
	rte_mempool_free(pool);
	return free_worker(state);
}

/// Those who wait for an answer when the clock is set by a day have not waited for a day.
static void clock_is_set_in_a_turn(void **state)
{
	const struct sy_service_stats *service;
	struct interval *interval;
	uint64_t attempts = 0;
	uint32_t cursor = 0;

	(void)state;
	send_syns(20);
	wait_taken();
	atomic_store(&set_forward, true);
	while (atomic_load(&set_forward))
		usleep(WAIT_US);
	usleep(WAIT_US);
	assert_true(has_handed(ask(), PATIENCE));
	interval = receive();
	service = sy_stats_next_service(interval->stats, &cursor);
	assert_non_null(service);
	assert_int_equal(service->outcome[SY_OUTCOME_UNANSWERED], 20);
	assert_int_equal(service->cut_short, 20);
	give_back(interval);
	stop_worker(&attempts);
	assert_int_equal(attempts, 0);
}

/// What another worker had sent before it knew is counted as lost, and makes no flow: its time and
/// the next have nothing to do with one another.
static void parcels_from_before_the_clock_was_set(void **state)
{
	struct live_clock_reading now = {
		rte_rdtsc(), live_clock_ns(&live_time) + DAY_NS, sy_clock_ns(CLOCK_MONOTONIC)};
	struct interval *interval;
	uint64_t attempts = 0;

	(void)state;
	assert_int_equal(live_clock_tie_to(&live_time, &now) / (int64_t)SY_NS_PER_S, 86400);
	send_syns(7);
	sender_epoch++;
	send_syns(5);
	wait_taken();
	assert_true(has_handed(ask(), PATIENCE));
	interval = receive();
	assert_int_equal(interval->ports[0].ring_full, 7);
	assert_int_equal(segments_of(interval), 5);
	give_back(interval);
	assert_int_equal(stop_worker(&attempts), 0);
	assert_int_equal(attempts, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			late_manager_stops_nobody, start_worker, free_worker),
		cmocka_unit_test_setup_teardown(
			ends_with_all_that_is_on_its_way, start_worker, free_worker),
		cmocka_unit_test_setup_teardown(
			parcels_from_before_the_clock_was_set, start_worker, free_worker),
		cmocka_unit_test_setup_teardown(
			clock_is_set_in_a_turn, start_polling_worker, free_polling_worker),
	};

	return cmocka_run_group_tests_name("live worker", tests, start_eal, stop_eal);
}
