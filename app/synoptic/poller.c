// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "poller.h"

#include "sy_duplicates.h"

#include <rte_mbuf.h>

void poller_load_burst(struct rte_mbuf **mbufs, uint16_t count, struct sy_burst *burst)
{
	burst->count = count;
	for (uint16_t i = 0; i < count; i++) {
		const struct sy_frame_meta *meta = rte_mbuf_to_priv(mbufs[i]);

		burst->ts_ns[i] = meta->ts_ns;
		burst->data[i] = rte_pktmbuf_mtod(mbufs[i], const uint8_t *);
		__builtin_prefetch(burst->data[i]);
		__builtin_prefetch(burst->data[i] + 64);
		burst->cap_bytes[i] = mbufs[i]->data_len;
		burst->wire_bytes[i] = meta->wire_bytes;
		burst->port[i] = (uint8_t)mbufs[i]->port;
		burst->link[i] = meta->link;
	}
}

/// Frames whose time is before that of the frame before, one by one.
static void count_backwards(struct poller *p, struct sy_port_stats *port, uint64_t *previous_ns,
	const uint64_t *ts_ns, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		port->backwards += ts_ns[i] < *previous_ns;
		*previous_ns = ts_ns[i];
		if (ts_ns[i] < port->first_ns)
			port->first_ns = ts_ns[i];
		if (ts_ns[i] > port->last_ns)
			port->last_ns = ts_ns[i];
	}
	if (port->last_ns > p->latest_ns)
		p->latest_ns = port->last_ns;
}

/// `count` frames of one port, from `first` on.
static void count_run(struct poller *p, const struct sy_burst *b, uint32_t first, uint32_t count)
{
	struct sy_port_stats *port = &p->ports[b->port[first]];
	uint64_t *previous_ns = &p->previous_ns[b->port[first]];
	const uint64_t *ts_ns = &b->ts_ns[first];
	uint64_t bytes = 0;
	uint32_t snapped = 0, backwards = 0;

	for (uint32_t i = first; i < first + count; i++) {
		bytes += b->wire_bytes[i];
		snapped += b->cap_bytes[i] < b->wire_bytes[i];
	}
	for (uint32_t i = 1; i < count; i++)
		backwards += ts_ns[i] < ts_ns[i - 1];
	if (port->received == 0)
		port->first_ns = port->last_ns = *previous_ns = ts_ns[0];
	port->received += count;
	port->bytes += bytes;
	port->snapped += snapped;
	if (backwards > 0 || ts_ns[0] < port->last_ns) {
		count_backwards(p, port, previous_ns, ts_ns, count);
		return;
	}
	*previous_ns = port->last_ns = ts_ns[count - 1];
	if (port->last_ns > p->latest_ns)
		p->latest_ns = port->last_ns;
}

static void count_frames(struct poller *p, const struct sy_burst *b)
{
	uint32_t end;

	if (b->count > 0)
		p->last_ns = b->ts_ns[b->count - 1];
	for (uint32_t first = 0; first < b->count; first = end) {
		for (end = first + 1; end < b->count && b->port[end] == b->port[first];)
			end++;
		count_run(p, b, first, end - first);
	}
}

/// Keeps the frames that pass; counts the others.
static void apply_filter(struct poller *p, struct sy_burst *b)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < b->count; i++) {
		if (!sy_filter_match(
			    p->filter, b->link[i], b->data[i], b->cap_bytes[i], b->wire_bytes[i])) {
			p->ports[b->port[i]].bucket[SY_BUCKET_FILTERED]++;
			continue;
		}
		b->ts_ns[kept] = b->ts_ns[i];
		b->data[kept] = b->data[i];
		b->cap_bytes[kept] = b->cap_bytes[i];
		b->wire_bytes[kept] = b->wire_bytes[i];
		b->port[kept] = b->port[i];
		b->link[kept] = b->link[i];
		kept++;
	}
	b->count = kept;
}

/// True when every lane is TCP of one port, as nearly every whole burst is.
static bool is_uniform(const struct sy_batch *b)
{
	uint8_t other = 0;

	if (b->count != SY_BURST_MAX)
		return false;
	for (uint32_t i = 0; i < SY_BURST_MAX; i++)
		other |= (uint8_t)(b->bucket[i] ^ SY_BUCKET_TCP) | (b->port[i] ^ b->port[0]);
	return other == 0;
}

static void count_buckets(struct poller *p, const struct sy_batch *b)
{
	if (is_uniform(b)) {
		p->ports[b->port[0]].bucket[SY_BUCKET_TCP] += SY_BURST_MAX;
		return;
	}
	for (uint32_t i = 0; i < b->count; i++)
		p->ports[b->port[i]].bucket[b->bucket[i]]++;
}

/// A parcel to fill; NULL when there is none and nothing may wait.
static struct parcel *take_parcel(const struct poller *p, uint32_t owner)
{
	struct parcel *parcel;
	uint32_t idle = 0;

	while ((parcel = sy_exchange_take(p->outbox[owner])) == NULL) {
		if (p->may_drop)
			return NULL;
		worker_wait(&idle);
	}
	parcel->batch.count = 0;
	parcel->epoch = p->epoch;
	parcel->last = false;
	return parcel;
}

static void add_to_parcel(
	struct poller *p, uint32_t owner, const struct sy_batch *batch, uint32_t i)
{
	struct sy_batch *out;

	if (p->parcels[owner] == NULL)
		p->parcels[owner] = take_parcel(p, owner);
	if (p->parcels[owner] == NULL) {
		p->ports[batch->port[i]].ring_full++;
		return;
	}
	out = &p->parcels[owner]->batch;
	sy_batch_copy_lane(out, out->count++, batch, i);
	p->ports[batch->port[i]].moved += p->counts_moved;
	if (out->count == SY_BURST_MAX) {
		sy_exchange_send(p->outbox[owner], p->parcels[owner]);
		p->parcels[owner] = NULL;
	}
}

/// Gives lanes away to the workers that own their flows; what is left is the poller's own.
static void distribute(struct poller *p, struct sy_batch *batch)
{
	for (uint32_t i = 0; i < batch->count; i++) {
		uint32_t owner;

		if (batch->lane[i] != SY_LANE_TCP && batch->lane[i] != SY_LANE_ICMP_ERROR)
			continue;
		owner = owner_of(batch, i, p->worker_count, p->by_port);
		if (owner == p->own->index)
			continue;
		add_to_parcel(p, owner, batch, i);
		batch->lane[i] = SY_LANE_NONE;
	}
}

void poller_send_parcels(struct poller *p)
{
	for (uint32_t owner = 0; owner < p->worker_count; owner++) {
		if (p->parcels[owner] == NULL)
			continue;
		sy_exchange_send(p->outbox[owner], p->parcels[owner]);
		p->parcels[owner] = NULL;
	}
}

static void send_last(struct poller *p)
{
	poller_send_parcels(p);
	for (uint32_t owner = 0; owner < p->worker_count; owner++) {
		struct parcel *last;

		if (owner == p->own->index)
			continue;
		last = take_parcel(p, owner);
		last->last = true;
		last->end_ns = p->latest_ns;
		last->last_ns = p->last_ns;
		sy_exchange_send(p->outbox[owner], last);
	}
}

/// True for an mbuf of one segment that nobody else holds: nothing to do but to give it back.
static bool is_plain(const struct rte_mbuf *m, const struct rte_mempool *pool)
{
	return m->pool == pool && rte_mbuf_refcnt_read(m) == 1 && m->nb_segs == 1 &&
	       RTE_MBUF_DIRECT(m);
}

void poller_free_burst(struct rte_mbuf **mbufs, uint16_t count)
{
	struct rte_mempool *pool = mbufs[0]->pool;
	bool plain = true;

	for (uint16_t i = 0; i < count; i++)
		plain &= is_plain(mbufs[i], pool);
	if (plain)
		rte_mempool_put_bulk(pool, (void *const *)mbufs, count);
	else
		rte_pktmbuf_free_bulk(mbufs, count);
}

void poller_burst(struct poller *p, struct rte_mbuf **mbufs, uint16_t count)
{
	struct sy_burst burst;

	poller_load_burst(mbufs, count, &burst);
	poller_frames(p, &burst, mbufs, count);
}

void poller_frames(
	struct poller *p, struct sy_burst *burst, struct rte_mbuf **mbufs, uint16_t count)
{
	struct sy_batch *batch = &p->batches[p->turn];

	count_frames(p, burst);
	if (p->filter != NULL)
		apply_filter(p, burst);
	p->decode(burst, batch);
	poller_free_burst(mbufs, count);
	sy_batch_hash(batch, &p->key);
	// The burst before is taken while this one's memory of duplicates is loaded, and this one's
	// flows are loaded while the next burst is decoded: so nothing waits for memory.
	sy_duplicates_look(p->duplicates, batch, p->vantage_of_port);
	poller_settle(p);
	sy_duplicates_mark(p->duplicates, batch, p->duplicate_window_ns);
	count_buckets(p, batch);
	if (p->worker_count > 1)
		distribute(p, batch);
	worker_look(p->own, batch);
	p->turn ^= 1;
}

void poller_settle(struct poller *p)
{
	struct sy_batch *before = &p->batches[p->turn ^ 1];

	if (before->count > 0)
		worker_take(p->own, before);
	before->count = 0;
}

int poller_main(void *arg)
{
	struct poller *p = arg;
	struct rte_mbuf *mbufs[SY_BURST_MAX];
	uint16_t count;

	while ((count = sy_source_rx_burst(p->source, mbufs, SY_BURST_MAX)) > 0)
		poller_burst(p, mbufs, count);
	poller_settle(p);
	send_last(p);
	worker_end(p->own, p->latest_ns, p->last_ns);
	return 0;
}
