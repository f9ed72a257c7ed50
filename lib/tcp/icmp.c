// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// ICMP errors that quote a TCP segment: who refused, and why (RFC 792, RFC 4443).

#include "tcp_internal.h"

/// Destination unreachable and time exceeded are answers to a SYN; the rest (fragmentation needed,
/// parameter problem) say something about a packet, not about the service.
static bool is_answer(bool v6, uint8_t type, uint8_t code)
{
	if (v6)
		return type == 1 || type == 3;
	return (type == 3 && code != 4) || type == 11;
}

/// Codes by which a device says that policy forbids the traffic (RFC 1812 5.2.7.1, RFC 4443 3.1).
static bool is_prohibition(bool v6, uint8_t type, uint8_t code)
{
	if (v6)
		return type == 1 && (code == 1 || code == 5 || code == 6);
	return type == 3 && (code == 9 || code == 10 || code == 13);
}

void sy_tcp_icmp(struct sy_step *s)
{
	const struct sy_batch *b = s->batch;
	uint32_t i = s->lane;
	bool v6 = b->bits[i] & SY_SEG_V6;
	struct sy_attempt *a;

	s->tcp->counters.icmp_errors++;
	if (s->flow == NULL || s->dir != SY_CLIENT || !(s->flow->bits & SY_BIT_ATTEMPT) ||
		!is_answer(v6, b->icmp_type[i], b->icmp_code[i]) ||
		((b->bits[i] & SY_SEG_ICMP_SEQ) &&
			s->seq != sy_tcp_client_isn(s->flow, s->attempt))) {
		s->tcp->counters.icmp_unmatched++;
		return;
	}
	a = sy_tcp_promote(s);
	if (a == NULL || a->icmp_seen)
		return;
	a->icmp_seen = 1;
	a->icmp_type = b->icmp_type[i];
	a->icmp_code = b->icmp_code[i];
	a->icmp_from = b->icmp_from[i];
	if (is_prohibition(v6, a->icmp_type, a->icmp_code))
		a->flags |= SY_ATT_ICMP_PROHIBITED;
	if (s->flow->state == SY_STATE_SYN_SENT && a->refusals == 0) {
		a->decided_ns = s->ts_ns;
		s->flow->rank = SY_RANK_ENDED;
	}
}
