// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "eal.h"
#include "eal_arguments.h"

#include <errno.h>
#include <stdlib.h>

int eal_start_live(const struct sy_config *config, bool verbose, struct sy_error *err)
{
	// Kept: EAL goes on pointing into its arguments.
	static struct eal_arguments arguments;
	struct machine machine;
	int status;

	machine_look(&machine);
	status = eal_arguments_build(&arguments, config, &machine, err);
	if (status == 0)
		status = eal_start(arguments.count, arguments.argv, verbose, err);
	return status;
}
