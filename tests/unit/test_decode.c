// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Every encapsulation, every cut of it, and the straight path against the walk.

#include "decode_samples.h"

static void check_inner(const struct sample *s, const struct sy_batch *b)
{
	assert_int_equal(b->bucket[0], SY_BUCKET_TCP);
	assert_int_equal(b->lane[0], SY_LANE_TCP);
	assert_int_equal(b->tunnel[0], s->tunnel);
	assert_int_equal(b->vni[0], s->vni);
	assert_int_equal(b->vlan[0], s->vlan ? s->vlan : 0xffff);
	assert_int_equal(b->sport[0], 0x1234);
	assert_int_equal(b->dport[0], 80);
	assert_int_equal(b->seq[0], 0x01020304);
	assert_int_equal(b->ack[0], 0x05060708);
	assert_int_equal(b->flags[0], SY_TCP_ACK | SY_TCP_PSH);
	assert_int_equal(b->window[0], 0x2000);
	assert_int_equal(b->checksum[0], 0xbeef);
	assert_int_equal(b->payload_bytes[0], 7);
	assert_int_equal(b->ts_ns[0], 77);
	assert_int_equal(b->port[0], 3);
	assert_int_equal(b->domain[0], 0);
	if (b->bits[0] & SY_SEG_V6) {
		assert_int_equal(b->src6[0][15], 1);
		assert_int_equal(b->dst6[0][15], 2);
		assert_int_equal(b->ttl[0], 62);
		assert_int_equal(b->tos[0], 0x20);
		assert_int_equal(b->ip_id[0], 0);
	} else {
		assert_int_equal(b->src4[0], 0x0a000001);
		assert_int_equal(b->dst4[0], 0x0a000002);
		assert_int_equal(b->ttl[0], 63);
		assert_int_equal(b->tos[0], 0x10);
		assert_int_equal(b->ip_id[0], 0x7777);
		assert_true(b->bits[0] & SY_SEG_DF);
	}
}

static void every_encapsulation(void **state)
{
	(void)state;
	struct sy_batch *b = batch_new(0);

	for (uint32_t i = 0; i < SAMPLE_COUNT; i++) {
		struct frame f;
		samples[i].build(&f);
		print_message("%s\n", samples[i].name);
		assert_true(decode_both(
			frame_data(&f), frame_bytes(&f), frame_bytes(&f), samples[i].link, b));
		check_inner(&samples[i], b);
	}
	free(b);
}

// Captured short: nothing but `truncated` until the ports and flags are there, then `tcp` with the
// same payload length. The samples end in 7 bytes of payload, the padded one in 9 more.
static void every_snaplen(void **state)
{
	(void)state;
	struct sy_batch *b = batch_new(0);

	for (uint32_t i = 0; i < SAMPLE_COUNT; i++) {
		struct frame f;
		samples[i].build(&f);
		uint32_t wire = frame_bytes(&f);
		uint32_t tail = samples[i].build == build_ether_padded ? 16 : 7;
		for (uint32_t cap = 0; cap < wire; cap++) {
			assert_true(decode_both(frame_data(&f), cap, wire, samples[i].link, b));
			if (cap >= wire - tail)
				check_inner(&samples[i], b);
			else if (b->bucket[0] == SY_BUCKET_OTHER_IP) // UDP, its ports cut off
				assert_int_equal(b->lane[0], SY_LANE_OTHER_IP);
			else
				assert_int_equal(b->bucket[0], SY_BUCKET_TRUNCATED);
		}
	}
	free(b);
}

// The wire itself ends early: whatever is said, both paths say it and nothing is read beyond.
static void every_short_frame(void **state)
{
	(void)state;
	struct sy_batch *b = batch_new(0);

	for (uint32_t i = 0; i < SAMPLE_COUNT; i++) {
		struct frame f;
		samples[i].build(&f);
		for (uint32_t cap = 0; cap < frame_bytes(&f); cap++) {
			assert_true(decode_both(frame_data(&f), cap, cap, samples[i].link, b));
			assert_in_range(b->bucket[0], 0, SY_BUCKET_COUNT - 1);
		}
	}
	free(b);
}

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void mutate(struct frame *f, uint64_t *random)
{
	static const uint8_t nasty[] = {0, 1, 4, 6, 0x45, 0x60, 0x7f, 0x80, 0x81, 0xff};
	uint32_t bytes = frame_bytes(f) < 96 ? frame_bytes(f) : 96;

	for (uint64_t n = next_random(random) % 4; n > 0; n--) {
		uint64_t r = next_random(random);
		frame_data(f)[r % bytes] = r >> 60 & 1 ? nasty[(r >> 32) % sizeof(nasty)]
						       : (uint8_t)(r >> 40);
	}
}

static void paths_agree(void **state)
{
	(void)state;
	struct sy_batch *b = batch_new(0);
	uint64_t random = 88172645463325252ull;

	for (uint32_t n = 0; n < 200000; n++) {
		const struct sample *s = &samples[next_random(&random) % SAMPLE_COUNT];
		struct frame f;
		s->build(&f);
		mutate(&f, &random);
		uint32_t wire = frame_bytes(&f) + (uint32_t)(next_random(&random) % 3);
		uint32_t cap = frame_bytes(&f) - (uint32_t)(next_random(&random) % 40);
		assert_true(decode_both(frame_data(&f), cap, wire, s->link, b));
		assert_in_range(b->bucket[0], 0, SY_BUCKET_COUNT - 1);
		assert_int_equal(b->lane[0] == SY_LANE_TCP, b->bucket[0] == SY_BUCKET_TCP);
		assert_int_equal(
			b->lane[0] >= SY_LANE_ICMP_ERROR, b->bucket[0] == SY_BUCKET_OTHER_IP);
	}
	free(b);
}

// A whole burst: lanes do not disturb each other.
static void full_burst(void **state)
{
	(void)state;
	static struct frame frames[SY_BURST_MAX];
	struct sy_batch *b = batch_new(0);
	struct sy_burst burst = {.count = SY_BURST_MAX};

	for (uint32_t i = 0; i < SY_BURST_MAX; i++) {
		const struct sample *s = &samples[i];
		s->build(&frames[i]);
		burst.data[i] = frame_data(&frames[i]);
		burst.cap_bytes[i] = burst.wire_bytes[i] = frame_bytes(&frames[i]);
		burst.link[i] = s->link;
		burst.ts_ns[i] = 1000 + i;
	}
	sy_decode_scalar(&burst, b);
	assert_int_equal(b->count, SY_BURST_MAX);
	for (uint32_t i = 0; i < SY_BURST_MAX; i++) {
		assert_int_equal(b->lane[i], SY_LANE_TCP);
		assert_int_equal(b->ts_ns[i], 1000 + i);
		assert_int_equal(b->vni[i], samples[i].vni);
		assert_int_equal(b->payload_bytes[i], 7);
	}
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_encapsulation),
		cmocka_unit_test(every_snaplen),
		cmocka_unit_test(every_short_frame),
		cmocka_unit_test(paths_agree),
		cmocka_unit_test(full_burst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
