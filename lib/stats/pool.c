// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "pool.h"

#include "sy_memory.h"

#include <errno.h>
#include <string.h>

int sy_pool_init(struct sy_pool *pool, uint32_t count, size_t item_bytes)
{
	*pool = (struct sy_pool){.count = count, .item_bytes = item_bytes};
	pool->items = sy_memory_map(count * item_bytes);
	return pool->items == NULL ? -ENOMEM : 0;
}

void sy_pool_free(struct sy_pool *pool)
{
	sy_memory_unmap(pool->items, pool->count * pool->item_bytes);
	*pool = (struct sy_pool){.items = NULL};
}

void sy_pool_reset(struct sy_pool *pool)
{
	pool->spare = NULL;
	pool->fresh = 0;
}

void *sy_pool_take(struct sy_pool *pool)
{
	void *item = pool->spare;

	if (item != NULL) {
		memcpy(&pool->spare, item, sizeof(pool->spare));
		return memset(item, 0, pool->item_bytes);
	}
	if (pool->fresh == pool->count)
		return NULL;
	item = pool->items + pool->fresh++ * pool->item_bytes;
	// Memory that was never used is zero already.
	if (pool->fresh <= pool->used)
		return memset(item, 0, pool->item_bytes);
	pool->used = pool->fresh;
	return item;
}

void sy_pool_give(struct sy_pool *pool, void *item)
{
	if (item == NULL)
		return;
	memcpy(item, &pool->spare, sizeof(pool->spare));
	pool->spare = item;
}
