// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "demo_port.h"

#include "sy_demo.h"
#include "sy_source.h"
#include "sy_time.h"

#include <rte_bus_vdev.h>
#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>
#include <rte_pause.h>
#include <rte_ring.h>
#include <rte_thread.h>
#include <rte_version.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#define RING_FRAMES   1024
#define UNUSED_FRAMES 8
#define MBUFS         4095
#define CACHE         64
#define DATA_ROOM     (RTE_PKTMBUF_HEADROOM + 1536)

// The program keeps what it knows of a frame beside it.
#define META_BYTES RTE_ALIGN(sizeof(struct sy_frame_meta), RTE_MBUF_PRIV_ALIGN)

// How often the thread looks whether it is to end.
#define NAP_NS (20 * SY_NS_PER_MS)

// How long it waits for a poller: first so many pauses of the CPU, then asleep.
#define SPINS       200
#define SHORT_NS    (20 * SY_NS_PER_US)
#define TIMER_SLACK 1000 // ns; the kernel's 50 us are much beside a round trip

// What is later than this is not made up for: the clock of the traffic stands still.
#define LATE_NS (200 * SY_NS_PER_US)

// DPDK 23.11 has another control thread in place of the one before.
#if RTE_VERSION < RTE_VERSION_NUM(23, 11, 0, 0)
typedef pthread_t demo_thread;
typedef void *demo_thread_result;
#define thread_create(thread, name, main, arg) rte_ctrl_thread_create(thread, name, NULL, main, arg)
#define thread_join                            pthread_join
#else
typedef rte_thread_t demo_thread;
typedef uint32_t demo_thread_result;
#define thread_create rte_thread_create_control
#define thread_join   rte_thread_join
#endif

struct demo {
	struct sy_demo *traffic;
	struct rte_mempool *pool;
	struct rte_ring *rings[DEMO_PORTS][DEMO_QUEUES_MAX];
	struct rte_ring *unused[DEMO_PORTS]; ///< to send to: net_ring insists
	uint16_t ids[DEMO_PORTS];
	uint32_t port_count; ///< that were made
	uint32_t queues;
	uint64_t ahead_ns; ///< of the monotonic clock: what the traffic takes for the time
	demo_thread thread;
	bool running; ///< there is a thread to join
	atomic_bool stop;
	/// Written by the thread alone.
	atomic_uint_fast64_t frames, no_mbuf, skipped, paused_ns;
};

// net_ring makes ethdev's name of what it is given.
#define RING_PREFIX "net_ring_"
static const char *const devices[DEMO_PORTS] = {RING_PREFIX "demo-a", RING_PREFIX "demo-b"};

const char *demo_port_device(uint32_t port)
{
	return devices[port];
}

bool demo_is_device(const char *device)
{
	return strcmp(device, devices[0]) == 0 || strcmp(device, devices[1]) == 0;
}

uint16_t demo_port_id(const struct demo *demo, uint32_t port)
{
	return demo->ids[port];
}

struct demo_counts demo_counts(const struct demo *demo)
{
	return (struct demo_counts){
		.frames = atomic_load_explicit(&demo->frames, memory_order_relaxed),
		.no_mbuf = atomic_load_explicit(&demo->no_mbuf, memory_order_relaxed),
		.skipped = atomic_load_explicit(&demo->skipped, memory_order_relaxed),
		.paused_ns = atomic_load_explicit(&demo->paused_ns, memory_order_relaxed),
	};
}

static void add(atomic_uint_fast64_t *counter, uint64_t more)
{
	atomic_fetch_add_explicit(counter, more, memory_order_relaxed);
}

static void nap(uint64_t ns)
{
	struct timespec time = {.tv_nsec = (long)(ns < NAP_NS ? ns : NAP_NS)};

	nanosleep(&time, NULL);
}

static bool stopped(const struct demo *demo)
{
	return atomic_load_explicit(&demo->stop, memory_order_relaxed);
}

// One side of every frame is the router, so both directions of a client's connections agree.
static uint32_t queue_of(const struct demo *demo, const uint8_t *frame)
{
	uint32_t macs = 0;

	for (uint32_t i = 2; i < 6; i++)
		macs = macs * 31 + (frame[i] ^ frame[6 + i]);
	return macs % demo->queues;
}

// Whoever polls takes a burst from one port and then from the other. For the frames to keep their
// order, all of the other port must have been taken before one is put to this. False when stopped.
static bool wait_for_poller(const struct demo *demo, uint32_t port, uint32_t queue)
{
	for (uint32_t turn = 0; !stopped(demo); turn++) {
		if (rte_ring_empty(demo->rings[!port][queue]) &&
			!rte_ring_full(demo->rings[port][queue]))
			return true;
		if (turn < SPINS)
			rte_pause();
		else
			nap(SHORT_NS);
	}
	return false;
}

static void put(struct demo *demo, const uint8_t *frame, uint32_t bytes, uint8_t port)
{
	uint32_t queue = queue_of(demo, frame);
	struct rte_mbuf *mbuf;
	struct sy_frame_meta *meta;

	if (!wait_for_poller(demo, port, queue))
		return;
	mbuf = rte_pktmbuf_alloc(demo->pool);
	if (mbuf == NULL) {
		add(&demo->no_mbuf, 1);
		return;
	}
	memcpy(rte_pktmbuf_append(mbuf, (uint16_t)bytes), frame, bytes);
	mbuf->port = demo->ids[port];
	meta = rte_mbuf_to_priv(mbuf);
	*meta = (struct sy_frame_meta){.ts_ns = sy_clock_ns(CLOCK_REALTIME),
		.wire_bytes = bytes,
		.link = SY_LINK_ETHERNET};
	add(&demo->frames, 1); // before it can be taken: the count never lags behind
	rte_ring_enqueue(demo->rings[port][queue], mbuf); // there is room
}

// Puts the next frame when it is due; naps when it is not.
static void step(struct demo *demo)
{
	uint64_t now_ns = sy_clock_ns(CLOCK_MONOTONIC) + demo->ahead_ns;
	uint64_t due_ns = sy_demo_due(demo->traffic);
	uint8_t frame[SY_DEMO_FRAME_MAX], port;
	uint32_t bytes;

	if (due_ns > now_ns) {
		nap(due_ns - now_ns);
		return;
	}
	if (now_ns - due_ns > LATE_NS) {
		add(&demo->paused_ns, now_ns - due_ns);
		demo->ahead_ns -= now_ns - due_ns;
	}
	bytes = sy_demo_next(demo->traffic, due_ns, frame, sizeof(frame), &port);
	if (bytes > 0)
		put(demo, frame, bytes, port);
	atomic_store_explicit(&demo->skipped, sy_demo_skipped(demo->traffic), memory_order_relaxed);
}

static demo_thread_result make_traffic(void *arg)
{
	struct demo *demo = arg;
	sigset_t all;

	// They are the main thread's.
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	prctl(PR_SET_TIMERSLACK, TIMER_SLACK);
	demo->ahead_ns = sy_demo_due(demo->traffic) - sy_clock_ns(CLOCK_MONOTONIC);
	while (!stopped(demo))
		step(demo);
	return 0;
}

static struct rte_ring *make_ring(uint32_t port, const char *what, uint32_t queue, uint32_t frames)
{
	char name[32];

	snprintf(name, sizeof(name), "demo_%u_%s_%u", port, what, queue);
	return rte_ring_create(name, frames, (int)rte_socket_id(), RING_F_SP_ENQ | RING_F_SC_DEQ);
}

static int make_port(struct demo *demo, uint32_t port, struct sy_error *err)
{
	struct rte_ring **rings = demo->rings[port];
	bool made = true;

	for (uint32_t i = 0; i < demo->queues && made; i++) {
		rings[i] = make_ring(port, "rx", i, RING_FRAMES);
		made = rings[i] != NULL;
	}
	if (made)
		demo->unused[port] = make_ring(port, "tx", 0, UNUSED_FRAMES);
	if (demo->unused[port] == NULL)
		return sy_error_set(err, rte_errno, "the demo's rings cannot be made: %s",
			rte_strerror(rte_errno));
	if (rte_eth_from_rings(devices[port] + strlen(RING_PREFIX), rings, demo->queues,
		    &demo->unused[port], 1, rte_socket_id()) < 0 ||
		rte_eth_dev_get_port_by_name(devices[port], &demo->ids[port]) != 0)
		return sy_error_set(err, rte_errno != 0 ? rte_errno : EIO,
			"the demo's port %s cannot be made: %s", devices[port],
			rte_strerror(rte_errno));
	demo->port_count++;
	return 0;
}

static int make(struct demo *demo, uint64_t seed, struct sy_error *err)
{
	struct sy_demo_config config = {.start_ns = sy_clock_ns(CLOCK_REALTIME)};
	int status;

	demo->traffic = sy_demo_create(seed, &config);
	if (demo->traffic == NULL)
		return sy_error_set(err, ENOMEM, "there is no memory for the demo's traffic");
	demo->pool = rte_pktmbuf_pool_create(
		"demo", MBUFS, CACHE, META_BYTES, DATA_ROOM, (int)rte_socket_id());
	if (demo->pool == NULL)
		return sy_error_set(err, rte_errno,
			"the demo's buffers cannot be made: %s; DPDK needs %d MiB for them",
			rte_strerror(rte_errno), DEMO_EAL_MIB);
	for (uint32_t i = 0; i < DEMO_PORTS; i++) {
		status = make_port(demo, i, err);
		if (status != 0)
			return status;
	}
	status = thread_create(&demo->thread, "demo", make_traffic, demo);
	if (status != 0)
		return sy_error_set(err, abs(status), "the demo's thread cannot be started: %s",
			strerror(abs(status)));
	demo->running = true;
	return 0;
}

int demo_start(struct demo **out, uint32_t queues, uint64_t seed, struct sy_error *err)
{
	struct demo *demo;
	int status;

	if (queues == 0 || queues > DEMO_QUEUES_MAX)
		return sy_error_set(err, EINVAL, "the demo has 1 to %d queues, not %u",
			DEMO_QUEUES_MAX, queues);
	demo = calloc(1, sizeof(*demo));
	if (demo == NULL)
		return sy_error_set(err, ENOMEM, "there is no memory for the demo");
	demo->queues = queues;
	status = make(demo, seed, err);
	if (status != 0)
		demo_stop(demo);
	else
		*out = demo;
	return status;
}

static void free_ring(struct rte_ring *ring)
{
	void *mbuf;

	while (ring != NULL && rte_ring_dequeue(ring, &mbuf) == 0)
		rte_pktmbuf_free(mbuf);
	rte_ring_free(ring);
}

void demo_stop(struct demo *demo)
{
	if (demo == NULL)
		return;
	atomic_store(&demo->stop, true);
	if (demo->running)
		thread_join(demo->thread, NULL);
	for (uint32_t port = 0; port < DEMO_PORTS; port++) {
		if (port < demo->port_count)
			rte_vdev_uninit(devices[port]);
		for (uint32_t i = 0; i < demo->queues; i++)
			free_ring(demo->rings[port][i]);
		free_ring(demo->unused[port]);
	}
	rte_mempool_free(demo->pool);
	sy_demo_destroy(demo->traffic);
	free(demo);
}
