// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_memory.h"

#include <stdint.h>
#include <sys/mman.h>

#define HUGE_BYTES ((size_t)2 << 20)

static size_t rounded(size_t bytes)
{
	return (bytes + HUGE_BYTES - 1) & ~(HUGE_BYTES - 1);
}

void *sy_memory_map(size_t bytes)
{
	// Mapped larger than asked for, then trimmed to the boundary of a huge page.
	size_t wanted = rounded(bytes), mapped = wanted + HUGE_BYTES;
	uint8_t *memory = mmap(NULL, mapped, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	size_t before;

	if (memory == MAP_FAILED)
		return NULL;
	before = rounded((uintptr_t)memory) - (uintptr_t)memory;
	if (before > 0)
		munmap(memory, before);
	if (before < HUGE_BYTES)
		munmap(memory + before + wanted, HUGE_BYTES - before);
	madvise(memory + before, wanted, MADV_HUGEPAGE);
	return memory + before;
}

void sy_memory_unmap(void *memory, size_t bytes)
{
	if (memory != NULL)
		munmap(memory, rounded(bytes));
}
