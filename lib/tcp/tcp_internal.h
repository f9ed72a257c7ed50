// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "copies.h"
#include "postponed.h"
#include "watch.h"

#include "sy_tcp.h"

/// States of a flow. RFC 9293 3.3.2 names the endpoints' states; these are what a third party can
/// know of the pair.
enum sy_tcp_state {
	SY_STATE_SYN_SENT, ///< the client's SYN was seen (and perhaps refused: it may come again)
	SY_STATE_SIMULTANEOUS, ///< both sides sent a SYN (RFC 9293 3.5, figure 7)
	SY_STATE_SYN_RECEIVED, ///< a valid SYN-ACK was seen
	SY_STATE_ONE_SIDED,    ///< the connection came up, but no SYN-ACK passed this tap
	SY_STATE_ESTABLISHED,
	SY_STATE_FAILED,       ///< aborted, or reset in the handshake
	SY_STATE_CLOSED,       ///< both FINs or a RST; lingers to absorb late segments
	SY_STATE_SYNACK_FIRST, ///< a SYN-ACK whose SYN may still come (reordering between tap
			       ///< ports)
	SY_STATE_MIDSTREAM,    ///< seen without a SYN: no attempt
	SY_STATE_GHOST,        ///< closed, reported, and without a record: absorbs what comes late
	SY_STATE_COUNT,
};

// struct sy_flow.bits
#define SY_BIT_CLIENT_GREATER 0x01 ///< the client is the greater endpoint (SY_SEG_SWAP)
#define SY_BIT_ATTEMPT        0x02 ///< a SYN was seen: the flow is an attempt
#define SY_BIT_FIN(side)      (0x04 << (side))
#define SY_BIT_CLIENT_ACKED   0x10 ///< the client acknowledged the server's SYN
#define SY_BIT_SERVER_ACKED   0x20 ///< the server acknowledged the client's SYN
#define SY_BIT_RST_CLIENT     0x40 ///< closed by a RST in the client's name
#define SY_BIT_RST_SERVER     0x80 ///< likewise, or refused by one and not tried again since

// struct sy_flow_track.letters: history letters that come at most once a side; server's << 8
#define SY_LETTER_A 0x01
#define SY_LETTER_D 0x02
#define SY_LETTER_T 0x04
#define SY_LETTER_W 0x08
#define SY_LETTER_G 0x10
#define SY_LETTER_Q 0x20
#define SY_LETTER_I 0x40
#define SY_LETTER_F 0x80

struct sy_tcp {
	struct sy_flow_table *flows;
	struct sy_tcp_config config;
	struct sy_tcp_sink sink;
	struct sy_tcp_counters counters;
	struct sy_copies *copies; ///< NULL with one vantage
	struct sy_watch *watch;   ///< NULL with SY_TRACKING_FULL
	struct sy_closings *closings;
	struct sy_postponed *postponed;
	uint64_t now_ns;    ///< never runs back
	uint64_t last_ns;   ///< of the last packet
	uint64_t latest_ns; ///< greatest of these
	uint64_t settle_ns; ///< SY_SETTLE_NS, or the linger time where that is less
	uint64_t timeout_ns[SY_STATE_COUNT]; ///< of the configuration, by state
	uint8_t vantage_of_port[256];
};

/// One segment on its way through the machine.
struct sy_step {
	struct sy_tcp *tcp;
	const struct sy_batch *batch;
	uint32_t lane;
	struct sy_flow *flow;
	struct sy_attempt *attempt; ///< the flow's record or NULL
	uint64_t ts_ns;
	uint32_t seq, ack, payload;
	uint16_t flags;
	uint8_t dir; ///< enum sy_side of the sender
	uint8_t vantage;
	bool apart; ///< its numbers are no part of this connection: of one before it, or made up
};

/// What a segment is to its flow, after its sequence numbers were judged.
enum sy_event {
	SY_EVENT_SYN_AGAIN,     ///< the client's SYN with the attempt's ISN
	SY_EVENT_SYN_OTHER,     ///< a SYN with another ISN, or of a flow whose opening was not seen
	SY_EVENT_SYN_PEER,      ///< the server's own SYN without ACK
	SY_EVENT_SYNACK,        ///< acknowledges the client's SYN
	SY_EVENT_SYNACK_BAD,    ///< does not
	SY_EVENT_SYNACK_CLIENT, ///< a SYN-ACK of the client: simultaneous and split handshakes
	SY_EVENT_ACK_FINAL,     ///< the client acknowledges the server's SYN
	SY_EVENT_CLIENT,        ///< any other segment of the client that shows it is connected
	SY_EVENT_SERVER,        ///< a segment of the server that acknowledges the client's SYN
	SY_EVENT_NOTHING,       ///< proves nothing about the handshake
	SY_EVENT_RST_CLIENT,    ///< acceptable to the server
	SY_EVENT_RST_SERVER,    ///< acceptable to the client
	SY_EVENT_RST_BAD,       ///< acceptable to nobody
	SY_EVENT_COUNT,
};

/// How far packets may run back behind the latest one without making a difference to what is done
/// when time has passed.
#define SY_BACKWARDS_NS SY_NS_PER_S

/// After so long a closed connection's attempt is final. Some stacks reset what they closed long
/// before, 15 s in one capture of the corpus.
#define SY_SETTLE_NS (20 * SY_NS_PER_S)

/// After so long a refused, aborted or reset attempt is final: Windows tries again after 0.5 s.
#define SY_FAILED_NS (3 * SY_NS_PER_S)

/// More than a receiver's window is: no number of a connection leads what was seen by more, unless
/// as much was lost.
#define SY_LEAD_BYTES (1 << 24)

/// a - b in sequence space (RFC 9293 3.4): > 0 when a is later.
static inline int32_t sy_seq_diff(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

/// Counts stay at their greatest value rather than begin anew. Every segment of a connection comes
/// by here; the carry of the addition tells.
static inline void sy_tcp_count_packet(struct sy_flow_track *track, uint8_t side)
{
	if (__builtin_expect(++track->packets[side] == 0, false))
		track->packets[side] = UINT32_MAX;
}

/// Volume is counted from the first byte, so that is where a turn of the numbers begins: a step of
/// the highest one from `seq` to `end`.
static inline void sy_tcp_count_wrap(
	struct sy_flow_track *track, uint8_t side, uint32_t seq, uint32_t end)
{
	uint32_t first = track->first_seq[side];

	if (__builtin_expect(end - first < seq - first, false) && track->wraps[side] < UINT16_MAX)
		track->wraps[side]++;
}

/// The flow was active: ageing starts again. Times may run backwards in a file.
static inline void sy_tcp_touch(struct sy_step *step)
{
	if (step->ts_ns > step->flow->last_ns)
		step->flow->last_ns = step->ts_ns;
}

/// When a flow is over if nothing more comes: a function of the packets' times alone, so it does
/// not matter when the sweep finds it.
static inline uint64_t sy_tcp_deadline_ns(const struct sy_tcp *tcp, const struct sy_flow *flow)
{
	uint64_t timeout_ns = tcp->timeout_ns[flow->state];

	// After a RST only the same SYN can change an attempt, and it comes soon or not at all.
	if (flow->rank == SY_RANK_ENDED && timeout_ns > SY_FAILED_NS &&
		(flow->state == SY_STATE_FAILED ||
			(flow->state == SY_STATE_SYN_SENT && (flow->bits & SY_BIT_RST_SERVER))))
		timeout_ns = SY_FAILED_NS;
	return flow->last_ns + timeout_ns;
}

static inline bool sy_tcp_expired(
	const struct sy_tcp *tcp, const struct sy_flow *flow, uint64_t now_ns)
{
	return now_ns > sy_tcp_deadline_ns(tcp, flow);
}

/// The time by which a flow is judged that nothing has come for. Where the clock was set back it is
/// the last packet's, or else all that came since would have been waited for as long as the step.
static inline uint64_t sy_tcp_now_ns(const struct sy_tcp *tcp, const struct sy_flow *flow)
{
	bool set_back = sy_time_since(tcp->latest_ns, tcp->last_ns) > SY_BACKWARDS_NS;

	return set_back && flow->last_ns <= tcp->last_ns + SY_BACKWARDS_NS ? tcp->last_ns
									   : tcp->now_ns;
}

// segment.c: one lane, by the machine.
void sy_tcp_segment(struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i);
void sy_tcp_icmp_error(struct sy_tcp *tcp, const struct sy_batch *b, uint32_t i);

// classify.c
enum sy_event sy_tcp_classify(const struct sy_step *step);

// machine.c: applies one event by the table of transitions.
void sy_tcp_step(struct sy_step *step, enum sy_event event);

// open.c: new flows
void sy_tcp_open(struct sy_step *step);
struct sy_attempt *sy_tcp_promote(struct sy_step *step);
void sy_tcp_attempt_from_syn(const struct sy_flow *flow, struct sy_attempt *out);
void sy_tcp_note(struct sy_packet_note *note, const struct sy_step *step);
uint32_t sy_tcp_client_isn(const struct sy_flow *flow, const struct sy_attempt *attempt);

// close.c: ends of flows
void sy_tcp_finish(
	struct sy_tcp *tcp, struct sy_flow *flow, enum sy_decided_by why, uint64_t now_ns);

/// Reports what a flow was; it stays.
void sy_tcp_report(
	struct sy_tcp *tcp, struct sy_flow *flow, enum sy_decided_by why, uint64_t now_ns);

void sy_tcp_evict(void *arg, struct sy_flow *flow);

// settle.c

struct sy_closings;

size_t sy_closings_bytes(void);

/// The flow has just been closed.
void sy_tcp_closing(struct sy_tcp *tcp, const struct sy_flow *flow);

/// Makes a closed flow that is due a ghost; else does nothing.
void sy_tcp_settle(struct sy_tcp *tcp, struct sy_flow *flow, uint64_t now_ns);

/// The same for those that were closed first, as many as are due, bounded.
void sy_tcp_settle_due(struct sy_tcp *tcp);

// icmp.c
void sy_tcp_icmp(struct sy_step *step);

// outcome.c: verdicts on one attempt
enum sy_outcome sy_tcp_outcome(const struct sy_flow *flow, const struct sy_attempt *attempt);
void sy_tcp_rtts(const struct sy_tcp *tcp, struct sy_attempt *attempt);

// zeek.c: compatibility columns
enum sy_conn_state sy_tcp_conn_state(const struct sy_attempt *attempt);
void sy_tcp_history(struct sy_attempt *attempt, char letter, enum sy_side side);

/// Counts or stops to count a flow as watched, as its state demands. After each step.
void sy_tcp_watch(struct sy_tcp *tcp, struct sy_flow *flow);

/// The flow leaves the table.
void sy_tcp_unwatch(struct sy_tcp *tcp, struct sy_flow *flow);

// track.c: sequence numbers and volume
void sy_tcp_track(struct sy_step *step);
