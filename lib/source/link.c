// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "link.h"

#include <pcap/pcap.h>
#include <stdio.h>

// LINKTYPE_* and DLT_* are one number space but for a few old ones: raw IP is 101 in files, 12 or
// 14 (OpenBSD) where a program wrote its system's DLT_RAW.
static const struct {
	uint16_t linktype;
	uint8_t link;
} links[] = {
	{0, SY_LINK_NULL},     // NULL
	{1, SY_LINK_ETHERNET}, // ETHERNET
	{9, SY_LINK_PPP},      // PPP
	{12, SY_LINK_RAW_IP},  // DLT_RAW
	{14, SY_LINK_RAW_IP},  // DLT_RAW of OpenBSD
	{50, SY_LINK_PPP},     // PPP_HDLC
	{101, SY_LINK_RAW_IP}, // RAW
	{104, SY_LINK_C_HDLC}, // C_HDLC
	{108, SY_LINK_LOOP},   // LOOP
	{113, SY_LINK_SLL},    // LINUX_SLL
	{228, SY_LINK_RAW_IP}, // IPV4
	{229, SY_LINK_RAW_IP}, // IPV6
	{276, SY_LINK_SLL2},   // LINUX_SLL2
};

bool sy_link_from_linktype(uint32_t linktype, enum sy_link *link)
{
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		if (links[i].linktype == linktype) {
			*link = (enum sy_link)links[i].link;
			return true;
		}
	}
	return false;
}

void sy_linktype_describe(uint32_t linktype, char text[static SY_LINKTYPE_TEXT_SIZE])
{
	const char *name = linktype <= INT32_MAX ? pcap_datalink_val_to_description((int)linktype)
						 : NULL;

	snprintf(text, SY_LINKTYPE_TEXT_SIZE, "link type %u (%s)", linktype,
		name != NULL ? name : "unknown");
}
