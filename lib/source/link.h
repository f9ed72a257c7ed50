// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_burst.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Bytes that sy_linktype_describe writes at most.
#define SY_LINKTYPE_TEXT_SIZE 128

/// Finds what a link type of a capture file (LINKTYPE_*, https://www.tcpdump.org/linktypes.html) or
/// of libpcap (DLT_*) means. False when frames of that type cannot be read.
bool sy_link_from_linktype(uint32_t linktype, enum sy_link *link);

/// Writes "link type 105 (802.11)".
void sy_linktype_describe(uint32_t linktype, char text[static SY_LINKTYPE_TEXT_SIZE]);
