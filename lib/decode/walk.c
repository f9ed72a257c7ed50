// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The ends of a walk through a frame, and the loop that takes it from header to header.

#include "decode_internal.h"

static void write_outer(const struct sy_walk *w)
{
	w->batch->vlan[w->i] = w->vlan;
	w->batch->tunnel[w->i] = w->tunnel;
	w->batch->vni[w->i] = w->vni;
}

enum sy_step sy_walk_end(struct sy_walk *w, enum sy_bucket bucket)
{
	// What a tunnel carries may be no IP; the tunnel is.
	if (bucket == SY_BUCKET_OTHER_IP || (bucket == SY_BUCKET_NON_IP && w->ip))
		return sy_walk_end_ip(w, SY_LANE_OTHER_IP, SY_BUCKET_OTHER_IP);

	write_outer(w);
	w->batch->bits[w->i] = w->bits;
	w->batch->lane[w->i] = SY_LANE_NONE;
	w->batch->bucket[w->i] = bucket;
	return SY_STEP_END;
}

enum sy_step sy_walk_end_ip(struct sy_walk *w, enum sy_lane lane, enum sy_bucket bucket)
{
	write_outer(w);
	if (w->bits & SY_SEG_V6)
		sy_ipv6_read(w->batch, w->i, w->ip);
	else
		sy_ipv4_read(w->batch, w->i, w->ip);
	w->batch->bits[w->i] = w->bits;
	w->batch->lane[w->i] = lane;
	w->batch->bucket[w->i] = bucket;
	return SY_STEP_END;
}

enum sy_step sy_walk_short(struct sy_walk *w, uint32_t bytes)
{
	// A header cut by a fragment's end is no lie and no fault of the capture: only reassembly
	// could read it, as with every later fragment.
	if (bytes > w->wire)
		return sy_walk_end(
			w, w->bits & SY_SEG_MF ? SY_BUCKET_FRAGMENT : SY_BUCKET_MALFORMED);
	return sy_walk_end(w, w->in_pieces ? SY_BUCKET_FRAGMENT : SY_BUCKET_TRUNCATED);
}

enum sy_step sy_walk_doubt(struct sy_walk *w, uint32_t bytes)
{
	return bytes > w->wire ? sy_walk_end(w, SY_BUCKET_OTHER_IP) : sy_walk_short(w, bytes);
}

bool sy_walk_claim(struct sy_walk *w, uint64_t bytes)
{
	if (bytes <= w->wire)
		return true;
	if (w->measured || w->frame_bytes <= SY_RUNT_BYTES || bytes >= SY_WIRE_UNKNOWN)
		return false;
	w->wire = SY_WIRE_UNKNOWN;
	w->sliced = true;
	return true;
}

void sy_walk_tunnel(struct sy_walk *w, enum sy_tunnel tunnel)
{
	// Kind and id are reported together: a tunnel without an id does not hide one that has it.
	if (!w->has_id)
		w->tunnel = (uint8_t)tunnel;
}

void sy_walk_tunnel_id(struct sy_walk *w, enum sy_tunnel tunnel, uint32_t id)
{
	w->has_id = true;
	w->tunnel = (uint8_t)tunnel;
	w->vni = id;
}

static enum sy_step walk_one(struct sy_walk *w, enum sy_step step)
{
	switch (step) {
	case SY_STEP_ETHERNET:
		return sy_walk_ethernet(w);
	case SY_STEP_ETHERTYPE:
		return sy_walk_ethertype(w);
	case SY_STEP_PPP:
		return sy_walk_ppp(w);
	case SY_STEP_IP:
		return sy_walk_ip(w);
	case SY_STEP_IPV4:
		return sy_walk_ipv4(w);
	case SY_STEP_IPV6:
		return sy_walk_ipv6(w);
	case SY_STEP_TRANSPORT:
		return sy_walk_transport(w);
	case SY_STEP_END:
		break;
	}
	return SY_STEP_END;
}

void sy_decode_general(const struct sy_burst *burst, struct sy_batch *batch, uint32_t i)
{
	uint32_t cap = burst->cap_bytes[i];
	uint32_t wire = burst->wire_bytes[i];
	struct sy_walk w = {
		.p = burst->data[i],
		.cap = cap,
		.wire = wire > cap ? wire : cap,
		.frame_bytes = wire,
		.batch = batch,
		.i = i,
		.vlan = SY_VLAN_NONE,
	};

	batch->port[i] = burst->port[i];
	batch->ts_ns[i] = burst->ts_ns[i];
	batch->domain[i] = 0;

	enum sy_step step = sy_walk_link(&w, burst->link[i]);
	for (int layers = 0; step != SY_STEP_END; layers++) {
		if (layers == SY_WALK_LAYERS_MAX) {
			sy_walk_end(&w, SY_BUCKET_UNSUPPORTED_TUNNEL);
			return;
		}
		step = walk_one(&w, step);
	}
}
