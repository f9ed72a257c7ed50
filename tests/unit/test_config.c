// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What loads: defaults, every key, the printed form, the sample, the documentation. After a change
// of the table of keys: SY_UPDATE=1 build/tests/unit/test_config

#include "config_cmocka.h"

#define SAMPLE    SY_SOURCE_ROOT "/config/synoptic.yaml"
#define PAGE      SY_SOURCE_ROOT "/docs/configuration.md"
#define GENERATED "<!-- From here on generated from the tables of lib/config. -->\n"

static struct sy_config a, b;

static void defaults(void **state)
{
	(void)state;
	sy_config_init(&a);
	assert_int_equal(a.port_count, 0);
	assert_int_equal(a.workers.core_count, 1);
	assert_int_equal(a.workers.cores[0], 1);
	assert_int_equal(a.manager_core, 0);
	assert_int_equal(a.idle, SY_CONFIG_IDLE_POLL);
	assert_int_equal(a.distribution, SY_CONFIG_DISTRIBUTION_AUTO);
	assert_int_equal(a.tracking, SY_CONFIG_TRACKING_FULL);
	assert_int_equal(a.decode, SY_CONFIG_DECODE_BEST);
	assert_int_equal(a.memory_mib, 1024);
	assert_int_equal(a.mbufs, 0);
	assert_int_equal(a.interval_s, 10);
	assert_int_equal(a.timeouts.attempt_s, 75);
	assert_int_equal(a.timeouts.idle_s, 3600);
	assert_int_equal(a.timeouts.linger_s, 75);
	assert_int_equal(a.timeouts.reorder_window_ms, 10);
	assert_int_equal(a.timeouts.duplicate_window_ms, 2);
	assert_string_equal(a.filter, "");
	assert_string_equal(a.output.directory, "/var/lib/synoptic");
	assert_true(a.output.attempts && a.output.report);
	assert_int_equal(a.output.rotate_s, 3600);
	assert_int_equal(a.output.rotate_mib, 256);
	assert_int_equal(a.output.compress, 3);
	assert_int_equal(a.output.keep_days, 30);
	assert_int_equal(a.output.keep_gib, 20);
	assert_string_equal(a.output.prometheus, "");
	assert_int_equal(a.log.level, SY_CONFIG_LOG_INFO);
	assert_true(a.huge_pages);
	assert_int_equal(a.eal_count, 0);
}

static void defaults_of_a_port(void **state)
{
	const struct sy_config_port *port = &a.ports[0];

	(void)state;
	config_good(&a, CONFIG_PORTS);
	assert_int_equal(a.port_count, 1);
	assert_string_equal(port->name, "a");
	assert_string_equal(port->device, "eth0");
	assert_int_equal(port->device_kind, SY_CONFIG_DEVICE_INTERFACE);
	assert_string_equal(port->link, "a"); // its name
	assert_string_equal(port->vantage, "default");
	assert_int_equal(port->side, SY_CONFIG_SIDE_BOTH);
	assert_int_equal(port->queues, 0);
	assert_int_equal(port->descriptors, 2048);
	assert_true(port->promiscuous);
	assert_int_equal(a.vantage_count, 1);
	assert_string_equal(a.vantages[0], "default");
	a.port_count = 0;
	a.vantage_count = 0;
	memset(a.ports, 0, sizeof(a.ports));
	memset(a.vantages, 0, sizeof(a.vantages));
	sy_config_init(&b);
	assert_memory_equal(&a, &b, sizeof(a));
}

// Every key with a value that is not its default.
static const char everything[] =
	"ports:\n"
	"  - {name: up-a, device: '0000:3b:00.0,x=1', link: up, vantage: core, side: a, queues: 2,\n"
	"     descriptors: 64, promiscuous: false}\n"
	"  - {name: up-b, device: \"net_af_packet0,iface=m1\", link: up, vantage: core, side: b}\n"
	"  - {name: c, device: eth1, vantage: edge}\n"
	"workers: {cores: [4, 3, 9]}\n"
	"manager_core: 7\nidle: monitor\ndistribution: software\ntracking: handshake\n"
	"decode: avx512\nmemory_mib: 16\nmbufs: 4096\ninterval_s: 3600\n"
	"timeouts: {attempt_s: 1, idle_s: 2, linger_s: 3, reorder_window_ms: 0,\n"
	"  duplicate_window_ms: 1000}\n"
	"filter: |\n  tcp and\n  port 80\n"
	"output:\n  directory: \"/a \\\\b\\\"c\\u00fc\"\n  attempts: false\n"
	"  report: false\n  rotate_s: 0\n  rotate_mib: 0\n  compress: 19\n  keep_days: 0\n"
	"  keep_gib: 0\n  prometheus: /m/x.prom\n"
	"log: {level: debug}\nhuge_pages: false\neal: [--log-level=lib.eal:debug, '-v']\n";

static void every_key(void **state)
{
	(void)state;
	config_good(&a, everything);
	assert_int_equal(a.port_count, 3);
	assert_string_equal(a.ports[0].device, "0000:3b:00.0,x=1");
	assert_int_equal(a.ports[0].device_kind, SY_CONFIG_DEVICE_PCI);
	assert_int_equal(a.ports[1].device_kind, SY_CONFIG_DEVICE_VDEV);
	assert_int_equal(a.ports[0].side, SY_CONFIG_SIDE_A);
	assert_int_equal(a.ports[1].side, SY_CONFIG_SIDE_B);
	assert_int_equal(a.ports[0].queues, 2);
	assert_int_equal(a.ports[0].descriptors, 64);
	assert_false(a.ports[0].promiscuous);
	assert_int_equal(a.ports[1].vantage_index, 0);
	assert_int_equal(a.ports[2].vantage_index, 1);
	assert_string_equal(a.vantages[1], "edge");
	assert_int_equal(a.workers.core_count, 3);
	assert_int_equal(a.workers.cores[2], 9);
	assert_int_equal(a.manager_core, 7);
	assert_int_equal(a.idle, SY_CONFIG_IDLE_MONITOR);
	assert_int_equal(a.distribution, SY_CONFIG_DISTRIBUTION_SOFTWARE);
	assert_string_equal(sy_config_tracking_name(a.tracking), "handshake");
	assert_string_equal(sy_config_decode_name(a.decode), "avx512");
	assert_string_equal(sy_config_log_level_name(a.log.level), "debug");
	assert_string_equal(sy_config_side_name(SY_CONFIG_SIDE_COUNT), "?");
	assert_int_equal(a.timeouts.reorder_window_ms, 0);
	assert_string_equal(a.filter, "tcp and port 80");
	assert_string_equal(a.output.directory, "/a \\b\"c\u00fc");
	assert_false(a.output.attempts || a.output.report || a.huge_pages);
	assert_string_equal(a.output.prometheus, "/m/x.prom");
	assert_int_equal(a.eal_count, 2);
	assert_string_equal(a.eal[1], "-v");
}

static void prints_what_loads_to_the_same(void **state)
{
	const char *const texts[] = {CONFIG_PORTS, everything};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		config_good(&a, texts[i]);
		char *printed = sy_config_format(&a);
		config_good(&b, printed);
		assert_memory_equal(&a, &b, sizeof(a));
		char *again = sy_config_format(&b);
		assert_string_equal(printed, again);
		free(printed);
		free(again);
	}
}

// A key of the sample that is commented out has a # without a space.
static void uncomment(char *text)
{
	char *to = text;

	for (char *line = text; *line != '\0';) {
		char *end = line + strcspn(line, "\n");
		char *first = line + strspn(line, " ");
		bool key = first[0] == '#' && first[1] != ' ' && first[1] != '\n';

		end += *end == '\n';
		for (char *c = line; c < end; c++)
			if (!(key && c == first))
				*to++ = *c;
		line = end;
	}
	*to = '\0';
}

static void sample_has_every_key_at_its_default(void **state)
{
	char *sample = sy_config_sample(), *committed;
	FILE *file;

	(void)state;
	if (getenv("SY_UPDATE") != NULL) {
		file = fopen(SAMPLE, "w");
		assert_non_null(file);
		fputs(sample, file);
		fclose(file);
	}
	committed = config_read_file(SAMPLE);
	assert_string_equal(committed, sample);
	config_good(&a, sample);
	uncomment(sample);
	config_good(&b, sample);
	assert_memory_equal(&a, &b, sizeof(a));
	config_good(&b, "ports:\n  - {name: tap0, device: \"0000:3b:00.0\"}\n");
	assert_memory_equal(&a, &b, sizeof(a));

	// As many keys in the sample as in what is printed.
	char *printed = sy_config_format(&b), *rest = sample;
	for (char *line = strtok(printed, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		char *key = line + strspn(line, " -");

		key[strcspn(key, ":") + 1] = '\0';
		rest = strstr(rest, key);
		if (rest == NULL)
			fail_msg("%s is not in the sample, or elsewhere", key);
	}
	free(printed);
	free(sample);
	free(committed);
}

static void documentation_is_of_these_keys(void **state)
{
	char *described = sy_config_describe(), *page = config_read_file(PAGE);
	char *generated = strstr(page, GENERATED);

	(void)state;
	assert_non_null(generated);
	generated += strlen(GENERATED);
	if (getenv("SY_UPDATE") != NULL) {
		FILE *file = fopen(PAGE, "w");
		assert_non_null(file);
		fwrite(page, 1, (size_t)(generated - page), file);
		fputs(described, file);
		fclose(file);
		free(page);
		page = config_read_file(PAGE);
		generated = strstr(page, GENERATED) + strlen(GENERATED);
	}
	assert_string_equal(generated, described);
	free(described);
	free(page);
}

static void forms_that_are_fine_too(void **state)
{
	static const char *const texts[] = {
		"\xef\xbb\xbf" CONFIG_PORTS,
		"---\n" CONFIG_PORTS "...\n",
		CONFIG_PORTS "workers:\ntimeouts:\n  # idle_s: 1\noutput: ~\nlog: null\neal:\n",
		CONFIG_PORTS "eal: []\nfilter: \"\"\n",
		"ports: [{name: \"a\", device: 'eth0', link: \"\"}]",
		"{\"ports\": [{\"name\": \"a\", \"device\": \"eth0\"}]}", // JSON is YAML
		"ports:\r\n  - name: a\r\n    device: eth0\r\n",
	};

	(void)state;
	config_good(&b, CONFIG_PORTS);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		config_good(&a, texts[i]);
		assert_memory_equal(&a, &b, sizeof(a));
	}
}

static void devices(void **state)
{
	static const struct {
		const char *text;
		enum sy_config_device kind;
	} cases[] = {
		{"0000:3b:00.0", SY_CONFIG_DEVICE_PCI},
		{"ffff:FF:1f.7,a=b", SY_CONFIG_DEVICE_PCI},
		{"net_null0", SY_CONFIG_DEVICE_VDEV},
		{"net_pcap0,rx_pcap=/a b/c.pcap,infinite_rx=1", SY_CONFIG_DEVICE_VDEV},
		{"virtio_user0,path=/dev/vhost-net", SY_CONFIG_DEVICE_VDEV},
		{"eth0", SY_CONFIG_DEVICE_INTERFACE},
		{"enp1s0f0np0.4000", SY_CONFIG_DEVICE_COUNT}, // 16 bytes
		{"enp1s0f0np0.400", SY_CONFIG_DEVICE_INTERFACE},
		{"0000:3b:00.8", SY_CONFIG_DEVICE_COUNT},
		{"0000:3b:00.0,", SY_CONFIG_DEVICE_COUNT},
		{"0000:3b:0.0", SY_CONFIG_DEVICE_COUNT},
		{"3b:00.0", SY_CONFIG_DEVICE_COUNT},
		{"net_null0,", SY_CONFIG_DEVICE_COUNT},
		{"eth0,x=1", SY_CONFIG_DEVICE_COUNT},
		{"..", SY_CONFIG_DEVICE_COUNT},
		{"a/b", SY_CONFIG_DEVICE_COUNT},
		{"a b", SY_CONFIG_DEVICE_COUNT},
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), "ports: [{name: a, device: \"%s\"}]", cases[i].text);
		int status = sy_config_load_text(&a, "f", text, strlen(text), NULL);
		if (cases[i].kind == SY_CONFIG_DEVICE_COUNT)
			assert_true(status < 0);
		else
			assert_int_equal(status, 0);
		if (status == 0)
			assert_int_equal(a.ports[0].device_kind, cases[i].kind);
	}
}

struct told {
	uint32_t count;
	char text[1024];
};

static void on_difference(void *arg, const char *key, const char *before, const char *after)
{
	struct told *told = arg;
	size_t used = strlen(told->text);

	told->count++;
	snprintf(
		told->text + used, sizeof(told->text) - used, "%s: %s -> %s\n", key, before, after);
}

static void test_differences(void **state)
{
	static struct sy_config other;
	struct told told = {0};

	(void)state;
	config_good(&a, "ports:\n  - {name: a, device: m0}\n  - {name: b, device: m1}\n");
	config_good(&other, "ports:\n  - {name: a, device: m0}\n  - {name: b, device: m2}\n"
			    "interval_s: 5\ntimeouts: {attempt_s: 60}\nfilter: tcp\n"
			    "workers: {cores: [1, 2]}\neal: [--x]\n");
	assert_int_equal(sy_config_differences(&a, &a, on_difference, &told), 0);
	assert_int_equal(told.count, 0);
	assert_int_equal(sy_config_differences(&a, &other, on_difference, &told), 0);
	assert_string_equal(told.text, "ports[1].device: \"m1\" -> \"m2\"\n"
				       "workers.cores: [1] -> [1, 2]\n"
				       "interval_s: 10 -> 5\n"
				       "timeouts.attempt_s: 75 -> 60\n"
				       "filter: \"\" -> \"tcp\"\n"
				       "eal: [] -> [\"--x\"]\n");
	memset(&told, 0, sizeof(told));
	config_good(&other, "ports:\n  - {name: a, device: m0}\n");
	assert_int_equal(sy_config_differences(&a, &other, on_difference, &told), 0);
	assert_string_equal(told.text, "ports: 2 of them -> 1 of them\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_differences),
		cmocka_unit_test(defaults),
		cmocka_unit_test(defaults_of_a_port),
		cmocka_unit_test(every_key),
		cmocka_unit_test(prints_what_loads_to_the_same),
		cmocka_unit_test(sample_has_every_key_at_its_default),
		cmocka_unit_test(documentation_is_of_these_keys),
		cmocka_unit_test(forms_that_are_fine_too),
		cmocka_unit_test(devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
