// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "rule.h"

/// Where the handshakes with a server were seen, over all its services.
struct sy_passage {
	bool known;
	uint64_t both;         ///< SYNs and SYN-ACKs seen at both
	uint64_t synacks_both; ///< ... of these, SYN-ACKs
	uint64_t synacks_near; ///< SYN-ACKs seen at the client's side only
	uint64_t far;          ///< SYNs and SYN-ACKs seen at the server's side
};

/// The passages of the server that was asked for last, by client's and server's side. All zero =
/// none.
struct sy_passages {
	const struct sy_service_facts *services; ///< of that server, by port
	uint32_t count;
	struct sy_passage between[SY_MASK_VANTAGES][SY_MASK_VANTAGES];
};

/// The handshakes with a server that has services, from the client's side `near` to `far`. Valid
/// until another server is asked for.
const struct sy_passage *sy_passage_find(
	const struct sy_verdict *verdict, const struct sy_addr *server, uint8_t near, uint8_t far);
