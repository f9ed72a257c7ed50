// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_ports.h"

// How a port's segments come to the worker that owns their flow: decided from plain facts.

#define PORT_KEY_BYTES   64  ///< room for a key; the longest of today's cards has 52
#define PORT_KEY_CHECKED 40  ///< what the hash of two IPv6 addresses and two ports reads of it
#define PORT_TABLE_MAX   512 ///< entries of a redirection table
#define PORT_WHY_BYTES   160

/// What is known of a port's own hash.
enum port_hash {
	PORT_HASH_NONE,     ///< it has none, or none over TCP
	PORT_HASH_REFUSED,  ///< the driver did not take the key or the table, or reads back another
	PORT_HASH_KEY,      ///< it has the key and the table that sy_port_rss holds
	PORT_HASH_FUNCTION, ///< the driver promises a symmetric function; nothing to check
	PORT_HASH_FANOUT,   ///< the kernel spreads: symmetric, but a full queue overflows to others
};

/// The hash as it was read back from the port.
struct port_rss {
	enum port_hash hash;
	bool with_ports; ///< it reads the TCP ports too, not the addresses alone
	_Alignas(4) uint8_t key[PORT_KEY_BYTES]; ///< DPDK reads it in words
	uint16_t table[PORT_TABLE_MAX];          ///< entry -> queue
	uint16_t table_size;                     ///< 0 = it cannot be read
};

/// What decides the way of one port.
struct port_facts {
	uint32_t workers;
	uint32_t queues;
	enum sy_config_distribution wanted;
	const char *driver;
	const struct port_rss *rss;
};

/// The way of one port, and why in one phrase. 0, or -ENOTSUP when RSS is demanded and impossible:
/// then `why` is the reason.
int sy_port_way_decide(
	const struct port_facts *facts, enum sy_port_way *way, char why[static PORT_WHY_BYTES]);

/// True when both ports bring every flow to the same worker, so that a flow that is seen at both
/// stays at one.
bool sy_port_rss_agree(const struct port_rss *a, const struct port_rss *b);

/// True when both directions of flows over IPv4 and IPv6 come to one queue, by key and table, and
/// no entry of the table leads beyond the queues.
bool sy_port_rss_is_symmetric(const struct port_rss *rss, uint32_t queues);

/// The queue of a segment by what the hash reads of it, folded to 16 bits: all its 16-bit words,
/// xored. With the symmetric key nothing more counts, since its 16 bits repeat.
uint16_t sy_port_rss_queue(const struct port_rss *rss, uint16_t fold);

/// Fills in the key whose hash is symmetric: the same 16 bits over and over.
void sy_port_rss_key(uint8_t key[static PORT_KEY_BYTES]);

/// The queue of entry i. With the same `period` (the size of the smallest table) tables of
/// different sizes lead to the same queues.
uint16_t sy_port_rss_entry(uint32_t i, uint32_t period, uint32_t queues);
