// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "be.h"

#include "sy_batch.h"

#include <stdint.h>

// The layouts of SYN options that the common systems send, read without a walk from option to
// option: words of 4 bytes, the MSS first.

#define SYN_MSS      0x0204     // and the MSS
#define SYN_WSCALE   0x010303   // NOP, and the window scale
#define SYN_SACK     0x01010402 // NOP, NOP, SACK permitted
#define SYN_SACK_TS  0x0402080a // SACK permitted, timestamps
#define SYN_TS       0x0101080a // NOP, NOP, timestamps
#define SYN_SACK_END 0x04020000 // SACK permitted, end

/// Where the words of a layout are; 0 = it has none.
struct sy_syn_layout {
	uint8_t wscale, ts;
	uint8_t present; ///< SY_OPT_*; 0 = no known layout
};

/// Recognises `bytes` bytes of options, at least 4, that begin with an MSS.
static inline struct sy_syn_layout sy_syn_layout(const uint8_t *data, uint32_t bytes)
{
	const uint8_t three = SY_OPT_MSS | SY_OPT_WSCALE | SY_OPT_SACK;
	const struct sy_syn_layout unknown = {0};

	switch (bytes) {
	case 4:
		return (struct sy_syn_layout){0, 0, SY_OPT_MSS};
	case 8:
		if (sy_be32(data + 4) == SYN_SACK)
			return (struct sy_syn_layout){0, 0, SY_OPT_MSS | SY_OPT_SACK};
		return unknown;
	case 12: // Windows; Linux without timestamps
		if (sy_be32(data + 8) == SYN_SACK)
			return (struct sy_syn_layout){4, 0, three};
		if (sy_be32(data + 4) == SYN_SACK)
			return (struct sy_syn_layout){8, 0, three};
		return unknown;
	case 20: // Linux; Windows with timestamps
		if (sy_be32(data + 4) == SYN_SACK_TS)
			return (struct sy_syn_layout){16, 8, three | SY_OPT_TS};
		if (sy_be32(data + 8) == SYN_SACK_TS)
			return (struct sy_syn_layout){4, 12, three | SY_OPT_TS};
		return unknown;
	case 24: // macOS
		if (sy_be32(data + 8) == SYN_TS && sy_be32(data + 20) == SYN_SACK_END)
			return (struct sy_syn_layout){4, 12, three | SY_OPT_TS};
		return unknown;
	default:
		return unknown;
	}
}

/// Fills *out when the options have a known layout and returns the SY_OPT_* that are present. 0:
/// they have to be walked, and *out is as it was.
static inline uint8_t sy_syn_options_usual(
	const uint8_t *data, uint32_t bytes, struct sy_tcp_options *out)
{
	if (bytes < 4 || sy_be16(data) != SYN_MSS)
		return 0;
	struct sy_syn_layout layout = sy_syn_layout(data, bytes);
	uint32_t wscale = layout.wscale ? sy_be32(data + layout.wscale) : SYN_WSCALE << 8;
	if (!layout.present || wscale >> 8 != SYN_WSCALE)
		return 0;
	// straight into *out: put together elsewhere first, the copy would wait for its parts
	*out = (struct sy_tcp_options){0};
	out->mss = sy_be16(data + 2);
	out->wscale = (uint8_t)wscale;
	out->present = layout.present;
	if (layout.ts) {
		out->tsval = sy_be32(data + layout.ts);
		out->tsecr = sy_be32(data + layout.ts + 4);
	}
	return layout.present;
}
