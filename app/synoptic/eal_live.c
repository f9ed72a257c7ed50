// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "eal.h"
#include "eal_arguments.h"

int eal_start_on(const struct machine *machine, const struct sy_config *config, bool verbose,
	struct sy_error *err)
{
	// Kept: EAL goes on pointing into its arguments.
	static struct eal_arguments arguments;
	struct sy_error why;
	int status = eal_arguments_build(&arguments, config, machine, err);

	if (status != 0)
		return status;
	if (config->eal_count == 0)
		return eal_start(arguments.count, arguments.argv, verbose, err);
	status = eal_start(arguments.count, arguments.argv, verbose, &why);
	if (status == 0)
		return 0;
	return sy_error_set(err, -status, "%s; from `eal` of the configuration it had %.100s%s",
		why.text, config->eal[0], config->eal_count > 1 ? " and more" : "");
}

int eal_start_live(const struct sy_config *config, bool verbose, struct sy_error *err)
{
	struct machine machine;

	machine_look(&machine);
	return eal_start_on(&machine, config, verbose, err);
}
