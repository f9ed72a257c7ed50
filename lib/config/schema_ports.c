// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "schema.h"

#include <string.h>

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789_-"

static const char *check_name(const char *name)
{
	return name[strspn(name, NAME_CHARACTERS)] == '\0'
		       ? NULL
		       : "is not made of a-z, 0-9, _ and - only";
}

#define PORT(field) KEY_AT(struct sy_config_port, field)

const struct schema_key sy_schema_port[] = {
	{"name", KEY_TEXT, PORT(name), .check = check_name, .sample = "tap0",
		.doc = "What the port is called in files, logs and metrics, of a-z, 0-9, _ and -. No"
		       " two ports have the same name."},
	{"device", KEY_TEXT, PORT(device), .check = sy_device_check, .sample = "0000:3b:00.0",
		.doc = "Where its frames come from, in one of three forms: the PCI address of a"
		       " network card that DPDK drives (0000:3b:00.0, driver arguments after a"
		       " comma), a DPDK virtual device (net_af_packet0,iface=m1), or the name of a"
		       " kernel interface (eth1), which is read through af_packet."},
	{"link", KEY_TEXT, PORT(link), .zero = "the port's name", .initial = "",
		.doc = "The tapped link. The two ports of a passive tap, one for each fibre, have"
		       " the same link."},
	{"side", KEY_WORD, PORT(side), .words = sy_words_config_side, .initial = "both",
		.doc = "What of the link this port carries: both directions (a mirror port, an"
		       " aggregating tap), or one fibre of a passive tap, a or b. A link with a"
		       " side a has exactly one port of each side."},
	{"vantage", KEY_TEXT, PORT(vantage), .initial = "default",
		.doc = "The place on the network where the link is tapped. Ports of different"
		       " places show where between them a packet was lost or made. At most 8"
		       " different ones; all ports of a link have the same one."},
	{"queues", KEY_NUMBER, PORT(queues), .min = 1, .max = SY_CONFIG_WORKERS_MAX,
		.zero = "one for each worker", .initial = "0",
		.doc = "Receive queues. Worker i polls queue i of every port, so there are no more"
		       " queues than workers; with fewer, segments are handed to their workers in"
		       " software."},
	{"descriptors", KEY_NUMBER, PORT(descriptors), .min = 64, .max = 32768, .initial = "2048",
		.unit = "frames",
		.doc = "Length of each receive queue: how many frames can wait while a worker is"
		       " held up. The driver may round it, and bound it."},
	{"promiscuous", KEY_BOOL, PORT(promiscuous), .initial = "true",
		.doc = "Take frames for any MAC address. A tapped link needs it."},
	{0},
};
