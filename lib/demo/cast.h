// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "payload.h"

#include <stdint.h>

// Who there is: clients, servers, what they serve and who asks for it how often. Data only.

/// How an operating system's TCP looks.
enum stack {
	STACK_LINUX,
	STACK_WINDOWS,
	STACK_SCANNER, ///< a SYN made by hand, with one option
	STACK_ROUTER,
};

/// One address. TTLs are as the tap sees them.
struct host {
	uint32_t v4; ///< its IPv6 address is 2001:db8:: with this at the end
	uint32_t rtt_us;
	uint8_t ttl;
	uint8_t stack;
};

/// What happens to a SYN.
enum behaviour {
	SERVES,
	HELLO,      ///< serves, and is silent at times
	REFUSES,    ///< RST of the host itself
	INTERFERED, ///< RST of a device beside the tap
	DOWN,       ///< nothing
	PROHIBITED, ///< ICMP of the router
};

/// A port of a server.
struct service {
	uint8_t host; ///< index of servers
	uint8_t behaviour;
	uint8_t protocol; ///< enum protocol
	uint8_t share;    ///< of ordinary connections; 0 = none
	uint8_t exchanges_max;
	uint16_t port;
	uint16_t vlan;
	uint16_t response_max; ///< bytes
	uint8_t v6_percent;    ///< of its connections
};

/// Who connects to what, how often.
struct story {
	uint16_t mean_ms; ///< between two connections
	uint8_t client, client_count;
	uint8_t service, service_count; ///< in turn
	uint8_t ecn;                    ///< SYNs ask for ECN
};

#define CLIENT_HELLO   0
#define CLIENT_WINDOWS 1 // of the second story
#define CLIENT_SCANNER 2
#define CLIENTS_FIRST  3 // ordinary ones
#define CLIENTS        43

#define SERVICES 31
#define STORIES  8

extern const struct host sy_demo_servers[];
extern const struct host sy_demo_router;
extern const struct service sy_demo_services[SERVICES];
extern const struct story sy_demo_stories[STORIES];

/// Client 0..CLIENTS-1.
struct host sy_demo_client(uint32_t index);
