// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// RSS that is symmetric, checked with DPDK's own Toeplitz hash in software.

#include "ports_way.h"

#include <rte_thash.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SAMPLES       64
#define TUPLE_WORDS   9 // two IPv6 addresses and two ports
#define V4_WORDS      3
#define AGREE_ENTRIES 4096 // a multiple of every size of table there is

const char *sy_port_link_name(bool up, bool gone)
{
	return gone ? "gone" : up ? "up" : "down";
}

const char *sy_port_way_name(enum sy_port_way way)
{
	static const char *const names[] = {"single", "rss", "software"};

	return (unsigned)way < sizeof(names) / sizeof(names[0]) ? names[way] : "?";
}

void sy_port_rss_key(uint8_t key[static PORT_KEY_BYTES])
{
	for (int i = 0; i < PORT_KEY_BYTES; i++)
		key[i] = i & 1 ? 0x5a : 0x6d;
}

uint16_t sy_port_rss_entry(uint32_t i, uint32_t period, uint32_t queues)
{
	return (uint16_t)((period > 0 ? i % period : i) % queues);
}

/// The two directions of a flow, as words of the hash's input: addresses, then both ports in one.
static void make_flow(uint32_t sample, int words, uint32_t to[], uint32_t back[])
{
	int address = (words - 1) / 2;
	uint64_t state = sample * 2 + 1;

	for (int i = 0; i < words; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		to[i] = (uint32_t)(state >> 32);
	}
	for (int i = 0; i < address; i++) {
		back[i] = to[address + i];
		back[address + i] = to[i];
	}
	back[words - 1] = to[words - 1] << 16 | to[words - 1] >> 16;
}

static uint32_t entry_of(const struct port_rss *rss, uint32_t words[], int count)
{
	uint32_t hash = rte_softrss(words, (uint32_t)count, rss->key);

	return rss->table_size > 0 ? rss->table[hash % rss->table_size] : hash;
}

bool sy_port_rss_is_symmetric(const struct port_rss *rss, uint32_t queues)
{
	uint32_t to[TUPLE_WORDS], back[TUPLE_WORDS];

	for (uint32_t i = 0; i < rss->table_size; i++)
		if (rss->table[i] >= queues)
			return false;
	for (uint32_t sample = 0; sample < SAMPLES; sample++) {
		int words = sample & 1 ? V4_WORDS : TUPLE_WORDS;

		make_flow(sample, words, to, back);
		if (entry_of(rss, to, words) != entry_of(rss, back, words))
			return false;
		// Some cards hash the addresses alone.
		if (entry_of(rss, to, words - 1) != entry_of(rss, back, words - 1))
			return false;
	}
	return true;
}

uint16_t sy_port_rss_queue(const struct port_rss *rss, uint16_t fold)
{
	uint32_t words[V4_WORDS] = {fold, 0, 0};

	return (uint16_t)entry_of(rss, words, V4_WORDS);
}

bool sy_port_rss_agree(const struct port_rss *a, const struct port_rss *b)
{
	if (a->hash != PORT_HASH_KEY || b->hash != PORT_HASH_KEY || a->table_size == 0 ||
		b->table_size == 0 || a->with_ports != b->with_ports ||
		memcmp(a->key, b->key, PORT_KEY_CHECKED) != 0)
		return false;
	for (uint32_t i = 0; i < AGREE_ENTRIES; i++)
		if (a->table[i % a->table_size] != b->table[i % b->table_size])
			return false;
	return true;
}

/// What keeps a port from being trusted with the distribution; NULL = nothing.
static const char *obstacle(const struct port_facts *facts)
{
	switch (facts->rss->hash) {
	case PORT_HASH_NONE:
		return "has no hash of its own over TCP";
	case PORT_HASH_REFUSED:
		return "did not take the symmetric key";
	case PORT_HASH_FANOUT:
		return "moves frames to another queue when one is full";
	case PORT_HASH_FUNCTION:
		return NULL;
	case PORT_HASH_KEY:
		break;
	}
	return sy_port_rss_is_symmetric(facts->rss, facts->queues)
		       ? NULL
		       : "hashes the two directions of a flow differently";
}

static int decide_forced(const struct port_facts *facts, const char *against, enum sy_port_way *way,
	char why[static PORT_WHY_BYTES])
{
	*way = SY_PORT_RSS;
	if (against == NULL)
		snprintf(why, PORT_WHY_BYTES, "as configured; checked");
	else
		snprintf(why, PORT_WHY_BYTES, "as configured, although %.40s %.70s", facts->driver,
			against);
	return 0;
}

int sy_port_way_decide(
	const struct port_facts *facts, enum sy_port_way *way, char why[static PORT_WHY_BYTES])
{
	const char *against;

	if (facts->workers <= 1) {
		*way = SY_PORT_SINGLE;
		snprintf(why, PORT_WHY_BYTES, "there is one worker");
		return 0;
	}
	*way = SY_PORT_SOFTWARE;
	if (facts->wanted == SY_CONFIG_DISTRIBUTION_SOFTWARE) {
		snprintf(why, PORT_WHY_BYTES, "as configured");
		return 0;
	}
	if (facts->queues != facts->workers) {
		snprintf(why, PORT_WHY_BYTES, "%u queue%s for %u workers", facts->queues,
			facts->queues == 1 ? "" : "s", facts->workers);
		return facts->wanted == SY_CONFIG_DISTRIBUTION_RSS ? -ENOTSUP : 0;
	}
	against = obstacle(facts);
	if (facts->wanted == SY_CONFIG_DISTRIBUTION_RSS)
		return decide_forced(facts, against, way, why);
	if (against != NULL) {
		snprintf(why, PORT_WHY_BYTES, "%.40s %.70s", facts->driver, against);
		return 0;
	}
	*way = SY_PORT_RSS;
	snprintf(why, PORT_WHY_BYTES, "%s",
		facts->rss->hash == PORT_HASH_KEY ? "symmetric key, read back and checked"
						  : "the driver's symmetric function; ICMP errors "
						    "and the inside of tunnels may miss their "
						    "connection");
	return 0;
}
