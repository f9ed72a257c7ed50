// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

// Statistics and what is concluded from them, for tests that begin with none: set-up and teardown
// of cmocka.

#include "export_cmocka.h"
#include "make_attempt.h"

struct world {
	struct sy_stats *stats;
	struct sy_facts *facts;
};

static inline int set_up(void **context)
{
	static struct world world;

	world = (struct world){.stats = make_stats(256)};
	*context = &world;
	return world.stats == NULL ? -1 : 0;
}

static inline int tear_down(void **context)
{
	struct world *world = *context;

	sy_facts_destroy(world->facts);
	sy_stats_destroy(world->stats);
	return 0;
}
