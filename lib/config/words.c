// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "schema.h"

#define COUNT_OF(table)       (sizeof(table) / sizeof((table)[0]) - 1)
#define NAME_OF(table, index) ((size_t)(index) < COUNT_OF(table) ? (table)[index] : "?")

const char *const sy_words_config_side[] = {
	[SY_CONFIG_SIDE_BOTH] = "both",
	[SY_CONFIG_SIDE_A] = "a",
	[SY_CONFIG_SIDE_B] = "b",
	[SY_CONFIG_SIDE_COUNT] = NULL,
};

const char *const sy_words_config_idle[] = {
	[SY_CONFIG_IDLE_POLL] = "poll",
	[SY_CONFIG_IDLE_SLEEP] = "sleep",
	[SY_CONFIG_IDLE_PAUSE] = "pause",
	[SY_CONFIG_IDLE_MONITOR] = "monitor",
	[SY_CONFIG_IDLE_COUNT] = NULL,
};

const char *const sy_words_config_distribution[] = {
	[SY_CONFIG_DISTRIBUTION_AUTO] = "auto",
	[SY_CONFIG_DISTRIBUTION_RSS] = "rss",
	[SY_CONFIG_DISTRIBUTION_SOFTWARE] = "software",
	[SY_CONFIG_DISTRIBUTION_COUNT] = NULL,
};

const char *const sy_words_config_tracking[] = {
	[SY_CONFIG_TRACKING_FULL] = "full",
	[SY_CONFIG_TRACKING_HANDSHAKE] = "handshake",
	[SY_CONFIG_TRACKING_COUNT] = NULL,
};

const char *const sy_words_config_decode[] = {
	[SY_CONFIG_DECODE_BEST] = "best",
	[SY_CONFIG_DECODE_SCALAR] = "scalar",
	[SY_CONFIG_DECODE_AVX2] = "avx2",
	[SY_CONFIG_DECODE_AVX512] = "avx512",
	[SY_CONFIG_DECODE_VERIFY] = "verify",
	[SY_CONFIG_DECODE_COUNT] = NULL,
};

const char *const sy_words_config_log_level[] = {
	[SY_CONFIG_LOG_ERROR] = "error",
	[SY_CONFIG_LOG_WARNING] = "warning",
	[SY_CONFIG_LOG_INFO] = "info",
	[SY_CONFIG_LOG_DEBUG] = "debug",
	[SY_CONFIG_LOG_COUNT] = NULL,
};

const char *sy_config_side_name(enum sy_config_side side)
{
	return NAME_OF(sy_words_config_side, side);
}

const char *sy_config_tracking_name(enum sy_config_tracking tracking)
{
	return NAME_OF(sy_words_config_tracking, tracking);
}

const char *sy_config_decode_name(enum sy_config_decode decode)
{
	return NAME_OF(sy_words_config_decode, decode);
}

const char *sy_config_log_level_name(enum sy_config_log_level level)
{
	return NAME_OF(sy_words_config_log_level, level);
}
