// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Lines of an interval in memory, and those that wait or are given up.

#include "store.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static uint64_t count_lines(const char *data, size_t size)
{
	const char *end = data + size, *at = data;
	uint64_t count = 0;

	while (at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		count++;
		at++;
	}
	return count;
}

void sy_store_add_not_written(struct sy_not_written *into, const struct sy_not_written *from)
{
	if (from->until_ns == 0)
		return;
	into->intervals += from->intervals;
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++)
		into->lines[kind] += from->lines[kind];
	if (into->until_ns == 0 || from->since_ns < into->since_ns)
		into->since_ns = from->since_ns;
	if (from->until_ns > into->until_ns)
		into->until_ns = from->until_ns;
}

void sy_store_piece_free(struct piece *piece)
{
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++)
		free(piece->lines[kind].data);
	free(piece);
}

// Counts what a piece held as not written.
static uint64_t give_up(struct sy_store *store, const struct piece *piece)
{
	struct sy_not_written lost = {.since_ns = piece->start_ns, .until_ns = piece->end_ns};
	uint64_t lines = 0;

	lost.intervals = !store->dropped || store->dropped_start_ns != piece->start_ns;
	store->dropped = true;
	store->dropped_start_ns = piece->start_ns;
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++) {
		lost.lines[kind] = count_lines(piece->lines[kind].data, piece->lines[kind].size);
		lines += lost.lines[kind];
	}
	sy_store_add_not_written(&store->counters.metrics.not_written, &lost);
	sy_store_add_not_written(&store->unsaid, &lost);
	sy_store_add_not_written(&store->unsaid, &piece->carried);
	return lines;
}

void sy_store_add_lost(struct sy_store *store, enum sy_kind kind, uint64_t lines)
{
	struct sy_not_written lost = {
		.intervals = lines > 0, .since_ns = store->start_ns, .until_ns = store->end_ns};

	if (lines == 0 || (store->options.kinds >> kind & 1) == 0)
		return;
	lost.lines[kind] = lines;
	sy_store_add_not_written(&store->counters.metrics.not_written, &lost);
	sy_store_add_not_written(&store->unsaid, &lost);
}

void sy_store_drop(struct sy_store *store, uint64_t keep_bytes)
{
	struct sy_store_counters *counters = &store->counters;
	uint64_t bytes = 0, lines = 0;

	while (store->backlog != NULL && counters->metrics.backlog_bytes > keep_bytes) {
		struct piece *piece = store->backlog;
		lines += give_up(store, piece);
		bytes += piece->bytes;
		counters->metrics.backlog_bytes -= piece->bytes;
		store->backlog = piece->next;
		sy_store_piece_free(piece);
	}
	if (lines == 0)
		return;
	bool noted = sy_store_mark_write(store, NULL) == 0;
	sy_store_say(store, SY_STORE_DROPPED, NULL, store->failed, bytes, lines,
		"%" PRIu64 " records could not be written%s and are lost; %s", lines,
		store->closing ? "" : ", found no more room in memory",
		!store->closing ? "the next summary counts them"
		: noted         ? "the first summary of the next start counts them"
				: "no summary will count them");
}

// Moves gathered lines to the piece.
static bool take(struct sy_store *store, struct piece *piece, uint32_t kind)
{
	struct sy_text *text = &store->text[kind];
	bool good = text->error == 0;

	piece->lines[kind].data = text->data;
	piece->lines[kind].size = text->size;
	piece->bytes += text->size;
	sy_text_init(text, -1);
	return good;
}

// Ends a piece: of attempts alone, or of all that the interval has left.
static void hand_over(struct sy_store *store, bool last)
{
	struct piece *piece = calloc(1, sizeof(*piece)), **end = &store->backlog;
	struct piece lost = {0};
	bool good = piece != NULL;

	if (piece == NULL)
		piece = &lost;
	piece->start_ns = store->start_ns;
	piece->end_ns = store->end_ns;
	piece->last = last;
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++) {
		if (last || kind == SY_KIND_ATTEMPTS)
			good &= take(store, piece, kind);
	}
	if (last) {
		piece->carried = store->carried;
		store->carried = (struct sy_not_written){0};
	}
	if (!good) { // no memory
		uint64_t lines = give_up(store, piece);
		sy_store_say(store, SY_STORE_DROPPED, NULL, ENOMEM, piece->bytes, lines,
			"there is no memory for the records of an interval; they are lost, and counted in the next summary");
		if (piece != &lost)
			sy_store_piece_free(piece);
		else
			for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++)
				free(lost.lines[kind].data);
		return;
	}
	if (piece->bytes == 0) { // of kinds that are not wanted: nothing to write
		store->counters.intervals += last;
		sy_store_piece_free(piece);
		return;
	}
	while (*end != NULL)
		end = &(*end)->next;
	*end = piece;
	store->counters.metrics.backlog_bytes += piece->bytes;
	// An interval for which there is no room is tried once before it is dropped.
	if (store->failed == 0 || sy_store_retry_due(store->now_ns, store->last_try_ns))
		sy_store_append(store, sy_clock_ns(CLOCK_MONOTONIC) + SY_STORE_STEP_NS);
	sy_store_drop(store, store->options.backlog_bytes);
}

void sy_store_begin_interval(struct sy_store *store, uint64_t start_ns, uint64_t end_ns)
{
	sy_store_commit(store);
	store->open = true;
	store->start_ns = start_ns;
	store->end_ns = end_ns > start_ns ? end_ns : start_ns + 1;
}

static bool wanted(const struct sy_store *store, enum sy_kind kind)
{
	return store->open && (store->options.kinds >> kind & 1) != 0;
}

static void put_summary_line(struct sy_store *store, const struct sy_summary *summary)
{
	struct sy_not_written said = store->unsaid;
	struct sy_run_info run = *summary->run;
	struct sy_summary copy = *summary;

	run.not_written = &said;
	copy.run = &run;
	sy_table_put(&sy_table_summary, SY_FORMAT_JSONL, &store->text[SY_KIND_SUMMARY], &copy);
	sy_store_add_not_written(&store->carried, &said);
	store->unsaid = (struct sy_not_written){0};
}

void sy_store_put(struct sy_store *store, enum sy_kind kind, const void *row)
{
	struct sy_text *text = &store->text[kind];

	if (!wanted(store, kind))
		return;
	if (kind == SY_KIND_SUMMARY) {
		put_summary_line(store, row);
		return;
	}
	sy_table_put(sy_tables[kind], SY_FORMAT_JSONL, text, row);
	if (kind == SY_KIND_ATTEMPTS && text->size >= SY_STORE_PIECE_BYTES)
		hand_over(store, false);
}

void sy_store_put_summary(struct sy_store *store, const struct sy_summary *summary)
{
	for (uint32_t kind = 0; kind < SY_KIND_COUNT; kind++) {
		if (!wanted(store, (enum sy_kind)kind))
			continue;
		if (kind == SY_KIND_SUMMARY)
			put_summary_line(store, summary);
		else if (sy_summary_has_table(sy_tables[kind]))
			sy_summary_write_table(
				&store->text[kind], summary, sy_tables[kind], SY_FORMAT_JSONL);
	}
}

void sy_store_commit(struct sy_store *store)
{
	if (!store->open)
		return;
	store->open = false;
	hand_over(store, true);
}
