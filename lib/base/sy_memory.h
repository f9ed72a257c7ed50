// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stddef.h>

/// Zeroed memory, aligned to a huge page, of which only the touched part is resident; in huge pages
/// where the kernel gives them (good for large tables that are hit at random). Any thread.
/// NULL and errno on failure (ENOMEM).
void *sy_memory_map(size_t bytes);

/// Gives back what sy_memory_map(bytes) gave. NULL is allowed.
void sy_memory_unmap(void *memory, size_t bytes);
