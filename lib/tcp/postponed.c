// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "postponed.h"

#include "tcp_internal.h"

#include "sy_decode.h"

#define ROOM 16 // what is asked for with each batch, while there is something

struct sy_postponed {
	struct sy_batch batch; ///< in the order in which they came
	bool taking;           ///< they are being taken: none may come back
};

_Static_assert(ROOM <= SY_BURST_MAX, "lanes of one batch");

size_t sy_postponed_bytes(void)
{
	return sizeof(struct sy_postponed);
}

bool sy_tcp_postpone(struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i)
{
	struct sy_postponed *p = tcp->postponed;
	bool answers = b->lane[i] == SY_LANE_ICMP_ERROR || (b->flags[i] & SY_TCP_RST);

	if (tcp->config.postpone_ns == 0 || !answers || p->taking || p->batch.count == ROOM)
		return false;
	sy_batch_copy_lane(&p->batch, p->batch.count++, b, i);
	return true;
}

static bool is_due(const struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i, uint64_t now_ns)
{
	return sy_time_since(now_ns, b->ts_ns[i]) > tcp->config.postpone_ns ||
	       sy_flow_table_find(tcp->flows, sy_batch_tag(b, i)) != NULL;
}

void sy_tcp_take_postponed(struct sy_tcp *tcp, uint64_t now_ns)
{
	struct sy_postponed *p = tcp->postponed;
	uint32_t kept = 0;

	if (p->batch.count == 0)
		return;
	p->taking = true;
	for (uint32_t i = 0; i < p->batch.count; i++) {
		if (!is_due(tcp, &p->batch, i, now_ns)) {
			if (kept != i)
				sy_batch_copy_lane(&p->batch, kept, &p->batch, i);
			kept++;
		} else if (p->batch.lane[i] == SY_LANE_TCP) {
			sy_tcp_segment(tcp, &p->batch, i);
		} else {
			sy_tcp_icmp_error(tcp, &p->batch, i);
		}
	}
	p->batch.count = kept;
	p->taking = false;
}
