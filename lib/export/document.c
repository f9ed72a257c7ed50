// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_summary.h"
#include "sy_tables.h"

struct sy_port_stats sy_summary_ports(const struct sy_facts *facts)
{
	struct sy_port_stats sum = {0};

	for (uint32_t i = 0; i < facts->port_count; i++) {
		const struct sy_port_stats *port = &facts->ports[i];
		sum.received += port->received;
		sum.bytes += port->bytes;
		for (uint32_t b = 0; b < SY_BUCKET_COUNT; b++)
			sum.bucket[b] += port->bucket[b];
		sum.snapped += port->snapped;
		sum.nic_missed += port->nic_missed;
		sum.nic_errors += port->nic_errors;
		sum.no_mbuf += port->no_mbuf;
		sum.ring_full += port->ring_full;
		sum.moved += port->moved;
		sum.backwards += port->backwards;
		if (port->first_ns != 0 && (sum.first_ns == 0 || port->first_ns < sum.first_ns))
			sum.first_ns = port->first_ns;
		if (port->last_ns > sum.last_ns)
			sum.last_ns = port->last_ns;
	}
	return sum;
}

const struct sy_finding *sy_summary_next_finding(const struct sy_summary *summary, uint32_t *cursor)
{
	bool open_only = summary->known != NULL;
	const struct sy_findings *all = open_only ? summary->known : summary->findings;

	while (*cursor < all->count) {
		const struct sy_finding *finding = &all->list[(*cursor)++];
		if (!open_only || finding->ended_ns == 0)
			return finding;
	}
	return NULL;
}

// What found no room in the tables that last since the start is known by the interval alone.
const struct sy_service_facts *sy_summary_known_service(
	const struct sy_summary *summary, const struct sy_service_facts *service)
{
	const struct sy_service_stats *stats = service->stats;
	const struct sy_service_facts *known = NULL;

	if (summary->history != NULL)
		known = sy_facts_service(
			summary->history, &stats->server, stats->port, stats->domain);
	return known != NULL ? known : service;
}

const struct sy_host_facts *sy_summary_known_host(
	const struct sy_summary *summary, const struct sy_host_facts *host)
{
	const struct sy_host_facts *known = NULL;

	if (summary->history != NULL)
		known = sy_facts_host(summary->history, &host->stats->addr, host->stats->vantage);
	return known != NULL ? known : host;
}

void sy_summary_write(struct sy_text *out, const struct sy_summary *summary)
{
	sy_table_put_document(&sy_table_summary, out, summary);
	sy_text_put(out, "\n", 1);
}

// The row number `index` of a table; false at the end.
union any_row {
	struct sy_service_row service;
	struct sy_host_row host;
	struct sy_finding_row finding;
	struct sy_port_row port;
};

static bool service_row(const struct sy_summary *summary, uint32_t index, union any_row *row)
{
	const struct sy_facts *facts = summary->facts;

	row->service = (struct sy_service_row){.facts = facts};
	if (index >= facts->service_count)
		return false;
	row->service.service = &facts->services[index];
	row->service.known = sy_summary_known_service(summary, row->service.service);
	return true;
}

static bool host_row(const struct sy_summary *summary, uint32_t index, union any_row *row)
{
	const struct sy_facts *facts = summary->facts;

	row->host = (struct sy_host_row){.facts = facts};
	if (index >= facts->host_count)
		return false;
	row->host.host = facts->sorted_hosts[index];
	row->host.known = sy_summary_known_host(summary, row->host.host);
	return true;
}

static bool finding_row(const struct sy_summary *summary, uint32_t index, union any_row *row)
{
	row->finding = (struct sy_finding_row){.facts = summary->facts};
	if (index < summary->findings->count)
		row->finding.finding = &summary->findings->list[index];
	return index < summary->findings->count;
}

static bool port_row(const struct sy_summary *summary, uint32_t index, union any_row *row)
{
	row->port = (struct sy_port_row){.port = index, .facts = summary->facts};
	if (index < summary->run->input_count)
		row->port = (struct sy_port_row){index, summary->run->inputs[index].path,
			&summary->run->inputs[index], summary->facts};
	return index < summary->facts->port_count;
}

static const struct {
	const struct sy_table *table;
	bool (*row)(const struct sy_summary *summary, uint32_t index, union any_row *row);
} parts[] = {
	{&sy_table_services, service_row},
	{&sy_table_hosts, host_row},
	{&sy_table_findings, finding_row},
	{&sy_table_ports, port_row},
};

#define PART_COUNT (sizeof(parts) / sizeof(parts[0]))

bool sy_summary_has_table(const struct sy_table *table)
{
	for (size_t i = 0; i < PART_COUNT; i++) {
		if (parts[i].table == table)
			return true;
	}
	return false;
}

void sy_summary_write_table(struct sy_text *out, const struct sy_summary *summary,
	const struct sy_table *table, enum sy_format format)
{
	union any_row row;

	sy_table_begin(table, format, out);
	for (size_t i = 0; i < PART_COUNT; i++) {
		if (parts[i].table != table)
			continue;
		for (uint32_t index = 0; parts[i].row(summary, index, &row); index++)
			sy_table_put(table, format, out, &row);
	}
}

// An array of what stands under a name; begins with its comma, the caller ends it.
static void begin_part(struct sy_text *out, const struct sy_table *table)
{
	sy_text_put(out, ",\n\"", 3);
	sy_text_puts(out, table->name);
	sy_text_put(out, "\":[", 3);
}

void sy_document_write(struct sy_text *out, const struct sy_summary *summary)
{
	union any_row row;

	sy_text_puts(out, "{\"v\":1,\"summary\":");
	sy_table_put_document(&sy_table_summary, out, summary);
	for (size_t i = 0; i < PART_COUNT; i++) {
		begin_part(out, parts[i].table);
		for (uint32_t index = 0; parts[i].row(summary, index, &row); index++) {
			sy_text_puts(out, index > 0 ? ",\n" : "\n");
			sy_table_put_object(parts[i].table, out, &row);
			sy_text_checkpoint(out);
		}
		sy_text_put(out, "]", 1);
	}
	sy_text_puts(out, "}\n");
}

void sy_document_write_current(struct sy_text *out, const struct sy_summary *summary)
{
	const char *separator = "\n";
	uint32_t cursor = 0;
	union any_row row = {.finding = {.facts = summary->facts}};

	sy_text_puts(out, "{\"v\":1,\"summary\":");
	sy_table_put_document(&sy_table_summary, out, summary);
	begin_part(out, &sy_table_findings);
	while ((row.finding.finding = sy_summary_next_finding(summary, &cursor)) != NULL) {
		sy_text_puts(out, separator);
		sy_table_put_object(&sy_table_findings, out, &row);
		separator = ",\n";
	}
	sy_text_put(out, "]", 1);
	begin_part(out, &sy_table_ports);
	for (uint32_t index = 0; port_row(summary, index, &row); index++) {
		sy_text_puts(out, index > 0 ? ",\n" : "\n");
		sy_table_put_object(&sy_table_ports, out, &row);
	}
	sy_text_puts(out, "]}\n");
}
