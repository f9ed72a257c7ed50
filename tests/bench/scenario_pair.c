// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// How the program scales: two workers on a CPU each, and one alone, in turns, so that what else the
// machine does meets both alike.

#include "rig.h"
#include "scenarios.h"

#include <rte_cycles.h>
#include <rte_launch.h>
#include <rte_lcore.h>

#include <errno.h>
#include <stdio.h>

#define SECOND_BASE 0x00100000u // the second worker's addresses

struct job {
	struct rig rig;
	uint64_t packets;
	uint64_t ticks;
};

static int work(void *arg)
{
	struct job *job = arg;

	job->ticks = rig_run(&job->rig, job->packets).loop;
	return 0;
}

static void set_up(struct job jobs[static 2], unsigned lcore)
{
	for (int i = 0; i < 2; i++)
		jobs[i].packets = jobs[i].rig.traffic->setup_packets;
	rte_eal_remote_launch(work, &jobs[1], lcore);
	work(&jobs[0]);
	rte_eal_wait_lcore(lcore);
}

static void measure(struct job jobs[static 2], const struct scenario *s)
{
	unsigned lcore = rte_get_next_lcore(-1, 1, 0);
	struct samples alone = {0}, first = {0}, second = {0};
	uint64_t packets = s->budget.sample_packets, start;
	struct measured one, a, b;

	set_up(jobs, lcore);
	start = rte_rdtsc();
	while (samples_wanted(&alone, &s->budget, start)) {
		jobs[0].packets = packets;
		jobs[1].packets = packets;
		work(&jobs[0]);
		samples_add(&alone, jobs[0].ticks, packets);
		rte_eal_remote_launch(work, &jobs[1], lcore);
		work(&jobs[0]);
		rte_eal_wait_lcore(lcore);
		samples_add(&first, jobs[0].ticks, packets);
		samples_add(&second, jobs[1].ticks, packets);
	}
	one = samples_summary(&alone);
	a = samples_summary(&first);
	b = samples_summary(&second);
	printf("{\"scenario\":\"%s\",\"flows\":%llu", s->name,
		(unsigned long long)jobs[0].rig.traffic->flows);
	print_measured("alone_ns", &alone, 0);
	print_measured("first_ns", &first, 0);
	print_measured("second_ns", &second, 0);
	printf(",\"ratio\":{\"min\":%.3f,\"median\":%.3f}}\n",
		one.min_ns / a.min_ns + one.min_ns / b.min_ns,
		one.median_ns / a.median_ns + one.median_ns / b.median_ns);
}

int scenario_pair(const struct scenario *s, struct sy_error *err)
{
	static struct job jobs[2];
	int status = 0, made = 0;

	if (rte_lcore_count() < 2)
		return sy_error_set(err, ENOTSUP, "there is only one CPU");
	while (made < 2 && status == 0) {
		struct traffic *traffic = scenario_traffic(s, made == 0 ? 0 : SECOND_BASE, err);

		if (traffic == NULL)
			status = -ENOMEM;
		else
			status = rig_init(&jobs[made++].rig, traffic, 0, s->tracking, err);
	}
	if (status == 0)
		measure(jobs, s);
	while (made > 0)
		rig_free(&jobs[--made].rig);
	return status;
}
