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
		burst->cap_bytes[i] = mbufs[i]->data_len;
		burst->wire_bytes[i] = meta->wire_bytes;
		burst->port[i] = (uint8_t)mbufs[i]->port;
		burst->link[i] = meta->link;
	}
}

static void count_frames(struct poller *p, const struct sy_burst *burst)
{
	for (uint32_t i = 0; i < burst->count; i++) {
		struct sy_port_stats *port = &p->ports[burst->port[i]];
		uint64_t ts_ns = burst->ts_ns[i];

		port->received++;
		port->bytes += burst->wire_bytes[i];
		port->snapped += burst->cap_bytes[i] < burst->wire_bytes[i];
		if (port->received == 1) {
			port->first_ns = port->last_ns = ts_ns;
		} else if (ts_ns >= port->last_ns) {
			port->last_ns = ts_ns;
		} else {
			port->backwards += ts_ns < p->previous_ns[burst->port[i]];
			if (ts_ns < port->first_ns)
				port->first_ns = ts_ns;
		}
		p->previous_ns[burst->port[i]] = ts_ns;
		if (ts_ns > p->latest_ns)
			p->latest_ns = ts_ns;
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

static void count_buckets(struct poller *p, const struct sy_batch *batch)
{
	for (uint32_t i = 0; i < batch->count; i++)
		p->ports[batch->port[i]].bucket[batch->bucket[i]]++;
}

static struct parcel *take_parcel(struct worker *to)
{
	struct parcel *parcel;
	uint32_t idle = 0;

	while ((parcel = sy_exchange_take(to->inbox)) == NULL)
		worker_wait(&idle);
	parcel->batch.count = 0;
	parcel->last = false;
	return parcel;
}

static void add_to_parcel(
	struct poller *p, uint32_t owner, const struct sy_batch *batch, uint32_t i)
{
	struct worker *to = &p->workers[owner];
	struct sy_batch *out;

	if (p->parcels[owner] == NULL)
		p->parcels[owner] = take_parcel(to);
	out = &p->parcels[owner]->batch;
	sy_batch_copy_lane(out, out->count++, batch, i);
	if (out->count == SY_BURST_MAX) {
		sy_exchange_send(to->inbox, p->parcels[owner]);
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
		owner = (uint32_t)(((batch->hash[i] >> 32) * p->worker_count) >> 32);
		if (owner == 0)
			continue;
		add_to_parcel(p, owner, batch, i);
		batch->lane[i] = SY_LANE_NONE;
	}
}

static void send_last(struct poller *p)
{
	for (uint32_t owner = 1; owner < p->worker_count; owner++) {
		struct parcel *last;

		if (p->parcels[owner] != NULL)
			sy_exchange_send(p->workers[owner].inbox, p->parcels[owner]);
		last = take_parcel(&p->workers[owner]);
		last->last = true;
		last->end_ns = p->latest_ns;
		sy_exchange_send(p->workers[owner].inbox, last);
	}
}

void poller_burst(struct poller *p, struct rte_mbuf **mbufs, uint16_t count)
{
	struct sy_burst burst;
	_Alignas(64) struct sy_batch batch;

	poller_load_burst(mbufs, count, &burst);
	count_frames(p, &burst);
	if (p->filter != NULL)
		apply_filter(p, &burst);
	p->decode(&burst, &batch);
	rte_pktmbuf_free_bulk(mbufs, count);
	sy_batch_hash(&batch, &p->key);
	sy_duplicates_mark(p->duplicates, &batch, p->vantage_of_port, p->duplicate_window_ns);
	count_buckets(p, &batch);
	if (p->worker_count > 1)
		distribute(p, &batch);
	worker_batch(&p->workers[0], &batch);
}

int poller_main(void *arg)
{
	struct poller *p = arg;
	struct rte_mbuf *mbufs[SY_BURST_MAX];
	uint16_t count;

	while ((count = sy_source_rx_burst(p->source, mbufs, SY_BURST_MAX)) > 0)
		poller_burst(p, mbufs, count);
	send_last(p);
	worker_end(&p->workers[0], p->latest_ns);
	return 0;
}
