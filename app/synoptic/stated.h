// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_finding.h"

#include <stdbool.h>

// Which findings have been written, and how they stood then: one that has not changed since is not
// written again, and one that no longer holds is taken back: stated once more, as ended. Here, and
// nowhere else, is said when a finding is open no longer.
//
// Thread-safety: none; the manager owns it.

struct statement {
	uint64_t key;              ///< code and subject
	struct sy_finding finding; ///< as it was written; its packets are not kept
};

/// Starts as zeros.
struct stated {
	struct statement *list;
	uint32_t count;
};

/// Which moment it is, and how long a finding without new evidence stays open.
struct stated_clock {
	uint64_t now_ns, patience_ns;
};

/// Ends the findings that were not seen for too long, so that all with an ended_ns of 0 are open,
/// and adds those about the monitor's losses that stay open in an interval without any;
/// remembers them, and leaves in *news, which the caller frees with free(news->list), those that
/// are new or have changed, and those that hold no longer, as ended now. 0 or -ENOMEM: then nothing
/// is remembered and *news is empty.
int stated_renew(struct stated *stated, struct sy_findings *findings, struct stated_clock clock,
	struct sy_findings *news);

void stated_free(struct stated *stated);
