// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stddef.h>
#include <stdint.h>

/// Items of one size, of which only those that were ever taken cost memory.
struct sy_pool {
	unsigned char *items;
	void *spare; ///< an item that was given back; it begins with the address of the next
	size_t item_bytes;
	uint32_t count;
	uint32_t used;  ///< items from here on were never used, not even before a reset
	uint32_t fresh; ///< items from here on are unused
};

/// 0 or -ENOMEM. An item has room for a pointer at least.
int sy_pool_init(struct sy_pool *pool, uint32_t count, size_t item_bytes);
void sy_pool_free(struct sy_pool *pool);

/// Gives all items back; keeps the memory.
void sy_pool_reset(struct sy_pool *pool);

/// An item, zeroed; NULL when there is none left.
void *sy_pool_take(struct sy_pool *pool);

/// Gives one back. NULL is allowed.
void sy_pool_give(struct sy_pool *pool, void *item);
