// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "draft.h"

#include <string.h>

#define SIZE SY_TRACE_TEXT_SIZE

static void add_endpoint(char *text, const struct sy_addr *addr, uint16_t port)
{
	char address[SY_ADDR_TEXT_SIZE];

	sy_addr_format(addr, address);
	sy_text_add(text, SIZE, sy_addr_is_v4(addr) ? "%s:%u" : "[%s]:%u", address, port);
}

// tcpdump's letters, in its order.
static void add_flags(char *text, uint16_t flags)
{
	static const struct {
		uint16_t bit;
		char letter;
	} letters[] = {
		{SY_TCP_FIN, 'F'},
		{SY_TCP_SYN, 'S'},
		{SY_TCP_RST, 'R'},
		{SY_TCP_PSH, 'P'},
		{SY_TCP_ACK, '.'},
		{SY_TCP_URG, 'U'},
		{SY_TCP_ECE, 'E'},
		{SY_TCP_CWR, 'W'},
		{SY_TCP_AE, 'e'},
	};
	char shown[16];
	uint32_t count = 0;

	for (uint32_t i = 0; i < sizeof(letters) / sizeof(letters[0]); i++) {
		if ((flags & letters[i].bit) != 0)
			shown[count++] = letters[i].letter;
	}
	shown[count] = '\0';
	sy_text_add(text, SIZE, " [%s]", shown);
}

// Relative to the ISNs, where that side's ISN was seen.
static void add_numbers(
	char *text, const struct sy_attempt *a, const struct sy_packet_note *note, bool by_server)
{
	const struct sy_packet_note *own = &a->note[by_server ? SY_NOTE_SYNACK : SY_NOTE_SYN];
	const struct sy_packet_note *other = &a->note[by_server ? SY_NOTE_SYN : SY_NOTE_SYNACK];

	sy_text_add(text, SIZE, " seq %u", note->seq - (own->ts_ns != 0 ? own->seq : 0));
	if ((note->tcp_flags & SY_TCP_ACK) != 0)
		sy_text_add(
			text, SIZE, " ack %u", note->ack - (other->ts_ns != 0 ? other->seq : 0));
	sy_text_add(text, SIZE, " win %u", note->window);
	if (note->payload_bytes > 0)
		sy_text_add(text, SIZE, " len %u", note->payload_bytes);
}

static void add_ip(char *text, const struct sy_packet_note *note)
{
	sy_text_add(text, SIZE, " ttl %u", note->ttl);
	if ((note->ip_flags & SY_IP_V6) == 0)
		sy_text_add(text, SIZE, " id 0x%04x", note->ip_id);
	if (note->tos != 0)
		sy_text_add(text, SIZE, " tos 0x%02x", note->tos);
	if ((note->ip_flags & SY_IP_DF) != 0)
		sy_text_add(text, SIZE, " DF");
}

static void add_options(char *text, const struct sy_tcp_options *opt)
{
	if ((opt->present & SY_OPT_MSS) != 0)
		sy_text_add(text, SIZE, " mss %u", opt->mss);
	if ((opt->present & SY_OPT_WSCALE) != 0)
		sy_text_add(text, SIZE, " ws %u", opt->wscale);
	if ((opt->present & SY_OPT_SACK) != 0)
		sy_text_add(text, SIZE, " sack");
	if ((opt->present & SY_OPT_TS) != 0)
		sy_text_add(text, SIZE, " ts");
	if ((opt->present & SY_OPT_TFO) != 0)
		sy_text_add(text, SIZE, " tfo");
}

static void add_vantages(char *text, const struct sy_packet_note *note,
	const char *const *vantage_names, uint32_t vantage_count)
{
	const char *before = " at ";

	if (vantage_count < 2)
		return;
	for (uint32_t v = 0; v < vantage_count && v < SY_VANTAGE_MAX; v++) {
		if ((note->seen_at >> v & 1) == 0)
			continue;
		sy_text_add(text, SIZE, "%s%s", before, vantage_names[v]);
		before = ", ";
	}
}

void sy_trace_line(const struct sy_attempt *a, enum sy_note which, const char *const *vantage_names,
	uint32_t vantage_count, char text[static SY_TRACE_TEXT_SIZE])
{
	const struct sy_packet_note *note = &a->note[which];
	bool by_server = which == SY_NOTE_SYNACK ||
			 (which == SY_NOTE_RST && a->rst_side == SY_SERVER);
	char time[SY_TIME_TEXT_SIZE];

	text[0] = '\0';
	if (note->ts_ns == 0)
		return;
	sy_time_format(note->ts_ns, time);
	// The time of day of 2026-11-22T08:33:00.000001000Z
	sy_text(text, SIZE, "%.18s ", time + 11);
	if (by_server)
		add_endpoint(text, &a->tuple.server, a->tuple.server_port);
	else
		add_endpoint(text, &a->tuple.client, a->tuple.client_port);
	sy_text_add(text, SIZE, " > ");
	if (by_server)
		add_endpoint(text, &a->tuple.client, a->tuple.client_port);
	else
		add_endpoint(text, &a->tuple.server, a->tuple.server_port);
	add_flags(text, note->tcp_flags);
	add_numbers(text, a, note, by_server);
	add_ip(text, note);
	if (which == SY_NOTE_SYN)
		add_options(text, &a->opt[SY_CLIENT]);
	else if (which == SY_NOTE_SYNACK)
		add_options(text, &a->opt[SY_SERVER]);
	add_vantages(text, note, vantage_names, vantage_count);
}
