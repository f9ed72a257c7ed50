// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Who owns a flow when a card distributes: software must come to the same queue as the card's hash,
// which DPDK's own implementation stands for here.

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on

#include "owner.h"
#include "ports_way.h"

#include <rte_thash.h>

#include <stdlib.h>

enum { QUEUES = 5, TABLE = 512, FLOWS = 2000 };

static struct sy_batch batch;
static struct sy_ports_assignment assignment;
static struct port_rss rss = {.hash = PORT_HASH_KEY, .table_size = TABLE};
static uint64_t state = 11;

static uint32_t dice(void)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 32);
}

static int make_card(void **unused)
{
	(void)unused;
	sy_port_rss_key(rss.key);
	for (uint32_t i = 0; i < TABLE; i++)
		rss.table[i] = sy_port_rss_entry(i, TABLE, QUEUES);
	for (uint32_t fold = 0; fold < SY_PORTS_FOLDS; fold++)
		assignment.queue[fold] = (uint8_t)sy_port_rss_queue(&rss, (uint16_t)fold);
	return 0;
}

/// A flow in lane 0, the way back in lane 1.
static void make_flow(bool v6)
{
	batch.count = 2;
	batch.bits[0] = batch.bits[1] = v6 ? SY_SEG_V6 : 0;
	batch.src4[0] = batch.dst4[1] = dice();
	batch.dst4[0] = batch.src4[1] = dice();
	batch.sport[0] = batch.dport[1] = (uint16_t)dice();
	batch.dport[0] = batch.sport[1] = (uint16_t)dice();
	for (int i = 0; i < 16; i++) {
		batch.src6[0][i] = batch.dst6[1][i] = (uint8_t)dice();
		batch.dst6[0][i] = batch.src6[1][i] = (uint8_t)dice();
	}
}

/// The queue by the whole Toeplitz hash.
static uint32_t queue_of_card(uint32_t lane, bool with_ports)
{
	union rte_thash_tuple tuple;
	uint32_t words[RTE_THASH_V6_L4_LEN], count;

	if (batch.bits[lane] & SY_SEG_V6) {
		count = with_ports ? RTE_THASH_V6_L4_LEN : RTE_THASH_V6_L3_LEN;
		memcpy(words, batch.src6[lane], 16);
		memcpy(words + 4, batch.dst6[lane], 16);
		for (int i = 0; i < 8; i++)
			words[i] = __builtin_bswap32(words[i]);
	} else {
		count = with_ports ? RTE_THASH_V4_L4_LEN : RTE_THASH_V4_L3_LEN;
		tuple.v4 = (struct rte_ipv4_tuple){
			.src_addr = batch.src4[lane], .dst_addr = batch.dst4[lane]};
		memcpy(words, &tuple.v4, 8);
	}
	if (with_ports)
		words[count - 1] = (uint32_t)batch.sport[lane] << 16 | batch.dport[lane];
	return rss.table[rte_softrss(words, count, rss.key) % TABLE];
}

static void software_follows_the_card(void **unused)
{
	uint32_t seen[QUEUES] = {0};

	(void)unused;
	for (int i = 0; i < FLOWS; i++) {
		assignment.with_ports = (i & 2) != 0;
		make_flow(i & 1);
		for (uint32_t lane = 0; lane < 2; lane++)
			assert_int_equal(owner_of(&batch, lane, QUEUES, &assignment),
				queue_of_card(lane, assignment.with_ports));
		assert_int_equal(owner_of(&batch, 0, QUEUES, &assignment),
			owner_of(&batch, 1, QUEUES, &assignment));
		seen[owner_of(&batch, 0, QUEUES, &assignment)]++;
	}
	for (uint32_t queue = 0; queue < QUEUES; queue++)
		assert_in_range(seen[queue], FLOWS / QUEUES / 2, FLOWS / QUEUES * 2);
}

static void without_ports_by_its_hash(void **unused)
{
	(void)unused;
	make_flow(false);
	batch.hash[0] = UINT64_C(0xffffffff00000000);
	assert_int_equal(owner_of(&batch, 0, QUEUES, NULL), QUEUES - 1);
	batch.hash[0] = 1;
	assert_int_equal(owner_of(&batch, 0, QUEUES, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(software_follows_the_card),
		cmocka_unit_test(without_ports_by_its_hash),
	};

	return cmocka_run_group_tests(tests, make_card, NULL);
}
