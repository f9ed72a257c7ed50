// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// TCP options, ICMP errors and echo replies, and what is done with decoded lanes.

#include "decode_frames.h"

static struct sy_batch *b;

static int setup(void **state)
{
	(void)state;
	b = batch_new(0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(b);
	return 0;
}

static void decode_cut(struct frame *f, uint32_t cap)
{
	assert_true(decode_both(frame_data(f), cap, frame_bytes(f), SY_LINK_ETHERNET, b));
}

static void decode(struct frame *f)
{
	decode_cut(f, frame_bytes(f));
}

#define PARSE(literal)                                                                    \
	__extension__({                                                                   \
		struct sy_tcp_options o_;                                                 \
		sy_tcp_options_parse((const uint8_t *)literal, sizeof(literal) - 1, &o_); \
		o_;                                                                       \
	})

static void options(void **state)
{
	(void)state;
	struct sy_tcp_options o = PARSE(
		"\x02\x04\x05\xb4\x04\x02\x08\x0a\0\0\1\0\0\0\2\0\x01\x03\x03\x07");
	assert_int_equal(o.present, SY_OPT_MSS | SY_OPT_SACK | SY_OPT_TS | SY_OPT_WSCALE);
	assert_int_equal(o.mss, 1460);
	assert_int_equal(o.wscale, 7);
	assert_int_equal(o.tsval, 256);
	assert_int_equal(o.tsecr, 512);

	o = PARSE("\x22\x02\x1e\x0c\0\x81\0\0\0\0\0\0\0\0");
	assert_int_equal(o.present, SY_OPT_TFO | SY_OPT_MPTCP);
	assert_int_equal(o.tfo_cookie_bytes, 0);
	o = PARSE("\xfe\x0c\xf9\x89\1\2\3\4\5\6\7\x08");
	assert_int_equal(o.present, SY_OPT_TFO);
	assert_int_equal(o.tfo_cookie_bytes, 8);
	o = PARSE("\xfe\x04\x12\x34\x13\x12\1\2\3\4\5\6\7\1\2\3\4\5\6\7\1\2\x1d\x04\1\2");
	assert_int_equal(o.present, SY_OPT_MD5 | SY_OPT_AO);
}

// What was read before a malformed option is kept.
static void malformed_options(void **state)
{
	(void)state;
	assert_int_equal(PARSE("\x04\x02\x02\x00\x03\x03\x07").present, SY_OPT_SACK);
	assert_int_equal(PARSE("\x04\x02\x02\x05\0\0\0\x03\x03\x07").present, SY_OPT_SACK);
	assert_int_equal(PARSE("\x04\x02\x02\x04\x05").present, SY_OPT_SACK);
	assert_int_equal(PARSE("\x04\x02\x00\x02\x04\x05\xb4").present, SY_OPT_SACK);
	assert_int_equal(PARSE("\x04\x03\x00").present, 0);
	assert_int_equal(PARSE("\x02").present, 0);
	assert_int_equal(PARSE("").present, 0);
}

static void push_syn(struct frame *f)
{
	frame_start(f);
	push_tcp(f, SY_TCP_SYN | SY_TCP_ECE | SY_TCP_CWR | SY_TCP_AE,
		(const uint8_t *)"\x02\x04\x05\xb4\x01\x01\x08\x0a\0\0\0\x09\0\0\0\x08", 16);
	outer_ipv4(f, 6);
}

static void syn_options_as_captured(void **state)
{
	(void)state;
	struct frame f;

	push_syn(&f);
	decode(&f);
	assert_int_equal(b->flags[0], SY_TCP_SYN | SY_TCP_ECE | SY_TCP_CWR | SY_TCP_AE);
	assert_int_equal(b->bits[0], SY_SEG_DF | SY_SEG_OPTIONS | SY_SEG_TS);
	assert_int_equal(b->tsval[0], 9);
	assert_int_equal(b->tsecr[0], 8);
	assert_int_equal(b->payload_bytes[0], 0);
	decode_cut(&f, frame_bytes(&f) - 1);
	assert_int_equal(b->bits[0], SY_SEG_DF | SY_SEG_OPTIONS);
	assert_int_equal(b->opt[0].present, SY_OPT_MSS);
	decode_cut(&f, 54);
	assert_int_equal(b->bits[0], SY_SEG_DF | SY_SEG_OPTIONS);
	assert_int_equal(b->opt[0].present, 0);
}

static uint8_t timestamp_bits(const char *options, uint32_t bytes)
{
	struct frame f;

	frame_start(&f);
	push_tcp(&f, SY_TCP_ACK, (const uint8_t *)options, bytes);
	outer_ipv4(&f, 6);
	decode(&f);
	return b->bits[0] & (SY_SEG_TS | SY_SEG_OPTIONS);
}

static void timestamps(void **state)
{
	(void)state;
	assert_int_equal(timestamp_bits("\1\1\x08\x0a\0\0\0\5\0\0\0\6", 12), SY_SEG_TS);
	assert_int_equal(b->tsval[0], 5);
	assert_int_equal(b->tsecr[0], 6);
	assert_int_equal(timestamp_bits("\x08\x0a\0\0\0\7\0\0\0\6\1\1", 12), SY_SEG_TS);
	assert_int_equal(b->tsval[0], 7);
	assert_int_equal(
		timestamp_bits("\1\1\5\x0a\1\2\3\4\5\6\7\x08\1\1\x08\x0a\0\0\0\x08\0\0\0\6", 24),
		SY_SEG_TS);
	assert_int_equal(b->tsval[0], 8);
	assert_int_equal(timestamp_bits("\1\1\5\x0a\1\2\3\4\5\6\7\x08", 12), 0);
	assert_int_equal(timestamp_bits("", 0), 0);
}

// An error of `type` from 10.0.0.1 that quotes `bytes` bytes of a segment.
static void push_error(struct frame *f, uint8_t type, uint32_t bytes)
{
	struct frame quoted;

	frame_start(&quoted);
	push_tcp(&quoted, SY_TCP_SYN, NULL, 0);
	push_ipv4(&quoted, 6);
	frame_start(f);
	push(f, frame_data(&quoted), 20 + bytes);
	PUSH(f, "\x00\x0d\x00\x00\x00\x00\x00\x00");
	frame_data(f)[0] = type;
	push_ipv4(f, 1);
	push_ether(f, 0x0800);
	frame_data(f)[29] = 9; // the sender is 10.0.0.9
}

static void icmp_errors(void **state)
{
	(void)state;
	struct frame f;

	push_error(&f, 3, 8);
	frame_data(&f)[14 + 15] = 9;
	decode(&f);
	assert_int_equal(b->bucket[0], SY_BUCKET_OTHER_IP);
	assert_int_equal(b->lane[0], SY_LANE_ICMP_ERROR);
	assert_int_equal(b->icmp_type[0], 3);
	assert_int_equal(b->icmp_code[0], 13);
	assert_int_equal(sy_addr_v4(&b->icmp_from[0]), 0x0a000009);
	assert_int_equal(b->src4[0], 0x0a000001);
	assert_int_equal(b->dport[0], 80);
	assert_int_equal(b->seq[0], 0x01020304);
	assert_int_equal(b->flags[0], 0);
	assert_true(b->bits[0] & SY_SEG_ICMP_SEQ);

	push_error(&f, 11, 20);
	decode(&f);
	assert_int_equal(b->flags[0], SY_TCP_SYN);
	push_error(&f, 12, 4);
	decode(&f);
	assert_int_equal(b->lane[0], SY_LANE_ICMP_ERROR);
	assert_false(b->bits[0] & SY_SEG_ICMP_SEQ);
	push_error(&f, 3, 3);
	decode(&f);
	assert_int_equal(b->lane[0], SY_LANE_OTHER_IP);
	push_error(&f, 5, 8); // redirect: no error
	decode(&f);
	assert_int_equal(b->lane[0], SY_LANE_OTHER_IP);
	push_error(&f, 0, 8);
	decode(&f);
	assert_int_equal(b->lane[0], SY_LANE_ECHO_REPLY);
	assert_int_equal(b->src4[0], 0x0a000009);
	assert_int_equal(b->ttl[0], 63);
}

static void icmpv6_errors(void **state)
{
	(void)state;
	struct frame f;

	frame_start(&f);
	push_tcp(&f, SY_TCP_SYN, NULL, 0);
	PUSH(&f, "\x06\x00\0\0\0\0\0\0"); // a destination options header in the quote
	push_ipv6(&f, 60);
	PUSH(&f, "\x01\x04\0\0\0\0\0\0");
	push_ipv6(&f, 58);
	push_ether(&f, 0x86dd);
	frame_data(&f)[14 + 23] = 9; // the sender is fd00::9
	decode(&f);
	assert_int_equal(b->lane[0], SY_LANE_ICMP_ERROR);
	assert_int_equal(b->bits[0], SY_SEG_V6 | SY_SEG_ICMP_SEQ);
	assert_int_equal(b->icmp_from[0].b[15], 9);
	assert_int_equal(b->src6[0][15], 1);
	assert_int_equal(b->dst6[0][15], 2);
	assert_int_equal(b->sport[0], 0x1234);
	assert_int_equal(b->flags[0], SY_TCP_SYN);
	frame_data(&f)[54] = 129;
	decode(&f);
	assert_int_equal(b->lane[0], SY_LANE_ECHO_REPLY);
	assert_int_equal(b->src6[0][15], 9);
}

// Lanes 0 and 1 are the two directions of one connection.
static void check_symmetry(const struct sy_hash_key *key)
{
	sy_batch_hash(b, key);
	assert_int_equal(b->hash[0], b->hash[1]);
	assert_int_equal((b->bits[0] ^ b->bits[1]) & SY_SEG_SWAP, SY_SEG_SWAP);
}

static void hash_is_symmetric(void **state)
{
	(void)state;
	struct sy_hash_key key = sy_hash_key_from_seed(1);
	struct sy_hash_key other = sy_hash_key_from_seed(2);

	memset(b, 0, sizeof(*b));
	b->count = 2;
	b->lane[0] = b->lane[1] = SY_LANE_TCP;
	for (uint32_t n = 1; n < 1000; n++) {
		b->bits[0] = b->bits[1] = n & 1 ? SY_SEG_V6 : 0;
		b->src4[0] = b->dst4[1] = n * 2654435761u;
		b->dst4[0] = b->src4[1] = n % 7 ? n * 40503u : b->src4[0];
		memset(b->src6[0], (int)n, 16);
		memset(b->dst6[0], n % 5 ? (int)(n >> 1) : (int)n, 16);
		memcpy(b->dst6[1], b->src6[0], 16);
		memcpy(b->src6[1], b->dst6[0], 16);
		b->sport[0] = b->dport[1] = (uint16_t)(n * 31);
		b->dport[0] = b->sport[1] = 80;
		check_symmetry(&key);
		uint64_t before = b->hash[0];
		check_symmetry(&other);
		assert_int_not_equal(before, b->hash[0]);
		b->domain[0] = b->domain[1] = n;
		sy_batch_hash(b, &key);
		assert_int_not_equal(before, b->hash[0]);
		b->domain[0] = b->domain[1] = 0;
	}
	b->bits[0] = SY_SEG_V6;
	memset(b->src6[0], 0x01, 16);
	memset(b->dst6[0], 0xff, 16);
	sy_batch_hash(b, &key);
	assert_false(b->bits[0] & SY_SEG_SWAP);
}

static void copy(void **state)
{
	(void)state;
	struct sy_batch *out = batch_new(0xee);
	struct sy_batch *back = batch_new(0x11);
	struct frame f;

	push_syn(&f);
	decode(&f);
	sy_batch_copy_lane(out, 5, b, 0);
	sy_batch_copy_lane(back, 0, out, 5);
	assert_true(same_lane(b, back));
	push_error(&f, 3, 20);
	decode(&f);
	sy_batch_copy_lane(out, 31, b, 0);
	sy_batch_copy_lane(back, 0, out, 31);
	assert_true(same_lane(b, back));
	inner_ipv6(&f);
	push_ether(&f, 0x86dd);
	decode(&f);
	sy_batch_copy_lane(out, 1, b, 0);
	sy_batch_copy_lane(back, 0, out, 1);
	assert_true(same_lane(b, back));
	free(out);
	free(back);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(options, setup, teardown),
		cmocka_unit_test_setup_teardown(malformed_options, setup, teardown),
		cmocka_unit_test_setup_teardown(syn_options_as_captured, setup, teardown),
		cmocka_unit_test_setup_teardown(timestamps, setup, teardown),
		cmocka_unit_test_setup_teardown(icmp_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(icmpv6_errors, setup, teardown),
		cmocka_unit_test_setup_teardown(hash_is_symmetric, setup, teardown),
		cmocka_unit_test_setup_teardown(copy, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
