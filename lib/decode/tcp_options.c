// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// TCP options. All of them for SYNs, whose options are the handshake's terms; only the timestamps
// for other segments.

#include "decode_internal.h"

enum tcp_option {
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_MSS = 2,
	OPTION_WSCALE = 3,
	OPTION_SACK = 4,
	OPTION_TS = 8,
	OPTION_MD5 = 19,
	OPTION_AO = 29,
	OPTION_MPTCP = 30,
	OPTION_TFO = 34,
	OPTION_EXPERIMENT = 254,
};

/// Magic number of Fast Open before it had a kind (RFC 7413 4.1.1).
#define TFO_MAGIC 0xf989

// Gives the next option that is no padding, or NULL at the end or at a malformed one.
static const uint8_t *next_option(const uint8_t *data, uint32_t bytes, uint32_t *at)
{
	while (*at < bytes && data[*at] == OPTION_NOP)
		(*at)++;
	if (bytes - *at < 2 || data[*at] == OPTION_END)
		return NULL;
	const uint8_t *option = data + *at;
	if (option[1] < 2 || option[1] > bytes - *at)
		return NULL;
	*at += option[1];
	return option;
}

// A cookie has 4 to 16 bytes and an even number of them; none is the request for one.
static bool read_tfo(struct sy_tcp_options *out, uint32_t cookie_bytes)
{
	if (cookie_bytes && (cookie_bytes < 4 || cookie_bytes > 16 || cookie_bytes % 2))
		return false;
	out->present |= SY_OPT_TFO;
	out->tfo_cookie_bytes = (uint8_t)cookie_bytes;
	return true;
}

// The options without a value here: only their length is looked at.
static bool read_mark(struct sy_tcp_options *out, const uint8_t *o)
{
	switch (o[0]) {
	case OPTION_SACK:
		out->present |= SY_OPT_SACK;
		return o[1] == 2;
	case OPTION_MD5:
		out->present |= SY_OPT_MD5;
		return o[1] == 18;
	case OPTION_AO:
		out->present |= SY_OPT_AO;
		return o[1] >= 4;
	case OPTION_MPTCP:
		out->present |= SY_OPT_MPTCP;
		return o[1] >= 3;
	default:
		return true;
	}
}

// False when the option's length does not fit its kind.
static bool read_option(struct sy_tcp_options *out, const uint8_t *o)
{
	switch (o[0]) {
	case OPTION_MSS:
		if (o[1] != 4)
			return false;
		out->present |= SY_OPT_MSS;
		out->mss = sy_be16(o + 2);
		return true;
	case OPTION_WSCALE:
		if (o[1] != 3)
			return false;
		out->present |= SY_OPT_WSCALE;
		out->wscale = o[2];
		return true;
	case OPTION_TS:
		if (o[1] != 10)
			return false;
		out->present |= SY_OPT_TS;
		out->tsval = sy_be32(o + 2);
		out->tsecr = sy_be32(o + 6);
		return true;
	case OPTION_TFO:
		return read_tfo(out, o[1] - 2u);
	case OPTION_EXPERIMENT:
		return o[1] < 4 || sy_be16(o + 2) != TFO_MAGIC || read_tfo(out, o[1] - 4u);
	default:
		break;
	}

	uint8_t before = out->present;
	bool fits = read_mark(out, o);
	if (!fits)
		out->present = before;
	return fits;
}

void sy_tcp_options_parse(const uint8_t *data, uint32_t bytes, struct sy_tcp_options *out)
{
	uint32_t at = 0;
	const uint8_t *option;

	*out = (struct sy_tcp_options){0};
	while ((option = next_option(data, bytes, &at)))
		if (!read_option(out, option))
			return;
}

uint8_t sy_tcp_find_syn_options(
	struct sy_batch *batch, uint32_t i, const uint8_t *options, uint32_t bytes)
{
	struct sy_tcp_options *opt = &batch->opt[i];

	sy_tcp_options_parse(options, bytes, opt);
	if (!(opt->present & SY_OPT_TS))
		return SY_SEG_OPTIONS;
	batch->tsval[i] = opt->tsval;
	batch->tsecr[i] = opt->tsecr;
	return SY_SEG_OPTIONS | SY_SEG_TS;
}

uint8_t sy_tcp_find_timestamps(
	struct sy_batch *batch, uint32_t i, const uint8_t *options, uint32_t bytes)
{
	uint32_t at = 0;
	const uint8_t *option;

	while ((option = next_option(options, bytes, &at))) {
		if (option[0] != OPTION_TS)
			continue;
		if (option[1] != 10)
			return 0;
		batch->tsval[i] = sy_be32(option + 2);
		batch->tsecr[i] = sy_be32(option + 6);
		return SY_SEG_TS;
	}
	return 0;
}
