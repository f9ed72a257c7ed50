// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stddef.h>
#include <stdint.h>

// How one thread hands things to another: a fixed set of equal buffers goes round between one
// producer and one consumer over two SPSC rings, full ones one way and spent ones back. Nothing is
// allocated or copied on the way; a producer that finds no spent buffer counts, waits or goes on,
// as its caller decides.
//
// Thread-safety: take and send belong to the producer, receive and give_back to the consumer.

struct sy_exchange;

/// Makes an exchange of `items` buffers (a power of two, at most 2^16) of `item_bytes` each, zeroed
/// and aligned to cache lines. `name` is unique in the process and at most 20 characters long.
/// Needs EAL. NULL and errno (ENOMEM, EINVAL, EEXIST).
struct sy_exchange *sy_exchange_create(const char *name, uint32_t items, size_t item_bytes);

/// NULL is allowed. Both sides must be done.
void sy_exchange_destroy(struct sy_exchange *exchange);

/// A spent buffer to fill, or NULL when the consumer has all of them.
void *sy_exchange_take(struct sy_exchange *exchange);

/// Hands a buffer that take() gave over. Cannot fail.
void sy_exchange_send(struct sy_exchange *exchange, void *item);

/// The next full buffer, or NULL when there is none now.
void *sy_exchange_receive(struct sy_exchange *exchange);

/// Gives a buffer that receive() gave back. Cannot fail.
void sy_exchange_give_back(struct sy_exchange *exchange, void *item);
