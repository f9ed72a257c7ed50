// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What does not load: one sentence each, word for word, with the place and the key.

#include "config_cmocka.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define P CONFIG_PORTS

static struct sy_config config;

struct fault {
	const char *text;
	const char *says; // behind "f:"
};

static void expect(const struct fault *faults, size_t count)
{
	struct sy_error err;

	for (size_t i = 0; i < count; i++) {
		memset(&err, 0, sizeof(err));
		int status = sy_config_load_text(
			&config, "f", faults[i].text, strlen(faults[i].text), &err);
		if (status != -EINVAL)
			fail_msg("%s: status %d", faults[i].text, status);
		assert_memory_equal(err.text, "f:", 2);
		assert_string_equal(err.text + 2, faults[i].says);
	}
}

#define EXPECT(faults) expect(faults, sizeof(faults) / sizeof((faults)[0]))

#define KEYS                                                                                     \
	"ports, workers, manager_core, idle, distribution, tracking, decode, memory_mib, mbufs," \
	" interval_s, timeouts, filter, output, log, huge_pages, eal"
#define INTERVAL "a whole number from 1 to 3600 seconds"
#define LIST     "a list of 1 to 64 mappings (- name: ...)"

static void no_configuration(void **state)
{
	static const struct fault faults[] = {
		{"", "1:1: the file is empty: at least ports have to be given"},
		{"# only a comment\n", "1:1: the file is empty: at least ports have to be given"},
		{"[]", "1:1: a list is not a configuration, which is a mapping of keys (ports: ...)"},
		{"x", "1:1: a lone text is not a configuration, which is a mapping of keys (ports:"
		      " ...)"},
		{"{}", "1:1: ports is missing, which should be " LIST},
		{P "---\nlog:\n", "4:1: a second YAML document begins here, and only one is read"},
		{P "log:\n\tlevel: info\n",
			"5:1: the line is indented with a tab: YAML takes spaces only"},
		{P "a: b: c\n", "4:5: this is no YAML: mapping values are not allowed in this"
				" context"},
		{P "log: \"x\n",
			"5:1: this is no YAML: found unexpected end of stream (while scanning"
			" a quoted scalar that began in line 4)"},
		{P "# \xff\n", "4:3: this is no UTF-8 (byte 0xff): save the file as UTF-8"},
		{P "\x01\n",
			"4:1: there is a control character (U+0001), which YAML does not allow"},
		{P "log: &x\n", "4:6: anchors and aliases (& and *) are not read here: write the"
				" value out, or in quotes where it begins with such a character"},
		{P "eal: [*x]\n", "4:7: anchors and aliases (& and *) are not read here: write the"
				  " value out, or in quotes where it begins with such a character"},
		{"[[[[[[[[[[[[[[[[[[[[", "1:17: lists and mappings are nested more than 16 deep"},
	};

	(void)state;
	EXPECT(faults);
}

static void a_zero_byte(void **state)
{
	struct sy_error err;

	(void)state;
	assert_int_equal(sy_config_load_text(&config, "f", "a\0b", 3, &err), -EINVAL);
	assert_string_equal(err.text, "f:1:2: there is a zero byte: this is no text file");
}

static void keys(void **state)
{
	static const struct fault faults[] = {
		{P "intervall_s: 3\n",
			"4:1: there is no key \"intervall_s\"; probably interval_s is"
			" meant"},
		{P "Interval-S: 3\n", "4:1: there is no key \"Interval-S\"; probably interval_s is"
				      " meant"},
		{P "cores: [1]\n",
			"4:1: there is no key \"cores\"; probably workers.cores is meant"},
		{P "side: a\n", "4:1: there is no key \"side\"; probably ports[].side is meant"},
		{P "    sied: a\n",
			"4:5: ports[0]: there is no key \"sied\"; probably side is meant"},
		{P "    filter: a\n",
			"4:5: ports[0]: there is no key \"filter\"; probably filter at"
			" the top level is meant"},
		{P "nonsense: 1\n", "4:1: there is no key \"nonsense\", only " KEYS},
		{P "1: 1\n", "4:1: there is no key \"1\", only " KEYS},
		{P "? [a]\n: b\n", "4:3: a key is a word, not a list"},
		{P "ports: []\n", "4:1: ports is given twice, first in line 1"},
		{P "timeouts:\n  idle_s: 5\n  idle_s: 5\n",
			"6:3: timeouts: idle_s is given twice, first in line 5"},
		{"ports:\n  - device: eth0\n",
			"2:5: ports[0]: name is missing, which should be text of 1 to 31 bytes"},
		{"ports:\n  - name: a\n",
			"2:5: ports[0]: device is missing, which should be text of 1 to 255 bytes"},
	};

	(void)state;
	EXPECT(faults);
}

static void kinds(void **state)
{
	static const struct fault faults[] = {
		{"ports:\n", "1:7: ports: nothing is not " LIST},
		{"ports: []\n", "1:8: ports: a list of 0 is not " LIST},
		{"ports: {}\n", "1:8: ports: a mapping is not " LIST},
		{"ports: [a]\n", "1:9: ports[0]: an item is a mapping of keys, which begins with"
				 " - name: ..."},
		{P "interval_s: [1]\n", "4:13: interval_s: a list is not " INTERVAL},
		{P "interval_s: {}\n", "4:13: interval_s: a mapping is not " INTERVAL},
		{P "interval_s:\n", "4:12: interval_s: has no value, which should be " INTERVAL},
		{P "interval_s: \"10\"\n", "4:13: interval_s: \"10\" in quotes is a text, not"
					   " " INTERVAL ": take the quotes away"},
		{P "interval_s: !!int 10\n",
			"4:13: interval_s: the tag \"tag:yaml.org,2002:int\" is"
			" not understood: write the value without a tag"},
		{P "timeouts: 5\n", "4:11: timeouts: \"5\" is not a mapping (attempt_s: ...)"},
		{P "workers: {cores: 1}\n", "4:18: workers.cores: \"1\" is not a list of 1 to 32"
					    " whole numbers from 0 to 1023"},
		{P "workers: {cores: []}\n",
			"4:18: workers.cores: a list of 0 is not a list of 1 to"
			" 32 whole numbers from 0 to 1023"},
		{P "workers: {cores: [1, x]}\n",
			"4:22: workers.cores[1]: \"x\" is not a whole number from 0 to 1023"},
		{P "workers: {cores: [[1]]}\n",
			"4:19: workers.cores[0]: a list is not a list of 1 to 32 whole numbers from 0"
			" to 1023"},
		{P "eal: -v\n", "4:6: eal: \"-v\" is not a list of at most 64 texts of 1 to 255"
				" bytes"},
		{P "huge_pages: yes\n", "4:13: huge_pages: \"yes\" is not true or false"},
		{P "    side: left\n", "4:11: ports[0].side: \"left\" is not one of both, a, b"},
		{P "decode: AVX2\n",
			"4:9: decode: \"AVX2\" is not one of best, scalar, avx2, avx512, verify"},
	};

	(void)state;
	EXPECT(faults);
}

static void numbers(void **state)
{
	static const char *const wrong[] = {"0", "3601", "-1", "+1", "1.0", "1e1", "010", "0x10",
		"1_0", "4294967297", "18446744073709551617", "99999999999999999999999999", "ten"};
	char text[256], says[256];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct fault fault = {text, says};
		snprintf(text, sizeof(text), P "interval_s: %s\n", wrong[i]);
		snprintf(says, sizeof(says), "4:13: interval_s: \"%s\" is not " INTERVAL, wrong[i]);
		expect(&fault, 1);
	}
	config_good(&config, P "interval_s: 1\nmbufs: 0\noutput: {rotate_s: 10}\n");
	config_good(&config, P "interval_s: 3600\nmbufs: 1024\n");
	static const struct fault zero[] = {
		{P "mbufs: 1023\n",
			"4:8: mbufs: \"1023\" is not a whole number from 1024 to 16777216"
			" buffers, or 0 (computed from ports, queues and descriptors)"},
		{P "timeouts: {idle_s: 0}\n",
			"4:20: timeouts.idle_s: \"0\" is not a whole number from 1 to 604800 seconds"},
	};
	EXPECT(zero);
}

static void texts(void **state)
{
	static const struct fault faults[] = {
		{"ports: [{name: A, device: eth0}]",
			"1:16: ports[0].name: \"A\" is not made of a-z, 0-9, _ and - only"},
		{"ports: [{name: \"\", device: eth0}]",
			"1:16: ports[0].name: \"\" is not text of 1 to 31 bytes"},
		{"ports: [{name: abcdefghijklmnopqrstuvwxyz012345, device: eth0}]",
			"1:16: ports[0].name: \"abcdefghijklmnopqrstuvwxyz012345\" has 32 bytes, which"
			" is not text of 1 to 31"},
		{"ports: [{name: a, device: \"3b:00.0\"}]",
			"1:27: ports[0].device: \"3b:00.0\" is neither a PCI address such as"
			" 0000:3b:00.0, nor a DPDK virtual device such as net_af_packet0,iface=m1, nor"
			" the name of a kernel interface"},
		{P "    link: \"a\\nb\"\n",
			"4:11: ports[0].link: \"a\\x0ab\" has a control character"
			" or line break at byte 2, which is not allowed here"},
		{P "    link: \"a\\Lb\"\n", "4:11: ports[0].link: \"a\u2028"
					    "b\" has a control character or line break at"
					    " byte 2, which is not allowed here"},
		{P "filter: \"tcp\\0\"\n",
			"4:9: filter: \"tcp\\x00\" has a control character or line"
			" break at byte 4, which is not allowed here"},
		{P "output: {directory: here}\n", "4:21: output.directory: \"here\" is not an"
						  " absolute path: one that begins with /"},
		{P "output: {prometheus: /a/b.txt}\n",
			"4:22: output.prometheus: \"/a/b.txt\" is not the absolute path of a file whose"
			" name ends in .prom, as node_exporter's textfile collector reads it"},
		{P "eal: [--proc-type=secondary]\n",
			"4:7: eal[0]: \"--proc-type=secondary\" is nothing that a program which"
			" watches ports can do"},
		{P "eal: [-v, --help]\n", "4:11: eal[1]: \"--help\" is nothing that a program"
					  " which watches ports can do"},
		{P "eal: [--vdev net_null0]\n", "4:7: eal[0]: \"--vdev net_null0\" is not one"
						" argument: write --option=value, or two items"},
	};

	(void)state;
	EXPECT(faults);
}

#define TWO(a, b) "ports:\n  - {name: a, device: eth0" a "}\n  - {name: b, device: eth1" b "}\n"

static void ports_together(void **state)
{
	static const struct fault faults[] = {
		{"ports:\n- {name: a, device: eth0}\n- {name: a, device: eth1}\n",
			"3:10: ports[1].name: \"a\" is the name of ports[0] too, and each port needs"
			" its own"},
		{"ports:\n- {name: a, device: m1}\n"
		 "- {name: b, device: 'net_af_packet0,iface=m1,qpairs=1'}\n",
			"3:21: ports[1].device: \"net_af_packet0,iface=m1,qpairs=1\" is the device of "
			"ports[0] (a) too, and can be opened only once"},
		{"ports:\n- {name: a, device: '0000:3b:00.0,x=1'}\n"
		 "- {name: b, device: '0000:3B:00.0'}\n",
			"3:21: ports[1].device: \"0000:3B:00.0\" is the device of ports[0] (a) too, and"
			" can be opened only once"},
		{P "    side: a\n",
			"4:11: ports[0].side: link \"a\" has a side a and no side b: give"
			" the port of the other fibre the same link and side b"},
		{TWO(", link: x, side: a", ", link: y, side: b"),
			"2:44: ports[0].side: link \"x\" has a side a and no side b: give the port of"
			" the other fibre the same link and side b"},
		{TWO(", link: x, side: a", ", link: x, side: a"),
			"3:44: ports[1].side: link \"x\" has its side a at ports[0] already: the two"
			" fibres are one port with side a and one with side b"},
		{TWO(", link: x, side: b", ", link: x"),
			"3:5: ports[1].side: link \"x\" has side b at ports[0]: either every port of a"
			" link carries both sides, or one carries a and one b"},
		{TWO(", link: x", ", link: x, side: a"),
			"3:44: ports[1].side: link \"x\" has side both at ports[0]: either every port"
			" of a link carries both sides, or one carries a and one b"},
		{TWO(", link: x, side: a", ", link: x, side: b, vantage: v"),
			"3:56: ports[1].vantage: \"v\" is not \"default\", the vantage of ports[0] on"
			" the same link \"x\": a link is tapped at one place"},
		{P "    queues: 3\nworkers: {cores: [1, 2]}\n",
			"4:13: ports[0].queues: 3 is more than the 2 of workers.cores, and each queue"
			" needs a worker: write 0 for one queue for each worker"},
	};

	(void)state;
	EXPECT(faults);
	config_good(&config, TWO(", link: x, side: b", ", link: x, side: a"));
	config_good(&config, TWO(", link: x", ", link: x"));
	// Names that only look alike: one begins like the other, or differs in case.
	config_good(&config, "ports:\n- {name: a, device: eth10}\n- {name: b, device: eth1}\n"
			     "- {name: c, device: eth11}\n- {name: d, device: ETH1}\n");
}

static void vantages_and_ports_at_most(void **state)
{
	char text[8192];
	struct fault fault = {text,
		"10:37: ports[8].vantage: \"v8\" is one vantage too many: at most 8 can be told apart"};
	size_t used = (size_t)snprintf(text, sizeof(text), "ports:\n");

	(void)state;
	for (int i = 0; i < 9; i++) {
		used += (size_t)snprintf(text + used, sizeof(text) - used,
			"  - {name: a%d, device: e%d, vantage: v%d}\n", i, i, i);
		if (i == 7)
			config_good(&config, text);
	}
	expect(&fault, 1);
	used = (size_t)snprintf(text, sizeof(text), "ports:\n");
	for (int i = 0; i < 65; i++) {
		used += (size_t)snprintf(
			text + used, sizeof(text) - used, "  - {name: a%d, device: e%d}\n", i, i);
		if (i == 63)
			config_good(&config, text);
	}
	assert_int_equal(config.port_count, 64);
	fault.says = "2:3: ports: a list of 65 is not " LIST;
	expect(&fault, 1);
}

static void keys_together(void **state)
{
	static const struct fault faults[] = {
		{P "workers: {cores: [1, 2, 1]}\n",
			"4:25: workers.cores[2]: core 1 is workers.cores[0] too, and each worker needs"
			" its own"},
		{P "manager_core: 1\n",
			"4:15: manager_core: core 1 is workers.cores[0], where the manager would hold a"
			" worker up: write a core here that is none of workers.cores, or"
			" idle: sleep"},
		// Where the key is not in the file, its section or the file stands for it.
		{P "workers: {cores: [0]}\n",
			"1:1: manager_core: core 0 is workers.cores[0], where the manager would hold a"
			" worker up: write a core here that is none of workers.cores, or"
			" idle: sleep"},
		{P "output: {rotate_s: 10}\ninterval_s: 11\n",
			"4:20: output.rotate_s: 10 is less than interval_s, which is 11: a file holds at"
			" least one interval"},
		{P "output: {keep_gib: 1, rotate_mib: 1025}\n",
			"4:20: output.keep_gib: 1 GiB have no room for one file of output.rotate_mib,"
			" which is 1025 MiB"},
	};

	(void)state;
	EXPECT(faults);
	config_good(&config, P "output: {keep_gib: 1, rotate_mib: 1024, rotate_s: 10}\n");
}

static void files(void **state)
{
	char folder[] = "/tmp/sy-config-XXXXXX", path[64], says[256];
	struct sy_error err;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(sy_config_load(&config, folder, &err), -EISDIR);
	snprintf(says, sizeof(says), "%s: is a directory, not a configuration file", folder);
	assert_string_equal(err.text, says);
	snprintf(path, sizeof(path), "%s/f.yaml", folder);
	assert_int_equal(sy_config_load(&config, path, &err), -ENOENT);
	snprintf(says, sizeof(says), "%s: cannot be opened: No such file or directory", path);
	assert_string_equal(err.text, says);
	assert_int_equal(sy_config_load(&config, "/dev/zero", &err), -EFBIG);
	assert_string_equal(err.text,
		"/dev/zero: is larger than 1048576 bytes, so it is no configuration file");

	file = fopen(path, "w");
	assert_non_null(file);
	fputs(P "workers:\n  cores: [1, 2]\n", file);
	fclose(file);
	assert_int_equal(sy_config_load(&config, path, &err), 0);
	assert_int_equal(
		sy_config_complain(path, &err, "workers.cores[1]", "there is no core %d", 2),
		-EINVAL);
	snprintf(says, sizeof(says), "%s:5:14: workers.cores[1]: there is no core 2", path);
	assert_string_equal(err.text, says);
	sy_config_complain(path, &err, "ports[0].device", "is gone");
	snprintf(says, sizeof(says), "%s:3:13: ports[0].device: is gone", path);
	assert_string_equal(err.text, says);
	sy_config_complain(path, &err, "output.directory", "is full");
	snprintf(says, sizeof(says), "%s:1:1: output.directory: is full", path);
	assert_string_equal(err.text, says);
	unlink(path);
	sy_config_complain(path, &err, "log.level", "is odd");
	snprintf(says, sizeof(says), "%s: log.level: is odd", path);
	assert_string_equal(err.text, says);
	rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_configuration),
		cmocka_unit_test(a_zero_byte),
		cmocka_unit_test(keys),
		cmocka_unit_test(kinds),
		cmocka_unit_test(numbers),
		cmocka_unit_test(texts),
		cmocka_unit_test(ports_together),
		cmocka_unit_test(vantages_and_ports_at_most),
		cmocka_unit_test(keys_together),
		cmocka_unit_test(files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
