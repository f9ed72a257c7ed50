// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_filter.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What libpcap's compiler takes each link type for, and how many bytes of the frame come before
// what its program looks at. NULL and LOOP frames are filtered from their IP header on: libpcap's
// program for NULL knows this machine's byte order only, a file may have the other.
static const struct {
	int dlt;
	uint32_t skip_bytes;
	const char *name;
} links[SY_LINK_COUNT] = {
	[SY_LINK_ETHERNET] = {DLT_EN10MB, 0, "Ethernet"},
	[SY_LINK_NULL] = {DLT_RAW, 4, "BSD loopback"},
	[SY_LINK_LOOP] = {DLT_RAW, 4, "OpenBSD loopback"},
	[SY_LINK_RAW_IP] = {DLT_RAW, 0, "raw IP"},
	[SY_LINK_SLL] = {DLT_LINUX_SLL, 0, "Linux cooked"},
	[SY_LINK_SLL2] = {DLT_LINUX_SLL2, 0, "Linux cooked v2"},
	[SY_LINK_PPP] = {DLT_PPP, 0, "PPP"},
	[SY_LINK_C_HDLC] = {DLT_C_HDLC, 0, "Cisco HDLC"},
};

#define SNAPLEN_BYTES 262144

struct sy_filter {
	struct bpf_program program[SY_LINK_COUNT]; // bf_insns NULL = does not compile
	struct sy_error why[SY_LINK_COUNT];
};

// False when there is no memory.
static bool compile(struct sy_filter *filter, enum sy_link link, const char *expression)
{
	pcap_t *pcap = pcap_open_dead(links[link].dlt, SNAPLEN_BYTES);

	if (pcap == NULL)
		return false;
	if (pcap_compile(pcap, &filter->program[link], expression, 1, PCAP_NETMASK_UNKNOWN) != 0) {
		filter->program[link].bf_insns = NULL;
		sy_error_set(&filter->why[link], 0,
			"the filter \"%.200s\" cannot be applied to %s frames: %.200s", expression,
			links[link].name, pcap_geterr(pcap));
	}
	pcap_close(pcap);
	return true;
}

int sy_filter_create(struct sy_filter **filter, const char *expression, struct sy_error *err)
{
	struct sy_filter *f = calloc(1, sizeof(*f));
	bool memory = f != NULL;
	bool any = false;

	*filter = NULL;
	for (enum sy_link link = 0; memory && link < SY_LINK_COUNT; link++) {
		memory = compile(f, link, expression);
		any |= f->program[link].bf_insns != NULL;
	}
	if (memory && any) {
		*filter = f;
		return 0;
	}
	int rc = memory ? sy_error_set(err, EINVAL, "%s", f->why[SY_LINK_ETHERNET].text)
			: sy_error_set(err, ENOMEM, "no memory for the filter");
	sy_filter_destroy(f);
	return rc;
}

bool sy_filter_supports(const struct sy_filter *filter, enum sy_link link, struct sy_error *err)
{
	if (filter->program[link].bf_insns != NULL)
		return true;
	sy_error_set(err, 0, "%s", filter->why[link].text);
	return false;
}

bool sy_filter_match(const struct sy_filter *filter, enum sy_link link, const uint8_t *data,
	uint32_t cap_bytes, uint32_t wire_bytes)
{
	uint32_t skip = links[link].skip_bytes;

	// bpf_filter() takes "no program" for "everything passes".
	if (filter->program[link].bf_insns == NULL || cap_bytes < skip)
		return false;
	return bpf_filter(filter->program[link].bf_insns, data + skip, wire_bytes,
		       cap_bytes - skip) != 0;
}

void sy_filter_destroy(struct sy_filter *filter)
{
	if (filter == NULL)
		return;
	for (int i = 0; i < SY_LINK_COUNT; i++)
		if (filter->program[i].bf_insns != NULL)
			pcap_freecode(&filter->program[i]);
	free(filter);
}
