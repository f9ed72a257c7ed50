// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// findings.jsonl: one finding a line.

#include "sy_json.h"
#include "sy_tables.h"

#include <stddef.h>

#define SCHEMA_EVIDENCE \
	"{\"type\":\"object\",\"additionalProperties\":{\"type\":[\"number\",\"string\",\"null\"]}}"

#define SCHEMA_ALTERNATIVE                                                                  \
	SY_SCHEMA_OBJECT("\"what\":" SY_SCHEMA_TEXT ",\"why_less_likely\":" SY_SCHEMA_TEXT, \
		"\"what\",\"why_less_likely\"")

#define PUT(what)               \
	static void put_##what( \
		const void *row, const struct sy_column *column, struct sy_cell *cell)

static const struct sy_finding *finding_of(const void *row)
{
	return ((const struct sy_finding_row *)row)->finding;
}

static const void *field_of(const void *row, const struct sy_column *column)
{
	return (const char *)finding_of(row) + column->arg;
}

PUT(text)
{
	sy_cell_text(cell, field_of(row, column));
}

PUT(time)
{
	sy_cell_time(cell, *(const uint64_t *)field_of(row, column));
}

PUT(code)
{
	sy_cell_word(cell, column->words->name(finding_of(row)->code));
}

PUT(ended_because)
{
	enum sy_ended because = finding_of(row)->ended_because;

	cell->kind = SY_CELL_NULL;
	if (because != SY_ENDED_NOT)
		sy_cell_word(cell, column->words->name(because - 1));
}

PUT(certainty)
{
	sy_cell_word(cell, column->words->name(finding_of(row)->certainty));
}

PUT(subject_ip)
{
	static const struct sy_addr none;
	const struct sy_finding *finding = finding_of(row);

	(void)column;
	cell->kind = SY_CELL_NULL;
	if (!sy_addr_equal(&finding->subject, &none))
		sy_cell_addr(cell, &finding->subject);
}

PUT(subject_port)
{
	const struct sy_finding *finding = finding_of(row);

	(void)column;
	cell->kind = SY_CELL_NULL;
	if (finding->subject_port != 0)
		sy_cell_u64(cell, finding->subject_port);
}

PUT(uncertain)
{
	(void)column;
	sy_cell_bool(cell, finding_of(row)->uncertain);
}

PUT(loss)
{
	(void)column;
	sy_cell_f64(cell, finding_of(row)->loss_estimate);
}

PUT(weight)
{
	(void)column;
	sy_cell_u64(cell, finding_of(row)->weight);
}

PUT(evidence)
{
	const struct sy_finding *finding = finding_of(row);
	struct sy_json json = {.text = cell->json};

	(void)column;
	sy_json_open(&json, NULL, '{');
	for (uint32_t i = 0; i < finding->figure_count; i++) {
		const struct sy_figure *figure = &finding->figures[i];
		if (figure->is_time)
			sy_json_time(&json, figure->name, figure->time_ns);
		else
			sy_json_f64(&json, figure->name, figure->value, 6);
	}
	sy_json_close(&json, '}');
	cell->kind = SY_CELL_JSON;
}

PUT(packets)
{
	const struct sy_finding *finding = finding_of(row);
	struct sy_json json = {.text = cell->json};

	(void)column;
	sy_json_open(&json, NULL, '[');
	for (uint32_t i = 0; i < finding->packet_count; i++)
		sy_json_text(&json, NULL, finding->packets[i]);
	sy_json_close(&json, ']');
	cell->kind = SY_CELL_JSON;
}

PUT(alternatives)
{
	const struct sy_finding *finding = finding_of(row);
	struct sy_json json = {.text = cell->json};

	(void)column;
	sy_json_open(&json, NULL, '[');
	for (uint32_t i = 0; i < finding->alternative_count; i++) {
		sy_json_open(&json, NULL, '{');
		sy_json_text(&json, "what", finding->alternatives[i].what);
		sy_json_text(&json, "why_less_likely", finding->alternatives[i].why);
		sy_json_close(&json, '}');
	}
	sy_json_close(&json, ']');
	cell->kind = SY_CELL_JSON;
}

static const struct sy_column columns[] = {
	SY_COLUMN_TS(struct sy_finding_row, "finding stands"),
	SY_COLUMN_WORDS("code", SY_ALWAYS, put_code, 0, &sy_words_code,
		"What is wrong, as a word that programs can act on."),
	SY_COLUMN("subject", SY_TYPE_TEXT, SY_ALWAYS, put_text,
		offsetof(struct sy_finding, subject_text),
		"What it is about: a service, an address or a vantage."),
	SY_COLUMN("owner", SY_TYPE_TEXT, SY_ALWAYS, put_text, offsetof(struct sy_finding, owner),
		"Who can fix it."),
	SY_COLUMN("since", SY_TYPE_TIME, SY_NULLABLE, put_time,
		offsetof(struct sy_finding, since_ns), "First evidence."),
	SY_COLUMN("last_seen", SY_TYPE_TIME, SY_NULLABLE, put_time,
		offsetof(struct sy_finding, last_seen_ns), "Last evidence."),
	SY_COLUMN("ended", SY_TYPE_TIME, SY_NULLABLE, put_time,
		offsetof(struct sy_finding, ended_ns),
		"When it ended, by the evidence (answered) or else the end of the interval in which it was found to have; null = it is open."),
	SY_COLUMN_WORDS("certainty", SY_ALWAYS, put_certainty, 0, &sy_words_certainty,
		"How sure the evidence makes it."),
	SY_COLUMN("says", SY_TYPE_TEXT, SY_ALWAYS, put_text, offsetof(struct sy_finding, says),
		"The finding in one sentence."),
	SY_COLUMN_NESTED("evidence", SY_TYPE_OBJECT, SY_ALWAYS, put_evidence, 0, NULL,
		SCHEMA_EVIDENCE,
		"The numbers behind it, by name with the unit in the name; times as text."),
	SY_COLUMN_NESTED("packets", SY_TYPE_ARRAY, SY_ALWAYS, put_packets, 0, NULL, SY_SCHEMA_TEXT,
		"The packets behind it, as trace lines."),
	SY_COLUMN_NESTED("alternatives", SY_TYPE_ARRAY, SY_ALWAYS, put_alternatives, 0, NULL,
		SCHEMA_ALTERNATIVE, "What else it could be, and why that is less likely."),
	// Beyond the names that docs/semantics.md fixes.
	SY_COLUMN("subject_ip", SY_TYPE_ADDR, SY_NULLABLE, put_subject_ip, 0,
		"Address concerned; null = the monitor itself."),
	SY_COLUMN("subject_port", SY_TYPE_INTEGER, SY_NULLABLE, put_subject_port, 0,
		"TCP port concerned; null = the whole host."),
	SY_COLUMN("uncertain", SY_TYPE_BOOL, SY_ALWAYS, put_uncertain, 0,
		"Drawn while the monitor lost more packets than the threshold."),
	SY_COLUMN("capture_loss_estimate", SY_TYPE_NUMBER, SY_ALWAYS, put_loss, 0,
		"Share of packets (0 to 1) that the monitor missed meanwhile."),
	SY_COLUMN("attempts", SY_TYPE_INTEGER, SY_ALWAYS, put_weight, 0,
		"Attempts concerned: those that failed in the way that the finding is about; findings are in falling order of it."),
	SY_COLUMN_WORDS("ended_because", SY_NULLABLE, put_ended_because, 0, &sy_words_ended,
		"Why it is open no longer (docs/output.md has the reasons); null = it is open."),
	SY_COLUMNS_INTERVAL(struct sy_finding_row),
};

const struct sy_table sy_table_findings = {
	.name = "findings",
	.doc = "One finding: what is wrong, who can fix it, and the evidence.",
	.columns = columns,
	.column_count = sizeof(columns) / sizeof(columns[0]),
};
