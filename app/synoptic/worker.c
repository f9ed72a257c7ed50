// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "worker.h"

#include "sy_memory.h"

#include <rte_common.h>
#include <rte_pause.h>

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#define AGE_SLOT_NS   1000              // of the packets' time, for each slot that there is ...
#define AGE_LEAST_NS  (SY_NS_PER_S / 2) // ... but a look at every flow takes so much
#define AGE_MOST_NS   (8 * SY_NS_PER_S) // to so much
#define AGE_SLOTS     16                // looked at together
#define AGE_STEPS_MAX 4                 // for one batch
#define BACK_NS       (2 * SY_NS_PER_S) // times run backwards so far without the clock being set
#define ROOM_LEAST    1024
#define SPINS         64
#define YIELDS        64
#define WAIT_US       50
#define ATTEMPT_RING  64  // blocks between a worker and the manager ...
#define ATTEMPT_DEPOT 512 // ... which is busy for seconds now and then, where none may wait

void worker_wait(uint32_t *idle)
{
	(*idle)++;
	if (*idle < SPINS)
		rte_pause();
	else if (*idle < SPINS + YIELDS)
		sched_yield();
	else
		usleep(WAIT_US);
}

void worker_send_attempts(struct worker *w)
{
	if (w->block != NULL)
		sy_exchange_send(w->attempts, w->block);
	w->block = NULL;
}

/// Makes room for one more attempt. False when there is none and nothing may wait.
static bool send_block(struct worker *w)
{
	uint32_t idle = 0;

	worker_send_attempts(w);
	while ((w->block = sy_exchange_take(w->attempts)) == NULL) {
		if (w->may_drop)
			return false;
		worker_wait(&idle);
	}
	w->block->count = 0;
	return true;
}

static void on_established(void *arg, const struct sy_attempt *attempt)
{
	struct worker *w = arg;

	sy_stats_established(w->stats, attempt);
}

static void on_ended(void *arg, const struct sy_attempt *attempt)
{
	struct worker *w = arg;

	sy_stats_ended(w->stats, attempt);
	if (w->attempts == NULL)
		return;
	if ((w->block == NULL || w->block->count == ATTEMPT_BLOCK) && !send_block(w)) {
		w->attempts_dropped++;
		return;
	}
	w->block->attempt[w->block->count++] = *attempt;
}

static bool on_lone_syn(void *arg, const struct sy_lone_syn *syn, uint64_t ts_ns,
	uint64_t decided_ns, enum sy_decided_by decided_by)
{
	struct worker *w = arg;

	return w->attempts == NULL &&
	       sy_stats_lone_syn(w->stats, syn, ts_ns, decided_ns, decided_by);
}

static uint8_t vantage_of(const struct worker *w, const struct sy_batch *b, uint32_t lane)
{
	return sy_tcp_vantage(w->tcp, b->port[lane]);
}

static void on_rst(void *arg, enum sy_rst_phase phase, const struct sy_batch *b, uint32_t lane)
{
	struct worker *w = arg;
	struct sy_addr sender = sy_batch_src(b, lane);

	sy_stats_rst(
		w->stats, phase, &sender, b->ttl[lane], vantage_of(w, b, lane), b->ts_ns[lane]);
}

static void on_ttl(void *arg, uint8_t role, const struct sy_batch *b, uint32_t lane)
{
	static const enum sy_role roles[] = {SY_ROLE_SYN, SY_ROLE_SYNACK, SY_ROLE_DATA};
	struct worker *w = arg;
	struct sy_addr sender = sy_batch_src(b, lane);

	sy_stats_ttl(w->stats, roles[role], &sender, b->ttl[lane], vantage_of(w, b, lane),
		b->ts_ns[lane]);
}

static void on_transit(void *arg, uint8_t from, uint8_t to, uint64_t transit_ns)
{
	struct worker *w = arg;

	sy_hist_add(&sy_stats_transit(w->stats)->time[from][to], transit_ns);
}

uint64_t worker_room(uint64_t bytes, uint64_t each_bytes)
{
	uint64_t count = rte_align64prevpow2(bytes / each_bytes);

	return count > ROOM_LEAST ? count : ROOM_LEAST;
}

int worker_init(
	struct worker *w, uint32_t index, const struct worker_config *config, struct sy_error *err)
{
	struct sy_tcp_sink sink = {.arg = w,
		.ended = on_ended,
		.lone_syn = on_lone_syn,
		.rst = on_rst,
		.ttl = on_ttl,
		.transit = on_transit};
	char name[20];

	if (config->count_established)
		sink.established = on_established;
	w->index = index;
	w->may_drop = config->may_drop;
	w->age_from_flows = config->age_from_flows;
	w->memory_bytes = sy_tcp_bytes(&config->flows);
	w->memory = sy_memory_map(w->memory_bytes);
	if (config->stats.services != 0)
		w->stats = sy_stats_create(&config->stats);
	if (w->memory == NULL || (config->stats.services != 0 && w->stats == NULL))
		return sy_error_set(err, ENOMEM,
			"no memory for the tables of worker %u; give a smaller --memory", index);
	w->tcp = sy_tcp_init(w->memory, &config->flows, &config->tcp, &sink,
		config->vantage_of_port, config->ports);
	if (!config->send_attempts)
		return 0;
	snprintf(name, sizeof(name), "attempts%u", index);
	w->attempts = sy_exchange_create(name, config->may_drop ? ATTEMPT_DEPOT : ATTEMPT_RING,
		sizeof(struct attempt_block));
	if (w->attempts == NULL)
		return sy_error_set(err, ENOMEM, "no memory for the hand-off of worker %u", index);
	return 0;
}

void worker_free(struct worker *w)
{
	sy_exchange_destroy(w->attempts);
	sy_exchange_destroy(w->inbox);
	sy_stats_destroy(w->stats);
	sy_memory_unmap(w->memory, w->memory_bytes);
}

static void note_other_hosts(struct worker *w, const struct sy_batch *b)
{
	for (uint32_t i = 0; i < b->count; i++) {
		struct sy_addr sender;

		if (b->lane[i] != SY_LANE_OTHER_IP && b->lane[i] != SY_LANE_ECHO_REPLY)
			continue;
		sender = sy_batch_src(b, i);
		sy_stats_other_ip(w->stats, &sender, vantage_of(w, b, i), b->ts_ns[i]);
		if (b->lane[i] == SY_LANE_ECHO_REPLY)
			sy_stats_ttl(w->stats, SY_ROLE_ECHO_REPLY, &sender, b->ttl[i],
				vantage_of(w, b, i), b->ts_ns[i]);
	}
}

void worker_look(struct worker *w, struct sy_batch *batch)
{
	sy_tcp_look(w->tcp, batch);
}

/// What a packet means never depends on the sweep: it only keeps the table small, and reports what
/// is over while nothing comes that would show it.
static void age(struct worker *w, uint64_t now_ns)
{
	uint64_t slots = sy_tcp_slots(w->tcp), period_ns = slots * AGE_SLOT_NS, step_ns, steps;

	period_ns = period_ns < AGE_LEAST_NS ? AGE_LEAST_NS : period_ns;
	step_ns = (period_ns < AGE_MOST_NS ? period_ns : AGE_MOST_NS) * AGE_SLOTS / slots;
	if (w->aged_ns > now_ns + BACK_NS)
		w->aged_ns = now_ns; // a file whose clock was set back
	if (now_ns < w->aged_ns + step_ns || sy_tcp_flow_counters(w->tcp)->used < w->age_from_flows)
		return;
	steps = (now_ns - w->aged_ns) / step_ns;
	w->aged_ns = now_ns;
	sy_tcp_age(w->tcp, now_ns,
		(uint32_t)(steps < AGE_STEPS_MAX ? steps : AGE_STEPS_MAX) * AGE_SLOTS);
}

void worker_take(struct worker *w, const struct sy_batch *batch)
{
	sy_tcp_take(w->tcp, batch);
	note_other_hosts(w, batch);
	if (batch->count > 0)
		age(w, batch->ts_ns[batch->count - 1]);
}

void worker_idle(struct worker *w, uint64_t now_ns)
{
	age(w, now_ns);
}

void worker_batch(struct worker *w, struct sy_batch *batch)
{
	worker_look(w, batch);
	worker_take(w, batch);
}

/// Moves the machine's counters to the accumulator.
static void add_counters(struct worker *w, const struct sy_tcp_counters *c)
{
	struct sy_totals *totals = sy_stats_totals(w->stats);

	totals->midstream_flows += c->midstream_flows;
	totals->icmp_errors += c->icmp_errors;
	totals->icmp_unmatched += c->icmp_unmatched;
	totals->copies_not_tracked += c->copies_overflow;
	for (uint8_t v = 0; v < SY_VANTAGE_MAX; v++) {
		struct sy_vantage_stats *vantage = sy_stats_vantage(w->stats, v);

		vantage->segments += c->segments[v];
		vantage->ack_of_unseen += c->ack_of_unseen[v];
		vantage->synack_without_syn += c->synack_without_syn[v];
		vantage->ack_without_synack += c->ack_without_synack[v];
		vantage->flows_both_ways += c->flows_both_ways[v];
		vantage->flows_one_way += c->flows_one_way[v];
	}
}

void worker_settle(struct worker *w)
{
	struct sy_tcp_counters counters;

	sy_stats_flush(w->stats);
	sy_tcp_take_counters(w->tcp, &counters);
	add_counters(w, &counters);
}

void worker_cut(struct worker *w, uint64_t end_ns)
{
	sy_tcp_cut(w->tcp, end_ns);
	w->aged_ns = 0;
}

void worker_end(struct worker *w, uint64_t latest_ns, uint64_t last_ns)
{
	sy_tcp_end(w->tcp, latest_ns, last_ns);
	worker_settle(w);
	worker_send_attempts(w);
}

int worker_main(void *arg)
{
	struct worker *w = arg;
	uint32_t idle = 0;

	for (;;) {
		struct parcel *parcel = sy_exchange_receive(w->inbox);
		if (parcel == NULL) {
			worker_wait(&idle);
			continue;
		}
		idle = 0;
		if (parcel->last) {
			worker_end(w, parcel->end_ns, parcel->last_ns);
			sy_exchange_give_back(w->inbox, parcel);
			return 0;
		}
		worker_batch(w, &parcel->batch);
		sy_exchange_give_back(w->inbox, parcel);
	}
}
