// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_exchange.h"

#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_ring.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEMS_MAX (1u << 16)

struct sy_exchange {
	struct rte_ring *full;
	struct rte_ring *spent;
	uint8_t *memory;
};

static struct rte_ring *make_ring(const char *name, const char *which, uint32_t items)
{
	char ring_name[RTE_RING_NAMESIZE];

	snprintf(ring_name, sizeof(ring_name), "%.20s_%s", name, which);
	// A ring holds one less than its size; with twice the size an enqueue always succeeds.
	return rte_ring_create(
		ring_name, items * 2, (int)rte_socket_id(), RING_F_SP_ENQ | RING_F_SC_DEQ);
}

struct sy_exchange *sy_exchange_create(const char *name, uint32_t items, size_t item_bytes)
{
	size_t stride = (item_bytes + 63) & ~(size_t)63;
	struct sy_exchange *x;

	if (items == 0 || items > ITEMS_MAX || (items & (items - 1)) != 0) {
		errno = EINVAL;
		return NULL;
	}
	x = calloc(1, sizeof(*x));
	if (x == NULL)
		return NULL;
	x->full = make_ring(name, "full", items);
	x->spent = make_ring(name, "spent", items);
	x->memory = aligned_alloc(64, stride * items);
	if (x->full == NULL || x->spent == NULL || x->memory == NULL) {
		int why = x->full == NULL || x->spent == NULL ? rte_errno : ENOMEM;
		sy_exchange_destroy(x);
		errno = why;
		return NULL;
	}
	memset(x->memory, 0, stride * items);
	for (uint32_t i = 0; i < items; i++)
		rte_ring_sp_enqueue(x->spent, x->memory + i * stride);
	return x;
}

void sy_exchange_destroy(struct sy_exchange *x)
{
	if (x == NULL)
		return;
	rte_ring_free(x->full);
	rte_ring_free(x->spent);
	free(x->memory);
	free(x);
}

static void *dequeue(struct rte_ring *ring)
{
	void *item = NULL;

	return rte_ring_sc_dequeue(ring, &item) == 0 ? item : NULL;
}

void *sy_exchange_take(struct sy_exchange *x)
{
	return dequeue(x->spent);
}

void sy_exchange_send(struct sy_exchange *x, void *item)
{
	rte_ring_sp_enqueue(x->full, item);
}

void *sy_exchange_receive(struct sy_exchange *x)
{
	return dequeue(x->full);
}

void sy_exchange_give_back(struct sy_exchange *x, void *item)
{
	rte_ring_sp_enqueue(x->spent, item);
}
