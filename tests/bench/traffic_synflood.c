// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A flood of SYNs at one server, each from another made-up source; every 64th frame belongs to a
// real client of the same server.

#include "clients.h"
#include "frame.h"
#include "traffic.h"

#include <stdlib.h>

#define REAL_EVERY 64
#define GAP_NS     100 // ten million SYNs a second
#define SERVER     0xc6120050u

struct synflood {
	struct traffic base;
	struct clients clients;
	uint64_t frames;
};

static uint32_t next(struct traffic *traffic, uint8_t *at)
{
	struct synflood *f = (struct synflood *)traffic;
	struct segment segment;

	traffic->ts_ns += GAP_NS;
	if (traffic->draining || ++f->frames % REAL_EVERY == 0) {
		if (!clients_next(
			    &f->clients, traffic->draining, SERVER, traffic->expected, &segment))
			return 0;
		return frame_write(at, &segment, false);
	}
	uint64_t random = random_of(f->frames);

	segment = (struct segment){
		.src = (uint32_t)random | 0x80000000u, // no real client's
		.dst = SERVER,
		.sport = (uint16_t)(random >> 32),
		.dport = 80,
		.seq = (uint32_t)(random >> 16),
		.ip_id = (uint16_t)(random >> 48),
		.flags = SY_TCP_SYN,
		.ttl = (uint8_t)(40 + (random >> 60)),
	};
	traffic->expected[SY_OUTCOME_UNANSWERED]++;
	return frame_write(at, &segment, false);
}

static void destroy(struct traffic *traffic)
{
	free(traffic);
}

struct traffic *traffic_synflood(uint64_t slots)
{
	struct synflood *f = calloc(1, sizeof(*f));

	if (f == NULL)
		return NULL;
	f->base.name = "synflood";
	f->base.flows = slots;
	f->base.setup_packets = slots * 2;
	f->base.ts_ns = UINT64_C(1795336380000000000);
	f->base.has_truth = true;
	f->base.next = next;
	f->base.destroy = destroy;
	return &f->base;
}
