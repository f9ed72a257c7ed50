// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "rule.h"

/// What speaks for a RST that another device made in the server's name.
struct sy_path_evidence {
	bool by_ttl;
	bool by_position;
	uint64_t rsts;                    ///< of origin path, before the connection was up
	uint64_t rsts_up;                 ///< ... afterwards
	const struct sy_service_rst *rst; ///< most frequent RST of origin path, or NULL
	const struct sy_host_facts *host; ///< the server as that vantage knows it
	struct sy_between between;        ///< valid when by_position
	const struct sy_attempt *shown;   ///< one that ended by such a RST, or NULL
};

/// Collects it; all false and NULL when there is none.
struct sy_path_evidence sy_path_evidence_collect(
	const struct sy_verdict *verdict, const struct sy_service_facts *service);

/// How sure it makes.
enum sy_certainty sy_path_evidence_judge(const struct sy_path_evidence *evidence);
