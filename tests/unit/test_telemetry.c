// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Questions as an operator asks them: over the socket of a running EAL.

#include "export_cmocka.h"
#include "json_check.h"
#include "telemetry.h"

#include "sy_time.h"

#include <rte_eal.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static struct telemetry_snapshot sample;
static char answer[65536];

static void ask(const char *question)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	ssize_t n;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/dpdk_telemetry.v2",
		rte_eal_get_runtime_dir());
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_true(recv(fd, answer, sizeof(answer), 0) > 0); // the greeting
	assert_int_equal(send(fd, question, strlen(question), 0), strlen(question));
	n = recv(fd, answer, sizeof(answer) - 1, 0);
	assert_true(n > 0);
	answer[n] = '\0';
	close(fd);
}

static void assert_has(const char *part)
{
	if (strstr(answer, part) == NULL)
		fail_msg("%s is not in %s", part, answer);
}

static void fill_sample(void)
{
	memset(&sample, 0, sizeof(sample));
	snprintf(sample.version, sizeof(sample.version), "1.2.3");
	sample.started_ns = 1700000000 * SY_NS_PER_S;
	sample.uptime_ns = 61 * SY_NS_PER_S;
	sample.interval = 6;
	sample.port_count = SY_CONFIG_PORTS_MAX;
	for (uint32_t i = 0; i < sample.port_count; i++) {
		struct telemetry_port *port = &sample.ports[i];

		snprintf(port->name, sizeof(port->name), "a-port-with-a-long-name-%u", i);
		snprintf(port->vantage, sizeof(port->vantage), "behind \"it\"");
		port->up = i != 1;
		port->gone = i == 2;
		port->received = UINT64_MAX / 2 / SY_CONFIG_PORTS_MAX;
		port->bucket[SY_BUCKET_MALFORMED] = 17;
		port->missed = 1;
		port->errors = 2;
		port->no_mbuf = 4;
		port->kernel_drops = 8;
		port->ring_full = 16;
	}
	sample.worker_count = SY_CONFIG_WORKERS_MAX;
	for (uint32_t i = 0; i < sample.worker_count; i++)
		sample.workers[i] = (struct telemetry_worker){.core = i + 2,
			.socket = -1,
			.busy_permille = 250,
			.segments = UINT64_MAX / 4,
			.flows = 4000000000,
			.late_handovers = 3};
	sample.outcome[SY_OUTCOME_REFUSED] = 42;
	sample.rst[SY_RST_IN_DATA] = 43;
	sample.evicted_half_open = 44;
	sample.findings[SY_CODE_NOT_LISTENING] = 45;
	sample.open_count = TELEMETRY_FINDINGS;
	for (uint32_t i = 0; i < sample.open_count; i++) {
		sample.open[i].code = SY_CODE_SERVICE_SILENT;
		sample.open[i].weight = 46;
		memset(sample.open[i].subject, 's', sizeof(sample.open[i].subject) - 1);
		memset(sample.open[i].owner, 'o', sizeof(sample.open[i].owner) - 1);
	}
	sample.store_backlog_bytes = 47;
}

static void before_and_after(void **state)
{
	(void)state;
	ask("/synoptic/stats");
	assert_string_equal(answer, "{\"/synoptic/stats\":{\"state\":\"starting\"}}");
	fill_sample();
	telemetry_publish(&sample);
	ask("/synoptic/stats");
	assert_has("\"state\":\"running\"");
	telemetry_close();
	ask("/synoptic/workers");
	assert_string_equal(answer, "{\"/synoptic/workers\":{\"state\":\"stopped\"}}");
	telemetry_publish(&sample);
}

static void stats(void **state)
{
	(void)state;
	ask("/synoptic/stats");
	assert_true(json_is_valid(answer));
	assert_has("\"version\":\"1.2.3\"");
	assert_has("\"started\":\"2023-11-14T22:13:20.000000000Z\"");
	assert_has("\"uptime_s\":61,");
	assert_has("\"interval\":6,");
	assert_has("\"lost\":1984,"); // 64 * 31
	assert_has("\"refused\":42,");
	assert_has("\"in_data\":43,");
	assert_has("\"half_open\":44,");
	assert_has("\"backlog_bytes\":47,");
	assert_has("\"writing\":0,");
}

static void ports_in_brief(void **state)
{
	(void)state;
	ask("/synoptic/ports");
	assert_true(json_is_valid(answer));
	assert_has("\"name\":\"a-port-with-a-long-name-0\",\"link\":\"up\"");
	assert_has("\"name\":\"a-port-with-a-long-name-1\",\"link\":\"down\"");
	assert_has("\"name\":\"a-port-with-a-long-name-2\",\"link\":\"gone\"");
	// The last one is there: the answer was not cut.
	assert_has("\"name\":\"a-port-with-a-long-name-63\"");
	assert_has("\"lost\":31}}}");
}

static void one_port(void **state)
{
	(void)state;
	ask("/synoptic/ports,a-port-with-a-long-name-5");
	assert_true(json_is_valid(answer));
	assert_has("\"name\":\"a-port-with-a-long-name-5\"");
	assert_has("\"vantage\":\"behind \\\"it\\\"\"");
	assert_has("\"malformed\":17,");
	assert_has("\"kernel_drops\":8,");
	assert_null(strstr(answer, "name-6"));
	ask("/synoptic/ports,nobody");
	assert_has("there is no port of that name");
}

static void workers(void **state)
{
	(void)state;
	ask("/synoptic/workers");
	assert_true(json_is_valid(answer));
	assert_has("\"worker\":31,\"core\":33,\"socket\":-1,\"busy_permille\":250,");
	assert_has("\"late_handovers\":3,\"wrong_worker\":0}}}");
}

static void findings(void **state)
{
	(void)state;
	ask("/synoptic/findings");
	assert_true(json_is_valid(answer));
	assert_has("\"not_listening\":45,");
	assert_has("\"open\":{\"0\":{\"code\":\"service_silent\",\"subject\":\"sss");
	assert_has("\"attempts\":46,");
}

static int start(void **state)
{
	char prefix[64];
	char *arguments[] = {(char[]){"test"}, (char[]){"--no-huge"}, (char[]){"-m"},
		(char[]){"16"}, (char[]){"--no-pci"}, (char[]){"--file-prefix"}, prefix, NULL};

	(void)state;
	snprintf(prefix, sizeof(prefix), "synoptic_test_%d", (int)getpid());
	if (telemetry_register(NULL) != 0 || telemetry_register(NULL) != 0)
		return -1;
	return rte_eal_init(sizeof(arguments) / sizeof(arguments[0]) - 1, arguments) < 0 ? -1 : 0;
}

// EAL leaves its folder behind.
static int stop(void **state)
{
	char command[600];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", rte_eal_get_runtime_dir());
	rte_eal_cleanup();
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_and_after),
		cmocka_unit_test(stats),
		cmocka_unit_test(ports_in_brief),
		cmocka_unit_test(one_port),
		cmocka_unit_test(workers),
		cmocka_unit_test(findings),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
