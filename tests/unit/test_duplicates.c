// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The marking of duplicates, by the rules of docs/semantics.md, 6.

#include "export_cmocka.h"

#include "sy_decode.h"
#include "sy_duplicates.h"

#include <stdlib.h>
#include <string.h>

#define WINDOW (2 * SY_NS_PER_MS)

static const uint8_t vantage_of_port[3] = {0, 0, 1};

static struct sy_batch batch;
static struct sy_duplicates *memory;

static int setup(void **state)
{
	(void)state;
	memory = aligned_alloc(64, sy_duplicates_bytes());
	memset(&batch, 0, sizeof(batch));
	if (memory != NULL)
		memset(memory, 0, sy_duplicates_bytes());
	return memory == NULL;
}

static int teardown(void **state)
{
	(void)state;
	free(memory);
	return 0;
}

/// One SYN with TTL 64 and IP ID 7, at 1000 s + ts_ns.
static void base(uint64_t ts_ns)
{
	batch.count = 1;
	batch.lane[0] = SY_LANE_TCP;
	batch.bucket[0] = SY_BUCKET_TCP;
	batch.port[0] = 0;
	batch.bits[0] = 0;
	batch.src4[0] = 1;
	batch.dst4[0] = 2;
	batch.sport[0] = 3;
	batch.dport[0] = 4;
	batch.seq[0] = 5;
	batch.ack[0] = 0;
	batch.flags[0] = SY_TCP_SYN;
	batch.ttl[0] = 64;
	batch.ip_id[0] = 7;
	batch.payload_bytes[0] = 0;
	batch.checksum[0] = 8;
	batch.ts_ns[0] = 1000 * SY_NS_PER_S + ts_ns;
}

static bool marked(void)
{
	struct sy_hash_key key = sy_hash_key_from_seed(1);

	sy_batch_hash(&batch, &key);
	sy_duplicates_look(memory, &batch, vantage_of_port);
	sy_duplicates_mark(memory, &batch, WINDOW);
	assert_int_equal(batch.bucket[0] == SY_BUCKET_DUPLICATE, batch.lane[0] == SY_LANE_NONE);
	return batch.bucket[0] == SY_BUCKET_DUPLICATE;
}

static void within_the_window(void **state)
{
	(void)state;
	base(0);
	assert_false(marked());
	base(WINDOW);
	assert_true(marked());
	base(WINDOW + 1);
	assert_false(marked());
	base(WINDOW + 2);
	assert_true(marked());
}

static void any_difference_makes_another_packet(void **state)
{
	(void)state;
	for (int field = 0; field < 10; field++) {
		base(0);
		marked();
		base(1);
		batch.src4[0] += field == 0;
		batch.dport[0] += field == 1;
		batch.seq[0] += field == 2;
		batch.ack[0] += field == 3;
		batch.flags[0] |= field == 4 ? SY_TCP_ECE : 0;
		batch.payload_bytes[0] += field == 5;
		batch.checksum[0] += field == 6;
		batch.ip_id[0] += field == 7;
		batch.port[0] = field == 8 ? 2 : 0;
		batch.ttl[0] += field == 9;
		assert_false(marked());
		memset(memory, 0, sy_duplicates_bytes());
	}
}

static void both_ports_of_a_vantage(void **state)
{
	(void)state;
	base(0);
	assert_false(marked());
	base(1);
	batch.port[0] = 1;
	assert_true(marked());
}

static void routed_copies_have_a_lower_ttl(void **state)
{
	(void)state;
	base(0);
	assert_false(marked());
	base(1);
	batch.ttl[0] = 62;
	assert_true(marked());
}

/// Stacks that do not count IP IDs send equal RSTs and ACKs that are no copies.
static void without_ip_id_only_the_ttl_tells(void **state)
{
	(void)state;
	for (int copy = 0; copy < 2; copy++) {
		base((uint64_t)copy);
		batch.flags[0] = SY_TCP_RST;
		batch.ip_id[0] = 0;
		assert_false(marked());
	}
	base(2);
	batch.flags[0] = SY_TCP_RST;
	batch.ip_id[0] = 0;
	batch.ttl[0] = 63;
	assert_true(marked());
}

/// What a host without IP IDs sends once is a copy when it is there twice.
static void sent_once_without_ip_id(void **state)
{
	static const uint16_t once[] = {SY_TCP_SYN, SY_TCP_SYN | SY_TCP_ACK,
		SY_TCP_RST | SY_TCP_ACK, SY_TCP_FIN | SY_TCP_ACK};
	static const uint16_t often[] = {SY_TCP_ACK, SY_TCP_RST, SY_TCP_ACK | SY_TCP_ECE};

	(void)state;
	for (uint64_t i = 0; i < 8; i++) {
		base(i & 1);
		batch.flags[0] = once[i / 2];
		batch.seq[0] = 0;
		batch.ip_id[0] = 0;
		assert_int_equal(marked(), i & 1);
	}
	for (uint64_t i = 0; i < 6; i++) {
		base(i & 1);
		batch.flags[0] = often[i / 2];
		batch.ip_id[0] = 0;
		assert_false(marked());
	}
}

/// The same refusal of a later SYN is another packet.
static void refused_again_after_the_window(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 3; i++) {
		base(i * (WINDOW + 1));
		batch.flags[0] = SY_TCP_RST | SY_TCP_ACK;
		batch.seq[0] = 0;
		batch.ip_id[0] = 0;
		assert_false(marked());
	}
}

static void the_two_directions_are_two_packets(void **state)
{
	(void)state;
	base(0);
	assert_false(marked());
	base(1);
	batch.src4[0] = 2;
	batch.dst4[0] = 1;
	batch.sport[0] = 4;
	batch.dport[0] = 3;
	assert_false(marked());
}

static void time_runs_backwards(void **state)
{
	(void)state;
	base(SY_NS_PER_S);
	assert_false(marked());
	base(0);
	assert_false(marked());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(within_the_window, setup, teardown),
		cmocka_unit_test_setup_teardown(
			any_difference_makes_another_packet, setup, teardown),
		cmocka_unit_test_setup_teardown(both_ports_of_a_vantage, setup, teardown),
		cmocka_unit_test_setup_teardown(routed_copies_have_a_lower_ttl, setup, teardown),
		cmocka_unit_test_setup_teardown(without_ip_id_only_the_ttl_tells, setup, teardown),
		cmocka_unit_test_setup_teardown(sent_once_without_ip_id, setup, teardown),
		cmocka_unit_test_setup_teardown(refused_again_after_the_window, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_two_directions_are_two_packets, setup, teardown),
		cmocka_unit_test_setup_teardown(time_runs_backwards, setup, teardown),
	};

	return cmocka_run_group_tests_name("duplicates", tests, NULL, NULL);
}
