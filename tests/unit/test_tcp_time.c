// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Time and room: when attempts end, and what a full table does.

#include "tcp_script.h"

#define TIMEOUT (75 * SY_NS_PER_S)
#define IDLE    (3600 * SY_NS_PER_S)

static void timeout_is_75_seconds(void **state)
{
	struct script *t = *state;
	uint64_t start_ns = t->now_ns;

	CLIENT(t, .flags = SYN, .seq = C0);
	t->now_ns = start_ns + TIMEOUT;
	CLIENT(t, .flags = SYN, .seq = C0);
	assert_int_equal(t->ended_count, 0);
	t->now_ns = start_ns + 2 * TIMEOUT + 1;
	CLIENT(t, .flags = SYN, .seq = C0);
	assert_int_equal(t->ended_count, 1);
	assert_int_equal(t->ended[0].syn_count, 2);
	assert_int_equal(t->ended[0].decided_by, SY_DECIDED_BY_TIMEOUT);
	assert_int_equal(t->ended[0].decided_ns, start_ns + 2 * TIMEOUT);
	assert_int_equal(sy_attempt_waited_ns(&t->ended[0]), TIMEOUT);
	script_end(t);
	assert_int_equal(t->ended_count, 2);
	script_free(t);
}

static void same_record_however_it_ends(void **state)
{
	struct sy_attempt by[3];

	for (int way = 0; way < 3; way++) {
		struct script *t = way == 0 ? *state : script_new(1);
		CLIENT(t, .flags = SYN, .seq = C0);
		SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
		script_wait(t, 2 * TIMEOUT + (uint64_t)way);
		if (way == 0)
			CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
		else if (way == 1)
			sy_tcp_age(t->tcp, t->now_ns, 1024);
		script_end(t);
		assert_int_equal(t->ended_count, 1);
		by[way] = t->ended[0];
		assert_int_equal(by[way].outcome, SY_OUTCOME_HALF_OPEN);
		assert_int_equal(by[way].decided_by, SY_DECIDED_BY_TIMEOUT);
		script_free(t);
	}
	assert_memory_equal(&by[0], &by[1], sizeof(by[0]));
	assert_memory_equal(&by[0], &by[2], sizeof(by[0]));
}

static void idle_connection(void **state)
{
	struct script *t = *state;

	script_handshake(t);
	script_wait(t, IDLE - SY_NS_PER_S);
	CLIENT(t, .flags = ACK, .seq = C0, .ack = S0 + 1);
	sy_tcp_age(t->tcp, t->now_ns + IDLE, 1024);
	assert_int_equal(t->ended_count, 0);
	sy_tcp_age(t->tcp, t->now_ns + IDLE + 2 * SY_NS_PER_S, 1024);
	assert_int_equal(t->ended_count, 1);
	assert_int_equal(t->ended[0].close, SY_CLOSE_IDLE);
	assert_int_equal(t->ended[0].decided_by, SY_DECIDED_BY_PACKETS);
	script_free(t);
}

static void late_packets_of_a_closed_flow_are_no_new_flow(void **state)
{
	struct script *t = *state;

	script_handshake(t);
	CLIENT(t, .flags = FIN | ACK, .seq = C0 + 1, .ack = S0 + 1);
	SERVER(t, .flags = FIN | ACK, .seq = S0 + 1, .ack = C0 + 2);
	script_wait(t, 60 * SY_NS_PER_S);
	SERVER(t, .flags = FIN | ACK, .seq = S0 + 1, .ack = C0 + 2);
	script_close(t, SY_OUTCOME_ESTABLISHED, SY_DECIDED_BY_PACKETS, SY_ZEEK_SF, "ShAFf");
}

static void time_runs_backwards(void **state)
{
	struct script *t = *state;
	uint64_t start_ns = t->now_ns;

	CLIENT(t, .flags = SYN, .seq = C0);
	t->now_ns = start_ns - SY_NS_PER_S;
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1);
	struct sy_attempt a = *script_only(t);
	assert_int_equal(a.outcome, SY_OUTCOME_ESTABLISHED);
	assert_true(a.server_rtt_ns == SY_NS_UNKNOWN);
	assert_int_equal(a.client_rtt_ns, SY_NS_PER_MS);
	script_free(t);
}

#define STEP (900 * SY_NS_PER_S)

/// Attempts after the clock was set back have not been waited for as long as the step is.
static void clock_set_back(void **state)
{
	struct script *t = *state;
	uint64_t end_ns;

	CLIENT(t, .flags = SYN, .seq = C0, .client_port = 1);
	script_wait(t, 100 * SY_NS_PER_S);
	CLIENT(t, .flags = SYN, .seq = C0, .client_port = 2);
	end_ns = t->now_ns;
	t->now_ns -= STEP;
	CLIENT(t, .flags = SYN, .seq = C0, .client_port = 3);
	script_wait(t, 10 * SY_NS_PER_MS);
	CLIENT(t, .flags = SYN, .seq = C0, .client_port = 4);
	sy_tcp_age(t->tcp, end_ns, 1024);
	for (uint32_t i = 0; i < t->ended_count; i++)
		assert_int_equal(t->ended[i].tuple.client_port, 1);
	sy_tcp_end(t->tcp, end_ns, t->now_ns - SY_NS_PER_MS);
	assert_int_equal(t->ended_count, 4);
	for (uint32_t i = 0; i < 4; i++) {
		const struct sy_attempt *a = &t->ended[i];
		bool first = a->tuple.client_port == 1;
		assert_int_equal(a->decided_by, first ? SY_DECIDED_BY_TIMEOUT : SY_DECIDED_BY_END);
		assert_true(first || sy_attempt_waited_ns(a) <= 10 * SY_NS_PER_MS);
	}
	script_free(t);
}

/// The same for those that had to give way.
static void clock_set_back_and_no_room(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	t->now_ns -= STEP;
	for (uint16_t port = 1; port <= 2000; port++)
		CLIENT(t, .flags = SYN, .seq = C0, .client_port = port);
	assert_true(t->ended_count > 900);
	for (uint32_t i = 0; i < t->ended_count; i++)
		assert_true(sy_attempt_waited_ns(&t->ended[i]) <= 2 * SY_NS_PER_S);
	script_free(t);
}

/// One client port after the other: attempts until more flows were made than the table has slots.
static void half_open_flows_give_way(void **state)
{
	struct script *t = *state;
	const struct sy_flow_counters *c = sy_tcp_flow_counters(t->tcp);

	for (uint16_t port = 1; port <= 4000; port++)
		CLIENT(t, .flags = SYN, .seq = C0, .client_port = port);
	assert_true(c->evicted[SY_RANK_HALF_OPEN] > 2900);
	assert_int_equal(c->evicted[SY_RANK_HALF_OPEN], t->ended_count);
	for (uint32_t i = 0; i < t->ended_count; i++) {
		assert_int_equal(t->ended[i].decided_by, SY_DECIDED_BY_EVICTED);
		assert_int_equal(t->ended[i].outcome, SY_OUTCOME_UNANSWERED);
	}
	script_end(t);
	assert_int_equal(t->ended_count, 4000);
	script_free(t);
}

/// A SYN and an ACK from made-up senders, and nothing of the server: as cheap as a SYN alone.
static void one_sided_flows_give_way(void **state)
{
	struct script *t = *state;
	const struct sy_flow_counters *c = sy_tcp_flow_counters(t->tcp);

	for (uint16_t port = 1; port <= 4000; port++) {
		CLIENT(t, .flags = SYN, .seq = C0, .client_port = port);
		CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0, .client_port = port);
	}
	assert_int_equal(c->no_slot, 0);
	assert_true(c->evicted[SY_RANK_HALF_OPEN] > 2900);
	script_handshake(t);
	assert_int_equal(t->established_count, 1);
	script_end(t);
	assert_int_equal(t->ended_count, 4001);
	script_free(t);
}

/// Where the server talks back and only its SYN-ACK was missed, it is a connection.
static void one_sided_flows_with_a_server_stay(void **state)
{
	struct script *t = *state;
	const struct sy_flow_counters *c = sy_tcp_flow_counters(t->tcp);

	CLIENT(t, .flags = SYN, .seq = C0);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1, .payload = 10);
	SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 11, .payload = 10);
	CLIENT(t, .flags = ACK, .seq = C0 + 11, .ack = S0 + 11);
	for (uint16_t port = 1; port <= 4000; port++)
		CLIENT(t, .flags = SYN, .seq = C0, .client_port = port);
	assert_true(c->evicted[SY_RANK_HALF_OPEN] > 2900);
	for (uint32_t i = 0; i < t->ended_count; i++)
		assert_int_equal(t->ended[i].outcome, SY_OUTCOME_UNANSWERED);
	script_free(t);
}

static void handshake_at(struct script *t, uint16_t port)
{
	CLIENT(t, .flags = SYN, .seq = C0, .client_port = port);
	SERVER(t, .flags = SYN | ACK, .seq = S0, .ack = C0 + 1, .client_port = port);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1, .client_port = port);
}

static void established_flows_never_give_way(void **state)
{
	struct script *t = *state;
	const struct sy_flow_counters *c = sy_tcp_flow_counters(t->tcp);
	uint32_t untracked = 0, established;

	for (uint16_t port = 1; port <= 3000; port++)
		handshake_at(t, port);
	established = t->established_count;
	assert_true(established >= 1000 && established <= 1024);
	assert_true(c->no_slot > 0);
	script_end(t);
	assert_int_equal(t->ended_count, 3000);
	for (uint32_t i = 0; i < t->ended_count; i++) {
		if (t->ended[i].outcome == SY_OUTCOME_ESTABLISHED)
			established--;
		else
			untracked += !!(t->ended[i].flags & SY_ATT_UNTRACKED);
	}
	assert_int_equal(established, 0);
	assert_int_equal(
		t->established_count + untracked + c->evicted[SY_RANK_HALF_OPEN] + c->no_record,
		3000);
	script_free(t);
}

/// 4096 slots, 1024 records: refused flows give their records up, established ones do not.
static void records_run_out(void **state)
{
	struct script *t = *state;
	struct sy_flow_config flows = {.slots = 4096, .records = 1024};
	struct sy_tcp_config config = sy_tcp_config_default();
	struct sy_tcp_sink sink = {
		t, script_established, script_ended, NULL, script_rst, script_ttl, script_transit};
	const uint8_t vantage = 0;
	size_t bytes = (sy_tcp_bytes(&flows) + 63) & ~(size_t)63;

	free(t->memory);
	t->memory = aligned_alloc(64, bytes);
	assert_non_null(t->memory);
	memset(t->memory, 0, bytes);
	t->tcp = sy_tcp_init(t->memory, &flows, &config, &sink, &vantage, 1);
	for (uint16_t port = 1; port <= 1024; port++)
		handshake_at(t, port);
	assert_int_equal(t->established_count, 1024);
	handshake_at(t, 2000);
	assert_int_equal(t->established_count, 1024);
	assert_int_equal(sy_tcp_flow_counters(t->tcp)->no_record, 1);
	assert_int_equal(t->ended_count, 1);
	assert_int_equal(t->ended[0].decided_by, SY_DECIDED_BY_EVICTED);
	CLIENT(t, .flags = SYN, .seq = C0, .client_port = 2001, .v6 = true);
	assert_int_equal(t->ended_count, 2);
	assert_true(t->ended[1].flags & SY_ATT_UNTRACKED);
	script_end(t);
	assert_int_equal(t->ended_count, 1026);
	script_free(t);
}

/// The clock is set back by a quarter of an hour while one SYN waits: it is cut short, and what
/// follows is judged by its own times.
static void clock_that_was_set(void **state)
{
	struct script *t = *state;

	CLIENT(t, .flags = SYN, .seq = C0);
	sy_tcp_cut(t->tcp, t->now_ns);
	assert_int_equal(t->ended_count, 1);
	assert_int_equal(t->ended[0].decided_by, SY_DECIDED_BY_END);
	t->now_ns -= 3600 * SY_NS_PER_S / 4;
	CLIENT(t, .flags = SYN, .seq = C0, .client_port = 41000);
	sy_tcp_age(t->tcp, t->now_ns + 10 * SY_NS_PER_S, 4096);
	assert_int_equal(t->ended_count, 1);
	sy_tcp_age(t->tcp, t->now_ns + 100 * SY_NS_PER_S, 4096);
	assert_int_equal(t->ended_count, 2);
	assert_int_equal(t->ended[1].decided_by, SY_DECIDED_BY_TIMEOUT);
	script_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(timeout_is_75_seconds),
		SCRIPT_TEST(same_record_however_it_ends),
		SCRIPT_TEST(idle_connection),
		SCRIPT_TEST(late_packets_of_a_closed_flow_are_no_new_flow),
		SCRIPT_TEST(time_runs_backwards),
		SCRIPT_TEST(clock_that_was_set),
		SCRIPT_TEST(clock_set_back),
		SCRIPT_TEST(clock_set_back_and_no_room),
		SCRIPT_TEST(half_open_flows_give_way),
		SCRIPT_TEST(one_sided_flows_give_way),
		SCRIPT_TEST(one_sided_flows_with_a_server_stay),
		SCRIPT_TEST(established_flows_never_give_way),
		SCRIPT_TEST(records_run_out),
	};

	return cmocka_run_group_tests_name("tcp time", tests, NULL, NULL);
}
