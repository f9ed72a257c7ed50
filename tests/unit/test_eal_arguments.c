// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What EAL is told, from the configuration and a machine that need not exist.

#include "config_cmocka.h"
#include "eal_arguments.h"

#include "sy_ports.h"

#include <errno.h>

static struct sy_config config;
static struct machine machine;
static struct eal_arguments arguments;

static void set_up(const char *text)
{
	config_good(&config, text);
	machine = (struct machine){.node_count = 2, .can_share = true};
	for (int cpu = 0; cpu < 8; cpu++)
		machine.cpus[cpu] = true;
	machine.cpu_count = 8;
	machine.huge[1] = (struct machine_huge){4ull << 30, 4ull << 30};
}

/// All arguments in one line.
static const char *line(void)
{
	static char text[8192];
	struct sy_error err = {""};

	if (eal_arguments_build(&arguments, &config, &machine, &err) != 0)
		fail_msg("%s", err.text);
	text[0] = '\0';
	for (int i = 0; i < arguments.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i > 0 ? " " : "",
			arguments.argv[i]);
	assert_null(arguments.argv[arguments.count]);
	return text;
}

static void expect_error(int status, const char *text)
{
	struct sy_error err = {""};

	assert_int_equal(eal_arguments_build(&arguments, &config, &machine, &err), status);
	assert_string_equal(err.text, text);
}

static void cards(void **state)
{
	(void)state;
	set_up("ports:\n"
	       "  - {name: a, device: '0000:3b:00.0'}\n"
	       "  - {name: b, device: '0000:3b:00.1,x=1'}\n"
	       "workers: {cores: [7, 2]}\n"
	       "manager_core: 5\n"
	       "eal: ['--log-level=debug', '--single-file-segments']\n");
	assert_string_equal(line(), "synoptic --lcores=0@5,1@7,2@2 --main-lcore=0 --in-memory "
				    "--file-prefix=synoptic -a 0000:3b:00.0 -a 0000:3b:00.1,x=1 "
				    "--log-level=debug --single-file-segments");
}

static void interfaces(void **state)
{
	(void)state;
	set_up("ports:\n"
	       "  - {name: a, device: eth1}\n"
	       "  - {name: b, device: 'net_null0,size=60'}\n"
	       "  - {name: c, device: eth2, queues: 1}\n"
	       "workers: {cores: [1, 2]}\n"
	       "huge_pages: false\n"
	       "mbufs: 4096\n");
	machine.can_share = false;
	assert_string_equal(line(),
		"synoptic --lcores=0@0,1@1,2@2 --main-lcore=0 --no-huge -m 82 --no-shconf "
		"--file-prefix=synoptic --no-telemetry "
		"--vdev net_af_packet_sy0,iface=eth1,qpairs=2,blocksz=65536,framesz=2048,framecnt=16384 "
		"--vdev net_null0,size=60 "
		"--vdev net_af_packet_sy2,iface=eth2,qpairs=1,blocksz=65536,framesz=2048,framecnt=16384 "
		"--no-pci");
}

static void raw_pci(void **state)
{
	(void)state;
	set_up("ports: [{name: a, device: eth1}]\n"
	       "eal: ['-a', '0000:01:00.0']\n");
	assert_null(strstr(line(), "--no-pci"));
}

static void no_such_cpu(void **state)
{
	(void)state;
	set_up("ports: [{name: a, device: eth1}]\nworkers: {cores: [1, 2, 9]}\n");
	expect_error(-ENODEV,
		"workers.cores[2]: there is no CPU 9 for this process, which may run on "
		"0-7; `lscpu -e` shows all");
	machine.cpus[0] = false;
	machine.cpus[4] = false;
	expect_error(-ENODEV, "manager_core: there is no CPU 0 for this process, which may run on "
			      "1-3,5-7; `lscpu -e` shows all");
}

static void no_huge_pages(void **state)
{
	(void)state;
	set_up("ports: [{name: a, device: eth1}]\nmbufs: 4096\n");
	machine.huge[1].free_bytes = 10 << 20;
	machine.huge[1].total_bytes = 20 << 20;
	expect_error(-ENOMEM,
		"huge_pages: 75 MiB are needed and 10 MiB are free: "
		"`synoptic-prepare hugepages 0:43` (and HUGEPAGES in prepare.conf, for every "
		"boot), or huge_pages: false to try things out");
	config.huge_pages = false;
	assert_non_null(strstr(line(), " --no-huge -m 81 "));
}

// In small pages a buffer takes a page of its own. Measured with 32 interfaces: 295 MiB are needed.
static void many_interfaces(void **state)
{
	char text[4096] = "ports:\n";

	(void)state;
	for (int i = 0; i < 32; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			"  - {name: p%d, device: eth%d}\n", i, i);
	strcat(text, "huge_pages: false\n");
	set_up(text);
	assert_int_equal(sy_ports_packet_queues(&config), 32);
	assert_non_null(strstr(line(), " --no-huge -m 356 "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cards),
		cmocka_unit_test(interfaces),
		cmocka_unit_test(raw_pci),
		cmocka_unit_test(no_such_cpu),
		cmocka_unit_test(no_huge_pages),
		cmocka_unit_test(many_interfaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
