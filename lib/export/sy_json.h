// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_writer.h"

#include <stdbool.h>

// JSON with the commas where they belong. `key` is NULL inside an array; keys are the program's own
// words and are written as they are.

struct sy_json {
	struct sy_text *text;
	bool comma; ///< something stands before
};

/// Opens an object ('{') or an array ('['), and closes it ('}' or ']').
void sy_json_open(struct sy_json *json, const char *key, char bracket);
void sy_json_close(struct sy_json *json, char bracket);

/// Writes comma and key, for a value that the caller then appends to json->text itself.
void sy_json_key(struct sy_json *json, const char *key);

void sy_json_null(struct sy_json *json, const char *key);
void sy_json_bool(struct sy_json *json, const char *key, bool value);
void sy_json_u64(struct sy_json *json, const char *key, uint64_t value);
void sy_json_i64(struct sy_json *json, const char *key, int64_t value);
void sy_json_f64(struct sy_json *json, const char *key, double value, int decimals);

/// Nanoseconds as microseconds with their decimals.
void sy_json_us(struct sy_json *json, const char *key, uint64_t value_ns);

/// A string, escaped; NULL = null.
void sy_json_text(struct sy_json *json, const char *key, const char *value);

/// A time; 0 = null.
void sy_json_time(struct sy_json *json, const char *key, uint64_t ts_ns);
