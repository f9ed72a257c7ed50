// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_facts.h"

const char *sy_family_name(enum sy_family family)
{
	static const char *const names[SY_FAMILY_COUNT] = {
		[SY_FAMILY_UNKNOWN] = "unknown",
		[SY_FAMILY_UNIX] = "unix",
		[SY_FAMILY_WINDOWS] = "windows",
		[SY_FAMILY_SOLARIS_OR_NETWORK_DEVICE] = "solaris_or_network_device",
		[SY_FAMILY_LEGACY] = "legacy",
	};

	return (unsigned int)family < SY_FAMILY_COUNT ? names[family] : "?";
}

const char *sy_service_state_name(enum sy_service_state state)
{
	static const char *const names[SY_SERVICE_STATE_COUNT] = {
		[SY_SERVICE_UNKNOWN] = "unknown",
		[SY_SERVICE_LISTENING] = "listening",
		[SY_SERVICE_REFUSING] = "refusing",
		[SY_SERVICE_SILENT] = "silent",
		[SY_SERVICE_BLOCKED] = "blocked",
		[SY_SERVICE_MIXED] = "mixed",
	};

	return (unsigned int)state < SY_SERVICE_STATE_COUNT ? names[state] : "?";
}
