// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "cast.h"

#include <stdbool.h>
#include <stdint.h>

// One connection, step by step.

enum side { CLIENT, SERVER };

/// What is sent next.
enum step {
	STEP_SYN,
	STEP_SYNACK,
	STEP_ACK,
	STEP_REQUEST,
	STEP_RESPONSE,
	STEP_CLIENT_ACK,
	STEP_FIN,
	STEP_SERVER_FIN,
	STEP_LAST_ACK,
	STEP_REFUSAL,      ///< RST of the host
	STEP_INTERFERENCE, ///< RST in its name
	STEP_PROHIBITION,  ///< ICMP of the router
	STEP_SCAN_RESET,
	STEP_OVER,
};

struct talk {
	uint64_t due_ns;    ///< time of the next step
	uint32_t rtt_ns[2]; ///< from the tap to the side and back
	uint32_t seq[2];    ///< next of each side
	uint32_t acked;     ///< of the server's bytes, by the client
	uint32_t stamp[2];  ///< last TCP timestamp of each side
	uint32_t message_bytes, message_sent;
	uint16_t ident[2];
	uint16_t port; ///< the client's
	uint8_t client, service;
	uint8_t step;
	uint8_t tries;     ///< SYNs sent
	uint8_t burst;     ///< segments since the last pause
	uint8_t exchanges; ///< still to come
	bool v6, ecn;
};

/// splitmix64
static inline uint64_t demo_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/// 0..below-1; 0 when below is 0.
static inline uint64_t demo_below(uint64_t *state, uint64_t below)
{
	uint64_t random = demo_random(state);

	return below == 0 ? 0 : random % below;
}

/// Begins a connection with a SYN at `due_ns`.
void sy_talk_begin(struct talk *talk, uint32_t client, uint32_t service, uint16_t port,
	uint64_t due_ns, uint64_t *random);

/// Goes on to the next step and its time, after the present one was sent. `since_start_ns`: how
/// long the traffic has been going on.
void sy_talk_advance(struct talk *talk, uint64_t since_start_ns, uint64_t *random);

/// Writes the frame of the present step and counts its bytes as sent. `from`: who sent it. Returns
/// the frame's length.
uint32_t sy_talk_write(struct talk *talk, uint8_t *frame, enum side *from);

#define TALK_OPTIONS_MAX 20

/// Writes the options of a segment with these flags. Returns their length in bytes.
uint32_t sy_talk_options(struct talk *talk, enum side from, uint8_t flags, uint8_t *at);

/// Bytes that one segment of this connection carries at most.
uint32_t sy_talk_segment_bytes(const struct talk *talk);
