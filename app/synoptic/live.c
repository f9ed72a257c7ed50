// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "live.h"

#include "demo_port.h"
#include "eal.h"

#include "sy_duplicates.h"
#include "sy_filter.h"
#include "sy_memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

// No host answers so soon; packets that were polled together look like it.
#define POLLED_RTT_NS  UINT64_C(1000)
#define PARCELS        512 // between two workers
#define INTERVALS      2   // of a worker: one is filled while the manager has the other
#define SERVICES_LEAST (1u << 10)
#define SERVICES_MOST  (1u << 16)

/// Half of the memory for the accumulators: two for each worker, one for an interval of all, one
/// for the whole run.
static struct sy_stats_config table_sizes(const struct sy_config *config)
{
	uint64_t each = ((uint64_t)config->memory_mib << 20) / 2 /
			(config->workers.core_count * INTERVALS + 2);
	struct sy_stats_config tables = {.services = SERVICES_MOST};
	uint64_t seed = 0;

	for (;; tables.services /= 2) {
		tables.hosts = tables.services * 2;
		tables.details = tables.services / 2;
		if (tables.services == SERVICES_LEAST || sy_stats_bytes(&tables) <= each)
			break;
	}
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed))
		seed = (uint64_t)(uintptr_t)&tables ^ rte_rdtsc();
	tables.key = sy_hash_key_from_seed(seed);
	return tables;
}

/// Of the other half a quarter for slots, three quarters for records.
static struct sy_flow_config flow_sizes(const struct sy_config *config)
{
	uint64_t bytes = ((uint64_t)config->memory_mib << 20) / 2 / config->workers.core_count;

	return (struct sy_flow_config){
		.slots = worker_room(bytes / 4, sizeof(struct sy_flow)),
		.records = worker_room(bytes / 4 * 3, sizeof(struct sy_attempt)),
	};
}

bool live_has_times(const struct live *live, uint32_t p)
{
	return sy_ports_get(live->ports, p)->time_unit_ns > 0 ||
	       demo_is_device(live->config->ports[p].device);
}

static bool has_polled_times(const struct live *live)
{
	for (uint32_t p = 0; p < sy_ports_count(live->ports); p++)
		if (!live_has_times(live, p))
			return true;
	return false;
}

static struct sy_tcp_config machine_config(const struct live *live)
{
	const struct sy_config *config = live->config;
	struct sy_tcp_config tcp = sy_tcp_config_default();

	tcp.attempt_timeout_ns = config->timeouts.attempt_s * SY_NS_PER_S;
	tcp.idle_timeout_ns = config->timeouts.idle_s * SY_NS_PER_S;
	tcp.linger_ns = config->timeouts.linger_s * SY_NS_PER_S;
	tcp.reorder_window_ns = config->timeouts.reorder_window_ms * SY_NS_PER_MS;
	// Ports and workers are polled in turn.
	tcp.postpone_ns = tcp.reorder_window_ns;
	if (has_polled_times(live))
		tcp.least_rtt_ns = POLLED_RTT_NS;
	if (config->tracking == SY_CONFIG_TRACKING_HANDSHAKE)
		tcp.tracking = SY_TRACKING_HANDSHAKE;
	return tcp;
}

/// The exchange of a worker's intervals, each with an accumulator.
static int make_intervals(struct live *live, struct live_worker *w, struct sy_error *err)
{
	char name[32];

	snprintf(name, sizeof(name), "intervals%u", w->worker.index);
	w->intervals = sy_exchange_create(name, INTERVALS, sizeof(struct interval));
	for (int i = 0; w->intervals != NULL && i < INTERVALS; i++) {
		struct interval *interval = sy_exchange_take(w->intervals);

		interval->stats = sy_stats_create(&live->tables);
		sy_exchange_send(w->intervals, interval);
		interval = sy_exchange_receive(w->intervals);
		sy_exchange_give_back(w->intervals, interval);
		if (interval->stats == NULL)
			return sy_error_set(err, ENOMEM,
				"no memory for the statistics of worker %u; give a smaller "
				"memory_mib",
				w->worker.index);
	}
	return w->intervals != NULL
		       ? 0
		       : sy_error_set(err, ENOMEM, "no memory for %u workers", live->worker_count);
}

static int make_inboxes(struct live *live, struct live_worker *to, struct sy_error *err)
{
	for (uint32_t from = 0; from < live->worker_count; from++) {
		char name[32];

		if (from == to->worker.index || !sy_ports_need_handoff(live->ports))
			continue;
		snprintf(name, sizeof(name), "parcels%uto%u", from, to->worker.index);
		to->inbox[from] = sy_exchange_create(name, PARCELS, sizeof(struct parcel));
		if (to->inbox[from] == NULL)
			return sy_error_set(
				err, ENOMEM, "no memory for %u workers", live->worker_count);
		live->workers[from].poller.outbox[to->worker.index] = to->inbox[from];
	}
	return 0;
}

static void assign_queues(const struct live *live, struct live_worker *w)
{
	for (uint32_t p = 0; p < sy_ports_count(live->ports); p++) {
		const struct sy_port *port = sy_ports_get(live->ports, p);
		struct live_queue *q = &w->queues[w->queue_count];

		if (w->worker.index >= port->queues)
			continue;
		*q = (struct live_queue){.ethdev = port->id,
			.queue = (uint16_t)w->worker.index,
			.port = (uint8_t)p,
			.time_unit_ns = port->time_unit_ns,
			.time_offset = port->time_offset,
			.time_flag = port->time_flag,
			.cut_bytes = port->cut_bytes > 0 ? port->cut_bytes : UINT16_MAX};
		// The demo's frames have theirs beside them, as those of a capture.
		if (demo_is_device(live->config->ports[p].device)) {
			q->time_unit_ns = 1;
			q->time_offset = (int)(sizeof(struct rte_mbuf) +
					       offsetof(struct sy_frame_meta, ts_ns));
		}
		w->queue_count++;
	}
}

static int make_poller(struct live *live, struct live_worker *w, struct sy_error *err)
{
	struct poller *p = &w->poller;

	p->own = &w->worker;
	p->worker_count = sy_ports_need_handoff(live->ports) ? live->worker_count : 1;
	p->by_port = live->assignment;
	p->may_drop = true;
	p->counts_moved = true;
	p->decode = sy_decode_kernel(sy_config_decode_name(live->config->decode), NULL);
	p->filter = live->filter;
	p->key = live->tables.key;
	p->vantage_of_port = live->vantage_of_port;
	p->duplicate_window_ns = live->config->timeouts.duplicate_window_ms * SY_NS_PER_MS;
	p->duplicates = sy_memory_map(sy_duplicates_bytes());
	if (p->decode == NULL)
		return sy_error_set(err, ENOTSUP, "decode: %s cannot run on this processor",
			sy_config_decode_name(live->config->decode));
	if (p->duplicates == NULL)
		return sy_error_set(err, ENOMEM, "no memory to find duplicates with");
	assign_queues(live, w);
	return 0;
}

static int make_worker(struct live *live, uint32_t index, struct sy_error *err)
{
	struct live_worker *w = &live->workers[index];
	const struct worker_config config = {
		.flows = flow_sizes(live->config),
		.tcp = machine_config(live),
		.vantage_of_port = live->vantage_of_port,
		.ports = sy_ports_count(live->ports),
		.send_attempts = live->config->output.attempts,
		.may_drop = true,
		.count_established = true,
	};
	int status = worker_init(&w->worker, index, &config, err);

	w->clock = &live->clock;
	w->sleeps = live->config->idle == SY_CONFIG_IDLE_SLEEP;
	if (status == 0)
		status = make_intervals(live, w, err);
	return status == 0 ? make_poller(live, w, err) : status;
}

/// Keeps to the ports' own assignment of flows to queues, where that is known.
static int follow_ports(struct live *live, struct sy_error *err)
{
	live->assignment = malloc(sizeof(*live->assignment));
	if (live->assignment == NULL)
		return sy_error_set(err, ENOMEM, "no memory for the workers");
	if (!sy_ports_assign(live->ports, live->assignment)) {
		free(live->assignment);
		live->assignment = NULL;
	}
	return 0;
}

int live_init(struct live *live, const struct sy_config *config, struct sy_ports *ports,
	struct sy_error *err)
{
	int status = 0;

	*live = (struct live){.config = config, .ports = ports, .tables = table_sizes(config)};
	live_clock_start(&live->clock);
	for (uint32_t p = 0; p < config->port_count; p++)
		live->vantage_of_port[p] = (uint8_t)config->ports[p].vantage_index;
	if (config->filter[0] != '\0' && sy_filter_create(&live->filter, config->filter, err) != 0)
		return -EINVAL;
	live->workers = aligned_alloc(64, config->workers.core_count * sizeof(struct live_worker));
	if (live->workers == NULL)
		return sy_error_set(err, ENOMEM, "no memory for the workers");
	memset(live->workers, 0, config->workers.core_count * sizeof(struct live_worker));
	live->worker_count = config->workers.core_count;
	status = follow_ports(live, err);
	for (uint32_t i = 0; i < live->worker_count && status == 0; i++)
		status = make_worker(live, i, err);
	for (uint32_t i = 0; i < live->worker_count && status == 0; i++)
		status = make_inboxes(live, &live->workers[i], err);
	return status;
}

static void free_worker(struct live_worker *w)
{
	struct interval *interval;

	w->worker.stats = NULL; // an interval's
	while (w->intervals != NULL && (interval = sy_exchange_receive(w->intervals)) != NULL)
		sy_exchange_give_back(w->intervals, interval);
	while (w->intervals != NULL && (interval = sy_exchange_take(w->intervals)) != NULL)
		sy_stats_destroy(interval->stats);
	sy_exchange_destroy(w->intervals);
	for (uint32_t from = 0; from < WORKERS_MAX; from++)
		sy_exchange_destroy(w->inbox[from]);
	sy_memory_unmap(w->poller.duplicates, sy_duplicates_bytes());
	worker_free(&w->worker);
}

void live_free(struct live *live)
{
	for (uint32_t i = 0; i < live->worker_count; i++)
		free_worker(&live->workers[i]);
	free(live->workers);
	free(live->assignment);
	sy_filter_destroy(live->filter);
	*live = (struct live){.config = NULL};
}
