// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include <stdint.h>

/// The secret of a run: an attacker who does not know it cannot choose collisions.
struct sy_hash_key {
	uint64_t k[4];
};

/// Expands a seed (a random one at start, a fixed one in tests) to a key: splitmix64.
static inline struct sy_hash_key sy_hash_key_from_seed(uint64_t seed)
{
	struct sy_hash_key key;
	for (int i = 0; i < 4; i++) {
		uint64_t z = (seed += UINT64_C(0x9e3779b97f4a7c15));
		z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
		key.k[i] = z ^ (z >> 31);
	}
	return key;
}

/// Folded 64 x 64 -> 128 bit multiplication, the mixing step of the wyhash family (public domain).
static inline uint64_t sy_hash_fold(uint64_t a, uint64_t b)
{
	__extension__ unsigned __int128 product = (unsigned __int128)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/// Symmetric hash of an IPv4 tuple: both directions of a connection give the same value.
/// Addresses and ports in host order.
static inline uint64_t sy_hash_v4(const struct sy_hash_key *key, uint32_t src, uint16_t sport,
	uint32_t dst, uint16_t dport, uint32_t domain)
{
	uint64_t a = (uint64_t)src << 16 | sport;
	uint64_t b = (uint64_t)dst << 16 | dport;
	uint64_t low = a < b ? a : b;
	uint64_t high = a < b ? b : a;
	uint64_t h = sy_hash_fold(low ^ key->k[0], high ^ key->k[1]);
	return sy_hash_fold(h ^ key->k[2], domain ^ key->k[3]);
}

/// Symmetric hash of 128-bit addresses, each given as two words; `swap` says that src is the
/// greater endpoint (address, then port).
static inline uint64_t sy_hash_v6(const struct sy_hash_key *key, const uint64_t src[static 2],
	uint16_t sport, const uint64_t dst[static 2], uint16_t dport, uint32_t domain, int swap)
{
	const uint64_t *low = swap ? dst : src;
	const uint64_t *high = swap ? src : dst;
	uint64_t ports = swap ? (uint64_t)dport << 16 | sport : (uint64_t)sport << 16 | dport;
	uint64_t h = sy_hash_fold(low[0] ^ key->k[0], low[1] ^ key->k[1]);
	uint64_t g = sy_hash_fold(high[0] ^ key->k[2], high[1] ^ key->k[3]);
	h = sy_hash_fold(h ^ key->k[1], g ^ key->k[0] ^ ports);
	return sy_hash_fold(h ^ key->k[2], domain ^ key->k[3]);
}

/// Hash of a short byte-free key of two words (addresses, address and port).
static inline uint64_t sy_hash_words(
	const struct sy_hash_key *key, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t h = sy_hash_fold(a ^ key->k[0], b ^ key->k[1]);
	return sy_hash_fold(h ^ key->k[2], c ^ key->k[3]);
}
