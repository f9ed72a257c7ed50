// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_facts.h"

// A longer way is never believed (p0f's limit).
#define HOPS_MAX 35

// Up to here, a 32 start may also be a long way from a 64 one.
#define LEGACY_HOPS_MAX 3

struct sy_ttl_guess sy_ttl_guess(uint8_t observed)
{
	static const struct sy_ttl_guess initials[] = {
		{.initial = 32, .family = SY_FAMILY_LEGACY},
		{.initial = 64, .family = SY_FAMILY_UNIX},
		{.initial = 128, .family = SY_FAMILY_WINDOWS},
		// 192 exists, rarely, and no family is known for it: only believed when 255 is too
		// far.
		{.initial = 192, .family = SY_FAMILY_UNKNOWN},
		{.initial = 255, .family = SY_FAMILY_SOLARIS_OR_NETWORK_DEVICE},
	};
	struct sy_ttl_guess guess = {.initial = 0};

	for (uint32_t i = 0; i < sizeof(initials) / sizeof(initials[0]); i++) {
		if (observed == 0 || observed > initials[i].initial)
			continue;
		if (initials[i].initial - observed > HOPS_MAX)
			continue;
		guess = initials[i];
		guess.hops = (uint8_t)(guess.initial - observed);
		break;
	}
	if (guess.initial == 32 && guess.hops > LEGACY_HOPS_MAX)
		guess.family = SY_FAMILY_UNKNOWN;
	return guess;
}
