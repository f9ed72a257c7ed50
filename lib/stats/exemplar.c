// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "service_record.h"

#include <string.h>

static int compare_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static uint64_t syn_time(const struct sy_attempt *attempt)
{
	uint64_t ts_ns = attempt->note[SY_NOTE_SYN].ts_ns;
	return ts_ns != 0 ? ts_ns : attempt->last_syn_ns;
}

static int compare(const struct sy_attempt *a, const struct sy_attempt *b)
{
	int order = compare_u64(syn_time(a), syn_time(b));

	if (order == 0)
		order = sy_addr_compare(&a->tuple.client, &b->tuple.client);
	if (order == 0)
		order = compare_u64(a->tuple.client_port, b->tuple.client_port);
	if (order == 0)
		order = compare_u64(a->note[SY_NOTE_SYN].seq, b->note[SY_NOTE_SYN].seq);
	// The same attempt: its final state tells more.
	if (order == 0)
		order = compare_u64(b->end_ns, a->end_ns);
	return order;
}

void sy_exemplar_keep(struct sy_details *details, struct sy_attempt **kept,
	const struct sy_attempt *offered, struct sy_totals *totals)
{
	if (offered == NULL || (*kept != NULL && compare(offered, *kept) >= 0))
		return;
	if (*kept == NULL)
		*kept = sy_pool_take(&details->exemplars);
	if (*kept == NULL)
		totals->exemplars_not_tracked++;
	else
		memcpy(*kept, offered, sizeof(**kept));
}

void sy_exemplar_keep_rst(struct sy_details *details, struct sy_attempt **kept,
	const struct sy_attempt *offered, struct sy_totals *totals)
{
	if (offered == NULL || *kept == NULL ||
		sy_attempt_cut_off(offered) == sy_attempt_cut_off(*kept))
		sy_exemplar_keep(details, kept, offered, totals);
	else if (sy_attempt_cut_off(*kept))
		memcpy(*kept, offered, sizeof(**kept));
}
