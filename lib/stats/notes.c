// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What single packets show of their senders.

#include "host_ttl.h"
#include "stats_internal.h"

static struct sy_host_stats *see_host(struct sy_stats *stats, const struct sy_addr *sender,
	uint8_t vantage, bool confirmed, uint64_t ts_ns)
{
	struct sy_host_stats *host = sy_host_table_take(
		&stats->hosts, sender, vantage, confirmed, ts_ns, &stats->totals.hosts_not_tracked);

	if (host == NULL) {
		stats->totals.hosts_not_tracked++;
		return NULL;
	}
	if (ts_ns != 0 && (host->first_seen_ns == 0 || ts_ns < host->first_seen_ns))
		host->first_seen_ns = ts_ns;
	if (ts_ns > host->last_seen_ns)
		host->last_seen_ns = ts_ns;
	return host;
}

/// Adds what `count` roles of one host showed.
void sy_note_roles(struct sy_stats *stats, const struct sy_addr *sender, uint8_t vantage,
	const struct sy_role_note *notes, uint32_t count)
{
	struct sy_host_stats *host = NULL;

	for (uint32_t i = 0; i < count; i++) {
		const struct sy_role_note *note = &notes[i];
		struct sy_ttl_slot add = {
			.ttl = note->ttl, .first_ns = note->first_ns, .last_ns = note->last_ns};

		if (note->packets == 0)
			continue;
		if (host == NULL || (note->role != SY_ROLE_SYN && !host->confirmed))
			host = see_host(
				stats, sender, vantage, note->role != SY_ROLE_SYN, note->first_ns);
		if (host == NULL)
			return;
		if (note->last_ns > host->last_seen_ns)
			host->last_seen_ns = note->last_ns;
		add.count[note->role] = note->packets;
		sy_host_ttl_add(host, &add);
	}
}

void sy_stats_rst(struct sy_stats *stats, enum sy_rst_phase phase, const struct sy_addr *sender,
	uint8_t ttl, uint8_t vantage, uint64_t ts_ns)
{
	struct sy_rst_slot add = {.ttl = ttl, .first_ns = ts_ns, .last_ns = ts_ns};
	struct sy_host_stats *host;

	stats->totals.rst[phase]++;
	host = sy_host_table_take(
		&stats->hosts, sender, vantage, false, ts_ns, &stats->totals.hosts_not_tracked);
	if (host == NULL) {
		stats->totals.hosts_not_tracked++;
		return;
	}
	add.count[phase] = 1;
	sy_host_rst_add(host, &add);
}

void sy_stats_ttl(struct sy_stats *stats, enum sy_role role, const struct sy_addr *sender,
	uint8_t ttl, uint8_t vantage, uint64_t ts_ns)
{
	struct sy_role_note note = {role, ttl, 1, ts_ns, ts_ns};

	sy_note_roles(stats, sender, vantage, &note, 1);
}

void sy_stats_other_ip(
	struct sy_stats *stats, const struct sy_addr *sender, uint8_t vantage, uint64_t ts_ns)
{
	struct sy_host_stats *host = see_host(stats, sender, vantage, false, ts_ns);

	if (host != NULL)
		host->other_ip++;
}
