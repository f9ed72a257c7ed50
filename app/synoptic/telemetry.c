// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "telemetry.h"

#include "telemetry_answers.h"

#include "sy_time.h"

#include <rte_telemetry.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static struct {
	pthread_mutex_t lock;
	const char *state; // NULL = there is a snapshot
	uint64_t published_ns;
	struct telemetry_snapshot snapshot;
} published = {.lock = PTHREAD_MUTEX_INITIALIZER, .state = "starting"};

static const struct {
	const char *command;
	const char *help;
	void (*answer)(struct rte_tel_data *data, const struct telemetry_snapshot *s,
		const char *parameter, uint64_t age_ns);
} commands[] = {
	{"/synoptic/stats", "The last interval, and totals since start. No parameter.",
		telemetry_answer_stats},
	{"/synoptic/ports", "All ports in brief. Parameter: name of a port, for all of it.",
		telemetry_answer_ports},
	{"/synoptic/workers", "What each worker does. No parameter.", telemetry_answer_workers},
	{"/synoptic/findings", "Findings that are open. No parameter.", telemetry_answer_findings},
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

// Called by a thread of DPDK, one for each client.
static int on_question(const char *command, const char *parameter, struct rte_tel_data *data)
{
	int status = -EINVAL;

	pthread_mutex_lock(&published.lock);
	if (published.state != NULL) {
		status = rte_tel_data_start_dict(data);
		rte_tel_data_add_dict_string(data, "state", published.state);
	} else {
		for (size_t i = 0; i < COMMANDS; i++)
			if (strcmp(commands[i].command, command) == 0) {
				commands[i].answer(data, &published.snapshot, parameter,
					sy_time_since(sy_clock_ns(CLOCK_MONOTONIC),
						published.published_ns));
				status = 0;
			}
	}
	pthread_mutex_unlock(&published.lock);
	return status;
}

int telemetry_register(struct sy_error *err)
{
	static bool registered;

	if (registered)
		return 0;
	for (size_t i = 0; i < COMMANDS; i++) {
		int status = rte_telemetry_register_cmd(
			commands[i].command, on_question, commands[i].help);

		if (status != 0)
			return sy_error_set(err, -status,
				"DPDK did not take the telemetry command %s: %s",
				commands[i].command, strerror(-status));
	}
	registered = true;
	return 0;
}

void telemetry_publish(const struct telemetry_snapshot *snapshot)
{
	pthread_mutex_lock(&published.lock);
	published.snapshot = *snapshot;
	published.published_ns = sy_clock_ns(CLOCK_MONOTONIC);
	published.state = NULL;
	pthread_mutex_unlock(&published.lock);
}

void telemetry_close(void)
{
	pthread_mutex_lock(&published.lock);
	published.state = "stopped";
	pthread_mutex_unlock(&published.lock);
}
