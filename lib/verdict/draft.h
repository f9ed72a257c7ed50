// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "rule.h"

#include <stddef.h>

// How a finding is put into words.

#define SY_SHORT_TIME_SIZE 32

/// "s" unless n is 1.
static inline const char *sy_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/// printf into a buffer, cut at its size.
__attribute__((format(printf, 3, 4))) void sy_text(
	char *text, size_t size, const char *format, ...);

/// Adds to what the buffer holds.
__attribute__((format(printf, 3, 4))) void sy_text_add(
	char *text, size_t size, const char *format, ...);

/// A time for sentences: RFC 3339 with milliseconds.
const char *sy_short_time(uint64_t ts_ns, char text[static SY_SHORT_TIME_SIZE]);

/// Empties the finding.
void sy_draft(struct sy_finding *finding, enum sy_code code, enum sy_certainty certainty);

void sy_draft_service(struct sy_finding *finding, const struct sy_service_stats *service);
void sy_draft_host(struct sy_finding *finding, const struct sy_addr *addr);
void sy_draft_vantage(struct sy_finding *finding, const struct sy_facts *facts, uint8_t vantage);

/// A group: the host, its ports and their figures.
void sy_draft_group(struct sy_finding *finding, const struct sy_group *group);

/// The failures of a service that the finding is about: times, counts, whether they ended.
void sy_draft_run(struct sy_finding *finding, const struct sy_service_facts *service,
	const struct sy_span *span);

void sy_draft_count(struct sy_finding *finding, const char *name, double value);
void sy_draft_time(struct sy_finding *finding, const char *name, uint64_t ts_ns);

/// An alternative and why it is less likely.
__attribute__((format(printf, 3, 4))) void sy_draft_alternative(
	struct sy_finding *finding, const char *what, const char *why, ...);

/// The handshake packets of an attempt, in the order of time; nothing for none (NULL). They
/// are written by sy_draft_trace(), for findings that stay.
void sy_draft_packets(struct sy_finding *finding, const struct sy_attempt *attempt);
void sy_draft_trace(struct sy_finding *finding, const struct sy_facts *facts);

/// "a unix-family device 0 hops from this tap"
void sy_text_device(char *text, size_t size, uint8_t ttl);
