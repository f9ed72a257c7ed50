// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "reload.h"

#include "log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const changeable[] = {
	"log.level", "interval_s", "output.prometheus", "output.report"};

/// The former file would be taken for news; two of them in one directory are worse: node_exporter
/// then answers nothing at all.
static void leave_metrics(const char *path, const char *wanted)
{
	if (path[0] != '\0' && strcmp(path, wanted) != 0)
		unlink(path);
}

static void take(struct sy_config *config, const struct sy_config *wanted)
{
	leave_metrics(config->output.prometheus, wanted->output.prometheus);
	config->log.level = wanted->log.level;
	config->interval_s = wanted->interval_s;
	memcpy(config->output.prometheus, wanted->output.prometheus,
		sizeof(config->output.prometheus));
	config->output.report = wanted->output.report;
}

static bool can_change(const char *key)
{
	for (size_t i = 0; i < sizeof(changeable) / sizeof(changeable[0]); i++)
		if (strcmp(key, changeable[i]) == 0)
			return true;
	return false;
}

static void on_difference(void *arg, const char *key, const char *before, const char *after)
{
	uint32_t *count = arg;

	(*count)++;
	if (can_change(key))
		log_info("config", "%s: %s -> %s", key, before, after);
	else
		log_warning("config", "%s: %s -> %s waits for a restart", key, before, after);
}

void reload_config(struct sy_config *config, const char *path)
{
	struct sy_config *wanted = malloc(sizeof(*wanted));
	struct sy_error err;
	uint32_t count = 0;

	if (wanted == NULL) {
		log_error("config", "no memory to read the configuration again");
	} else if (sy_config_load(wanted, path, &err) != 0) {
		log_error("config", "%s; everything stays as it was", err.text);
	} else {
		log_set_level(wanted->log.level);
		if (sy_config_differences(config, wanted, on_difference, &count) != 0)
			log_error("config", "no memory to tell what was changed");
		else if (count == 0)
			log_info("config", "read again; nothing was changed");
		take(config, wanted);
	}
	free(wanted);
}
