// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The stages of the loop one by one, in the order of poller_burst(), with a fence and a time stamp
// between them. The flow stage is run in one of three parts, each in a run of its own, as they
// would push one another out of the caches:
//   lookup  a table of its own that holds the same flows: find, and nothing else
//   tcp     the machine with nobody listening: lookup and step
//   worker  all of it: lookup, step and statistics
//   decode  only the first two stages, without a fence between bursts: what decoding adds to
//           loading when the processor may work on the next burst meanwhile, as it does in the loop

#include "rig.h"
#include "scenarios.h"

#include "sy_decode.h"
#include "sy_duplicates.h"
#include "sy_memory.h"

#include <rte_cycles.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum stage { LOAD, DECODE, FREE, HASH, DUPLICATES, FLOW, STAGES };

static const char *const stage_names[STAGES] = {
	"load_ns", "decode_ns", "free_ns", "hash_ns", "duplicates_ns", "flow_ns"};

struct stages {
	struct rig rig;
	sy_decode_fn *decode;
	void (*flow)(struct stages *stages, struct sy_batch *batch);
	struct sy_tcp *tcp;
	struct sy_flow_table *table;
	void *memory;
	size_t memory_bytes;
	uint64_t found;
	struct sy_batch batch;
	uint64_t ticks[STAGES];
};

static uint64_t stamp(void)
{
	__builtin_ia32_lfence();
	return rte_rdtsc();
}

static void run_burst(struct stages *s, struct rte_mbuf **mbufs, uint32_t count)
{
	struct poller *p = &s->rig.poller;
	struct sy_burst burst;
	struct sy_batch batch;
	uint64_t at[STAGES + 1];

	at[LOAD] = stamp();
	poller_load_burst(mbufs, (uint16_t)count, &burst);
	at[DECODE] = stamp();
	s->decode(&burst, &batch);
	at[FREE] = stamp();
	poller_free_burst(mbufs, (uint16_t)count);
	at[HASH] = stamp();
	sy_batch_hash(&batch, &p->key);
	at[DUPLICATES] = stamp();
	sy_duplicates_look(p->duplicates, &batch, p->vantage_of_port);
	sy_duplicates_mark(p->duplicates, &batch, p->duplicate_window_ns);
	at[FLOW] = stamp();
	s->flow(s, &batch);
	at[STAGES] = stamp();
	for (int i = 0; i < STAGES; i++)
		s->ticks[i] += at[i + 1] - at[i];
}

/// Loads all bursts of the ring, and decodes them with `decode`.
static uint64_t load_ring(struct stages *s, uint32_t count, bool decode)
{
	uint64_t start = stamp();

	for (uint32_t i = 0; i < count; i += SY_BURST_MAX) {
		uint32_t left = count - i;
		struct sy_burst burst;

		poller_load_burst(&s->rig.ring[i],
			(uint16_t)(left < SY_BURST_MAX ? left : SY_BURST_MAX), &burst);
		if (decode)
			s->decode(&burst, &s->batch);
		else
			s->found += burst.cap_bytes[0];
	}
	return stamp() - start;
}

/// The bytes of the frames are as near in both passes.
static void run_decode(struct stages *s, uint32_t count)
{
	uint64_t alone, both;

	load_ring(s, count, true);
	alone = load_ring(s, count, false);
	both = load_ring(s, count, true);
	s->ticks[LOAD] += alone;
	s->ticks[DECODE] += both > alone ? both - alone : 0;
	rte_pktmbuf_free_bulk(s->rig.ring, count);
}

static void run(struct stages *s, uint64_t packets)
{
	while (packets > 0) {
		uint32_t wanted = packets < RIG_RING ? (uint32_t)packets : RIG_RING;
		uint32_t count = rig_refill(&s->rig, wanted);

		if (s->flow == NULL) {
			run_decode(s, count);
			packets -= wanted;
			continue;
		}
		for (uint32_t i = 0; i < count; i += SY_BURST_MAX)
			run_burst(s, &s->rig.ring[i],
				count - i < SY_BURST_MAX ? count - i : SY_BURST_MAX);
		packets -= wanted;
	}
}

static void flow_worker(struct stages *s, struct sy_batch *batch)
{
	worker_batch(&s->rig.worker, batch);
}

static void flow_tcp(struct stages *s, struct sy_batch *batch)
{
	sy_tcp_batch(s->tcp, batch);
}

static void flow_lookup(struct stages *s, struct sy_batch *batch)
{
	for (uint32_t i = 0; i < batch->count; i++)
		__builtin_prefetch(sy_flow_home(sy_flow_table_view(s->table), batch->hash[i]), 1);
	for (uint32_t i = 0; i < batch->count; i++)
		s->found += sy_flow_table_find(s->table, batch->hash[i]) != NULL;
}

/// In the set-up: what is not there is added.
static void flow_insert(struct stages *s, struct sy_batch *batch)
{
	for (uint32_t i = 0; i < batch->count; i++) {
		struct sy_flow *flow = sy_flow_table_find(s->table, batch->hash[i]);

		if (flow != NULL)
			continue;
		flow = sy_flow_table_insert(s->table, batch->hash[i]);
		flow->rank = SY_RANK_HALF_OPEN;
		sy_flow_table_note(s->table, flow);
	}
}

static void ignore_ended(void *arg, const struct sy_attempt *attempt)
{
	(void)arg;
	(void)attempt;
}

static void ignore_rst(
	void *arg, enum sy_rst_phase phase, const struct sy_batch *batch, uint32_t lane)
{
	(void)arg;
	(void)phase;
	(void)batch;
	(void)lane;
}

static void ignore_ttl(void *arg, uint8_t role, const struct sy_batch *batch, uint32_t lane)
{
	(void)arg;
	(void)role;
	(void)batch;
	(void)lane;
}

static void ignore_evicted(void *arg, struct sy_flow *flow)
{
	(void)arg;
	(void)flow;
}

static int choose_part(struct stages *s, const char *part, struct sy_error *err)
{
	const struct sy_tcp_sink sink = {
		.ended = ignore_ended, .rst = ignore_rst, .ttl = ignore_ttl};
	const struct sy_tcp_config config = sy_tcp_config_default();
	struct sy_flow_config flows = {.slots = sy_tcp_slots(s->rig.worker.tcp), .records = 1024};

	s->flow = flow_worker;
	if (strcmp(part, "worker") == 0)
		return 0;
	if (strcmp(part, "decode") == 0) {
		s->flow = NULL;
		return 0;
	}
	if (strcmp(part, "tcp") == 0)
		flows.records = sy_tcp_slots(s->rig.worker.tcp);
	else if (strcmp(part, "lookup") != 0)
		return sy_error_set(err, EINVAL, "the flow stage has no part '%s'", part);
	s->memory_bytes = sy_tcp_bytes(&flows);
	s->memory = sy_memory_map(s->memory_bytes);
	if (s->memory == NULL)
		return sy_error_set(err, ENOMEM, "no memory for a flow table");
	if (strcmp(part, "tcp") == 0) {
		s->tcp = sy_tcp_init(s->memory, &flows, &config, &sink, s->rig.vantage_of_port, 1);
		s->flow = flow_tcp;
	} else {
		s->table = sy_flow_table_init(s->memory, &flows, ignore_evicted, NULL);
		s->flow = flow_insert;
	}
	return 0;
}

static sy_decode_fn *find_kernel(const char *name, struct sy_error *err)
{
	sy_decode_fn *decode = sy_decode_kernel(name, NULL);

	if (decode == NULL)
		sy_error_set(err, ENOTSUP, "the kernel '%s' cannot run here", name);
	return decode;
}

/// Ticks between two stamps with nothing between them.
static uint64_t stamp_cost(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 1000; i++) {
		uint64_t before = stamp(), after = stamp();

		if (after - before < least)
			least = after - before;
	}
	return least;
}

static void measure(struct stages *s, const struct scenario *scenario)
{
	static struct samples samples[STAGES];
	const struct traffic *traffic = s->rig.traffic;
	uint64_t packets = traffic->sample_packets;
	uint64_t cost = stamp_cost(), start;

	run(s, packets > 0 ? packets : traffic->setup_packets);
	if (s->table != NULL)
		s->flow = flow_lookup;
	if (packets == 0)
		packets = scenario->budget.sample_packets;
	start = rte_rdtsc();
	while (samples_wanted(&samples[0], &scenario->budget, start)) {
		uint64_t stamps = s->flow == NULL
					  ? 0
					  : (packets + SY_BURST_MAX - 1) / SY_BURST_MAX * cost;

		memset(s->ticks, 0, sizeof(s->ticks));
		if (traffic->sample_packets > 0 && s->flow == flow_worker)
			rig_end(&s->rig);
		run(s, packets);
		for (int i = 0; i < STAGES; i++)
			samples_add(&samples[i], s->ticks[i] > stamps ? s->ticks[i] - stamps : 0,
				packets);
	}
	printf("{\"scenario\":\"%s\",\"flows\":%llu,\"kernel\":\"%s\",\"part\":\"%s\"",
		scenario->name, (unsigned long long)traffic->flows, scenario->kernel,
		scenario->part);
	for (int i = 0; i < STAGES; i++)
		print_measured(stage_names[i], &samples[i], 0);
	printf("}\n");
}

int scenario_stages(const struct scenario *scenario, struct sy_error *err)
{
	static struct stages s;
	struct traffic *traffic = scenario_traffic(scenario, 0, err);
	int status;

	if (traffic == NULL)
		return -EINVAL;
	s.decode = find_kernel(scenario->kernel, err);
	if (s.decode == NULL) {
		traffic->destroy(traffic);
		return -ENOTSUP;
	}
	status = rig_init(&s.rig, traffic, 0, scenario->tracking, err);
	if (status == 0)
		status = choose_part(&s, scenario->part, err);
	if (status == 0)
		measure(&s, scenario);
	sy_memory_unmap(s.memory, s.memory_bytes);
	rig_free(&s.rig);
	return status;
}
