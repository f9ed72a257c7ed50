// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stddef.h>

/// Zeroed memory, aligned to a cache line and better, of which only the touched part is resident;
/// in huge pages where the kernel gives them. NULL and errno on failure.
void *memory_map(size_t bytes);

/// NULL is allowed.
void memory_unmap(void *memory, size_t bytes);
