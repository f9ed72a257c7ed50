// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdbool.h>
#include <stdint.h>

// What the connections carry: enough of each protocol that a dissector is content.

enum protocol {
	PROTOCOL_NONE, ///< connected and closed
	PROTOCOL_HTTP,
	PROTOCOL_TLS,
	PROTOCOL_POSTGRES,
	PROTOCOL_LDAP,
	PROTOCOL_DNS,
	PROTOCOL_RDP,
};

/// One request or response.
struct message {
	uint8_t protocol;
	bool response;
	uint32_t bytes; ///< of the whole, as sy_payload_bytes() has said
};

/// The length of a message that should have about `wanted` bytes.
uint32_t sy_payload_bytes(enum protocol protocol, bool response, uint32_t wanted);

/// Writes the `bytes` of a message that begin at `offset`.
void sy_payload_write(const struct message *message, uint32_t offset, uint8_t *at, uint32_t bytes);
