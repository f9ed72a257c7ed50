// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "run.h"

#include "eal.h"
#include "progress.h"

#include "sy_duplicates.h"
#include "sy_memory.h"

#include <rte_launch.h>
#include <rte_mbuf.h>

#include <errno.h>
#include <signal.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#define MBUFS               512
#define INITIAL_SLOTS       (1u << 14)
#define FRAME_BYTES_MIN     56 // a record header and the least frame with TCP in it
#define PARCELS             256
#define MANAGER_WAIT        500  // us
#define AGE_FROM_FLOWS      4096 // what a small capture leaves is ended with it
#define DUPLICATE_WINDOW_NS (2 * SY_NS_PER_MS)

// Table sizes of an accumulator, in entries.
#define SERVICES (1u << 16)
#define HOSTS    (1u << 17)
#define DETAILS  (1u << 15)

static struct sy_source *stoppable; // for the signal handler
static volatile sig_atomic_t signals;

/// A first ^C on a pipe goes to its writer too, whose last packets are still to come: the pipe's
/// end stops the run. A second one stops it at once.
static void on_signal(int number)
{
	(void)number;
	if (++signals > 1 || isatty(STDIN_FILENO))
		sy_source_stop(stoppable);
}

/// Most flows that the inputs can hold, so that a small file does not claim a large table: as many
/// as there can be frames in what a compressor may have made 16 times smaller.
static uint64_t possible_flows(const struct run *run)
{
	struct sy_source_stats stats;

	sy_source_stats(run->source, &stats);
	return stats.bytes_total == 0 ? UINT64_MAX : stats.bytes_total * 16 / FRAME_BYTES_MIN;
}

/// An eighth of the memory for the slots, half for the records; the rest is headroom for the
/// accumulators, whose size is fixed.
static struct sy_flow_config flow_config(const struct run *run, const struct read_options *o)
{
	uint64_t bytes = ((uint64_t)o->memory_mib << 20) / o->workers;
	uint64_t slots = worker_room(bytes / 8, sizeof(struct sy_flow));
	uint64_t records = worker_room(bytes / 2, sizeof(struct sy_attempt));
	uint64_t flows = possible_flows(run);

	return (struct sy_flow_config){
		.slots = flows < slots ? flows : slots,
		.initial_slots = INITIAL_SLOTS,
		.records = flows < records ? flows : records,
	};
}

static uint64_t random_seed(void)
{
	uint64_t seed;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed))
		return seed;
	return (uint64_t)time(NULL) * UINT64_C(0x9e3779b97f4a7c15) ^ (uint64_t)getpid();
}

static int open_source(struct run *run, const struct read_options *o, struct sy_error *err)
{
	struct sy_file_options files[SY_PORT_MAX];

	for (uint32_t i = 0; i < o->input_count; i++) {
		files[i] = (struct sy_file_options){
			.path = o->inputs[i].path,
			.port = (uint8_t)i,
			.clock_offset_ns = o->inputs[i].clock_offset_ns,
		};
		run->vantage_of_port[i] = o->inputs[i].vantage;
	}
	run->pool = rte_pktmbuf_pool_create("frames", MBUFS, 0,
		RTE_ALIGN(sizeof(struct sy_frame_meta), RTE_MBUF_PRIV_ALIGN), 0, SOCKET_ID_ANY);
	if (run->pool == NULL)
		return sy_error_set(err, ENOMEM, "DPDK has no memory for %d packet buffers", MBUFS);
	return sy_source_open_files(&run->source, files, o->input_count, run->pool, err);
}

static int init_workers(struct run *run, const struct read_options *o, struct sy_error *err)
{
	struct worker_config config = {
		.flows = flow_config(run, o),
		.tcp = sy_tcp_config_default(),
		.stats = {SERVICES, HOSTS, DETAILS, run->poller.key},
		.vantage_of_port = run->vantage_of_port,
		.ports = o->input_count,
		.send_attempts = o->output_dir != NULL,
		.age_from_flows = AGE_FROM_FLOWS,
	};

	if (o->handshake_only)
		config.tcp.tracking = SY_TRACKING_HANDSHAKE;
	run->worker_count = o->workers;
	for (uint32_t i = 0; i < o->workers; i++) {
		char name[20];
		int status = worker_init(&run->workers[i], i, &config, err);

		if (status != 0)
			return status;
		if (i == 0)
			continue;
		snprintf(name, sizeof(name), "parcels%u", i);
		run->workers[i].inbox = sy_exchange_create(name, PARCELS, sizeof(struct parcel));
		if (run->workers[i].inbox == NULL)
			return sy_error_set(err, ENOMEM, "no memory for %u workers", o->workers);
		run->poller.outbox[i] = run->workers[i].inbox;
	}
	return 0;
}

int run_init(struct run *run, const struct read_options *o, struct sy_filter *filter,
	struct sy_error *err)
{
	int status;

	memset(run, 0, sizeof(*run));
	run->poller.key = sy_hash_key_from_seed(random_seed());
	status = open_source(run, o, err);
	if (status == 0)
		status = init_workers(run, o, err);
	if (status != 0)
		return status;
	run->filter = filter;
	run->poller.own = &run->workers[0];
	run->poller.ports = run->ports;
	run->poller.worker_count = run->worker_count;
	run->poller.source = run->source;
	run->poller.filter = filter;
	run->poller.vantage_of_port = run->vantage_of_port;
	run->poller.decode = sy_decode_kernel(o->decode, NULL);
	run->poller.duplicate_window_ns = DUPLICATE_WINDOW_NS;
	run->poller.duplicates = sy_memory_map(sy_duplicates_bytes());
	if (run->poller.duplicates == NULL)
		return sy_error_set(err, ENOMEM, "no memory to find duplicates with");
	return 0;
}

void run_free(struct run *run)
{
	sy_source_close(run->source);
	for (uint32_t i = 0; i < run->worker_count; i++)
		worker_free(&run->workers[i]);
	sy_memory_unmap(run->poller.duplicates, sy_duplicates_bytes());
	rte_mempool_free(run->pool);
}

/// Takes the attempts that have come. After an error they are only given back, so that no worker
/// waits. Returns whether there were any.
static bool take_attempts(struct run *run, struct spool *spool, int *status, struct sy_error *err)
{
	bool any = false;

	for (uint32_t w = 0; w < run->worker_count && spool != NULL; w++) {
		struct sy_exchange *x = run->workers[w].attempts;
		struct attempt_block *block;

		while ((block = sy_exchange_receive(x)) != NULL) {
			for (uint32_t i = 0; i < block->count && *status == 0; i++)
				*status = spool_add(spool, &block->attempt[i], err);
			sy_exchange_give_back(x, block);
			any = true;
		}
	}
	if (*status != 0)
		sy_source_stop(run->source);
	return any;
}

static bool all_finished(const struct run *run)
{
	for (uint32_t w = 0; w < run->worker_count; w++)
		if (rte_eal_get_lcore_state(eal_worker_lcore(w)) == RUNNING)
			return false;
	return true;
}

static void merge(struct run *run)
{
	struct sy_stats *all = run->workers[0].stats;

	for (uint32_t w = 0; w < run->worker_count; w++) {
		const struct sy_flow_counters *c = sy_tcp_flow_counters(run->workers[w].tcp);

		if (w > 0)
			sy_stats_merge(all, run->workers[w].stats);
		for (int rank = 0; rank < SY_RANK_KEEP; rank++)
			run->flow_counters.evicted[rank] += c->evicted[rank];
		run->flow_counters.no_slot += c->no_slot;
		run->flow_counters.no_record += c->no_record;
		run->flow_counters.used_max += c->used_max;
	}
	for (uint32_t p = 0; p < SY_PORT_MAX; p++)
		sy_stats_vantage(all, run->vantage_of_port[p])->duplicates +=
			run->poller.ports[p].bucket[SY_BUCKET_DUPLICATE];
}

int run_execute(struct run *run, struct spool *spool, struct sy_error *err)
{
	struct sigaction action = {.sa_handler = on_signal}, old_int, old_term;
	struct progress progress;
	bool finished, any;
	int status = 0;

	stoppable = run->source;
	sigaction(SIGINT, &action, &old_int);
	sigaction(SIGTERM, &action, &old_term);
	for (uint32_t w = 1; w < run->worker_count; w++)
		rte_eal_remote_launch(worker_main, &run->workers[w], eal_worker_lcore(w));
	rte_eal_remote_launch(poller_main, &run->poller, eal_worker_lcore(0));
	progress_start(&progress);
	do {
		finished = all_finished(run);
		any = take_attempts(run, spool, &status, err);
		progress_update(&progress, run->source);
		if (!any && !finished)
			usleep(MANAGER_WAIT);
	} while (!finished || any);
	rte_eal_mp_wait_lcore();
	progress_end(&progress);
	sigaction(SIGINT, &old_int, NULL);
	sigaction(SIGTERM, &old_term, NULL);
	merge(run);
	return status;
}
