// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Numbers far outside every window: a stranger's are not taken, those of a connection of which much
// was lost are.

#include "tcp_script.h"

#define FAR  0x70000000u
#define LOST (100u << 20) // bytes that passed unseen

/// Each side has sent 100 bytes.
static void talk(struct script *t)
{
	script_handshake(t);
	CLIENT(t, .flags = ACK, .seq = C0 + 1, .ack = S0 + 1, .payload = 100);
	SERVER(t, .flags = ACK, .seq = S0 + 1, .ack = C0 + 101, .payload = 100);
	CLIENT(t, .flags = ACK, .seq = C0 + 101, .ack = S0 + 101);
}

static void check_bytes(const struct sy_attempt *a, uint64_t client, uint64_t server)
{
	assert_int_equal(a->bytes[SY_CLIENT], client);
	assert_int_equal(a->bytes[SY_SERVER], server);
}

static void segment_of_a_stranger(void **state)
{
	struct script *t = *state;

	talk(t);
	SERVER(t, .flags = ACK, .seq = S0 + 101 + FAR, .ack = C0 + 101, .payload = 10);
	CLIENT(t, .flags = ACK, .seq = C0 + 101, .ack = S0 + 101);
	SERVER(t, .flags = ACK, .seq = S0 + 101, .ack = C0 + 101, .payload = 10);
	CLIENT(t, .flags = ACK, .seq = C0 + 101, .ack = S0 + 111);
	SERVER(t, .flags = RST | ACK, .seq = S0 + 111, .ack = C0 + 101);
	assert_int_equal(t->rst_count[SY_RST_IN_DATA], 1);
	assert_int_equal(sy_tcp_counters(t->tcp)->ack_of_unseen[0], 0);
	check_bytes(script_only(t), 100, 110);
	script_free(t);
}

static void ack_of_a_stranger(void **state)
{
	struct script *t = *state;

	talk(t);
	CLIENT(t, .flags = ACK, .seq = C0 + 101, .ack = S0 + 101 + FAR);
	assert_int_equal(sy_tcp_counters(t->tcp)->ack_of_unseen[0], 0);
	SERVER(t, .flags = RST | ACK, .seq = S0 + 101, .ack = C0 + 101);
	assert_int_equal(t->rst_count[SY_RST_IN_DATA], 1);
	check_bytes(script_only(t), 100, 100);
	script_free(t);
}

/// Two strangers that have nothing to do with each other confirm nothing.
static void two_strangers(void **state)
{
	struct script *t = *state;

	talk(t);
	SERVER(t, .flags = ACK, .seq = S0 + FAR, .ack = C0 + 101, .payload = 10);
	SERVER(t, .flags = ACK, .seq = S0 + FAR / 2, .ack = C0 + 101, .payload = 10);
	SERVER(t, .flags = ACK, .seq = S0 + FAR, .ack = C0 + 101, .payload = 10);
	check_bytes(script_only(t), 100, 100);
	script_free(t);
}

/// The capture lost more than a window: the second segment that goes on there is believed.
static void much_was_lost(void **state)
{
	struct script *t = *state;

	talk(t);
	for (uint32_t i = 0; i < 3; i++)
		SERVER(t, .flags = ACK, .seq = S0 + 101 + LOST + i * 1448, .ack = C0 + 101,
			.payload = 1448);
	SERVER(t, .flags = RST | ACK, .seq = S0 + 101 + LOST + 3 * 1448, .ack = C0 + 101);
	assert_int_equal(t->rst_count[SY_RST_IN_DATA], 1);
	check_bytes(script_only(t), 100, 100 + LOST + 3 * 1448);
	script_free(t);
}

/// An ACK confirms as well, and where both directions are far ahead one confirmation is enough.
static void much_was_lost_of_both(void **state)
{
	struct script *t = *state;

	talk(t);
	SERVER(t, .flags = ACK, .seq = S0 + 101 + LOST, .ack = C0 + 101 + 2 * LOST, .payload = 50);
	CLIENT(t, .flags = ACK, .seq = C0 + 101 + 2 * LOST, .ack = S0 + 151 + LOST, .payload = 60);
	check_bytes(script_only(t), 160 + 2 * LOST, 150 + LOST);
	script_free(t);
}

/// Only the server's direction passes here, and both have gone on.
static void much_was_lost_of_one_way(void **state)
{
	struct script *t = *state;

	talk(t);
	for (uint32_t i = 0; i < 2; i++)
		SERVER(t, .flags = ACK, .seq = S0 + 101 + LOST + i * 50, .ack = C0 + 101 + 2 * LOST,
			.payload = 50);
	check_bytes(script_only(t), 100 + 2 * LOST, 200 + LOST);
	script_free(t);
}

/// A capture of SYNs, FINs and RSTs only: their numbers tell the volume.
static void nothing_but_fins(void **state)
{
	struct script *t = *state;

	script_handshake(t);
	CLIENT(t, .flags = FIN | ACK, .seq = C0 + 101, .ack = S0 + 1 + LOST);
	SERVER(t, .flags = FIN | ACK, .seq = S0 + 1 + LOST, .ack = C0 + 102);
	struct sy_attempt a = script_close(
		t, SY_OUTCOME_ESTABLISHED, SY_DECIDED_BY_PACKETS, SY_ZEEK_SF, "ShAGFgf");
	check_bytes(&a, 100, LOST);
}

/// No ACK of the client passes here: the RST continues what the server has sent.
static void reset_far_beyond_the_acks(void **state)
{
	struct script *t = *state;
	uint32_t next = S0 + 101;

	talk(t);
	for (uint32_t i = 0; i < 40; i++, next += 1u << 20)
		SERVER(t, .flags = ACK, .seq = next, .ack = C0 + 101, .payload = 1u << 20);
	SERVER(t, .flags = RST | ACK, .seq = next, .ack = C0 + 101);
	assert_int_equal(t->rst_count[SY_RST_IN_DATA], 1);
	assert_int_equal(t->rst_count[SY_RST_STRAY], 0);
	script_only(t);
	script_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCRIPT_TEST(segment_of_a_stranger),
		SCRIPT_TEST(ack_of_a_stranger),
		SCRIPT_TEST(two_strangers),
		SCRIPT_TEST(much_was_lost),
		SCRIPT_TEST(much_was_lost_of_both),
		SCRIPT_TEST(much_was_lost_of_one_way),
		SCRIPT_TEST(nothing_but_fins),
		SCRIPT_TEST(reset_far_beyond_the_acks),
	};

	return cmocka_run_group_tests_name("tcp numbers", tests, NULL, NULL);
}
