// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// How a port distributes, from what is known of it; no DPDK runs.

#include "config_cmocka.h"
#include "ports_way.h"

#include <errno.h>

static struct port_rss rss_of(uint16_t table_size, uint32_t period, uint32_t queues)
{
	struct port_rss rss = {.hash = PORT_HASH_KEY, .table_size = table_size};

	sy_port_rss_key(rss.key);
	for (uint32_t i = 0; i < table_size; i++)
		rss.table[i] = sy_port_rss_entry(i, period, queues);
	return rss;
}

/// Decides and checks both answers; NULL = whatever the phrase.
static void expect(
	const struct port_facts *facts, int status, enum sy_port_way way, const char *phrase)
{
	enum sy_port_way got = SY_PORT_SINGLE;
	char why[PORT_WHY_BYTES] = "";

	assert_int_equal(sy_port_way_decide(facts, &got, why), status);
	if (status == 0)
		assert_string_equal(sy_port_way_name(got), sy_port_way_name(way));
	assert_string_equal(why, phrase);
}

static void one_worker(void **state)
{
	struct port_rss none = {.hash = PORT_HASH_NONE};
	struct port_facts facts = {1, 1, SY_CONFIG_DISTRIBUTION_AUTO, "net_x", &none};

	(void)state;
	expect(&facts, 0, SY_PORT_SINGLE, "there is one worker");
	facts.wanted = SY_CONFIG_DISTRIBUTION_RSS;
	expect(&facts, 0, SY_PORT_SINGLE, "there is one worker");
}

static void by_its_hash(void **state)
{
	struct port_rss rss = rss_of(128, 128, 4);
	struct port_facts facts = {4, 4, SY_CONFIG_DISTRIBUTION_AUTO, "net_x", &rss};

	(void)state;
	expect(&facts, 0, SY_PORT_RSS, "symmetric key, read back and checked");
	rss.hash = PORT_HASH_FUNCTION;
	expect(&facts, 0, SY_PORT_RSS,
		"the driver's symmetric function; ICMP errors and the inside of tunnels may miss "
		"their connection");
	rss.hash = PORT_HASH_NONE;
	expect(&facts, 0, SY_PORT_SOFTWARE, "net_x has no hash of its own over TCP");
	rss.hash = PORT_HASH_REFUSED;
	expect(&facts, 0, SY_PORT_SOFTWARE, "net_x did not take the symmetric key");
	rss.hash = PORT_HASH_FANOUT;
	expect(&facts, 0, SY_PORT_SOFTWARE, "net_x moves frames to another queue when one is full");
}

static void one_sided_hash(void **state)
{
	struct port_rss rss = rss_of(128, 128, 4);
	struct port_facts facts = {4, 4, SY_CONFIG_DISTRIBUTION_AUTO, "net_x", &rss};

	(void)state;
	rss.key[7] ^= 1;
	expect(&facts, 0, SY_PORT_SOFTWARE,
		"net_x hashes the two directions of a flow differently");
	rss.key[7] ^= 1;
	rss.key[39] ^= 2; // the last bit that the hash of IPv6 reads
	expect(&facts, 0, SY_PORT_SOFTWARE,
		"net_x hashes the two directions of a flow differently");
	rss.key[39] ^= 2;
	rss.table[127] = 4; // leads to no worker
	expect(&facts, 0, SY_PORT_SOFTWARE,
		"net_x hashes the two directions of a flow differently");
	rss.table[127] = 3;
	expect(&facts, 0, SY_PORT_RSS, "symmetric key, read back and checked");
}

static void too_few_queues(void **state)
{
	struct port_rss rss = rss_of(128, 128, 2);
	struct port_facts facts = {4, 2, SY_CONFIG_DISTRIBUTION_AUTO, "net_x", &rss};

	(void)state;
	expect(&facts, 0, SY_PORT_SOFTWARE, "2 queues for 4 workers");
	facts.queues = 1;
	expect(&facts, 0, SY_PORT_SOFTWARE, "1 queue for 4 workers");
	facts.wanted = SY_CONFIG_DISTRIBUTION_RSS;
	expect(&facts, -ENOTSUP, SY_PORT_RSS, "1 queue for 4 workers");
}

static void forced(void **state)
{
	struct port_rss rss = rss_of(128, 128, 4);
	struct port_facts facts = {4, 4, SY_CONFIG_DISTRIBUTION_SOFTWARE, "net_x", &rss};

	(void)state;
	expect(&facts, 0, SY_PORT_SOFTWARE, "as configured");
	facts.wanted = SY_CONFIG_DISTRIBUTION_RSS;
	expect(&facts, 0, SY_PORT_RSS, "as configured; checked");
	rss.hash = PORT_HASH_FANOUT;
	expect(&facts, 0, SY_PORT_RSS,
		"as configured, although net_x moves frames to another queue when one is full");
}

static void usual_key_is_one_sided(void **state)
{
	// Microsoft's, which most drivers have by default.
	static const uint8_t usual[PORT_KEY_CHECKED] = {0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e,
		0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae,
		0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7,
		0x3b, 0xbe, 0xac, 0x01, 0xfa};
	struct port_rss rss = rss_of(512, 512, 8);

	(void)state;
	assert_true(sy_port_rss_is_symmetric(&rss, 8));
	memcpy(rss.key, usual, sizeof(usual));
	assert_false(sy_port_rss_is_symmetric(&rss, 8));
}

static void ports_agree(void **state)
{
	struct port_rss a = rss_of(512, 128, 3), b = rss_of(128, 128, 3);

	(void)state;
	assert_true(sy_port_rss_agree(&a, &b));
	a = rss_of(512, 512, 3); // 512 % 3 and 128 % 3 go different ways
	assert_false(sy_port_rss_agree(&a, &b));
	a = b;
	assert_true(sy_port_rss_agree(&a, &b));
	a.key[0] ^= 1;
	assert_false(sy_port_rss_agree(&a, &b));
	a = b;
	a.hash = PORT_HASH_FUNCTION; // nobody knows what it computes
	assert_false(sy_port_rss_agree(&a, &b));
	a = b;
	a.with_ports = true; // one by addresses and ports, one by addresses alone
	assert_false(sy_port_rss_agree(&a, &b));
	a = b;
	a.table_size = b.table_size = 0;
	assert_false(sy_port_rss_agree(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_worker),
		cmocka_unit_test(by_its_hash),
		cmocka_unit_test(one_sided_hash),
		cmocka_unit_test(too_few_queues),
		cmocka_unit_test(forced),
		cmocka_unit_test(usual_key_is_one_sided),
		cmocka_unit_test(ports_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
