// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "manager.h"

#include "log.h"

#include "sy_tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LATE_NS SY_NS_PER_S // a hand-over that takes longer is said
// A worker that has not handed over for so long is said, and after longer taken for stuck.
#define LATE_WORKER_NS  (3 * SY_NS_PER_S)
#define STUCK_WORKER_NS (20 * SY_NS_PER_S)
#define LIMIT_NS        (60 * SY_NS_PER_S)
#define BLOCKS_MAX      256 // of attempts, from each worker in a turn

struct manager_now manager_now(void)
{
	return (struct manager_now){sy_clock_ns(CLOCK_REALTIME), sy_clock_ns(CLOCK_MONOTONIC)};
}

int manager_init(struct manager *m, struct sy_config *config, struct live *live,
	struct sy_store *store, struct sy_error *err)
{
	const struct manager_now now = manager_now();

	memset(m, 0, sizeof(*m));
	m->config = config;
	m->live = live;
	m->store = store;
	m->sum.stats = sy_stats_create(&live->tables);
	m->all.stats = sy_stats_create(&live->tables);
	m->held = calloc(MANAGER_HELD, sizeof(*m->held));
	if (m->sum.stats == NULL || m->all.stats == NULL || m->held == NULL)
		return sy_error_set(
			err, ENOMEM, "no memory for the statistics; give a smaller memory_mib");
	// What was lost while the ports were opened is nobody's loss.
	for (uint32_t p = 0; p < config->port_count; p++)
		sy_ports_losses(live->ports, p, &m->losses[p]);
	for (uint32_t v = 0; v < config->vantage_count; v++)
		m->vantage_names[v] = config->vantages[v];
	m->started_ns = m->interval_start_ns = now.wall_ns;
	m->begun_ns = now.monotonic_ns;
	manager_know_nothing(m);
	manager_begin(m);
	return 0;
}

void manager_write_held(struct manager *m)
{
	for (uint32_t i = 0; m->store != NULL && i < m->held_count; i++) {
		struct sy_attempt_row row = {&m->held[i], m->all_facts};

		sy_store_put(m->store, SY_KIND_ATTEMPTS, &row);
	}
	m->held_count = 0;
}

static bool take_attempts(struct manager *m)
{
	bool any = false;

	for (uint32_t w = 0; w < m->live->worker_count; w++) {
		struct sy_exchange *x = m->live->workers[w].worker.attempts;
		struct attempt_block *block;

		for (int n = 0; x != NULL && n < BLOCKS_MAX; n++) {
			block = sy_exchange_receive(x);
			if (block == NULL)
				break;
			if (m->held_count + block->count > MANAGER_HELD)
				manager_write_held(m);
			memcpy(&m->held[m->held_count], block->attempt,
				block->count * sizeof(block->attempt[0]));
			m->held_count += block->count;
			sy_exchange_give_back(x, block);
			any = true;
		}
	}
	return any;
}

static void note_share(struct manager *m, uint32_t worker, const struct interval *interval)
{
	struct telemetry_worker *share = &m->shares[worker];

	share->core = m->config->workers.cores[worker];
	share->socket = -1;
	if (interval->turns > 0)
		share->busy_permille = (uint32_t)(interval->busy_turns * 1000 / interval->turns);
	for (uint8_t v = 0; v < SY_VANTAGE_MAX; v++)
		share->segments += sy_stats_vantage_read(interval->stats, v)->segments;
	share->flows = interval->flows.used;
	share->wrong_worker += interval->wrong_worker;
	if (interval->late_ns > LATE_NS) {
		share->late_handovers++;
		log_limited(LOG_HERE, LIMIT_NS, SY_CONFIG_LOG_WARNING, "live",
			"the manager was late: worker %u went on for %.1f s in the same interval",
			worker, (double)interval->late_ns / 1e9);
	}
}

/// Records that found no room on the way here: counted where those are that the disk did not take.
static void note_dropped(struct manager *m, uint64_t count)
{
	if (count == 0)
		return;
	if (m->store != NULL)
		sy_store_add_lost(m->store, SY_KIND_ATTEMPTS, count);
	log_limited(LOG_HERE, LIMIT_NS, SY_CONFIG_LOG_WARNING, "live",
		"%llu records of attempts are lost, because the manager was late; they are "
		"counted as attempts",
		(unsigned long long)count);
}

static bool take_intervals(struct manager *m)
{
	bool any = false;

	for (uint32_t w = 0; w < m->live->worker_count; w++) {
		struct sy_exchange *x = m->live->workers[w].intervals;
		struct interval *interval;

		while ((interval = sy_exchange_receive(x)) != NULL) {
			note_share(m, w, interval);
			m->flows[w] = interval->flows;
			m->ended += interval->last;
			note_dropped(m, interval->attempts_dropped);
			interval_merge(&m->sum, interval);
			interval_reset(interval);
			sy_exchange_give_back(x, interval);
			any = true;
		}
	}
	return any;
}

/// How long the interval has been, whatever was done to the wall clock meanwhile.
static void end_interval(struct manager *m, const struct manager_now *now)
{
	uint64_t start_ns = now->wall_ns - (now->monotonic_ns - m->begun_ns);

	m->interval_end_ns = now->wall_ns;
	if (llabs((int64_t)(start_ns - m->interval_start_ns)) >= LIVE_CLOCK_SET_NS)
		m->interval_start_ns = start_ns;
	m->begun_ns = now->monotonic_ns;
}

static void ask(struct manager *m, const struct manager_now *now)
{
	end_interval(m, now);
	live_ask(m->live);
	m->asked_ns = now->monotonic_ns;
	m->asked = true;
}

static void tell_late(struct manager *m, const struct manager_now *now)
{
	int late = live_late(m->live);

	if (late < 0 || now->monotonic_ns - m->asked_ns < LATE_WORKER_NS ||
		now->monotonic_ns - m->told_late_ns < LATE_WORKER_NS)
		return;
	m->told_late_ns = now->monotonic_ns;
	log_limited(LOG_HERE, LIMIT_NS, SY_CONFIG_LOG_ERROR, "live",
		"worker %d (core %u) has not handed over its interval for %.0f s: nothing can be "
		"written without it%s",
		late, m->config->workers.cores[late],
		(double)(now->monotonic_ns - m->asked_ns) / 1e9,
		manager_is_stuck(m, now) ? "; it is stuck, and a new start is needed" : "");
}

/// Everything that the workers handed over is here when all of them have.
static void finish(struct manager *m)
{
	take_attempts(m);
	take_intervals(m);
	m->asked = false;
	manager_finish(m);
}

bool manager_turn(struct manager *m, const struct manager_now *now)
{
	bool any = take_attempts(m);

	any |= take_intervals(m);
	if (!m->asked && now->monotonic_ns >= m->begun_ns + m->config->interval_s * SY_NS_PER_S)
		ask(m, now);
	if (m->asked && live_late(m->live) < 0) {
		finish(m);
		any = true;
	}
	if (m->asked)
		tell_late(m, now);
	return any;
}

void manager_hurry(struct manager *m, const struct manager_now *now)
{
	if (!m->asked)
		ask(m, now);
}

bool manager_is_stuck(const struct manager *m, const struct manager_now *now)
{
	return m->asked && now->monotonic_ns - m->asked_ns > STUCK_WORKER_NS;
}

static void finish_last(struct manager *m)
{
	const struct manager_now now = manager_now();

	end_interval(m, &now);
	finish(m);
}

bool manager_end(struct manager *m)
{
	bool stopped = live_stop(m->live);

	take_attempts(m);
	take_intervals(m);
	if (!stopped || m->ended < m->live->worker_count)
		return false;
	finish_last(m);
	return true;
}

bool manager_abandon(struct manager *m)
{
	bool ended = live_abandon(m->live);

	take_attempts(m);
	take_intervals(m);
	return ended;
}

void manager_give_up(struct manager *m)
{
	m->ended = m->live->worker_count; // no interval follows
	finish_last(m);
}

void manager_free(struct manager *m)
{
	sy_findings_destroy(m->findings);
	sy_facts_destroy(m->facts);
	sy_facts_destroy(m->all_facts);
	stated_free(&m->stated);
	sy_stats_destroy(m->sum.stats);
	sy_stats_destroy(m->all.stats);
	free(m->held);
	memset(m, 0, sizeof(*m));
}
