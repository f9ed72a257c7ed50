// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "rig.h"
#include "scenarios.h"

#include <rte_cycles.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct loop_samples {
	struct samples loop, refill, end;
	uint32_t ends; ///< times that the flows were ended, the warm-up included
};

/// Traffic that has an end runs as a whole, and its flows are ended each time; the first time the
/// tables' memory is touched, which does not count.
static void run_whole(struct rig *rig, const struct budget *budget, struct loop_samples *out)
{
	uint64_t packets = rig->traffic->sample_packets, start;

	rig_run(rig, packets);
	rig_end(rig);
	out->ends = 1;
	start = rte_rdtsc();
	while (samples_wanted(&out->loop, budget, start)) {
		struct rig_ticks ticks = rig_run(rig, packets);
		uint64_t end = rig_end(rig);

		samples_add(&out->loop, ticks.loop, packets);
		samples_add(&out->refill, ticks.refill, packets);
		samples_add(&out->end, end, packets);
		out->ends++;
	}
}

static void run_endless(struct rig *rig, const struct budget *budget, struct loop_samples *out)
{
	uint64_t packets = budget->sample_packets, start;

	rig_run(rig, rig->traffic->setup_packets);
	start = rte_rdtsc();
	while (samples_wanted(&out->loop, budget, start)) {
		struct rig_ticks ticks = rig_run(rig, packets);

		samples_add(&out->loop, ticks.loop, packets);
		samples_add(&out->refill, ticks.refill, packets);
	}
}

static void print_outcomes(const char *name, const uint64_t outcome[static SY_OUTCOME_COUNT])
{
	printf(",\"%s\":{", name);
	for (int i = 0; i < SY_OUTCOME_COUNT; i++)
		printf("%s\"%s\":%llu", i > 0 ? "," : "", sy_outcome_name((enum sy_outcome)i),
			(unsigned long long)outcome[i]);
	printf("}");
}

static void print_truth(const struct rig *rig, const struct loop_samples *samples)
{
	const struct sy_totals *totals = sy_stats_totals_read(rig->worker.stats);
	const struct sy_flow_counters *flows = sy_tcp_flow_counters(rig->worker.tcp);

	print_outcomes("reported", totals->outcome);
	if (rig->traffic->has_truth)
		print_outcomes("expected", rig->traffic->expected);
	printf(",\"ends\":%u,\"evicted\":[%llu,%llu,%llu],\"no_slot\":%llu,\"no_record\":%llu",
		samples->ends, (unsigned long long)flows->evicted[SY_RANK_ENDED],
		(unsigned long long)flows->evicted[SY_RANK_MIDSTREAM],
		(unsigned long long)flows->evicted[SY_RANK_HALF_OPEN],
		(unsigned long long)flows->no_slot, (unsigned long long)flows->no_record);
}

static void measure(struct rig *rig, const struct scenario *s)
{
	struct loop_samples samples = {0};
	// How full the table was while it was measured.
	uint64_t used;

	if (rig->traffic->sample_packets > 0)
		run_whole(rig, &s->budget, &samples);
	else
		run_endless(rig, &s->budget, &samples);
	used = sy_tcp_flow_counters(rig->worker.tcp)->used_max;
	if (samples.ends == 0 && s->budget.samples == 0) {
		rig_end(rig);
		samples.ends = 1;
	}
	printf("{\"scenario\":\"%s\",\"flows\":%llu,\"slots\":%llu,\"flows_at_once\":%llu,"
	       "\"kernel\":\"%s\",\"tracking\":\"%s\"",
		s->name, (unsigned long long)rig->traffic->flows,
		(unsigned long long)sy_tcp_slots(rig->worker.tcp), (unsigned long long)used,
		sy_decode_kernel_name(rig->poller.decode), s->tracking);
	print_measured("loop_ns", &samples.loop, 0);
	print_measured("refill_ns", &samples.refill, 0);
	if (samples.end.count > 0)
		print_measured("end_ns", &samples.end, 0);
	print_truth(rig, &samples);
	printf("}\n");
}

int scenario_loop(const struct scenario *s, struct sy_error *err)
{
	static struct rig rig;
	struct traffic *traffic = scenario_traffic(s, 0, err);
	bool flooded = strcmp(s->name, "synflood") == 0 || strcmp(s->name, "scan") == 0;
	int status;

	if (traffic == NULL)
		return -EINVAL;
	status = rig_init(&rig, traffic, flooded ? s->flows : 0, s->tracking, err);
	rig.poller.decode = sy_decode_kernel(s->kernel, NULL);
	if (status == 0 && rig.poller.decode == NULL)
		status = sy_error_set(err, ENOTSUP, "the kernel '%s' cannot run here", s->kernel);
	if (status == 0)
		measure(&rig, s);
	rig_free(&rig);
	return status;
}
