// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Any sequence of segments and ICMP errors over a few tuples, two vantages, times that run
// backwards. Two machines see the same: one is aged in between, the other never; both must say the
// same. Each step is 8 bytes: what, flags, time, age, seq, ack, size, options.

#include "sy_decode.h"
#include "sy_tcp.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition)        \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

#define STEP_BYTES 8
#define STEPS_MAX  600
#define START_NS   (1000 * SY_NS_PER_S)

/// What one machine has reported.
struct witness {
	struct sy_tcp *tcp;
	uint64_t established, ended, ended_established;
	uint64_t established_sum, ended_established_sum;
	uint64_t syns, rsts;
	uint64_t records_sum; ///< of all final records, in any order
};

static uint64_t mix(const void *bytes, size_t size)
{
	const uint8_t *b = bytes;
	uint64_t h = size;

	for (size_t i = 0; i < size; i++)
		h = sy_hash_fold(h ^ b[i], UINT64_C(0x9e3779b97f4a7c15));
	return h;
}

static uint64_t key_of(const struct sy_attempt *a)
{
	uint64_t key = mix(&a->tuple, sizeof(a->tuple));

	return key ^ mix(&a->note[SY_NOTE_SYN].ts_ns, 12);
}

static void on_established(void *arg, const struct sy_attempt *a)
{
	struct witness *w = arg;

	REQUIRE(!(a->flags & SY_ATT_COUNTED));
	REQUIRE(a->outcome == SY_OUTCOME_ESTABLISHED);
	w->established++;
	w->established_sum += key_of(a);
}

static void check_outcome(const struct sy_attempt *a)
{
	bool validated = a->flags & (SY_ATT_SYN_VALIDATED | SY_ATT_SIMULTANEOUS_OPEN);

	switch (a->outcome) {
	case SY_OUTCOME_ESTABLISHED:
	case SY_OUTCOME_HALF_OPEN:
		REQUIRE(validated);
		break;
	case SY_OUTCOME_REFUSED:
		REQUIRE(!validated && a->refusals > 0);
		break;
	case SY_OUTCOME_UNREACHABLE:
		REQUIRE(!validated && a->icmp_seen && a->refusals == 0);
		break;
	case SY_OUTCOME_UNANSWERED:
		REQUIRE(a->synack_count == 0 && a->refusals == 0 && !a->icmp_seen);
		REQUIRE(!(a->flags & SY_ATT_SERVER_ALIVE));
		break;
	case SY_OUTCOME_ABORTED:
		REQUIRE(a->rst_count > 0);
		break;
	case SY_OUTCOME_RESET_IN_HANDSHAKE:
		REQUIRE(a->rst_count > 0 && a->rst_side == SY_SERVER);
		break;
	case SY_OUTCOME_INVALID_ANSWER:
		REQUIRE(!validated && (a->flags & SY_ATT_INVALID_ANSWER));
		break;
	default:
		REQUIRE(a->outcome == SY_OUTCOME_ONE_SIDED);
	}
}

static void on_ended(void *arg, const struct sy_attempt *a)
{
	struct witness *w = arg;
	bool established = a->outcome == SY_OUTCOME_ESTABLISHED;

	REQUIRE(established == !!(a->flags & SY_ATT_COUNTED));
	REQUIRE(a->decided_by < SY_DECIDED_BY_COUNT && a->conn_state < SY_ZEEK_COUNT);
	REQUIRE(a->note[SY_NOTE_SYN].ts_ns != 0 && a->decided_ns != 0 && a->syn_count > 0);
	REQUIRE(a->history_count <= sizeof(a->history) && a->history[0] == 'S');
	REQUIRE(a->completeness & SY_COMPLETE_SYN);
	REQUIRE(a->bytes[0] >> 48 == 0 && a->bytes[1] >> 48 == 0);
	REQUIRE(a->rst_side <= SY_SIDE_NONE && (a->rst_side == SY_SIDE_NONE) == !a->rst_count);
	check_outcome(a);
	w->ended++;
	w->syns += a->syn_count;
	w->ended_established += established;
	if (established)
		w->ended_established_sum += key_of(a);
	w->records_sum += mix(a, sizeof(*a));
}

static void on_rst(void *arg, enum sy_rst_phase phase, const struct sy_batch *b, uint32_t lane)
{
	struct witness *w = arg;

	REQUIRE(phase < SY_RST_PHASE_COUNT && (b->flags[lane] & SY_TCP_RST));
	w->rsts++;
}

static void on_ttl(void *arg, uint8_t role, const struct sy_batch *b, uint32_t lane)
{
	(void)arg;
	REQUIRE(role <= 2 && b->lane[lane] == SY_LANE_TCP);
}

static void on_transit(void *arg, uint8_t from, uint8_t to, uint64_t transit_ns)
{
	(void)arg;
	REQUIRE(from != to && from < 2 && to < 2 && transit_ns <= SY_NS_PER_S / 2);
}

static void witness_open(struct witness *w, void **memory, uint32_t vantages)
{
	static const uint8_t vantage_of_port[2] = {0, 1};
	struct sy_flow_config flows = {.slots = 1024, .records = 1024};
	struct sy_tcp_config config = sy_tcp_config_default();
	struct sy_tcp_sink sink = {w, on_established, on_ended, NULL, on_rst, on_ttl, on_transit};
	size_t bytes = sy_tcp_bytes(&flows);

	// Several vantages are several ports, which are polled in turn.
	config.postpone_ns = vantages > 1 ? config.reorder_window_ns : 0;
	if (*memory == NULL && (*memory = aligned_alloc(64, (bytes + 63) & ~(size_t)63)) == NULL)
		abort();
	memset(*memory, 0, bytes);
	*w = (struct witness){0};
	w->tcp = sy_tcp_init(*memory, &flows, &config, &sink, vantage_of_port, vantages);
}

static void witness_close(struct witness *w, uint64_t now_ns, uint64_t syns, uint64_t rsts)
{
	sy_tcp_end(w->tcp, now_ns, now_ns);
	REQUIRE(sy_tcp_flow_counters(w->tcp)->used == 0);
	REQUIRE(w->established == w->ended_established);
	REQUIRE(w->established_sum == w->ended_established_sum);
	REQUIRE(w->syns <= syns && w->rsts <= rsts);
}

static uint32_t sequence(uint8_t choice, uint32_t own)
{
	// Numbers that mean something to one of the sides, at and around them.
	static const uint32_t near[8] = {0, 1, 2, 101, 0xffffffff, 1 << 16, 1u << 30, 1u << 31};

	return own + near[choice & 7] + (choice & 8 ? 1460 : 0) - (choice & 16 ? 7 : 0);
}

static void fill_lane(struct sy_batch *b, uint32_t i, const uint8_t *d, uint64_t ts_ns)
{
	static const uint32_t isn[4] = {0xffffffa0, 1000, 0x80000000, 0xffffffff};
	bool from_server = d[0] & 1, icmp = (d[0] & 0xe0) == 0xe0;
	uint32_t client_isn = isn[d[4] >> 6], server_isn = isn[d[5] >> 6] ^ 0x1234;

	b->lane[i] = icmp ? SY_LANE_ICMP_ERROR : SY_LANE_TCP;
	b->bucket[i] = icmp ? SY_BUCKET_OTHER_IP : SY_BUCKET_TCP;
	b->port[i] = d[0] >> 3 & 1;
	b->bits[i] = d[7] & (SY_SEG_V6 | SY_SEG_TS | SY_SEG_DF | SY_SEG_ICMP_SEQ);
	b->flags[i] = (uint16_t)(d[1] | (d[7] & 0x80 ? SY_TCP_AE : 0));
	b->src4[i] = from_server ? 2 : 1;
	b->dst4[i] = from_server ? 1 : 2;
	memset(b->src6[i], from_server ? 2 : 1, 16);
	memset(b->dst6[i], from_server ? 1 : 2, 16);
	b->sport[i] = (uint16_t)(from_server ? 80 : 40000 + (d[0] >> 1 & 3));
	b->dport[i] = (uint16_t)(from_server ? 40000 + (d[0] >> 1 & 3) : 80);
	b->seq[i] = sequence(d[4], from_server ? server_isn : client_isn);
	b->ack[i] = sequence(d[5], from_server ? client_isn : server_isn);
	b->payload_bytes[i] = (d[6] & 0x3f) << (d[6] >> 6) * 3;
	b->ts_ns[i] = ts_ns;
	b->tsval[i] = d[3];
	b->tsecr[i] = d[5];
	b->icmp_type[i] = d[1] & 0xf;
	b->icmp_code[i] = d[6] & 0xf;
	b->icmp_from[i] = sy_addr_from_v4(3);
	b->ttl[i] = 64;
	b->window[i] = d[6];
	b->ip_id[i] = d[7] & 0x20 ? d[3] : 0;
	b->checksum[i] = d[2];
	b->vlan[i] = 0xffff;
	b->opt[i] = (struct sy_tcp_options){.tsval = d[3], .tsecr = d[5], .present = d[7]};
	b->tunnel[i] = b->vni[i] = b->domain[i] = b->tos[i] = 0;
}

/// Time goes on from nothing to hours; single packets come up to a second late.
static uint64_t next_time(uint64_t *clock_ns, uint8_t choice)
{
	static const uint64_t unit[8] = {0, SY_NS_PER_US, SY_NS_PER_MS, 100 * SY_NS_PER_MS,
		SY_NS_PER_S, 5 * SY_NS_PER_S, 75 * SY_NS_PER_S, 1200 * SY_NS_PER_S};
	bool late = choice & 0x20;

	if (!late)
		*clock_ns += unit[choice & 7] * (choice >> 3 & 3);
	return late ? *clock_ns - (choice & 0x1f) * 30 * SY_NS_PER_MS : *clock_ns;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sy_batch batch;
	static void *memory[2];
	struct sy_hash_key key = sy_hash_key_from_seed(1);
	struct witness still, aged;
	uint64_t clock_ns = START_NS, syns = 0, rsts = 0;
	size_t steps = size / STEP_BYTES;
	uint32_t vantages = size % STEP_BYTES & 1 ? 2 : 1;

	witness_open(&still, &memory[0], vantages);
	witness_open(&aged, &memory[1], vantages);
	batch.count = 0;
	for (size_t i = 0; i < steps && i < STEPS_MAX; i++) {
		const uint8_t *d = data + i * STEP_BYTES;
		uint16_t kind = d[1] & (SY_TCP_SYN | SY_TCP_ACK | SY_TCP_RST);
		uint32_t lane = batch.count++;

		fill_lane(&batch, lane, d, next_time(&clock_ns, d[2]));
		syns += kind == SY_TCP_SYN && batch.lane[lane] == SY_LANE_TCP;
		rsts += (kind & SY_TCP_RST) && batch.lane[lane] == SY_LANE_TCP;
		if (d[3] & 3 && batch.count < SY_BURST_MAX && i + 1 < steps && i + 1 < STEPS_MAX)
			continue;
		sy_batch_hash(&batch, &key);
		sy_tcp_batch(still.tcp, &batch);
		sy_tcp_batch(aged.tcp, &batch);
		if (d[3] & 4)
			sy_tcp_age(aged.tcp, 0, d[3] & 8 ? 1024 : d[3]);
		batch.count = 0;
	}
	witness_close(&still, clock_ns, syns, rsts);
	witness_close(&aged, clock_ns, syns, rsts);
	REQUIRE(still.ended == aged.ended && still.records_sum == aged.records_sum);
	return 0;
}
