// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_finding.h"

#include <stdbool.h>

// Which findings have been written, and how they stood then: one that has not changed since is not
// written again, and one that no longer holds is taken back: stated once more, as ended.
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

/// Remembers the findings, and leaves in *news, which the caller frees with free(news->list), those
/// that are new or have changed, and those that hold no longer, as ended now. 0 or -ENOMEM: then
/// nothing is remembered and *news is empty.
int stated_renew(struct stated *stated, const struct sy_findings *findings, uint64_t now_ns,
	struct sy_findings *news);

void stated_free(struct stated *stated);
