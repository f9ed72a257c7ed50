// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_addr.h"
#include "sy_time.h"

#include <stdbool.h>
#include <stdint.h>

// The record of one attempt to open a TCP connection: what lib/tcp fills in, lib/stats counts and
// lib/export writes. The words are those of docs/semantics.md.

/// Vantage points that one run can tell apart.
#define SY_VANTAGE_MAX 8

/// How an attempt ended; each attempt has exactly one.
enum sy_outcome {
	SY_OUTCOME_ESTABLISHED,
	SY_OUTCOME_REFUSED,
	SY_OUTCOME_UNREACHABLE,
	SY_OUTCOME_UNANSWERED,
	SY_OUTCOME_HALF_OPEN,
	SY_OUTCOME_ABORTED,
	SY_OUTCOME_RESET_IN_HANDSHAKE,
	SY_OUTCOME_INVALID_ANSWER,
	SY_OUTCOME_ONE_SIDED,
	SY_OUTCOME_COUNT,
};

/// What ended the wait for more evidence.
enum sy_decided_by {
	SY_DECIDED_BY_PACKETS,
	SY_DECIDED_BY_TIMEOUT,
	SY_DECIDED_BY_END,
	SY_DECIDED_BY_EVICTED,
	SY_DECIDED_BY_COUNT,
};

/// When in a connection's life a RST came.
enum sy_rst_phase {
	SY_RST_TO_SYN,
	SY_RST_TO_SYNACK,
	SY_RST_IN_DATA,
	SY_RST_AFTER_FIN,
	SY_RST_STRAY,
	SY_RST_PHASE_COUNT,
};

/// Who made a RST, by comparison with what the claimed sender is known to look like.
enum sy_rst_origin {
	SY_ORIGIN_ENDPOINT,
	SY_ORIGIN_PATH,
	SY_ORIGIN_UNKNOWN,
	SY_ORIGIN_COUNT,
};

/// The two ends of a flow; also the index of per-direction arrays (the sender's).
enum sy_side {
	SY_CLIENT,
	SY_SERVER,
	SY_SIDE_NONE,
};

/// How an established connection ended, first cause.
enum sy_close {
	SY_CLOSE_NONE, ///< still open, or never established
	SY_CLOSE_FIN_CLIENT,
	SY_CLOSE_FIN_SERVER,
	SY_CLOSE_RST_CLIENT,
	SY_CLOSE_RST_SERVER,
	SY_CLOSE_IDLE,
	SY_CLOSE_COUNT,
};

/// Zeek's conn_state, a compatibility column (base/protocols/conn).
enum sy_conn_state {
	SY_ZEEK_S0,
	SY_ZEEK_S1,
	SY_ZEEK_SF,
	SY_ZEEK_REJ,
	SY_ZEEK_S2,
	SY_ZEEK_S3,
	SY_ZEEK_RSTO,
	SY_ZEEK_RSTR,
	SY_ZEEK_RSTOS0,
	SY_ZEEK_RSTRH,
	SY_ZEEK_SH,
	SY_ZEEK_SHR,
	SY_ZEEK_OTH,
	SY_ZEEK_COUNT,
};

/// The outermost-but-last encapsulation that carried the TCP segment.
enum sy_tunnel {
	SY_TUNNEL_NONE,
	SY_TUNNEL_IPIP, ///< IP-in-IP, 6in4, 4in6
	SY_TUNNEL_GRE,
	SY_TUNNEL_ERSPAN,
	SY_TUNNEL_VXLAN,
	SY_TUNNEL_GENEVE,
	SY_TUNNEL_GTPU,
	SY_TUNNEL_COUNT,
};

/// snake_case names as the files write them; "?" for a value out of range.
const char *sy_outcome_name(enum sy_outcome outcome);
const char *sy_decided_by_name(enum sy_decided_by decided_by);
const char *sy_rst_phase_name(enum sy_rst_phase phase);
const char *sy_rst_origin_name(enum sy_rst_origin origin);
const char *sy_close_name(enum sy_close close);
const char *sy_conn_state_name(enum sy_conn_state state);
const char *sy_tunnel_name(enum sy_tunnel tunnel);

// Wireshark's tcp.completeness bits.
#define SY_COMPLETE_SYN    0x01
#define SY_COMPLETE_SYNACK 0x02
#define SY_COMPLETE_ACK    0x04
#define SY_COMPLETE_DATA   0x08
#define SY_COMPLETE_FIN    0x10
#define SY_COMPLETE_RST    0x20

// TCP flags (RFC 9293 3.1; AE is RFC 9768's name for the former NS).
#define SY_TCP_FIN 0x001
#define SY_TCP_SYN 0x002
#define SY_TCP_RST 0x004
#define SY_TCP_PSH 0x008
#define SY_TCP_ACK 0x010
#define SY_TCP_URG 0x020
#define SY_TCP_ECE 0x040
#define SY_TCP_CWR 0x080
#define SY_TCP_AE  0x100

// struct sy_tcp_options.present: options that a SYN or SYN-ACK carried.
#define SY_OPT_MSS    0x01
#define SY_OPT_WSCALE 0x02
#define SY_OPT_SACK   0x04
#define SY_OPT_TS     0x08
#define SY_OPT_TFO    0x10 ///< TCP Fast Open, kind 34 or the experimental 254 with 0xF989 (RFC 7413)
#define SY_OPT_MD5    0x20 ///< TCP MD5 signature, kind 19 (RFC 2385)
#define SY_OPT_AO     0x40 ///< TCP-AO, kind 29 (RFC 5925)
#define SY_OPT_MPTCP  0x80 ///< kind 30 (RFC 8684)

/// Options of a SYN or SYN-ACK. A field is meaningful only when its bit in `present` is set.
struct sy_tcp_options {
	uint32_t tsval;
	uint32_t tsecr;
	uint16_t mss;             ///< bytes
	uint8_t wscale;           ///< shift count
	uint8_t present;          ///< SY_OPT_*
	uint8_t tfo_cookie_bytes; ///< 0 = cookie request
	uint8_t spare[3];
};

/// Who talks to whom. `domain` separates overlapping address spaces and is 0 by default.
struct sy_tuple {
	struct sy_addr client;
	struct sy_addr server;
	uint32_t domain;
	uint16_t client_port;
	uint16_t server_port;
};

// struct sy_packet_note.ip_flags
#define SY_IP_V6 0x01
#define SY_IP_DF 0x02
#define SY_IP_MF 0x04

/// One handshake packet, remembered as evidence. ts_ns 0 = no such packet was seen.
struct sy_packet_note {
	uint64_t ts_ns; ///< at `vantage`, where it was seen first
	uint32_t seq;
	uint32_t ack;
	uint32_t payload_bytes;
	uint16_t window;       ///< as in the header, not scaled
	uint16_t ip_id;        ///< 0 for IPv6
	uint16_t tcp_flags;    ///< SY_TCP_*
	uint8_t ttl;           ///< IPv4 TTL or IPv6 hop limit
	uint8_t tos;           ///< IPv4 TOS or IPv6 traffic class
	uint8_t ip_flags;      ///< SY_IP_*
	uint8_t vantage;       ///< index of the vantage that saw it first
	uint8_t seen_at;       ///< bit mask of the vantages that saw it
	uint8_t other_vantage; ///< second vantage that saw it; valid when seen_at has a second bit
};

/// No time between two vantages is known.
#define SY_DT_UNKNOWN INT32_MIN

/// The handshake packets that an attempt remembers.
enum sy_note {
	SY_NOTE_SYN,    ///< first SYN
	SY_NOTE_SYNACK, ///< first valid SYN-ACK, or the first invalid one when none was valid
	SY_NOTE_ACK,    ///< final ACK
	SY_NOTE_RST,    ///< first RST of either side, or one that is better evidence
	SY_NOTE_COUNT,
};

// struct sy_attempt.flags
#define SY_ATT_SYN_VALIDATED     (1u << 0)  ///< SYN-ACK.ack = ISN + 1 (+ accepted SYN data)
#define SY_ATT_ACK_SYNCHRONIZED  (1u << 1)  ///< the final ACK continues both sides
#define SY_ATT_SIMULTANEOUS_OPEN (1u << 2)  ///< two SYNs crossed (RFC 9293 3.5, figure 7)
#define SY_ATT_RTT_AMBIGUOUS     (1u << 3)  ///< a RTT was withheld because of retransmissions
#define SY_ATT_TWO_RESPONDERS    (1u << 4)  ///< SYN-ACKs with two server ISNs
#define SY_ATT_ECN_SETUP         (1u << 5)  ///< SYN with ECE and CWR (RFC 3168 6.1.1)
#define SY_ATT_ECN_ACCEPTED      (1u << 6)  ///< SYN-ACK with ECE without CWR
#define SY_ATT_TFO               (1u << 7)  ///< the SYN had a Fast Open option
#define SY_ATT_CLIENT_ALIVE      (1u << 8)  ///< the client sent ACK, data or FIN
#define SY_ATT_SERVER_ALIVE      (1u << 9)  ///< the server sent ACK, data or FIN
#define SY_ATT_INVALID_ANSWER    (1u << 10) ///< a SYN-ACK or RST that does not match the SYN
#define SY_ATT_RST_VALID         (1u << 11) ///< the noted RST passes the rules of its phase
#define SY_ATT_RST_BEFORE_SYNACK (1u << 12) ///< `aborted`: the client's RST came before a SYN-ACK
#define SY_ATT_DATA_AFTER_RST    (1u << 13) ///< the RST's claimed sender went on to send
#define SY_ATT_UNTRACKED         (1u << 14) ///< the flow table had no room from the start
#define SY_ATT_VOLUME            (1u << 15) ///< bytes and packets were counted (tracking: full)
#define SY_ATT_ICMP_PROHIBITED   (1u << 16) ///< the ICMP error says "administratively prohibited"
#define SY_ATT_COUNTED           (1u << 17) ///< its establishment has been reported already
#define SY_ATT_FIN_CLIENT        (1u << 18)
#define SY_ATT_FIN_SERVER        (1u << 19)
#define SY_ATT_RST_AFTER_SYNACK  (1u << 23) ///< `aborted`: the client's RST came after a SYN-ACK
#define SY_ATT_ANSWERED_BEFORE   (1u << 24) ///< a valid SYN-ACK was reset, and the SYN came again
#define SY_ATT_CAME_UP           (1u << 21) ///< it was established
#define SY_ATT_SIDES             (1u << 22) ///< it was counted as a flow with both sides
#define SY_ATT_SERVER_STRAY      (1u << 20) ///< the server sent ACKs that do not fit the SYN

/// What the handshake machine has to remember to pair packets; of no use to readers.
struct sy_attempt_work {
	uint64_t rtt_syn_ns;     ///< time of the SYN that the SYN-ACK answers; 0 = ambiguous
	uint64_t last_synack_ns; ///< last SYN-ACK of the first responder
	uint32_t last_syn_tsval;
	uint32_t last_synack_tsval;
	uint32_t previous_isn; ///< of the attempt that this one replaced; valid when has_previous
	uint16_t outstanding;  ///< SYNs since the last refusal
	uint8_t has_previous;
	uint8_t syn_vantage; ///< where the SYN of rtt_syn_ns was seen
};

/// One attempt, complete. Written by one worker; read-only once it has left it.
struct sy_attempt {
	struct sy_tuple tuple;
	struct sy_packet_note note[SY_NOTE_COUNT];
	struct sy_tcp_options opt[2]; ///< of the SYN and of the SYN-ACK, by sender (enum sy_side)
	/// SY_DT_UNKNOWN when that vantage saw only a later copy, a retransmission.
	int32_t other_dt_ns[SY_NOTE_COUNT]; ///< time at other_vantage minus ts_ns (within 0.5 s)
	struct sy_attempt_work work;
	uint64_t last_syn_ns;   ///< last SYN of this attempt
	uint64_t decided_ns;    ///< when its outcome was decided
	uint64_t end_ns;        ///< last packet of its flow
	uint64_t server_rtt_ns; ///< SYN -> SYN-ACK at the tap, or SY_NS_UNKNOWN
	uint64_t client_rtt_ns; ///< SYN-ACK -> final ACK at the tap, or SY_NS_UNKNOWN
	uint64_t bytes[2]; ///< payload by sender, from sequence numbers; 65535 << 32: that or more
	uint32_t packets[2];      ///< by sender; UINT32_MAX: that or more
	uint32_t flags;           ///< SY_ATT_*
	uint32_t vni;             ///< VXLAN/GENEVE id, GRE key, ERSPAN session, GTP TEID
	struct sy_addr icmp_from; ///< who sent the ICMP error; valid when icmp_seen
	uint16_t syn_count;       ///< most seen at one vantage; these five stay at UINT16_MAX
	uint16_t synack_count;
	uint16_t rst_count;
	uint16_t refusals; ///< valid RSTs that answered a SYN
	uint16_t invalid_refusals;
	uint16_t vlan;      ///< outermost 802.1Q id of the first SYN, 0xffff = none
	uint8_t outcome;    ///< enum sy_outcome
	uint8_t decided_by; ///< enum sy_decided_by
	uint8_t rst_phase;  ///< enum sy_rst_phase of the noted RST
	uint8_t rst_side;   ///< enum sy_side that the noted RST claims to come from
	uint8_t close;      ///< enum sy_close
	uint8_t conn_state; ///< enum sy_conn_state
	uint8_t completeness;
	uint8_t tunnel;      ///< enum sy_tunnel
	uint8_t data_ttl[2]; ///< TTL of the first segment besides SYN and RST, by sender; 0 = none
	uint8_t icmp_seen;
	uint8_t icmp_type;
	uint8_t icmp_code;
	uint8_t history_count;
	char history[20]; ///< Zeek's letters, history_count of them; not 0-terminated
};

/// A lone SYN of an IPv4 attempt with no tunnel and no data: all that is known of it, inline.
struct sy_lone_syn {
	uint32_t client4, server4;
	uint32_t isn;
	uint32_t tsval;
	uint16_t client_port, server_port;
	uint16_t mss, window, ip_id, vlan;
	uint16_t tcp_flags;
	uint8_t ttl, tos, wscale, present;
	uint8_t ip_flags, vantage;
};

/// True when the noted RST came after the connection was up.
static inline bool sy_attempt_cut_off(const struct sy_attempt *a)
{
	return a->rst_phase == SY_RST_IN_DATA || a->rst_phase == SY_RST_AFTER_FIN;
}

/// Time that an answer was waited for: from the last SYN to the decision.
static inline uint64_t sy_attempt_waited_ns(const struct sy_attempt *a)
{
	return sy_time_since(a->decided_ns, a->last_syn_ns);
}
