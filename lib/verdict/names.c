// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_finding.h"

const char *sy_code_name(enum sy_code code)
{
	static const char *const names[SY_CODE_COUNT] = {
		[SY_CODE_NOT_LISTENING] = "not_listening",
		[SY_CODE_SERVICE_SILENT] = "service_silent",
		[SY_CODE_HOST_SILENT] = "host_silent",
		[SY_CODE_RESET_BY_PATH] = "reset_by_path",
		[SY_CODE_BLOCKED_BY_ICMP] = "blocked_by_icmp",
		[SY_CODE_LOST_BETWEEN] = "lost_between",
		[SY_CODE_HALF_OPEN_CLIENTS] = "half_open_clients",
		[SY_CODE_ONE_WAY_TAP] = "one_way_tap",
		[SY_CODE_DUPLICATES] = "duplicates",
		[SY_CODE_LOSSY_MONITOR] = "lossy_monitor",
		[SY_CODE_RECOVERED] = "recovered",
	};

	return (unsigned int)code < SY_CODE_COUNT ? names[code] : "?";
}

const char *sy_certainty_name(enum sy_certainty certainty)
{
	static const char *const names[SY_CERTAINTY_COUNT] = {
		[SY_CERTAIN] = "certain",
		[SY_LIKELY] = "likely",
		[SY_POSSIBLE] = "possible",
	};

	return (unsigned int)certainty < SY_CERTAINTY_COUNT ? names[certainty] : "?";
}

const char *sy_ended_name(enum sy_ended ended)
{
	static const char *const names[SY_ENDED_COUNT] = {
		[SY_ENDED_NOT] = "",
		[SY_ENDED_ANSWERED] = "answered",
		[SY_ENDED_NOT_SEEN_AGAIN] = "not_seen_again",
		[SY_ENDED_SETTLED] = "settled",
		[SY_ENDED_MERGED] = "merged",
		[SY_ENDED_SPLIT] = "split",
		[SY_ENDED_REPLACED] = "replaced",
		[SY_ENDED_WITHDRAWN] = "withdrawn",
		[SY_ENDED_NO_ROOM] = "no_room",
	};

	return (unsigned int)ended < SY_ENDED_COUNT ? names[ended] : "?";
}
