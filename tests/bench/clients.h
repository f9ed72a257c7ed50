// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "frame.h"
#include "traffic.h"

// Real clients that go on while something else floods: some are served, some refused, some give up
// after the answer.

#define CLIENTS_OPEN 64

struct clients {
	uint64_t started;
	uint64_t turn;
	uint32_t open;
	struct client {
		uint64_t number;
		uint8_t kind, step;
		bool open;
	} client[CLIENTS_OPEN];
};

/// The next segment of the client whose turn it is; counts its outcome in `expected` when it ends.
/// Starts no new ones when draining. Returns false when none is left.
bool clients_next(struct clients *clients, bool draining, uint32_t server,
	uint64_t expected[static SY_OUTCOME_COUNT], struct segment *segment);
