// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void sy_text(char *text, size_t size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(text, size, format, args);
	va_end(args);
}

void sy_text_add(char *text, size_t size, const char *format, ...)
{
	size_t used = strnlen(text, size);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

const char *sy_short_time(uint64_t ts_ns, char text[static SY_SHORT_TIME_SIZE])
{
	char full[SY_TIME_TEXT_SIZE];

	sy_time_format(ts_ns, full);
	// 2026-11-22T08:33:00.123 of 2026-11-22T08:33:00.123456789Z
	sy_text(text, SY_SHORT_TIME_SIZE, "%.23sZ", full);
	return text;
}

void sy_draft(struct sy_finding *f, enum sy_code code, enum sy_certainty certainty)
{
	memset(f, 0, sizeof(*f));
	f->code = code;
	f->certainty = certainty;
}

void sy_draft_host(struct sy_finding *f, const struct sy_addr *addr)
{
	f->subject = *addr;
	sy_addr_format(addr, f->subject_text);
}

void sy_draft_service(struct sy_finding *f, const struct sy_service_stats *service)
{
	char address[SY_ADDR_TEXT_SIZE];
	bool v4 = sy_addr_is_v4(&service->server);

	sy_addr_format(&service->server, address);
	f->subject = service->server;
	f->subject_port = service->port;
	sy_text(f->subject_text, sizeof(f->subject_text), "%s%s%s:%u", v4 ? "" : "[", address,
		v4 ? "" : "]", service->port);
	if (service->domain != 0)
		sy_draft_count(f, "domain", service->domain);
}

void sy_draft_vantage(struct sy_finding *f, const struct sy_facts *facts, uint8_t vantage)
{
	sy_text(f->subject_text, sizeof(f->subject_text), "%s", sy_vantage_label(facts, vantage));
}

void sy_draft_count(struct sy_finding *f, const char *name, double value)
{
	if (f->figure_count < SY_EVIDENCE_FIGURES)
		f->figures[f->figure_count++] = (struct sy_figure){.name = name, .value = value};
}

void sy_draft_time(struct sy_finding *f, const char *name, uint64_t ts_ns)
{
	if (ts_ns != 0 && f->figure_count < SY_EVIDENCE_FIGURES)
		f->figures[f->figure_count++] = (struct sy_figure){
			.name = name, .is_time = true, .time_ns = ts_ns};
}

void sy_draft_run(
	struct sy_finding *f, const struct sy_service_facts *service, const struct sy_span *span)
{
	f->weight = span->attempts;
	f->since_ns = span->since_ns;
	f->last_seen_ns = span->last_seen_ns;
	f->ended_ns = service->recovered ? service->run.recovered_ns : 0;
	f->ended_because = service->recovered ? SY_ENDED_ANSWERED : SY_ENDED_NOT;
	sy_draft_count(f, "attempts", (double)service->attempts);
	sy_draft_count(f, "attempts_failed", (double)service->failed);
	sy_draft_count(f, "clients", (double)service->clients);
	sy_draft_count(f, "clients_only_failing", (double)service->clients_only_failing);
	sy_draft_time(f, "last_answered", service->last_answered_ns);
}

void sy_draft_group(struct sy_finding *f, const struct sy_group *group)
{
	sy_draft_host(f, &group->services->stats->server);
	f->weight = group->attempts;
	f->since_ns = group->since_ns;
	f->last_seen_ns = group->last_seen_ns;
	sy_draft_count(f, "ports", group->matched);
	sy_draft_count(f, "attempts_failed", (double)group->failed);
	sy_draft_count(f, "clients_of_one_port", (double)group->clients);
}

void sy_draft_alternative(struct sy_finding *f, const char *what, const char *why, ...)
{
	va_list args;
	uint32_t at = f->alternative_count;

	if (at == SY_ALTERNATIVES)
		return;
	f->alternative_count++;
	sy_text(f->alternatives[at].what, sizeof(f->alternatives[at].what), "%s", what);
	va_start(args, why);
	vsnprintf(f->alternatives[at].why, sizeof(f->alternatives[at].why), why, args);
	va_end(args);
}

// Two exemplars may be the same attempt.
static bool is_there(const struct sy_finding *f, const char *line)
{
	for (uint32_t i = 0; i < f->packet_count; i++) {
		if (strcmp(f->packets[i], line) == 0)
			return true;
	}
	return false;
}

static void trace_attempt(
	struct sy_finding *f, const struct sy_facts *facts, const struct sy_attempt *attempt)
{
	enum sy_note order[SY_NOTE_COUNT] = {SY_NOTE_SYN, SY_NOTE_SYNACK, SY_NOTE_ACK, SY_NOTE_RST};

	// A RST may come before a SYN-ACK or the ACK: sort the four by time.
	for (uint32_t i = 1; i < SY_NOTE_COUNT; i++) {
		enum sy_note moved = order[i];
		uint32_t at = i;
		while (at > 0 && attempt->note[order[at - 1]].ts_ns > attempt->note[moved].ts_ns) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = moved;
	}
	for (uint32_t i = 0; i < SY_NOTE_COUNT; i++) {
		char *line;
		if (f->packet_count == SY_TRACE_LINES)
			return;
		line = f->packets[f->packet_count];
		if (attempt->note[order[i]].ts_ns == 0)
			continue;
		sy_trace_line(attempt, order[i], facts->vantage_names, facts->vantage_count, line);
		if (is_there(f, line))
			line[0] = '\0';
		f->packet_count += line[0] != '\0';
	}
}

void sy_draft_packets(struct sy_finding *f, const struct sy_attempt *attempt)
{
	if (attempt != NULL && f->shown_count < sizeof(f->shown) / sizeof(f->shown[0]))
		f->shown[f->shown_count++] = attempt;
}

void sy_draft_trace(struct sy_finding *f, const struct sy_facts *facts)
{
	for (uint32_t i = 0; i < f->shown_count; i++)
		trace_attempt(f, facts, f->shown[i]);
	f->shown_count = 0;
}

void sy_text_device(char *text, size_t size, uint8_t ttl)
{
	static const char *const families[SY_FAMILY_COUNT] = {
		[SY_FAMILY_UNKNOWN] = "a",
		[SY_FAMILY_UNIX] = "a unix-family",
		[SY_FAMILY_WINDOWS] = "a windows-family",
		[SY_FAMILY_SOLARIS_OR_NETWORK_DEVICE] = "a solaris- or network-device-family",
		[SY_FAMILY_LEGACY] = "a legacy",
	};
	struct sy_ttl_guess guess = sy_ttl_guess(ttl);

	if (guess.initial == 0)
		sy_text(text, size, "a device at an unknown distance");
	else
		sy_text(text, size, "%s device %u hop%s from this tap", families[guess.family],
			guess.hops, sy_plural(guess.hops));
}
