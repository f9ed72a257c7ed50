// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "tcp_internal.h"

// The actions of the table in machine.c. Each gets a step whose flow is set and, for an attempt,
// its record.

// act_syn.c
void sy_act_syn_again(struct sy_step *s);
void sy_act_syn_revive(struct sy_step *s);
void sy_act_syn_peer(struct sy_step *s);
void sy_act_restart(struct sy_step *s);
void sy_act_join(struct sy_step *s);

// act_synack.c
void sy_act_synack(struct sy_step *s);
void sy_act_synack_again(struct sy_step *s);
void sy_act_synack_bad(struct sy_step *s);
void sy_act_synack_closed(struct sy_step *s);
void sy_act_synack_late(struct sy_step *s);
void sy_act_synack_after_abort(struct sy_step *s);
void sy_act_synack_crossing(struct sy_step *s);
void sy_act_midstream_synack(struct sy_step *s);
void sy_act_after_synack(struct sy_step *s);

// act_ack.c
void sy_act_absorb(struct sy_step *s);
void sy_act_stray(struct sy_step *s);
void sy_act_one_sided(struct sy_step *s);
void sy_act_established(struct sy_step *s);
void sy_act_client_crossing(struct sy_step *s);
void sy_act_server_crossing(struct sy_step *s);
void sy_act_server_early(struct sy_step *s);
void sy_act_come_up(struct sy_step *s); ///< shared end of every way to `established`

// act_rst.c
void sy_act_abort(struct sy_step *s);
void sy_act_refuse(struct sy_step *s);
void sy_act_reset(struct sy_step *s);
void sy_act_close(struct sy_step *s);
void sy_act_rst_again(struct sy_step *s);
void sy_act_rst_bad(struct sy_step *s);
