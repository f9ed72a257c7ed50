// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Decoders by name.

#include "kernels.h"

#include <errno.h>
#include <string.h>

static const char *lacks_nothing(void)
{
	return NULL;
}

// Slowest first: the best is the last that can run.
static const struct kernel {
	const char *name;
	sy_decode_fn *decode;
	const char *(*lacks)(void);
} kernels[] = {
	{"scalar", sy_decode_scalar, lacks_nothing},
	{"avx2", sy_decode_avx2, sy_cpu_lacks_avx2},
	{"avx512", sy_decode_avx512, sy_cpu_lacks_avx512},
};

#define KERNELS (sizeof(kernels) / sizeof(kernels[0]))

static sy_decode_fn *best(void)
{
	size_t i = KERNELS - 1;

	while (kernels[i].lacks())
		i--;
	return kernels[i].decode;
}

static sy_decode_fn *find(const char *name, int *error)
{
	if (strcmp(name, "best") == 0)
		return best();
	if (strcmp(name, "verify") == 0) {
		sy_decode_verify_set(best());
		return sy_decode_verify;
	}
	for (size_t i = 0; i < KERNELS; i++) {
		if (strcmp(name, kernels[i].name) != 0)
			continue;
		*error = kernels[i].lacks() ? -ENOTSUP : 0;
		return *error ? NULL : kernels[i].decode;
	}
	*error = -EINVAL;
	return NULL;
}

sy_decode_fn *sy_decode_kernel(const char *name, int *error)
{
	int ignored;

	if (!error)
		error = &ignored;
	*error = 0;
	return find(name, error);
}

const char *sy_decode_kernel_name(sy_decode_fn *decode)
{
	if (decode == sy_decode_verify)
		return "verify";
	for (size_t i = 0; i < KERNELS; i++)
		if (decode == kernels[i].decode)
			return kernels[i].name;
	return "?";
}

bool sy_decode_kernel_list(uint32_t index, const char **name, const char **obstacle)
{
	if (index >= KERNELS)
		return false;
	*name = kernels[index].name;
	*obstacle = kernels[index].lacks();
	return true;
}
