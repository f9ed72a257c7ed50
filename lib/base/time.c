// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_time.h"

uint64_t sy_clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * SY_NS_PER_S + (uint64_t)t.tv_nsec;
}

// Days to civil date: the algorithm of Howard Hinnant, "chrono-compatible low-level date
// algorithms", civil_from_days. gmtime_r costs several times as much, and a file may hold millions
// of times.
static void civil_from_days(uint32_t days, uint32_t *year, uint32_t *month, uint32_t *day)
{
	uint32_t z = days + 719468;
	uint32_t era = z / 146097;
	uint32_t doe = z - era * 146097;
	uint32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	uint32_t mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

static char *put_digits(char *at, uint32_t value, int digits)
{
	for (int i = digits - 1; i >= 0; i--) {
		at[i] = (char)('0' + value % 10);
		value /= 10;
	}
	return at + digits;
}

size_t sy_time_format(uint64_t ts_ns, char text[static SY_TIME_TEXT_SIZE])
{
	uint64_t seconds = ts_ns / SY_NS_PER_S;
	uint32_t in_day = (uint32_t)(seconds % 86400);
	uint32_t year, month, day;
	char *at = text;

	civil_from_days((uint32_t)(seconds / 86400), &year, &month, &day);
	at = put_digits(at, year, 4);
	*at++ = '-';
	at = put_digits(at, month, 2);
	*at++ = '-';
	at = put_digits(at, day, 2);
	*at++ = 'T';
	at = put_digits(at, in_day / 3600, 2);
	*at++ = ':';
	at = put_digits(at, in_day / 60 % 60, 2);
	*at++ = ':';
	at = put_digits(at, in_day % 60, 2);
	*at++ = '.';
	at = put_digits(at, (uint32_t)(ts_ns % SY_NS_PER_S), 9);
	*at++ = 'Z';
	*at = '\0';
	return (size_t)(at - text);
}
