// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The handshake as a table: what each event does in each state, with the section of RFC 9293 (or
// another) that makes it so.

#include "actions.h"

#define STAY 0xff // the action has set the state, or it does not change

struct transition {
	uint8_t next;
	void (*action)(struct sy_step *s);
};

// clang-format off
static const struct transition machine[SY_STATE_COUNT][SY_EVENT_COUNT] = {
	[SY_STATE_SYN_SENT] = {
		[SY_EVENT_SYN_AGAIN]     = {STAY, sy_act_syn_again},                        // 3.8.1: retransmission
		[SY_EVENT_SYN_OTHER]     = {STAY, sy_act_restart},                          // new ISN, new attempt
		[SY_EVENT_SYN_PEER]      = {SY_STATE_SIMULTANEOUS, sy_act_syn_peer},        // 3.5, figure 7
		[SY_EVENT_SYNACK]        = {SY_STATE_SYN_RECEIVED, sy_act_synack},          // 3.5, figure 6
		[SY_EVENT_SYNACK_BAD]    = {STAY, sy_act_synack_bad},                       // 3.10.7.3, first: unacceptable ACK
		[SY_EVENT_SYNACK_CLIENT] = {STAY, sy_act_stray},
		[SY_EVENT_CLIENT]        = {SY_STATE_ONE_SIDED, sy_act_one_sided},          // it came up, the SYN-ACK passed elsewhere
		[SY_EVENT_SERVER]        = {SY_STATE_ONE_SIDED, sy_act_one_sided},
		[SY_EVENT_NOTHING]       = {STAY, sy_act_stray},                            // 3.10.7.3: challenge ACK and the like
		[SY_EVENT_RST_CLIENT]    = {SY_STATE_FAILED, sy_act_abort},                 // 3.10.5: ABORT in SYN-SENT
		[SY_EVENT_RST_SERVER]    = {STAY, sy_act_refuse},                           // 3.10.7.3, second: connection reset
		[SY_EVENT_RST_BAD]       = {STAY, sy_act_rst_bad},                          // ignored by the client
	},
	[SY_STATE_SIMULTANEOUS] = {
		[SY_EVENT_SYN_AGAIN]     = {STAY, sy_act_syn_again},
		[SY_EVENT_SYN_OTHER]     = {STAY, sy_act_restart},
		[SY_EVENT_SYN_PEER]      = {STAY, sy_act_stray},
		[SY_EVENT_SYNACK]        = {STAY, sy_act_synack_crossing},                  // 3.5, figure 7, lines 4 and 6
		[SY_EVENT_SYNACK_BAD]    = {STAY, sy_act_synack_bad},
		[SY_EVENT_SYNACK_CLIENT] = {STAY, sy_act_client_crossing},                  // 3.5, figure 7, line 5
		[SY_EVENT_ACK_FINAL]     = {STAY, sy_act_client_crossing},
		[SY_EVENT_CLIENT]        = {STAY, sy_act_client_crossing},
		[SY_EVENT_SERVER]        = {STAY, sy_act_server_crossing},
		[SY_EVENT_NOTHING]       = {STAY, sy_act_stray},
		[SY_EVENT_RST_CLIENT]    = {SY_STATE_FAILED, sy_act_abort},
		[SY_EVENT_RST_SERVER]    = {SY_STATE_FAILED, sy_act_reset},
		[SY_EVENT_RST_BAD]       = {STAY, sy_act_rst_bad},
	},
	[SY_STATE_SYN_RECEIVED] = {
		[SY_EVENT_SYN_AGAIN]     = {STAY, sy_act_syn_again},                        // the SYN-ACK was lost behind the tap
		[SY_EVENT_SYN_OTHER]     = {STAY, sy_act_restart},
		[SY_EVENT_SYN_PEER]      = {STAY, sy_act_restart},
		[SY_EVENT_SYNACK]        = {STAY, sy_act_synack_again},                     // 3.8.1; another ISN: two responders
		[SY_EVENT_SYNACK_BAD]    = {STAY, sy_act_synack_bad},
		[SY_EVENT_SYNACK_CLIENT] = {STAY, sy_act_stray},
		[SY_EVENT_ACK_FINAL]     = {STAY, sy_act_established},                      // 3.10.7.4, fifth: SYN-RECEIVED
		[SY_EVENT_CLIENT]        = {STAY, sy_act_absorb},
		[SY_EVENT_SERVER]        = {STAY, sy_act_server_early},                     // data on the SYN-ACK's heels (RFC 7413)
		[SY_EVENT_NOTHING]       = {STAY, sy_act_stray},
		[SY_EVENT_RST_CLIENT]    = {SY_STATE_FAILED, sy_act_abort},                 // half-open scan, or unwanted
		[SY_EVENT_RST_SERVER]    = {SY_STATE_FAILED, sy_act_reset},                 // 3.10.7.4, second
		[SY_EVENT_RST_BAD]       = {STAY, sy_act_rst_bad},
	},
	[SY_STATE_ONE_SIDED] = {
		[SY_EVENT_SYN_AGAIN]     = {STAY, sy_act_syn_again},
		[SY_EVENT_SYN_OTHER]     = {STAY, sy_act_restart},
		[SY_EVENT_SYN_PEER]      = {SY_STATE_SIMULTANEOUS, sy_act_syn_peer},        // split handshake
		[SY_EVENT_SYNACK]        = {STAY, sy_act_synack_late},                      // reordered by the tap
		[SY_EVENT_SYNACK_BAD]    = {STAY, sy_act_synack_bad},
		[SY_EVENT_SYNACK_CLIENT] = {STAY, sy_act_stray},
		[SY_EVENT_CLIENT]        = {STAY, sy_act_one_sided},
		[SY_EVENT_SERVER]        = {STAY, sy_act_one_sided},
		[SY_EVENT_NOTHING]       = {STAY, sy_tcp_track},
		[SY_EVENT_RST_CLIENT]    = {SY_STATE_CLOSED, sy_act_close},
		[SY_EVENT_RST_SERVER]    = {SY_STATE_CLOSED, sy_act_close},
		[SY_EVENT_RST_BAD]       = {STAY, sy_act_rst_bad},
	},
	[SY_STATE_ESTABLISHED] = {
		[SY_EVENT_SYN_AGAIN]     = {STAY, sy_act_syn_again},                        // 3.10.7.4, fourth: stale duplicate
		[SY_EVENT_SYN_OTHER]     = {STAY, sy_act_restart},                          // port reuse
		[SY_EVENT_SYN_PEER]      = {STAY, sy_act_restart},
		[SY_EVENT_SYNACK]        = {STAY, sy_act_synack_again},
		[SY_EVENT_SYNACK_BAD]    = {STAY, sy_act_synack_bad},
		[SY_EVENT_SYNACK_CLIENT] = {STAY, sy_act_stray},
		[SY_EVENT_ACK_FINAL]     = {STAY, sy_tcp_track},
		[SY_EVENT_CLIENT]        = {STAY, sy_tcp_track},
		[SY_EVENT_SERVER]        = {STAY, sy_tcp_track},
		[SY_EVENT_NOTHING]       = {STAY, sy_tcp_track},
		[SY_EVENT_RST_CLIENT]    = {SY_STATE_CLOSED, sy_act_close},                 // 3.10.7.4, second
		[SY_EVENT_RST_SERVER]    = {SY_STATE_CLOSED, sy_act_close},
		[SY_EVENT_RST_BAD]       = {STAY, sy_act_rst_bad},                          // RFC 5961 3: out of window
	},
	[SY_STATE_FAILED] = {
		[SY_EVENT_SYN_AGAIN]     = {STAY, sy_act_syn_revive},                       // the client tries the same SYN again
		[SY_EVENT_SYN_OTHER]     = {STAY, sy_act_restart},
		[SY_EVENT_SYN_PEER]      = {STAY, sy_act_restart},
		[SY_EVENT_SYNACK]        = {STAY, sy_act_synack_after_abort},
		[SY_EVENT_SYNACK_BAD]    = {STAY, sy_act_synack_bad},
		[SY_EVENT_SYNACK_CLIENT] = {STAY, sy_act_stray},
		[SY_EVENT_ACK_FINAL]     = {STAY, sy_act_absorb},                           // on its way when the reset came
		[SY_EVENT_CLIENT]        = {STAY, sy_act_absorb},
		[SY_EVENT_SERVER]        = {STAY, sy_act_absorb},
		[SY_EVENT_NOTHING]       = {STAY, sy_act_stray},
		[SY_EVENT_RST_CLIENT]    = {STAY, sy_act_rst_again},
		[SY_EVENT_RST_SERVER]    = {STAY, sy_act_rst_again},
		[SY_EVENT_RST_BAD]       = {STAY, sy_act_rst_bad},
	},
	[SY_STATE_CLOSED] = {
		[SY_EVENT_SYN_AGAIN]     = {STAY, sy_act_syn_again},
		[SY_EVENT_SYN_OTHER]     = {STAY, sy_act_restart},                          // 3.6.1: TIME-WAIT reuse
		[SY_EVENT_SYN_PEER]      = {STAY, sy_act_restart},
		[SY_EVENT_SYNACK]        = {STAY, sy_act_synack_closed},
		[SY_EVENT_SYNACK_BAD]    = {STAY, sy_act_synack_bad},
		[SY_EVENT_SYNACK_CLIENT] = {STAY, sy_act_stray},
		[SY_EVENT_ACK_FINAL]     = {STAY, sy_tcp_track},
		[SY_EVENT_CLIENT]        = {STAY, sy_tcp_track},
		[SY_EVENT_SERVER]        = {STAY, sy_tcp_track},
		[SY_EVENT_NOTHING]       = {STAY, sy_tcp_track},
		[SY_EVENT_RST_CLIENT]    = {STAY, sy_act_rst_again},
		[SY_EVENT_RST_SERVER]    = {STAY, sy_act_rst_again},
		[SY_EVENT_RST_BAD]       = {STAY, sy_act_rst_bad},
	},
	[SY_STATE_GHOST] = {                                                                // all else was said already
		[SY_EVENT_SYN_OTHER]     = {STAY, sy_act_restart},                          // 3.6.1: TIME-WAIT reuse
		[SY_EVENT_RST_CLIENT]    = {STAY, sy_act_rst_again},
		[SY_EVENT_RST_SERVER]    = {STAY, sy_act_rst_again},
		[SY_EVENT_RST_BAD]       = {STAY, sy_act_rst_bad},
	},
	[SY_STATE_SYNACK_FIRST] = {
		[SY_EVENT_SYN_OTHER]     = {STAY, sy_act_join},                             // reordered, or a new attempt
		[SY_EVENT_SYNACK]        = {STAY, sy_act_midstream_synack},
		[SY_EVENT_SYNACK_CLIENT] = {STAY, sy_act_absorb},
		[SY_EVENT_NOTHING]       = {STAY, sy_act_after_synack},                     // its SYN may still come
		[SY_EVENT_RST_CLIENT]    = {SY_STATE_CLOSED, sy_act_close},
		[SY_EVENT_RST_SERVER]    = {SY_STATE_CLOSED, sy_act_close},
		[SY_EVENT_RST_BAD]       = {STAY, sy_act_rst_bad},
	},
	[SY_STATE_MIDSTREAM] = {
		[SY_EVENT_SYN_OTHER]     = {STAY, sy_act_restart},
		[SY_EVENT_SYNACK]        = {STAY, sy_act_midstream_synack},
		[SY_EVENT_SYNACK_CLIENT] = {STAY, sy_act_midstream_synack},
		[SY_EVENT_NOTHING]       = {STAY, sy_tcp_track},
		[SY_EVENT_RST_CLIENT]    = {SY_STATE_CLOSED, sy_act_close},
		[SY_EVENT_RST_SERVER]    = {SY_STATE_CLOSED, sy_act_close},
		[SY_EVENT_RST_BAD]       = {STAY, sy_act_rst_bad},
	},
};
// clang-format on

void sy_tcp_step(struct sy_step *s, enum sy_event event)
{
	const struct transition *t = &machine[s->flow->state][event];

	if (t->action == NULL)
		return;
	// All but the lone SYN need the record; a flow that gets none is given up.
	if ((s->flow->bits & SY_BIT_ATTEMPT) && event != SY_EVENT_SYN_OTHER &&
		sy_tcp_promote(s) == NULL) {
		sy_tcp_finish(s->tcp, s->flow, SY_DECIDED_BY_EVICTED, s->ts_ns);
		s->flow = NULL;
		return;
	}
	t->action(s);
	if (t->next != STAY && s->flow != NULL)
		s->flow->state = t->next;
}
