// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "machine.h"

#include "sy_error.h"

#define EAL_ARGUMENTS_MAX  320 // two for each port, the raw ones, and some
#define EAL_ARGUMENT_BYTES 512

/// What rte_eal_init() is given. It may reorder `argv`; the texts stay in place.
struct eal_arguments {
	int count;
	char *argv[EAL_ARGUMENTS_MAX + 1]; ///< ends with NULL
	char text[EAL_ARGUMENTS_MAX][EAL_ARGUMENT_BYTES];
};

/// Memory in MiB that is taken from EAL beside the frames' buffers.
#define EAL_BASE_MIB 64

/// MiB that a live run takes from EAL: from huge pages, or without them.
uint32_t eal_memory_mib(const struct sy_config *config);

/// Are there enough huge pages, if they are wanted? 0, or -ENOMEM with one sentence in err.
int eal_check_memory(
	const struct sy_config *config, const struct machine *machine, struct sy_error *err);

/// Makes the arguments of a live run from the configuration and what the machine has. Large:
/// better static or on the heap. 0, or -errno with one sentence in err: a CPU that is not there
/// (-ENODEV), too few huge pages (-ENOMEM). No state, any thread.
int eal_arguments_build(struct eal_arguments *arguments, const struct sy_config *config,
	const struct machine *machine, struct sy_error *err);

/// eal_start_live() on a machine that was looked at before.
int eal_start_on(const struct machine *machine, const struct sy_config *config, bool verbose,
	struct sy_error *err);
