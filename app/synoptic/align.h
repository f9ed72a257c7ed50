// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "read_options.h"

// Before captures are read: do they come from several places, and do their clocks agree? Answered
// from the packets that the first part of one file has in common with another's.

/// Looks into the inputs that are files when there are at least two of them. Gives files without a
/// vantage that show the same packets a vantage each; sets the clock offset of each input, against
/// the clock of the first vantage. Says on the terminal what it changed. EAL must run.
/// 0, or -errno with one sentence in err when there is no memory; files that cannot be read are
/// left to who reads them.
int align_inputs(struct read_options *options, struct sy_error *err);
