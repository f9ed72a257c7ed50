// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdint.h>

/// The length on the wire of an Ethernet frame of which `cap` bytes are at `data`, as its IP header
/// says; `cap` when that is not more, or there is none. No state, any thread.
uint32_t frame_wire_bytes(const uint8_t *data, uint32_t cap);
