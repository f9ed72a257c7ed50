// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// services.jsonl: one service a line.

#include "sy_json.h"
#include "sy_tables.h"

#include <stddef.h>

#define IN(field) offsetof(struct sy_service_stats, field)
#define OF(field) offsetof(struct sy_service_facts, field)

#define SCHEMA_RST_TTL                                                                  \
	SY_SCHEMA_OBJECT("\"ttl\":" SY_SCHEMA_TTL ",\"vantage\":" SY_SCHEMA_TEXT_NULL   \
			 ",\"count\":" SY_SCHEMA_COUNT ",\"count_up\":" SY_SCHEMA_COUNT \
			 ",\"first_seen\":" SY_SCHEMA_TIME_NULL                         \
			 ",\"last_seen\":" SY_SCHEMA_TIME_NULL,                         \
		"\"ttl\",\"vantage\",\"count\",\"count_up\",\"first_seen\",\"last_seen\"")

#define PUT(what)               \
	static void put_##what( \
		const void *row, const struct sy_column *column, struct sy_cell *cell)

static const struct sy_service_facts *facts_of(const void *row)
{
	return ((const struct sy_service_row *)row)->service;
}

static const struct sy_service_facts *known_of(const void *row)
{
	const struct sy_service_row *service_row = row;

	return service_row->known != NULL ? service_row->known : service_row->service;
}

static const void *in_stats(const void *row, const struct sy_column *column)
{
	return (const char *)facts_of(row)->stats + column->arg;
}

static const void *in_facts(const void *row, const struct sy_column *column)
{
	return (const char *)facts_of(row) + column->arg;
}

PUT(addr)
{
	sy_cell_addr(cell, in_stats(row, column));
}

PUT(u16)
{
	sy_cell_u64(cell, *(const uint16_t *)in_stats(row, column));
}

PUT(u32)
{
	sy_cell_u64(cell, *(const uint32_t *)in_stats(row, column));
}

PUT(seen)
{
	const char *stats = (const char *)known_of(row)->stats;

	sy_cell_time(cell, *(const uint64_t *)(const void *)(stats + column->arg));
}

PUT(fact_u64)
{
	sy_cell_u64(cell, *(const uint64_t *)in_facts(row, column));
}

PUT(known_time)
{
	const char *known = (const char *)known_of(row);

	sy_cell_time(cell, *(const uint64_t *)(const void *)(known + column->arg));
}

PUT(state)
{
	sy_cell_word(cell, column->words->name(known_of(row)->state));
}

PUT(recovered)
{
	(void)column;
	sy_cell_bool(cell, known_of(row)->recovered);
}

PUT(clients)
{
	cell->kind = SY_CELL_NULL;
	if (facts_of(row)->stats->detail != NULL)
		put_fact_u64(row, column, cell);
}

PUT(rtt)
{
	const struct sy_service_detail *detail = facts_of(row)->stats->detail;

	struct sy_spread spread;

	cell->kind = SY_CELL_NULL;
	if (detail == NULL)
		return;
	spread = sy_rtts_spread(&detail->rtt[column->arg]);
	sy_put_rtt(cell->json, &spread);
	cell->kind = SY_CELL_JSON;
}

static bool had_icmp(const void *row)
{
	const struct sy_service_stats *stats = facts_of(row)->stats;

	return stats->icmp_prohibited + stats->icmp_self > 0;
}

PUT(icmp_from)
{
	cell->kind = SY_CELL_NULL;
	if (had_icmp(row))
		put_addr(row, column, cell);
}

PUT(icmp_u8)
{
	cell->kind = SY_CELL_NULL;
	if (had_icmp(row))
		sy_cell_u64(cell, *(const uint8_t *)in_stats(row, column));
}

PUT(origins)
{
	const uint64_t *counts = in_facts(row, column);
	struct sy_json json = {.text = cell->json};

	sy_json_open(&json, NULL, '{');
	for (uint32_t i = 0; i < column->words->count; i++)
		sy_json_u64(&json, column->words->name(i), counts[i]);
	sy_json_close(&json, '}');
	cell->kind = SY_CELL_JSON;
}

PUT(rst_ttls)
{
	const struct sy_service_row *service_row = row;
	const struct sy_service_stats *stats = service_row->service->stats;
	struct sy_json json = {.text = cell->json};

	(void)column;
	sy_json_open(&json, NULL, '[');
	for (uint32_t i = 0; i < stats->rst_slots; i++) {
		const struct sy_service_rst *rst = &stats->rst[i];
		sy_json_open(&json, NULL, '{');
		sy_json_u64(&json, "ttl", rst->ttl);
		sy_json_text(&json, "vantage", sy_vantage_name(service_row->facts, rst->vantage));
		sy_json_u64(&json, "count", rst->count);
		sy_json_u64(&json, "count_up", rst->count_up);
		sy_json_time(&json, "first_seen", rst->first_ns);
		sy_json_time(&json, "last_seen", rst->last_ns);
		sy_json_close(&json, '}');
	}
	sy_json_close(&json, ']');
	cell->kind = SY_CELL_JSON;
}

static const struct sy_column columns[] = {
	SY_COLUMN_TS(struct sy_service_row, "figures stand"),
	SY_COLUMN("server_ip", SY_TYPE_ADDR, SY_ALWAYS, put_addr, IN(server),
		"Address of the service."),
	SY_COLUMN("server_port", SY_TYPE_INTEGER, SY_ALWAYS, put_u16, IN(port),
		"TCP port of the service."),
	SY_COLUMN("domain", SY_TYPE_INTEGER, SY_ALWAYS, put_u32, IN(domain),
		"Address space, 0 unless overlapping ones are told apart."),
	SY_COLUMN_WORDS("state", SY_ALWAYS, put_state, 0, &sy_words_service_state,
		"Whether it listens, from the last evidence; unknown = not enough evidence."),
	SY_COLUMN("since", SY_TYPE_TIME, SY_NULLABLE, put_known_time, OF(since_ns),
		"First evidence of the present state after the last contrary one."),
	SY_COLUMN("first_seen", SY_TYPE_TIME, SY_NULLABLE, put_seen, IN(first_seen_ns),
		"First SYN towards it."),
	SY_COLUMN("last_answered", SY_TYPE_TIME, SY_NULLABLE, put_known_time, OF(last_answered_ns),
		"Last validated SYN-ACK; null = never, of live since the start."),
	SY_COLUMN("last_failed", SY_TYPE_TIME, SY_NULLABLE, put_known_time, OF(last_failed_ns),
		"Last failure; null = never, likewise."),
	SY_COLUMN("established", SY_TYPE_INTEGER, SY_ALWAYS, put_u32,
		IN(outcome[SY_OUTCOME_ESTABLISHED]), "Attempts that came up."),
	SY_COLUMN("refused", SY_TYPE_INTEGER, SY_ALWAYS, put_u32, IN(outcome[SY_OUTCOME_REFUSED]),
		"Attempts answered by a valid RST."),
	SY_COLUMN("unreachable", SY_TYPE_INTEGER, SY_ALWAYS, put_u32,
		IN(outcome[SY_OUTCOME_UNREACHABLE]), "Attempts answered by an ICMP error."),
	SY_COLUMN("unanswered", SY_TYPE_INTEGER, SY_ALWAYS, put_u32,
		IN(outcome[SY_OUTCOME_UNANSWERED]), "Attempts that nothing answered."),
	SY_COLUMN("half_open", SY_TYPE_INTEGER, SY_ALWAYS, put_u32,
		IN(outcome[SY_OUTCOME_HALF_OPEN]), "Attempts whose SYN-ACK was not acknowledged."),
	SY_COLUMN("aborted", SY_TYPE_INTEGER, SY_ALWAYS, put_u32, IN(outcome[SY_OUTCOME_ABORTED]),
		"Attempts that the client gave up with a RST."),
	SY_COLUMN("reset_in_handshake", SY_TYPE_INTEGER, SY_ALWAYS, put_u32,
		IN(outcome[SY_OUTCOME_RESET_IN_HANDSHAKE]),
		"Attempts that the server side reset after its SYN-ACK."),
	SY_COLUMN("invalid_answer", SY_TYPE_INTEGER, SY_ALWAYS, put_u32,
		IN(outcome[SY_OUTCOME_INVALID_ANSWER]),
		"Attempts answered only by segments that do not match the SYN."),
	SY_COLUMN("one_sided", SY_TYPE_INTEGER, SY_ALWAYS, put_u32,
		IN(outcome[SY_OUTCOME_ONE_SIDED]),
		"Attempts that came up although this tap missed the SYN-ACK."),
	SY_COLUMN("syn_retransmits", SY_TYPE_INTEGER, SY_ALWAYS, put_u32, IN(syn_retransmits),
		"SYNs that repeated an earlier one."),
	SY_COLUMN("clients", SY_TYPE_INTEGER, SY_NULLABLE, put_clients, OF(clients),
		"Different clients that tried, exact up to 16, then an estimate (standard error 6.5 %); null when there was no room for the detail."),
	SY_COLUMN("clients_only_failing", SY_TYPE_INTEGER, SY_NULLABLE, put_clients,
		OF(clients_only_failing),
		"Clients of these that were never served; null likewise."),
	SY_COLUMN_NESTED("server_rtt_us", SY_TYPE_OBJECT, SY_NULLABLE, put_rtt, SY_SERVER, NULL,
		SY_SCHEMA_RTT,
		"Microseconds from SYN to SYN-ACK at the tap; null when there was no room for the detail."),
	SY_COLUMN_NESTED("client_rtt_us", SY_TYPE_OBJECT, SY_NULLABLE, put_rtt, SY_CLIENT, NULL,
		SY_SCHEMA_RTT, "Microseconds from SYN-ACK to final ACK at the tap; null likewise."),
	// Beyond the names that docs/semantics.md fixes.
	SY_COLUMN("last_seen", SY_TYPE_TIME, SY_NULLABLE, put_seen, IN(last_seen_ns),
		"Last SYN towards it."),
	SY_COLUMN("attempts", SY_TYPE_INTEGER, SY_ALWAYS, put_fact_u64, OF(attempts),
		"All attempts: the sum of the outcomes."),
	SY_COLUMN("failed", SY_TYPE_INTEGER, SY_ALWAYS, put_fact_u64, OF(failed),
		"Attempts that failed and were watched long enough to say so."),
	SY_COLUMN("failed_from", SY_TYPE_TIME, SY_NULLABLE, put_known_time, OF(run.from_ns),
		"When the present run of failures began, else the last one that was for good."),
	SY_COLUMN("failed_until", SY_TYPE_TIME, SY_NULLABLE, put_known_time, OF(run.until_ns),
		"Last failure of that run."),
	SY_COLUMN("recovered", SY_TYPE_BOOL, SY_ALWAYS, put_recovered, 0,
		"It failed for good, and answers again."),
	SY_COLUMN("recovered_at", SY_TYPE_TIME, SY_NULLABLE, put_known_time, OF(run.recovered_ns),
		"First answer after that run; null = it goes on, or there was none."),
	SY_COLUMN("cut_short", SY_TYPE_INTEGER, SY_ALWAYS, put_u32, IN(cut_short),
		"Failed attempts that were watched for less than 1 s: no evidence."),
	SY_COLUMN("refusals", SY_TYPE_INTEGER, SY_ALWAYS, put_u32, IN(refusals),
		"Valid RSTs that answered a SYN."),
	SY_COLUMN("invalid_refusals", SY_TYPE_INTEGER, SY_ALWAYS, put_u32, IN(invalid_refusals),
		"RSTs towards clients that no stack accepts as an answer to a SYN."),
	SY_COLUMN("ecn_failed", SY_TYPE_INTEGER, SY_ALWAYS, put_u32, IN(ecn_failed),
		"Failed attempts whose SYN asked for ECN."),
	SY_COLUMN("ecn_established", SY_TYPE_INTEGER, SY_ALWAYS, put_u32, IN(ecn_established),
		"Established attempts whose SYN asked for ECN."),
	SY_COLUMN("icmp_prohibited", SY_TYPE_INTEGER, SY_ALWAYS, put_u32, IN(icmp_prohibited),
		"Attempts answered by an ICMP error from another address than the server."),
	SY_COLUMN("icmp_self", SY_TYPE_INTEGER, SY_ALWAYS, put_u32, IN(icmp_self),
		"Attempts answered by an ICMP error from the server itself."),
	SY_COLUMN("icmp_from", SY_TYPE_ADDR, SY_NULLABLE, put_icmp_from, IN(icmp_from),
		"Sender of such an error: the lowest address of several, the server's own only when there is no other."),
	SY_COLUMN("icmp_type", SY_TYPE_INTEGER, SY_NULLABLE, put_icmp_u8, IN(icmp_type),
		"ICMP type of that error."),
	SY_COLUMN("icmp_code", SY_TYPE_INTEGER, SY_NULLABLE, put_icmp_u8, IN(icmp_code),
		"ICMP code of that error."),
	SY_COLUMN_NESTED("rsts", SY_TYPE_OBJECT, SY_ALWAYS, put_origins, OF(rst_by_origin),
		&sy_words_rst_origin, SY_SCHEMA_COUNT,
		"RSTs in the name of the server before the connection was up, by origin."),
	SY_COLUMN_NESTED("rsts_up", SY_TYPE_OBJECT, SY_ALWAYS, put_origins, OF(rst_up_by_origin),
		&sy_words_rst_origin, SY_SCHEMA_COUNT,
		"RSTs in the name of the server afterwards, by origin."),
	SY_COLUMN_NESTED("rst_ttls", SY_TYPE_ARRAY, SY_ALWAYS, put_rst_ttls, 0, NULL,
		SCHEMA_RST_TTL,
		"RSTs in the name of the server by TTL and vantage: count before the connection was up, count_up afterwards."),
	SY_COLUMN("rst_overflow", SY_TYPE_INTEGER, SY_ALWAYS, put_u32, IN(rst_overflow),
		"RSTs in its name that found no place in rst_ttls."),
	SY_COLUMNS_INTERVAL(struct sy_service_row),
};

const struct sy_table sy_table_services = {
	.name = "services",
	.doc = "One service, which is one server address and port, with its state and its figures over the run. In `live` a service has a line in each interval in which attempts to it were decided: state, since, first_seen, last_seen, last_answered, last_failed, failed_from, failed_until, recovered and recovered_at are from all that was seen since the program started, all counts, clients, round trips, RSTs and ICMP errors of the interval alone.",
	.columns = columns,
	.column_count = sizeof(columns) / sizeof(columns[0]),
};
