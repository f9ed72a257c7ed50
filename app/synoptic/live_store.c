// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "live_store.h"

#include "log.h"

#include <stdio.h>

#define STORE_LIMIT_NS (60 * SY_NS_PER_S)
#define BACKLOG_BYTES  (UINT64_C(64) << 20)

/// What the store has to say goes to the log.
static void on_store(void *arg, const struct sy_store_event *event)
{
	static const enum sy_config_log_level level[] = {
		[SY_STORE_RECOVERED] = SY_CONFIG_LOG_WARNING,
		[SY_STORE_DISCARDED] = SY_CONFIG_LOG_WARNING,
		[SY_STORE_COMPLETED] = SY_CONFIG_LOG_DEBUG,
		[SY_STORE_STOPPED] = SY_CONFIG_LOG_ERROR,
		[SY_STORE_RESUMED] = SY_CONFIG_LOG_INFO,
		[SY_STORE_DROPPED] = SY_CONFIG_LOG_ERROR,
		[SY_STORE_REMOVED] = SY_CONFIG_LOG_INFO,
		[SY_STORE_FAILED] = SY_CONFIG_LOG_ERROR,
	};
	// On a full disk, or one that is wanted for other things, for each piece or file.
	static const bool is_often[] = {
		[SY_STORE_DROPPED] = true, [SY_STORE_REMOVED] = true, [SY_STORE_FAILED] = true};
	char key[32];

	(void)arg;
	snprintf(key, sizeof(key), "store %d", (int)event->kind);
	log_limited(key, is_often[event->kind] ? STORE_LIMIT_NS : 0, level[event->kind], "store",
		"%s", event->says);
}

int live_store_open(
	struct sy_store **store, const struct sy_config_output *output, struct sy_error *err)
{
	const struct sy_store_options options = {
		.dir = output->directory,
		.kinds = ((1u << SY_KIND_COUNT) - 1) &
			 ~(output->attempts ? 0 : 1u << SY_KIND_ATTEMPTS),
		.rotate_s = output->rotate_s,
		.rotate_bytes = (uint64_t)output->rotate_mib << 20,
		.zstd_level = (int)output->compress,
		.keep_age_s = (uint64_t)output->keep_days * 86400,
		.keep_bytes = (uint64_t)output->keep_gib << 30,
		.backlog_bytes = BACKLOG_BYTES,
		.event = on_store,
	};

	return sy_store_open(store, &options, err);
}
