// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "frame_wire.h"

#include <rte_ether.h>

#define TAG_BYTES  4
#define TAGS_MAX   2
#define IPV6_BYTES 40

static uint32_t be16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

uint32_t frame_wire_bytes(const uint8_t *data, uint32_t cap)
{
	uint32_t at = RTE_ETHER_HDR_LEN, type, length = 0;

	if (cap < RTE_ETHER_HDR_LEN + TAGS_MAX * TAG_BYTES + IPV6_BYTES)
		return cap;
	type = be16(data + at - 2);
	for (int tags = 0;
		tags < TAGS_MAX && (type == RTE_ETHER_TYPE_VLAN || type == RTE_ETHER_TYPE_QINQ);
		tags++) {
		at += TAG_BYTES;
		type = be16(data + at - 2);
	}
	if (type == RTE_ETHER_TYPE_IPV4)
		length = be16(data + at + 2);
	else if (type == RTE_ETHER_TYPE_IPV6)
		length = be16(data + at + 4) + IPV6_BYTES;
	return at + length > cap ? at + length : cap;
}
