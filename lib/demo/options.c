// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// TCP's options, as the stacks of the cast write them.

#include "talk.h"

#include "sy_attempt.h"
#include "sy_frame.h"
#include "sy_time.h"

#include <string.h>

#define STAMP_BYTES 12

static struct host host(const struct talk *talk, enum side side)
{
	return side == CLIENT ? sy_demo_client(talk->client)
			      : sy_demo_servers[sy_demo_services[talk->service].host];
}

// Both sides agree on timestamps.
static bool has_stamps(const struct talk *talk)
{
	return host(talk, CLIENT).stack == STACK_LINUX && host(talk, SERVER).stack == STACK_LINUX;
}

uint32_t sy_talk_segment_bytes(const struct talk *talk)
{
	return (talk->v6 ? 1440u : 1460u) - (has_stamps(talk) ? STAMP_BYTES : 0);
}

// Each host's clock counts milliseconds from a beginning of its own.
static uint8_t *put_stamps(uint8_t *at, struct talk *talk, enum side from, uint32_t echo)
{
	talk->stamp[from] = (uint32_t)(talk->due_ns / SY_NS_PER_MS) +
			    host(talk, from).v4 * 2654435761u;
	at[0] = 8;
	at[1] = 10;
	return sy_frame_put32(sy_frame_put32(at + 2, talk->stamp[from]), echo);
}

static uint8_t *put_syn_options(uint8_t *at, struct talk *talk, enum side from)
{
	bool stamps = from == CLIENT ? host(talk, CLIENT).stack == STACK_LINUX : has_stamps(talk);

	at = sy_frame_put16(sy_frame_put16(at, 0x0204), talk->v6 ? 1440 : 1460);
	if (host(talk, CLIENT).stack == STACK_SCANNER)
		return at;
	if (host(talk, from).stack == STACK_WINDOWS) {
		memcpy(at, (const uint8_t[]){1, 3, 3, 8, 1, 1, 4, 2}, 8);
		return at + 8;
	}
	if (stamps) {
		at = sy_frame_put16(at, 0x0402);
		at = put_stamps(at, talk, from, from == CLIENT ? 0 : talk->stamp[CLIENT]);
	} else {
		at = sy_frame_put32(at, 0x01010402);
	}
	return sy_frame_put32(at, 0x01030307);
}

uint32_t sy_talk_options(struct talk *talk, enum side from, uint8_t flags, uint8_t *at)
{
	uint8_t *end = at;

	if (flags & SY_TCP_RST)
		return 0;
	if (flags & SY_TCP_SYN)
		end = put_syn_options(at, talk, from);
	else if (has_stamps(talk))
		end = put_stamps(sy_frame_put16(at, 0x0101), talk, from, talk->stamp[!from]);
	return (uint32_t)(end - at);
}
