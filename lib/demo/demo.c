// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "talk.h"

#include "sy_demo.h"
#include "sy_time.h"

#include <stdlib.h>

#define CONNECTIONS_S 200
#define TALKS         4096 // open at a time
#define ORDINARY      STORIES

// The range that clients take their ports from.
#define PORT_FIRST 32768
#define PORT_COUNT 28000

struct sy_demo {
	struct sy_demo_config config;
	uint64_t random;
	uint64_t begin_ns[STORIES + 1]; ///< of the next connection of each story
	uint64_t skipped;
	uint32_t shares;         ///< sum over the services
	uint8_t turn[STORIES];   ///< connections begun, modulo the services
	uint16_t ports[CLIENTS]; ///< taken, modulo PORT_COUNT
	uint32_t open;
	/// A heap by time of the first `open`; those behind it are free.
	uint16_t heap[TALKS];
	struct talk talks[TALKS];
};

static uint64_t gap_ns(struct sy_demo *demo, uint32_t story)
{
	uint64_t mean_ns = story == ORDINARY ? SY_NS_PER_S / demo->config.connections_s
					     : sy_demo_stories[story].mean_ms * SY_NS_PER_MS;

	return mean_ns / 2 + demo_below(&demo->random, mean_ns + 1);
}

struct sy_demo *sy_demo_create(uint64_t seed, const struct sy_demo_config *config)
{
	struct sy_demo *demo = calloc(1, sizeof(*demo));

	if (demo == NULL)
		return NULL;
	demo->config = *config;
	if (demo->config.connections_s == 0)
		demo->config.connections_s = CONNECTIONS_S;
	demo->random = seed;
	for (uint32_t i = 0; i < SERVICES; i++)
		demo->shares += sy_demo_services[i].share;
	for (uint32_t i = 0; i < CLIENTS; i++)
		demo->ports[i] = (uint16_t)demo_below(&demo->random, PORT_COUNT);
	for (uint32_t i = 0; i < TALKS; i++)
		demo->heap[i] = (uint16_t)i;
	for (uint32_t i = 0; i <= ORDINARY; i++)
		demo->begin_ns[i] = config->start_ns + gap_ns(demo, i);
	return demo;
}

void sy_demo_destroy(struct sy_demo *demo)
{
	free(demo);
}

static uint64_t heap_due(const struct sy_demo *demo, uint32_t i)
{
	return demo->talks[demo->heap[i]].due_ns;
}

static void heap_swap(struct sy_demo *demo, uint32_t i, uint32_t k)
{
	uint16_t kept = demo->heap[i];

	demo->heap[i] = demo->heap[k];
	demo->heap[k] = kept;
}

static void sift_up(struct sy_demo *demo, uint32_t i)
{
	for (; i > 0 && heap_due(demo, i) < heap_due(demo, (i - 1) / 2); i = (i - 1) / 2)
		heap_swap(demo, i, (i - 1) / 2);
}

static void sift_down(struct sy_demo *demo, uint32_t i)
{
	for (uint32_t child; (child = 2 * i + 1) < demo->open; i = child) {
		if (child + 1 < demo->open && heap_due(demo, child + 1) < heap_due(demo, child))
			child++;
		if (heap_due(demo, child) >= heap_due(demo, i))
			return;
		heap_swap(demo, i, child);
	}
}

static uint32_t next_story(const struct sy_demo *demo)
{
	uint32_t first = 0;

	for (uint32_t i = 1; i <= ORDINARY; i++) {
		if (demo->begin_ns[i] < demo->begin_ns[first])
			first = i;
	}
	return first;
}

uint64_t sy_demo_due(const struct sy_demo *demo)
{
	uint64_t begin_ns = demo->begin_ns[next_story(demo)];

	return demo->open > 0 && heap_due(demo, 0) < begin_ns ? heap_due(demo, 0) : begin_ns;
}

static uint32_t draw_service(struct sy_demo *demo)
{
	uint64_t roll = demo_below(&demo->random, demo->shares);
	uint32_t service = 0;

	for (; roll >= sy_demo_services[service].share; service++)
		roll -= sy_demo_services[service].share;
	return service;
}

static void begin(struct sy_demo *demo, uint32_t story)
{
	const struct story *told = &sy_demo_stories[story];
	uint64_t due_ns = demo->begin_ns[story];
	uint32_t client, service;
	struct talk *talk;
	bool ecn = false;

	demo->begin_ns[story] += gap_ns(demo, story);
	if (demo->open == TALKS) {
		demo->skipped++;
		return;
	}
	if (story == ORDINARY) {
		client = CLIENTS_FIRST +
			 (uint32_t)demo_below(&demo->random, CLIENTS - CLIENTS_FIRST);
		service = draw_service(demo);
	} else {
		client = told->client + (uint32_t)demo_below(&demo->random, told->client_count);
		service = told->service + demo->turn[story];
		demo->turn[story] = (uint8_t)((demo->turn[story] + 1) % told->service_count);
		ecn = told->ecn != 0;
	}
	demo->ports[client] = (uint16_t)((demo->ports[client] + 1) % PORT_COUNT);
	talk = &demo->talks[demo->heap[demo->open]];
	sy_talk_begin(talk, client, service, (uint16_t)(PORT_FIRST + demo->ports[client]), due_ns,
		&demo->random);
	talk->ecn = ecn;
	sift_up(demo, demo->open++);
}

static void advance(struct sy_demo *demo)
{
	struct talk *talk = &demo->talks[demo->heap[0]];

	sy_talk_advance(talk, talk->due_ns - demo->config.start_ns, &demo->random);
	if (talk->step == STEP_OVER)
		heap_swap(demo, 0, --demo->open);
	sift_down(demo, 0);
}

uint32_t sy_demo_next(
	struct sy_demo *demo, uint64_t now_ns, uint8_t *frame, uint32_t room, uint8_t *port)
{
	enum side from;
	uint32_t bytes;

	if (room < SY_DEMO_FRAME_MAX)
		return 0;
	for (;;) {
		uint32_t story = next_story(demo);
		uint64_t begin_ns = demo->begin_ns[story];
		bool open = demo->open > 0;

		if (open && heap_due(demo, 0) <= begin_ns) {
			if (heap_due(demo, 0) > now_ns)
				return 0;
			break;
		}
		if (begin_ns > now_ns)
			return 0;
		begin(demo, story);
	}
	bytes = sy_talk_write(&demo->talks[demo->heap[0]], frame, &from);
	advance(demo);
	*port = from == SERVER && !demo->config.one_port;
	return bytes;
}

uint64_t sy_demo_skipped(const struct sy_demo *demo)
{
	return demo->skipped;
}
