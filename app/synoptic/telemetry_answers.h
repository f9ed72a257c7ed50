// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "telemetry.h"

#include <rte_telemetry.h>

// The answers to the commands. `parameter` is what follows the comma, or NULL; `age_ns` is how long
// ago the snapshot was published. What finds no memory is missing from the answer.

void telemetry_answer_stats(struct rte_tel_data *data, const struct telemetry_snapshot *s,
	const char *parameter, uint64_t age_ns);
void telemetry_answer_ports(struct rte_tel_data *data, const struct telemetry_snapshot *s,
	const char *parameter, uint64_t age_ns);
void telemetry_answer_workers(struct rte_tel_data *data, const struct telemetry_snapshot *s,
	const char *parameter, uint64_t age_ns);
void telemetry_answer_findings(struct rte_tel_data *data, const struct telemetry_snapshot *s,
	const char *parameter, uint64_t age_ns);
