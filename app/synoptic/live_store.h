// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_config.h"
#include "sy_store.h"

/// Opens the store of a live run as it is configured; what it has to say goes to the log. 0, or
/// -errno with one sentence in err.
int live_store_open(
	struct sy_store **store, const struct sy_config_output *output, struct sy_error *err);
