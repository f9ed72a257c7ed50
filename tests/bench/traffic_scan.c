// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// A half-open scan: SYN to port after port of host after host. Three hosts in four are not there;
// of those that are, one port in sixteen is open, and the scanner resets what it finds.

#include "frame.h"
#include "traffic.h"

#include <stdlib.h>

#define GROUP   32 // probes that are under way together
#define PHASES  3  // SYNs, answers, the scanner's resets
#define PORTS   1024
#define GAP_NS  1000
#define SCANNER 0x0a010203u
#define TARGETS 0xc6120000u // 198.18.0.0/15

struct scan {
	struct traffic base;
	uint64_t group;
	uint32_t phase, in_group;
};

static bool is_up(uint64_t probe)
{
	return random_of(probe / PORTS) % 4 == 0;
}

static bool is_open(uint64_t probe)
{
	return random_of(probe ^ UINT64_C(0xc0ffee)) % 16 == 0;
}

static bool takes_part(uint64_t probe, uint32_t phase)
{
	return phase == 0 || (is_up(probe) && (phase == 1 || is_open(probe)));
}

static struct segment write_probe(uint64_t probe, uint32_t phase)
{
	uint32_t target = TARGETS + (uint32_t)(probe / PORTS % 131072);
	uint16_t port = (uint16_t)(1 + probe % PORTS);
	uint16_t source = (uint16_t)(40000 + probe / PORTS / 131072);
	uint32_t isn = (uint32_t)random_of(probe);
	struct segment segment = {.src = SCANNER,
		.dst = target,
		.sport = source,
		.dport = port,
		.seq = isn,
		.ip_id = (uint16_t)(probe * PHASES + phase),
		.flags = SY_TCP_SYN,
		.ttl = 55};

	if (phase == 1) {
		segment = (struct segment){.src = target,
			.dst = SCANNER,
			.sport = port,
			.dport = source,
			.ack = isn + 1,
			.ttl = 61,
			.ip_id = segment.ip_id,
			.flags = SY_TCP_RST | SY_TCP_ACK};
		if (is_open(probe)) {
			segment.seq = ~isn;
			segment.flags = SY_TCP_SYN | SY_TCP_ACK;
		}
	} else if (phase == 2) {
		segment.seq++;
		segment.flags = SY_TCP_RST;
	}
	return segment;
}

static void count(struct traffic *traffic, uint64_t probe)
{
	if (!is_up(probe))
		traffic->expected[SY_OUTCOME_UNANSWERED]++;
	else if (is_open(probe))
		traffic->expected[SY_OUTCOME_ABORTED]++;
	else
		traffic->expected[SY_OUTCOME_REFUSED]++;
}

static uint32_t next(struct traffic *traffic, uint8_t *at)
{
	struct scan *s = (struct scan *)traffic;
	struct segment segment;
	uint64_t probe;

	do {
		if (s->in_group == GROUP) {
			s->in_group = 0;
			s->phase++;
		}
		if (s->phase == PHASES) {
			s->phase = 0;
			s->group++;
		}
		if (traffic->draining && s->phase == 0 && s->in_group == 0)
			return 0;
		probe = s->group * GROUP + s->in_group++;
	} while (!takes_part(probe, s->phase));
	if (s->phase == 0)
		count(traffic, probe);
	segment = write_probe(probe, s->phase);
	traffic->ts_ns += GAP_NS;
	return frame_write(at, &segment, false);
}

static void destroy(struct traffic *traffic)
{
	free(traffic);
}

struct traffic *traffic_scan(uint64_t slots)
{
	struct scan *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->base.name = "scan";
	s->base.flows = slots;
	s->base.setup_packets = slots * 2;
	s->base.ts_ns = UINT64_C(1795336380000000000);
	s->base.has_truth = true;
	s->base.next = next;
	s->base.destroy = destroy;
	return &s->base;
}
