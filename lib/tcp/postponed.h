// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_batch.h"
#include "sy_tcp.h"

// Answers that overtook their question. Ports that are polled in turn, and workers that hand over
// to one another, mix the order a little: a RST or an ICMP error may come before the SYN that it
// answers, and would be taken for something else. Where the configuration says so
// (postpone_ns), such an answer to an unknown flow waits here for a moment.

struct sy_postponed;

/// Bytes for the place where they wait; the caller gives it zeroed.
size_t sy_postponed_bytes(void);

/// Keeps a lane of an unknown flow for later. False when it is none that waits, or there is no
/// room: then it is taken as it is.
bool sy_tcp_postpone(struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i);

/// Takes those whose flow is known now, and those that have waited for long enough by `now_ns`;
/// all of them with UINT64_MAX.
void sy_tcp_take_postponed(struct sy_tcp *tcp, uint64_t now_ns);
