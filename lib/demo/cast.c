// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "cast.h"

#define V4(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

enum server { WEB1, WEB2, APP, DATABASE, DIRECTORY, RESOLVER, HOME, FILES, GONE, VAULT };

const struct host sy_demo_servers[] = {
	[WEB1] = {V4(10, 20, 10, 11), 420, 63, STACK_LINUX},
	[WEB2] = {V4(10, 20, 10, 12), 390, 63, STACK_LINUX},
	[APP] = {V4(10, 20, 10, 13), 510, 63, STACK_LINUX},
	[DATABASE] = {V4(10, 20, 20, 5), 610, 62, STACK_LINUX},
	[DIRECTORY] = {V4(10, 20, 30, 2), 540, 127, STACK_WINDOWS},
	[RESOLVER] = {V4(10, 20, 30, 3), 350, 63, STACK_LINUX},
	[HOME] = {V4(10, 32, 163, 5), 280, 128, STACK_WINDOWS},
	[FILES] = {V4(192, 168, 2, 10), 700, 127, STACK_WINDOWS},
	[GONE] = {V4(10, 20, 20, 9), 600, 63, STACK_LINUX},
	[VAULT] = {V4(10, 20, 40, 7), 900, 63, STACK_LINUX},
};

const struct host sy_demo_router = {V4(10, 20, 0, 1), 180, 64, STACK_ROUTER};

#define CLOSED(number)                                                  \
	{                                                               \
		RESOLVER, REFUSES, PROTOCOL_NONE, 0, 0, number, 0, 0, 0 \
	}

const struct service sy_demo_services[SERVICES] = {
	// host, behaviour, protocol, share, exchanges, port, vlan, response, v6
	{WEB1, SERVES, PROTOCOL_TLS, 30, 4, 443, 0, 9000, 20},
	{WEB1, SERVES, PROTOCOL_HTTP, 10, 3, 80, 0, 6000, 10},
	{WEB2, SERVES, PROTOCOL_TLS, 20, 4, 443, 0, 9000, 20},
	{APP, SERVES, PROTOCOL_TLS, 12, 3, 8443, 0, 4000, 0},
	{DATABASE, SERVES, PROTOCOL_POSTGRES, 16, 6, 5432, 20, 3000, 0},
	{DIRECTORY, SERVES, PROTOCOL_LDAP, 6, 1, 389, 0, 0, 0},
	{RESOLVER, SERVES, PROTOCOL_DNS, 6, 1, 53, 0, 0, 10},
	// The stories'.
	{HOME, HELLO, PROTOCOL_HTTP, 0, 1, 80, 0, 2000, 0},
	{HOME, SERVES, PROTOCOL_NONE, 0, 0, 445, 0, 0, 0},
	{HOME, SERVES, PROTOCOL_RDP, 0, 1, 3389, 0, 0, 0},
	{FILES, INTERFERED, PROTOCOL_NONE, 0, 0, 445, 0, 0, 0},
	{FILES, SERVES, PROTOCOL_RDP, 0, 1, 3389, 0, 0, 0},
	{APP, REFUSES, PROTOCOL_NONE, 0, 0, 8080, 0, 0, 0},
	{GONE, DOWN, PROTOCOL_POSTGRES, 0, 1, 5432, 20, 0, 0},
	{VAULT, PROHIBITED, PROTOCOL_NONE, 0, 0, 22, 0, 0, 0},
	// What the scan tries.
	CLOSED(21),
	CLOSED(22),
	CLOSED(23),
	CLOSED(25),
	CLOSED(80),
	CLOSED(110),
	CLOSED(111),
	CLOSED(135),
	CLOSED(139),
	CLOSED(143),
	CLOSED(443),
	CLOSED(445),
	CLOSED(993),
	CLOSED(3306),
	CLOSED(5900),
	{RESOLVER, SERVES, PROTOCOL_NONE, 0, 0, 53, 0, 0, 0},
};

const struct story sy_demo_stories[STORIES] = {
	// ms, client, of so many, service, of so many, ECN
	{500, CLIENT_HELLO, 1, 7, 1, 1},
	{1000, CLIENT_HELLO, 1, 8, 2, 1},
	{4000, CLIENT_WINDOWS, 1, 10, 1, 0},
	{3000, CLIENT_WINDOWS, 1, 11, 1, 0},
	{3000, CLIENTS_FIRST, 6, 12, 1, 0},
	{4000, CLIENTS_FIRST + 6, 4, 13, 1, 0},
	{5000, CLIENTS_FIRST + 16, 4, 14, 1, 0},
	{400, CLIENT_SCANNER, 1, 15, 16, 0},
};

struct host sy_demo_client(uint32_t index)
{
	switch (index) {
	case CLIENT_HELLO:
		return (struct host){V4(10, 32, 163, 6), 150, 64, STACK_LINUX};
	case CLIENT_WINDOWS:
		return (struct host){V4(192, 168, 1, 100), 200, 128, STACK_WINDOWS};
	case CLIENT_SCANNER:
		return (struct host){V4(10, 32, 163, 66), 170, 64, STACK_SCANNER};
	default:
		break;
	}
	index -= CLIENTS_FIRST;
	if (index < 14)
		return (struct host){
			V4(10, 32, 163, 20) + index, 140 + 10 * index, 64, STACK_LINUX};
	if (index < 28)
		return (struct host){
			V4(10, 32, 163, 60) + index, 160 + 10 * index, 128, STACK_WINDOWS};
	// A branch office, seven hops away.
	return (struct host){V4(10, 40, 7, 0) + index, 18000 + 300 * index, index % 2 ? 57 : 121,
		index % 2 ? STACK_LINUX : STACK_WINDOWS};
}
