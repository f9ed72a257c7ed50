// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "read_options.h"
#include "sample.h"

/// Inputs that were given without a vantage.
uint32_t unnamed_count(const struct read_options *options);

/// Finds inputs without a vantage that show the same packets, from the sample of each input, and
/// says so. When all of them do, each becomes a vantage of its own, named after its file.
void unnamed_resolve(struct read_options *options, const struct sample *samples);
