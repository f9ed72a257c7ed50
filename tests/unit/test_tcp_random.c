// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Random segments: whatever comes, each attempt is reported once, established ones are announced
// once, and ageing in between changes nothing.

#include "tcp_script.h"

#define ROUNDS   60
#define SEGMENTS 2500

static uint64_t random_state;

static uint32_t pick(uint32_t below)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (uint32_t)(random_state >> 33) % below;
}

/// A segment of one of a few connections, with numbers that are mostly plausible. With `roles` only
/// the client sends SYNs without ACK.
static struct segment random_segment(bool roles)
{
	static const uint16_t flags[] = {SYN, SYN, SYN | ACK, SYN | ACK, ACK, ACK, ACK, RST,
		RST | ACK, FIN | ACK, FIN, SYN | FIN, SYN | RST, 0, SYN | ECE | CWR};
	static const uint32_t near[] = {0, 1, 1, 1, 1, 2, 101, 0xffffffff, 1u << 31};
	struct segment s = {.flags = flags[pick(15)], .from_server = pick(2)};
	uint32_t client_isn = pick(16) ? C0 : 0xffffff90;

	s.client_port = (uint16_t)(50000 + pick(4));
	s.seq = (s.from_server ? S0 : client_isn) + near[pick(9)];
	s.ack = (s.from_server ? client_isn : S0) + near[pick(9)];
	s.payload = pick(3) ? 0 : pick(1500);
	s.tsval = pick(2) * (1 + pick(5));
	s.tsecr = pick(5);
	s.v6 = s.client_port & 1;
	if (roles && s.from_server && (s.flags & (SYN | ACK)) == SYN)
		s.flags |= ACK;
	return s;
}

static uint64_t random_pause(void)
{
	static const uint64_t pause[] = {0, SY_NS_PER_US, SY_NS_PER_MS, 5 * SY_NS_PER_MS,
		SY_NS_PER_S, 20 * SY_NS_PER_S, 75 * SY_NS_PER_S};

	return pick(40) ? pause[pick(5)] : pick(10) ? pause[5 + pick(2)] : 3700 * SY_NS_PER_S;
}

/// Runs one sequence; returns how many SYNs without ACK and RST it had.
static uint32_t play(struct script *t, uint64_t seed, bool roles, bool aged)
{
	uint32_t syns = 0;

	random_state = seed;
	for (int i = 0; i < SEGMENTS; i++) {
		struct segment s = random_segment(roles);
		uint64_t late_ns = pick(8) ? 0 : pick(900) * SY_NS_PER_MS;
		uint32_t slots = pick(1024);

		syns += (s.flags & (SYN | ACK | RST)) == SYN;
		t->now_ns -= late_ns;
		script_send(t, s);
		t->now_ns += late_ns + random_pause();
		if (aged)
			sy_tcp_age(t->tcp, 0, slots);
	}
	script_end(t);
	return syns;
}

static void each_syn_is_in_one_attempt(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
		struct script *t = script_new(1);
		uint32_t syns = play(t, seed, true, false), seen = 0, established = 0;

		for (uint32_t i = 0; i < t->ended_count; i++) {
			const struct sy_attempt *a = &t->ended[i];
			bool up = a->outcome == SY_OUTCOME_ESTABLISHED;

			assert_in_range(a->outcome, 0, SY_OUTCOME_COUNT - 1);
			assert_int_equal(up, !!(a->flags & SY_ATT_COUNTED));
			assert_int_equal(a->tuple.server_port, 80);
			seen += a->syn_count;
			established += up;
		}
		assert_int_equal(seen, syns);
		assert_int_equal(established, t->established_count);
		assert_true(established > 0);
		script_free(t);
	}
}

static int by_time_and_port(const void *left, const void *right)
{
	return memcmp(left, right, sizeof(struct sy_attempt));
}

static void ageing_changes_nothing(void **state)
{
	(void)state;
	for (uint64_t seed = 100; seed < 100 + ROUNDS; seed++) {
		struct script *a = script_new(1), *b = script_new(1);

		play(a, seed, false, false);
		play(b, seed, false, true);
		assert_int_equal(a->ended_count, b->ended_count);
		assert_int_equal(a->established_count, b->established_count);
		qsort(a->ended, a->ended_count, sizeof(a->ended[0]), by_time_and_port);
		qsort(b->ended, b->ended_count, sizeof(b->ended[0]), by_time_and_port);
		for (uint32_t i = 0; i < a->ended_count; i++)
			assert_memory_equal(&a->ended[i], &b->ended[i], sizeof(a->ended[i]));
		script_free(a);
		script_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_syn_is_in_one_attempt),
		cmocka_unit_test(ageing_changes_nothing),
	};

	return cmocka_run_group_tests_name("tcp random", tests, NULL, NULL);
}
