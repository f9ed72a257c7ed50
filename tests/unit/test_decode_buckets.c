// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Which bucket a frame that is no plain segment ends in.

#include "decode_frames.h"

#define ETHERNET_MINIMUM 60

// The batch that the helpers below decode to; each test gets it fresh.
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

static uint8_t bucket_cut(struct frame *f, uint32_t cap, uint32_t wire)
{
	assert_true(decode_both(frame_data(f), cap, wire, SY_LINK_ETHERNET, b));
	return b->bucket[0];
}

static uint8_t bucket_of(struct frame *f)
{
	return bucket_cut(f, frame_bytes(f), frame_bytes(f));
}

// The byte at `at` of an Ethernet/IPv4/TCP or an Ethernet/IPv6/TCP frame set to `value`.
static uint8_t bucket_ipv4(uint32_t at, uint8_t value)
{
	struct frame f;

	inner_ether(&f);
	frame_data(&f)[at] = value;
	return bucket_of(&f);
}

static uint8_t bucket_ipv6(uint32_t at, uint8_t value)
{
	struct frame f;

	inner_ipv6(&f);
	push_ether(&f, 0x86dd);
	frame_data(&f)[at] = value;
	return bucket_of(&f);
}

static void malformed_ipv4(void **state)
{
	(void)state;
	assert_int_equal(bucket_ipv4(14, 0x55), SY_BUCKET_MALFORMED);      // version
	assert_int_equal(bucket_ipv4(14, 0x44), SY_BUCKET_MALFORMED);      // header length 16
	assert_int_equal(bucket_ipv4(14, 0x4f), SY_BUCKET_MALFORMED);      // header > total length
	assert_int_equal(bucket_ipv4(17, 19), SY_BUCKET_MALFORMED);        // total < header
	assert_int_equal(bucket_ipv4(17, 39), SY_BUCKET_MALFORMED);        // no room for TCP
	assert_int_equal(bucket_ipv4(14 + 32, 0x40), SY_BUCKET_MALFORMED); // data offset 4
	assert_int_equal(bucket_ipv4(14 + 32, 0x70), SY_BUCKET_MALFORMED); // beyond the payload
	assert_int_equal(bucket_ipv4(17, 40), SY_BUCKET_TCP);
	assert_int_equal(b->payload_bytes[0], 0);
}

static void malformed_ipv6(void **state)
{
	(void)state;
	assert_int_equal(bucket_ipv6(14, 0x42), SY_BUCKET_MALFORMED); // version
	assert_int_equal(bucket_ipv6(19, 19), SY_BUCKET_MALFORMED);   // no room for TCP
	assert_int_equal(bucket_ipv6(14 + 52, 0x10), SY_BUCKET_MALFORMED);
	assert_int_equal(bucket_ipv6(20, 60), SY_BUCKET_MALFORMED); // option header out of room
	assert_int_equal(bucket_ipv6(20, 50), SY_BUCKET_OTHER_IP);  // ESP
	assert_int_equal(bucket_ipv6(20, 59), SY_BUCKET_OTHER_IP);  // no next header
}

static void length_zero_is_offload(void **state)
{
	(void)state;
	struct frame f;

	inner_ether(&f);
	set16(frame_data(&f) + 16, 0);
	assert_int_equal(bucket_cut(&f, frame_bytes(&f), 70000), SY_BUCKET_TCP);
	assert_int_equal(b->payload_bytes[0], 70000 - 54);
	assert_int_equal(bucket_ipv6(19, 0), SY_BUCKET_TCP);
	assert_int_equal(b->payload_bytes[0], 7);
}

static void jumbo(void **state)
{
	(void)state;
	struct frame f;

	inner_ipv6(&f);
	f.at += 40;
	PUSH(&f, "\x06\x00\xc2\x04\x00\x01\x38\x80");
	push_ipv6(&f, 0);
	push_ether(&f, 0x86dd);
	set16(frame_data(&f) + 18, 0);
	assert_int_equal(bucket_cut(&f, frame_bytes(&f), 54 + 80000), SY_BUCKET_TCP);
	assert_int_equal(b->payload_bytes[0], 80000 - 28);
	set16(frame_data(&f) + 18, 35); // both lengths
	assert_int_equal(bucket_cut(&f, frame_bytes(&f), 54 + 80000), SY_BUCKET_MALFORMED);
}

// A length beyond the wire: believed where a device may have sliced the frame.
static void sliced(void **state)
{
	(void)state;
	struct frame f;

	inner_ether(&f);
	set16(frame_data(&f) + 16, 1500);
	assert_int_equal(bucket_cut(&f, 54, ETHERNET_MINIMUM), SY_BUCKET_MALFORMED);
	assert_int_equal(bucket_of(&f), SY_BUCKET_TCP);
	assert_int_equal(b->payload_bytes[0], 1460);
	frame_data(&f)[47] = SY_TCP_SYN;
	assert_int_equal(bucket_of(&f), SY_BUCKET_MALFORMED);
}

// Two lengths that contradict each other are no slicing.
static void pppoe_length(void **state)
{
	(void)state;
	struct frame f;

	inner_ipv4(&f);
	push_type(&f, 0x0021);
	push_type(&f, (uint16_t)frame_bytes(&f));
	PUSH(&f, "\x11\x00\x00\x01");
	push_ether(&f, 0x8864);
	assert_int_equal(bucket_of(&f), SY_BUCKET_TCP);
	set16(frame_data(&f) + 24, 1500);
	assert_int_equal(bucket_of(&f), SY_BUCKET_MALFORMED);
	set16(frame_data(&f) + 18, 1502);
	assert_int_equal(bucket_of(&f), SY_BUCKET_TCP);
	frame_data(&f)[14] = 0x21;
	assert_int_equal(bucket_of(&f), SY_BUCKET_MALFORMED);
}

static void sliced_fast_open(void **state)
{
	(void)state;
	struct frame f;

	frame_start(&f);
	push_payload(&f, 30);
	push_tcp(&f, SY_TCP_SYN, (const uint8_t *)"\x22\x06\x01\x02\x03\x04\x01\x01", 8);
	outer_ipv4(&f, 6);
	set16(frame_data(&f) + 16, 1000);
	assert_int_equal(bucket_of(&f), SY_BUCKET_TCP);
	assert_int_equal(b->payload_bytes[0], 1000 - 48);
}

static void fragments(void **state)
{
	(void)state;
	assert_int_equal(bucket_ipv4(21, 1), SY_BUCKET_FRAGMENT);
	assert_int_equal(bucket_ipv4(20, 0x20), SY_BUCKET_TCP);
	assert_int_equal(b->bits[0], SY_SEG_MF);

	struct frame f;
	frame_start(&f);
	push_payload(&f, 8); // a first fragment with a piece of the TCP header
	outer_ipv4(&f, 6);
	frame_data(&f)[20] = 0x20;
	assert_int_equal(bucket_of(&f), SY_BUCKET_FRAGMENT);

	inner_ipv6(&f);
	f.at += 40;
	PUSH(&f, "\x06\x00\x00\x01\x00\x00\x00\x01");
	push_ipv6(&f, 44);
	push_ether(&f, 0x86dd);
	assert_int_equal(bucket_of(&f), SY_BUCKET_TCP);
	assert_int_equal(b->bits[0], SY_SEG_V6 | SY_SEG_MF);
	frame_data(&f)[57] = 0x08;
	assert_int_equal(bucket_of(&f), SY_BUCKET_FRAGMENT);
}

// An outer first fragment: lengths inside speak of the whole packet.
static void fragmented_tunnel(void **state)
{
	(void)state;
	struct frame f;

	inner_ether(&f);
	set16(frame_data(&f) + 16, 1500);
	PUSH(&f, "\x08\0\0\0\0\0\x05\0");
	outer_udp(&f, 4789);
	set16(frame_data(&f) + 38, 1530);
	assert_int_equal(bucket_of(&f), SY_BUCKET_OTHER_IP); // the UDP length lies
	frame_data(&f)[20] = 0x20;
	assert_int_equal(bucket_of(&f), SY_BUCKET_TCP);
	assert_int_equal(b->payload_bytes[0], 1460);
	assert_int_equal(b->bits[0], SY_SEG_DF);
}

static void not_ip(void **state)
{
	(void)state;
	struct frame f;

	frame_start(&f);
	push_payload(&f, 28);
	push_ether(&f, 0x0806);
	assert_int_equal(bucket_of(&f), SY_BUCKET_NON_IP);
	assert_int_equal(b->lane[0], SY_LANE_NONE);
	frame_start(&f);
	PUSH(&f, "\x42\x42\x03\0\0\0\0");
	push_ether(&f, 7);
	assert_int_equal(bucket_of(&f), SY_BUCKET_NON_IP);

	frame_start(&f); // ARP in VXLAN: the outer packet is IP
	push_payload(&f, 28);
	push_ether(&f, 0x0806);
	PUSH(&f, "\x08\0\0\0\0\0\x05\0");
	outer_udp(&f, 4789);
	assert_int_equal(bucket_of(&f), SY_BUCKET_OTHER_IP);
	assert_int_equal(b->lane[0], SY_LANE_OTHER_IP);
	assert_int_equal(b->src4[0], 0x0a000001);
	assert_int_equal(b->vni[0], 5);
}

// `header` of `bytes` bytes before an Ethernet frame, in UDP to `port`.
static uint8_t bucket_udp(uint16_t port, const char *header, uint32_t bytes)
{
	struct frame f;

	inner_ether(&f);
	push(&f, header, bytes);
	outer_udp(&f, port);
	return bucket_of(&f);
}

static void unread_tunnels(void **state)
{
	(void)state;
	assert_int_equal(bucket_udp(4789, "\0\0\0\0\0\0\0\0", 8), SY_BUCKET_UNSUPPORTED_TUNNEL);
	assert_int_equal(bucket_udp(4789, "\x0c\0\0\x07\0\0\0\0", 8), SY_BUCKET_UNSUPPORTED_TUNNEL);
	assert_int_equal(bucket_udp(4789, "\x12\x34\0\0\0\0\0\0", 8), SY_BUCKET_OTHER_IP);
	assert_int_equal(
		bucket_udp(6081, "\x40\0\x65\x58\0\0\0\0", 8), SY_BUCKET_UNSUPPORTED_TUNNEL);
	assert_int_equal(bucket_udp(6081, "\x00\0\x12\x34\0\0\0\0", 8), SY_BUCKET_OTHER_IP);
	assert_int_equal(bucket_udp(2152, "\x48\xff\0\x04\0\0\0\0", 8), SY_BUCKET_OTHER_IP);
	assert_int_equal(bucket_udp(2152, "\x30\x01\0\x04\0\0\0\0", 8), SY_BUCKET_OTHER_IP);
	assert_int_equal(
		bucket_udp(3386, "\x1e\xff\0\x04\0\0\0\0", 8), SY_BUCKET_UNSUPPORTED_TUNNEL);
	assert_int_equal(bucket_udp(4754, "\x00\x01\x65\x58", 4), SY_BUCKET_OTHER_IP);
	assert_int_equal(bucket_udp(53, "\x00\x01\x65\x58", 4), SY_BUCKET_OTHER_IP);

	struct frame f;
	inner_ipv4(&f);
	PUSH(&f, "\x30\x01\x88\x0b\0\x2f\0\x01\0\0\0\0");
	outer_ipv4(&f, 47); // PPTP
	assert_int_equal(bucket_of(&f), SY_BUCKET_UNSUPPORTED_TUNNEL);
	frame_data(&f)[23] = 115; // L2TP version 3
	assert_int_equal(bucket_of(&f), SY_BUCKET_UNSUPPORTED_TUNNEL);
}

static void depth(void **state)
{
	(void)state;
	for (uint32_t headers = 1; headers <= SY_DECODE_DEPTH + 1; headers++) {
		struct frame f;
		inner_ipv4(&f);
		for (uint32_t i = 1; i < headers; i++)
			push_ipv4(&f, 4);
		push_ether(&f, 0x0800);
		assert_int_equal(bucket_of(&f),
			headers <= SY_DECODE_DEPTH ? SY_BUCKET_TCP : SY_BUCKET_UNSUPPORTED_TUNNEL);
	}

	struct frame f;
	inner_ipv4(&f);
	push_type(&f, 0x0800);
	PUSH(&f, "\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1\x81\0\0\1"); // five tags
	push_ether(&f, 0x8100);
	assert_int_equal(bucket_of(&f), SY_BUCKET_UNSUPPORTED_TUNNEL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(malformed_ipv4, setup, teardown),
		cmocka_unit_test_setup_teardown(malformed_ipv6, setup, teardown),
		cmocka_unit_test_setup_teardown(length_zero_is_offload, setup, teardown),
		cmocka_unit_test_setup_teardown(jumbo, setup, teardown),
		cmocka_unit_test_setup_teardown(sliced, setup, teardown),
		cmocka_unit_test_setup_teardown(pppoe_length, setup, teardown),
		cmocka_unit_test_setup_teardown(sliced_fast_open, setup, teardown),
		cmocka_unit_test_setup_teardown(fragments, setup, teardown),
		cmocka_unit_test_setup_teardown(fragmented_tunnel, setup, teardown),
		cmocka_unit_test_setup_teardown(not_ip, setup, teardown),
		cmocka_unit_test_setup_teardown(unread_tunnels, setup, teardown),
		cmocka_unit_test_setup_teardown(depth, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
