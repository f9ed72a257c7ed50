// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "scenarios.h"

#include <errno.h>
#include <string.h>

struct traffic *scenario_traffic(const struct scenario *s, uint32_t base, struct sy_error *err)
{
	struct traffic *traffic;

	if (strcmp(s->name, "mix") == 0) {
		if (s->capture == NULL) {
			sy_error_set(err, EINVAL, "mix needs --capture");
			return NULL;
		}
		return traffic_capture(s->capture, s->flows, err);
	}
	if (strcmp(s->name, "steady") == 0 || strcmp(s->name, "tunnel") == 0) {
		traffic = traffic_steady(s->flows, base, s->name[0] == 't');
	} else if (strcmp(s->name, "synflood") == 0) {
		traffic = traffic_synflood(s->flows);
	} else if (strcmp(s->name, "scan") == 0) {
		traffic = traffic_scan(s->flows);
	} else {
		sy_error_set(err, EINVAL, "there is no traffic '%s'", s->name);
		return NULL;
	}
	if (traffic == NULL)
		sy_error_set(err, ENOMEM, "no memory");
	return traffic;
}
