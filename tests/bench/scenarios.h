// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "measure.h"
#include "traffic.h"

#include <stdint.h>

/// What to measure, from the command line.
struct scenario {
	const char *name;    ///< steady, tunnel, synflood, scan, mix
	const char *capture; ///< for mix
	uint64_t flows;      ///< for the others: flows, or slots of the table that is flooded
	const char *kernel;
	const char *tracking;
	const char *part; ///< of the flow stage that a run by stages looks at
	struct budget budget;
};

/// The traffic of a scenario. `base` sets the addresses of several apart. NULL with one sentence in
/// err.
struct traffic *scenario_traffic(
	const struct scenario *scenario, uint32_t base, struct sy_error *err);

// Each measures one scenario and prints one JSON object on a line. Return 0, or -errno with one
// sentence in err.

/// The whole loop of one worker.
int scenario_loop(const struct scenario *scenario, struct sy_error *err);

/// Each stage for itself.
int scenario_stages(const struct scenario *scenario, struct sy_error *err);

/// Two workers at a time, each with its own flows, and one of them alone.
int scenario_pair(const struct scenario *scenario, struct sy_error *err);
