// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "payload.h"

#include "sy_frame.h"

#include <stdio.h>
#include <string.h>

// A message is a head, fixed but for its lengths, and filling. Those of LDAP, DNS and RDP are heads
// alone.

#define HEAD_MAX 128
#define BULK_MIN HEAD_MAX // so that the head always fits
#define BULK_MAX 15000    // one TLS record

// Bind as anonymous, and its success.
static const uint8_t ldap_bind[] = {0x30, 12, 2, 1, 1, 0x60, 7, 2, 1, 3, 4, 0, 0x80, 0};
static const uint8_t ldap_bound[] = {0x30, 12, 2, 1, 1, 0x61, 7, 10, 1, 0, 4, 0, 4, 0};

// shop.example A, and 192.0.2.10.
static const uint8_t dns_query[] = {0, 30, 0x53, 0x79, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, 's', 'h',
	'o', 'p', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 1, 0, 1};
static const uint8_t dns_answer[] = {0, 46, 0x53, 0x79, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0, 4, 's',
	'h', 'o', 'p', 7, 'e', 'x', 'a', 'm', 'p', 'l', 'e', 0, 0, 1, 0, 1, 0xc0, 12, 0, 1, 0, 1, 0,
	0, 1, 44, 0, 4, 192, 0, 2, 10};

// Connection request and confirm, asking for TLS.
static const uint8_t rdp_request[] = {3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0};
static const uint8_t rdp_confirm[] = {
	3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 31, 8, 0, 2, 0, 0, 0};

static const struct {
	const uint8_t *bytes[2]; ///< request, response
	uint32_t count[2];
} fixed[] = {
	[PROTOCOL_LDAP] = {{ldap_bind, ldap_bound}, {sizeof(ldap_bind), sizeof(ldap_bound)}},
	[PROTOCOL_DNS] = {{dns_query, dns_answer}, {sizeof(dns_query), sizeof(dns_answer)}},
	[PROTOCOL_RDP] = {{rdp_request, rdp_confirm}, {sizeof(rdp_request), sizeof(rdp_confirm)}},
};

uint32_t sy_payload_bytes(enum protocol protocol, bool response, uint32_t wanted)
{
	if (protocol == PROTOCOL_NONE)
		return 0;
	if (protocol >= PROTOCOL_LDAP)
		return fixed[protocol].count[response];
	if (wanted < BULK_MIN)
		return BULK_MIN;
	return wanted < BULK_MAX ? wanted : BULK_MAX;
}

// The length of the filling depends on that of the head, which has its number of digits: fixed.
static uint32_t http_head(const struct message *message, uint8_t *at)
{
	static const char request[] = "GET /orders HTTP/1.1\r\nHost: shop.example\r\nX-Filling: ";
	static const char response[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
				       "Content-Length: %05u\r\n\r\n";
	uint32_t bytes = sizeof(response) - 1 + 5 - 4;

	if (!message->response) {
		memcpy(at, request, sizeof(request) - 1);
		return sizeof(request) - 1;
	}
	snprintf((char *)at, HEAD_MAX, response, message->bytes - bytes);
	return bytes;
}

static uint32_t postgres_head(const struct message *message, uint8_t *at)
{
	static const char query[] = "SELECT ";

	at[0] = message->response ? 'D' : 'Q';
	sy_frame_put32(at + 1, message->bytes - 1);
	if (!message->response) {
		memcpy(at + 5, query, sizeof(query) - 1);
		return 5 + sizeof(query) - 1;
	}
	sy_frame_put32(sy_frame_put16(at + 5, 1), message->bytes - 11);
	return 11;
}

static uint32_t head(const struct message *message, uint8_t *at)
{
	switch (message->protocol) {
	case PROTOCOL_HTTP:
		return http_head(message, at);
	case PROTOCOL_TLS:
		at[0] = 23;
		sy_frame_put16(sy_frame_put16(at + 1, 0x0303), message->bytes - 5);
		return 5;
	case PROTOCOL_POSTGRES:
		return postgres_head(message, at);
	default:
		memcpy(at, fixed[message->protocol].bytes[message->response], message->bytes);
		return message->bytes;
	}
}

// What the message ends with; the filling stands before it.
static uint32_t tail(const struct message *message, const char **bytes)
{
	*bytes = "\r\n\r\n";
	if (message->response)
		return 0;
	if (message->protocol == PROTOCOL_HTTP)
		return 4;
	*bytes = "";
	return message->protocol == PROTOCOL_POSTGRES;
}

void sy_payload_write(const struct message *message, uint32_t offset, uint8_t *at, uint32_t bytes)
{
	uint8_t first[HEAD_MAX];
	const char *last;
	uint32_t head_bytes = head(message, first), tail_bytes = tail(message, &last);
	uint32_t tail_at = message->bytes - tail_bytes;

	memset(at, 'x', bytes);
	if (offset < head_bytes)
		memcpy(at, first + offset,
			head_bytes - offset < bytes ? head_bytes - offset : bytes);
	for (uint32_t i = 0; i < tail_bytes; i++) {
		if (tail_at + i >= offset && tail_at + i < offset + bytes)
			at[tail_at + i - offset] = (uint8_t)last[i];
	}
}
