// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "live.h"

/// Looks after the links and devices of the ports, says what happened to them in the log, and
/// brings back those whose device was removed and is there again. The manager, about once a second.
void live_ports_look(struct live *live, uint64_t monotonic_ns);
