// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "reload.h"

#include "log.h"

#include <stdlib.h>
#include <string.h>

/// Takes one key over; the copy that is compared afterwards loses the difference.
#define TAKE(key)                                                                   \
	do {                                                                        \
		if (memcmp(&config->key, &wanted->key, sizeof(config->key)) != 0) { \
			memcpy(&config->key, &wanted->key, sizeof(config->key));    \
			log_info("config", "%s was changed", #key);                 \
			changes++;                                                  \
		}                                                                   \
	} while (0)

static void take(struct sy_config *config, const struct sy_config *wanted)
{
	uint32_t changes = 0;

	TAKE(log.level);
	TAKE(interval_s);
	TAKE(output.prometheus);
	TAKE(output.report);
	log_set_level(config->log.level);
	if (memcmp(config, wanted, sizeof(*config)) != 0)
		log_warning("config",
			"other keys were changed, which takes a restart; until then they stay as "
			"they were (while running change: log.level, interval_s, output.prometheus, "
			"output.report)");
	else if (changes == 0)
		log_info("config", "read again; nothing was changed");
}

void reload_config(struct sy_config *config, const char *path)
{
	struct sy_config *wanted = malloc(sizeof(*wanted));
	struct sy_error err;

	if (wanted == NULL) {
		log_error("config", "no memory to read the configuration again");
		return;
	}
	if (sy_config_load(wanted, path, &err) != 0)
		log_error("config", "%s; everything stays as it was", err.text);
	else
		take(config, wanted);
	free(wanted);
}
