// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// ports.jsonl: one input a line.

#include "sy_json.h"
#include "sy_summary.h"
#include "sy_tables.h"

#include <stddef.h>

#define SCHEMA_DRIVER_LOSSES "{\"type\":\"object\",\"additionalProperties\":" SY_SCHEMA_COUNT "}"

#define PUT(what)               \
	static void put_##what( \
		const void *row, const struct sy_column *column, struct sy_cell *cell)

static const struct sy_port_stats *stats_of(const void *row)
{
	const struct sy_port_row *port_row = row;

	return &port_row->facts->ports[port_row->port];
}

static uint32_t vantage_of(const void *row)
{
	const struct sy_port_row *port_row = row;

	return port_row->facts->vantage_of_port[port_row->port];
}

PUT(index)
{
	(void)column;
	sy_cell_u64(cell, ((const struct sy_port_row *)row)->port);
}

PUT(name)
{
	(void)column;
	sy_cell_text(cell, ((const struct sy_port_row *)row)->name);
}

PUT(vantage)
{
	(void)column;
	sy_cell_text(
		cell, sy_vantage_name(((const struct sy_port_row *)row)->facts, vantage_of(row)));
}

PUT(link)
{
	const struct sy_run_input *input = ((const struct sy_port_row *)row)->input;

	(void)column;
	sy_cell_text(cell, input != NULL ? input->link : NULL);
}

PUT(driver_losses)
{
	const struct sy_run_input *input = ((const struct sy_port_row *)row)->input;
	struct sy_json json = {.text = cell->json};

	(void)column;
	cell->kind = SY_CELL_NULL;
	if (input == NULL || input->link == NULL)
		return;
	sy_json_open(&json, NULL, '{');
	for (uint32_t i = 0; i < input->counter_count; i++)
		sy_json_u64(&json, input->counters[i].name, input->counters[i].count);
	sy_json_close(&json, '}');
	cell->kind = SY_CELL_JSON;
}

PUT(u64)
{
	sy_cell_u64(
		cell, *(const uint64_t *)(const void *)((const char *)stats_of(row) + column->arg));
}

PUT(time)
{
	sy_cell_time(
		cell, *(const uint64_t *)(const void *)((const char *)stats_of(row) + column->arg));
}

PUT(loss)
{
	uint32_t vantage = vantage_of(row);

	(void)column;
	cell->kind = SY_CELL_NULL;
	if (vantage < SY_VANTAGE_MAX)
		sy_cell_f64(cell, ((const struct sy_port_row *)row)->facts->loss_estimate[vantage]);
}

static const struct sy_column columns[] = {
	SY_COLUMN_TS(struct sy_port_row, "figures stand"),
	SY_COLUMN("port", SY_TYPE_INTEGER, SY_ALWAYS, put_index, 0,
		"Number of the input, from 0 in the order given."),
	SY_COLUMN("vantage", SY_TYPE_TEXT, SY_NULLABLE, put_vantage, 0,
		"The vantage that the input belongs to."),
	SY_COLUMN("received", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, received),
		"Frames that the input delivered: the sum of the nine counts that follow."),
	SY_COLUMN("tcp", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, bucket[SY_BUCKET_TCP]),
		"Frames whose TCP header was read."),
	SY_COLUMN("duplicate", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, bucket[SY_BUCKET_DUPLICATE]),
		"Frames that were the same packet again at the same vantage."),
	SY_COLUMN("filtered", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, bucket[SY_BUCKET_FILTERED]),
		"Frames outside the configured filter."),
	SY_COLUMN("other_ip", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, bucket[SY_BUCKET_OTHER_IP]),
		"Frames of IP, not TCP."),
	SY_COLUMN("non_ip", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, bucket[SY_BUCKET_NON_IP]),
		"Frames of neither IPv4 nor IPv6."),
	SY_COLUMN("fragment", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, bucket[SY_BUCKET_FRAGMENT]),
		"IP fragments other than the first."),
	SY_COLUMN("truncated", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, bucket[SY_BUCKET_TRUNCATED]),
		"Frames whose capture ends before the TCP header does."),
	SY_COLUMN("malformed", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, bucket[SY_BUCKET_MALFORMED]),
		"Frames in which a length or version field contradicts the frame."),
	SY_COLUMN("unsupported_tunnel", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, bucket[SY_BUCKET_UNSUPPORTED_TUNNEL]),
		"Frames with a tunnel header that is recognised and not read."),
	SY_COLUMN("nic_missed", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, nic_missed),
		"Frames that the NIC dropped for want of a descriptor."),
	SY_COLUMN("nic_errors", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, nic_errors),
		"Frames that the NIC received damaged."),
	SY_COLUMN("no_mbuf", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, no_mbuf), "Frames dropped for want of a buffer."),
	SY_COLUMN("ring_full", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, ring_full),
		"Segments that could not be handed to their worker."),
	SY_COLUMN("snapped", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, snapped),
		"Frames captured shorter than they were (snaplen)."),
	SY_COLUMN("capture_loss_estimate", SY_TYPE_NUMBER, SY_NULLABLE, put_loss, 0,
		"Share of packets (0 to 1) that the traffic of the vantage proves missing."),
	// Beyond the names that docs/semantics.md fixes.
	SY_COLUMN("name", SY_TYPE_TEXT, SY_NULLABLE, put_name, 0,
		"Path of the file or name of the device."),
	SY_COLUMN("bytes", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, bytes), "Bytes on the wire of the frames received."),
	SY_COLUMN("moved", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, moved),
		"Segments that came to another worker than their connection's and were handed over: none is lost, each costs time."),
	SY_COLUMN("backwards", SY_TYPE_INTEGER, SY_ALWAYS, put_u64,
		offsetof(struct sy_port_stats, backwards),
		"Frames whose time was before that of the frame before."),
	SY_COLUMN("first_seen", SY_TYPE_TIME, SY_NULLABLE, put_time,
		offsetof(struct sy_port_stats, first_ns), "Earliest time of a frame."),
	SY_COLUMN("link", SY_TYPE_TEXT, SY_NULLABLE, put_link, 0,
		"Of a network port at the end of the interval: up, down, or gone when its device is not there; null for a file."),
	SY_COLUMN_NESTED("driver_losses", SY_TYPE_OBJECT, SY_NULLABLE, put_driver_losses, 0, NULL,
		SCHEMA_DRIVER_LOSSES,
		"What the port's driver itself counts as lost, of the port or of one queue, by its own names, where that has grown; it may be the same frames as nic_missed. Null for a file."),
	SY_COLUMN("last_seen", SY_TYPE_TIME, SY_NULLABLE, put_time,
		offsetof(struct sy_port_stats, last_ns), "Latest time of a frame."),
	SY_COLUMNS_INTERVAL(struct sy_port_row),
};

const struct sy_table sy_table_ports = {
	.name = "ports",
	.doc = "One input, a capture file or a port of the monitor, with every frame counted once and every loss.",
	.columns = columns,
	.column_count = sizeof(columns) / sizeof(columns[0]),
};
