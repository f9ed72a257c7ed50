// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "live_worker.h"

#include "frame_wire.h"

#include "sy_duplicates.h"

#include <rte_ethdev.h>
#include <rte_pause.h>

#include <string.h>
#include <unistd.h>

#define PARCELS_A_TURN 8    // from each other worker
#define SEND_EVERY     32   // turns after which parcels leave also when they are not full
#define IDLE_TURNS     4096 // without work, before a worker that may sleep does
#define SLEEP_US       100

/// What the decoder needs of frames from a network port: all came at the same time.
static void load_burst(struct rte_mbuf **mbufs, uint16_t count, uint8_t port, uint64_t ts_ns,
	struct sy_burst *burst)
{
	burst->count = count;
	for (uint16_t i = 0; i < count; i++) {
		struct rte_mbuf *m = mbufs[i];

		burst->ts_ns[i] = ts_ns;
		burst->data[i] = rte_pktmbuf_mtod(m, const uint8_t *);
		__builtin_prefetch(burst->data[i]);
		burst->cap_bytes[i] = m->data_len;
		burst->wire_bytes[i] = m->pkt_len;
		burst->port[i] = port;
		burst->link[i] = SY_LINK_ETHERNET;
	}
}

/// Of frames that the kernel may have cut the IP header says how long they were.
static void measure_cut(const struct live_queue *q, struct sy_burst *burst)
{
	for (uint32_t i = 0; i < burst->count; i++)
		if (burst->cap_bytes[i] >= q->cut_bytes)
			burst->wire_bytes[i] = frame_wire_bytes(
				burst->data[i], burst->cap_bytes[i]);
}

/// The time that a frame has with it, if it is one that can be.
static uint64_t time_of(const struct live_queue *q, const struct rte_mbuf *m, uint64_t now_ns)
{
	uint64_t ts_ns;

	if (q->time_flag != 0 && (m->ol_flags & q->time_flag) == 0)
		return now_ns;
	ts_ns = *RTE_MBUF_DYNFIELD(m, q->time_offset, const uint64_t *) * q->time_unit_ns;
	if (ts_ns + LIVE_PLAUSIBLE_NS < now_ns || ts_ns > now_ns + LIVE_PLAUSIBLE_NS)
		return now_ns;
	return ts_ns;
}

/// Frames that have waited long enough for earlier ones of other ports.
static uint32_t take_ordered(struct live_worker *w, uint64_t now_ns)
{
	struct live_frame frames[SY_BURST_MAX];
	struct rte_mbuf *mbufs[SY_BURST_MAX];
	struct sy_burst burst;
	uint32_t count = live_order_take(&w->order, now_ns, frames, SY_BURST_MAX);

	if (count == 0)
		return 0;
	for (uint32_t i = 0; i < count; i++)
		mbufs[i] = frames[i].mbuf;
	load_burst(mbufs, (uint16_t)count, 0, 0, &burst);
	for (uint32_t i = 0; i < count; i++) {
		burst.ts_ns[i] = frames[i].ts_ns;
		burst.port[i] = frames[i].port;
	}
	poller_frames(&w->poller, &burst, mbufs, (uint16_t)count);
	return count;
}

/// The clock was set: whatever waits is of the time before, and every flow ends there.
static void start_anew(struct live_worker *w, uint32_t epoch)
{
	uint64_t end_ns = w->worker.aged_ns;

	while (take_ordered(w, UINT64_MAX) > 0)
		;
	poller_settle(&w->poller);
	poller_send_parcels(&w->poller);
	worker_cut(&w->worker, w->port_latest_ns > end_ns ? w->port_latest_ns : end_ns);
	if (w->poller.duplicates != NULL)
		memset(w->poller.duplicates, 0, sy_duplicates_bytes());
	w->port_latest_ns = 0;
	w->wanted_ns = 0;
	w->poller.epoch = epoch;
}

/// Notices that the clock was set; true when it was.
static bool follow_clock(struct live_worker *w)
{
	uint32_t epoch = atomic_load_explicit(&w->clock->epoch, memory_order_acquire);

	if (epoch == w->poller.epoch)
		return false;
	start_anew(w, epoch);
	return true;
}

/// A time of the clock as it was set last: none reaches the flows that began before.
static uint64_t time_now(struct live_worker *w)
{
	uint64_t now_ns = live_clock_ns(w->clock);

	return follow_clock(w) ? live_clock_ns(w->clock) : now_ns;
}

/// The wall clock may be set back a little; time does not run backwards for it.
static uint64_t time_of_burst(struct live_worker *w)
{
	uint64_t now_ns = time_now(w);

	if (now_ns < w->port_latest_ns && w->port_latest_ns - now_ns < SY_NS_PER_S)
		now_ns = w->port_latest_ns;
	w->port_latest_ns = now_ns;
	return now_ns;
}

static void put_in_order(
	struct live_worker *w, const struct live_queue *q, struct rte_mbuf **mbufs, uint16_t count)
{
	uint64_t now_ns = time_of_burst(w);

	for (uint16_t i = 0; i < count; i++) {
		if (live_order_is_full(&w->order))
			take_ordered(w, now_ns);
		live_order_add(&w->order,
			(struct live_frame){time_of(q, mbufs[i], now_ns), mbufs[i], q->port});
	}
}

static uint32_t poll_ports(struct live_worker *w)
{
	struct rte_mbuf *mbufs[SY_BURST_MAX];
	uint32_t frames = 0;

	for (uint32_t i = 0; i < w->queue_count; i++) {
		const struct live_queue *q = &w->queues[i];
		uint32_t ethdev = atomic_load_explicit(&q->ethdev, memory_order_acquire);
		struct sy_burst burst;
		uint16_t count;

		if (ethdev == LIVE_NO_DEVICE)
			continue;
		count = rte_eth_rx_burst((uint16_t)ethdev, q->queue, mbufs, SY_BURST_MAX);
		frames += count;
		if (count == 0)
			continue;
		if (q->time_unit_ns > 0) {
			put_in_order(w, q, mbufs, count);
			continue;
		}
		load_burst(mbufs, count, q->port, time_of_burst(w), &burst);
		if (q->cut_bytes < UINT16_MAX)
			measure_cut(q, &burst);
		poller_frames(&w->poller, &burst, mbufs, count);
	}
	if (w->order.count > 0)
		frames += take_ordered(w, time_of_burst(w));
	return frames;
}

/// A segment is never analysed on the wrong core; that it would be shows here.
static void count_wrong(struct live_worker *w, const struct sy_batch *batch)
{
	for (uint32_t i = 0; i < batch->count; i++)
		w->interval->wrong_worker += owner_of(batch, i, w->poller.worker_count,
						     w->poller.by_port) != w->worker.index;
}

/// What was sent before the clock was set is of flows that have been cut already.
static void analyse_parcel(struct live_worker *w, struct parcel *parcel)
{
	follow_clock(w);
	count_wrong(w, &parcel->batch);
	if (parcel->epoch == w->poller.epoch) {
		worker_batch(&w->worker, &parcel->batch);
		return;
	}
	for (uint32_t i = 0; i < parcel->batch.count; i++)
		w->interval->ports[parcel->batch.port[i]].ring_full++;
}

static uint32_t take_parcels(struct live_worker *w)
{
	uint32_t taken = 0;

	for (uint32_t from = 0; from < w->poller.worker_count; from++) {
		if (w->inbox[from] == NULL)
			continue;
		for (int n = 0; n < PARCELS_A_TURN; n++) {
			struct parcel *parcel = sy_exchange_receive(w->inbox[from]);

			if (parcel == NULL)
				break;
			analyse_parcel(w, parcel);
			sy_exchange_give_back(w->inbox[from], parcel);
			taken++;
		}
	}
	return taken;
}

static void use_interval(struct live_worker *w, struct interval *interval)
{
	w->interval = interval;
	w->worker.stats = interval->stats;
	w->poller.ports = interval->ports;
}

static void finish_interval(struct live_worker *w)
{
	worker_settle(&w->worker);
	worker_send_attempts(&w->worker);
	w->interval->flows = *sy_tcp_flow_counters(w->worker.tcp);
	w->interval->attempts_dropped = w->worker.attempts_dropped;
	w->worker.attempts_dropped = 0;
}

/// Swaps accumulators with the manager. When it has not given one back yet, the worker goes on with
/// the one that it has, and says afterwards for how long.
static void hand_over(struct live_worker *w)
{
	uint32_t wanted = atomic_load_explicit(&w->wanted, memory_order_relaxed);
	struct interval *spare;

	if (wanted == atomic_load_explicit(&w->handed, memory_order_relaxed))
		return;
	if (w->wanted_ns == 0)
		w->wanted_ns = live_clock_ns(w->clock);
	spare = sy_exchange_take(w->intervals);
	if (spare == NULL)
		return;
	poller_settle(&w->poller);
	finish_interval(w);
	w->interval->late_ns = sy_time_since(live_clock_ns(w->clock), w->wanted_ns);
	sy_exchange_send(w->intervals, w->interval);
	use_interval(w, spare);
	w->wanted_ns = 0;
	atomic_store_explicit(&w->handed, wanted, memory_order_release);
}

/// Nothing came: what is pending is done, time goes on for the flows.
static void idle_turn(struct live_worker *w)
{
	poller_settle(&w->poller);
	poller_send_parcels(&w->poller);
	worker_idle(&w->worker, time_now(w));
	w->idle++;
	if (w->sleeps && w->idle > IDLE_TURNS)
		usleep(SLEEP_US);
	else
		rte_pause();
}

static void turn(struct live_worker *w, bool polls)
{
	uint32_t work = 0;

	atomic_store_explicit(&w->passed, atomic_load_explicit(&w->fence, memory_order_acquire),
		memory_order_release);
	follow_clock(w);
	if (polls)
		work += poll_ports(w);
	work += take_parcels(w);
	w->interval->turns++;
	if (work == 0) {
		idle_turn(w);
	} else {
		w->interval->busy_turns++;
		w->idle = 0;
		if (w->interval->busy_turns % SEND_EVERY == 0)
			poller_send_parcels(&w->poller);
	}
	hand_over(w);
}

static void end(struct live_worker *w)
{
	uint64_t now_ns = live_clock_ns(w->clock);

	// Nothing is polled any more: every attempt may wait for its place on the way to the
	// manager.
	w->worker.may_drop = false;
	worker_end(&w->worker, now_ns, now_ns);
	finish_interval(w);
	w->interval->last = true;
	sy_exchange_send(w->intervals, w->interval);
	w->interval = NULL;
	atomic_store_explicit(&w->reached, LIVE_END, memory_order_release);
}

int live_worker_main(void *arg)
{
	struct live_worker *w = arg;

	use_interval(w, sy_exchange_take(w->intervals));
	while (atomic_load_explicit(&w->phase, memory_order_relaxed) == LIVE_RUN)
		turn(w, true);
	while (take_ordered(w, UINT64_MAX) > 0)
		;
	poller_settle(&w->poller);
	poller_send_parcels(&w->poller);
	atomic_store_explicit(&w->reached, LIVE_STOP_POLLING, memory_order_release);
	while (atomic_load_explicit(&w->phase, memory_order_acquire) != LIVE_END)
		turn(w, false);
	while (take_parcels(w) > 0)
		;
	end(w);
	return 0;
}
