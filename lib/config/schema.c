// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "schema.h"

#include <assert.h>
#include <string.h>

static_assert(sizeof(enum sy_config_side) == 4 && sizeof(enum sy_config_idle) == 4 &&
		      sizeof(enum sy_config_distribution) == 4 &&
		      sizeof(enum sy_config_tracking) == 4 && sizeof(enum sy_config_decode) == 4 &&
		      sizeof(enum sy_config_log_level) == 4,
	"KEY_WORD writes 4 bytes");

// "--vdev net_null0" in one item would reach EAL as one argument, which knows no such option. Help
// would end the program with status 0, and a secondary process waits for ever for a primary one.
static const char *check_eal(const char *argument)
{
	size_t option = strcspn(argument, " =");

	if (strcmp(argument, "-h") == 0 || strcmp(argument, "--help") == 0 ||
		strncmp(argument, "--proc-type", strlen("--proc-type")) == 0)
		return "is nothing that a program which watches ports can do";
	return argument[0] == '-' && argument[option] == ' '
		       ? "is not one argument: write --option=value, or two items"
		       : NULL;
}

#define WORKERS(field, count) KEY_LIST(struct sy_config_workers, field, count)

static const struct schema_key workers[] = {
	{"cores", KEY_NUMBERS, WORKERS(cores, core_count), .items_min = 1,
		.items_max = SY_CONFIG_WORKERS_MAX, .max = 1023, .initial = "1",
		.doc = "CPU numbers, as lscpu shows them; one worker runs on each, and should have it"
		       " to itself. Best are cores of the NUMA node that the ports are on."},
	{0},
};

#define TIMEOUTS(field) KEY_AT(struct sy_config_timeouts, field)

static const struct schema_key timeouts[] = {
	{"attempt_s", KEY_NUMBER, TIMEOUTS(attempt_s), .min = 1, .max = 3600, .unit = "seconds",
		.initial = "75",
		.doc = "How long after its last SYN an attempt is given up as unanswered. Linux"
		       " waits up to 64 s between two SYNs; with less than that, one attempt may"
		       " count as several."},
	{"idle_s", KEY_NUMBER, TIMEOUTS(idle_s), .min = 1, .max = 604800, .unit = "seconds",
		.initial = "3600",
		.doc = "A connection that has been silent for so long is taken for closed."},
	{"linger_s", KEY_NUMBER, TIMEOUTS(linger_s), .min = 1, .max = 3600, .unit = "seconds",
		.initial = "75",
		.doc = "How long a closed connection is remembered, to recognise its late packets."},
	{"reorder_window_ms", KEY_NUMBER, TIMEOUTS(reorder_window_ms), .min = 1, .max = 10000,
		.unit = "milliseconds", .zero = "packets are taken in the order in which they come",
		.initial = "10",
		.doc = "How much earlier than its SYN an answer may come (SYN-ACK, RST, ICMP"
		       " error): the two fibres of a tap are polled in turn. Wider where the"
		       " workers have no CPU of their own."},
	{"duplicate_window_ms", KEY_NUMBER, TIMEOUTS(duplicate_window_ms), .min = 1, .max = 1000,
		.unit = "milliseconds", .zero = "duplicates are not looked for", .initial = "2",
		.doc = "The same packet again at the same vantage within this time is a duplicate"
		       " made by the mirror, and no retransmission."},
	{0},
};

static const struct schema_key log_keys[] = {
	{"level", KEY_WORD, KEY_AT(struct sy_config_log, level), .words = sy_words_config_log_level,
		.initial = "info", .doc = "What is logged: each level includes those before it."},
	{0},
};

#define CONFIG(field) KEY_AT(struct sy_config, field)

const struct schema_key sy_schema[] = {
	{"ports", KEY_SECTIONS, KEY_LIST(struct sy_config, ports, port_count), .items_min = 1,
		.items_max = SY_CONFIG_PORTS_MAX, .keys = sy_schema_port,
		.doc = "Where frames come from: one item for each port."},
	{"workers", KEY_SECTION, CONFIG(workers), .keys = workers,
		.doc = "The threads that poll the ports and analyse."},
	{"manager_core", KEY_NUMBER, CONFIG(manager_core), .max = 1023, .initial = "0",
		.doc = "CPU number of the manager, which writes files and never polls. None of"
		       " workers.cores, unless these sleep when nothing comes (idle: sleep)."},
	{"idle", KEY_WORD, CONFIG(idle), .words = sy_words_config_idle, .initial = "poll",
		.doc = "What a worker does while no frame comes. poll asks again at once: nothing is"
		       " faster, and the core is always busy. The others save power after some hundred"
		       " or thousand polls in vain: sleep gives the core away for 0.1 ms at a time,"
		       " pause lets the processor rest for 1 us at a time, monitor until the card"
		       " writes its next descriptor (processors with WAITPKG, and not all cards)."},
	{"distribution", KEY_WORD, CONFIG(distribution), .words = sy_words_config_distribution,
		.initial = "auto",
		.doc = "How both directions of a connection come to one worker: rss by the network"
		       " card, software by handing segments over, auto by the card where that was"
		       " tried and works."},
	{"tracking", KEY_WORD, CONFIG(tracking), .words = sy_words_config_tracking,
		.initial = "full",
		.doc = "full follows every connection to its end; handshake looks only at what can"
		       " change an attempt, and says null for volumes of connections."},
	{"decode", KEY_WORD, CONFIG(decode), .words = sy_words_config_decode, .initial = "best",
		.doc = "Which decoder: the best that the CPU can run, one by its name, or verify,"
		       " which runs scalar beside the best and counts where they differ."},
	{"memory_mib", KEY_NUMBER, CONFIG(memory_mib), .min = 16, .max = 1048576, .unit = "MiB",
		.initial = "1024",
		.doc = "Memory for the tables of flows, shared by the workers. When it is full the"
		       " oldest half-open attempts give way, and are counted."},
	{"mbufs", KEY_NUMBER, CONFIG(mbufs), .min = 1024, .max = 16777216, .unit = "buffers",
		.zero = "computed from ports, queues and descriptors", .initial = "0",
		.doc = "Buffers for frames on their way, of some 2 KiB each."},
	{"interval_s", KEY_NUMBER, CONFIG(interval_s), .min = 1, .max = 3600, .unit = "seconds",
		.initial = "10",
		.doc = "How often figures are gathered from the workers and written."},
	{"timeouts", KEY_SECTION, CONFIG(timeouts), .keys = timeouts,
		.doc = "Times after which something is given up, and windows."},
	{"filter", KEY_TEXT, CONFIG(filter), .fold = true, .zero = "every frame", .initial = "",
		.doc = "Only frames that match are looked at, in the language of pcap-filter(7); the"
		       " others are counted as filtered."},
	{"output", KEY_SECTION, CONFIG(output), .keys = sy_schema_output,
		.doc = "What is written, where, and how long it stays."},
	{"log", KEY_SECTION, CONFIG(log), .keys = log_keys,
		.doc = "What is said on standard error."},
	{"huge_pages", KEY_BOOL, CONFIG(huge_pages), .initial = "true",
		.doc = "Take memory from huge pages, which network cards need. false is for trying"
		       " things out with kernel interfaces."},
	{"eal", KEY_TEXTS, KEY_LIST(struct sy_config, eal, eal_count),
		.items_max = SY_CONFIG_EAL_MAX, .check = check_eal, .initial = "",
		.doc = "Arguments for DPDK's EAL that no other key covers, passed on as they are, one"
		       " item for each."},
	{0},
};
