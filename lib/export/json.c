// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "sy_json.h"

#include <stddef.h>

void sy_json_key(struct sy_json *json, const char *key)
{
	if (json->comma)
		sy_text_put(json->text, ",", 1);
	json->comma = true;
	if (key == NULL)
		return;
	sy_text_put(json->text, "\"", 1);
	sy_text_puts(json->text, key);
	sy_text_put(json->text, "\":", 2);
}

void sy_json_open(struct sy_json *json, const char *key, char bracket)
{
	sy_json_key(json, key);
	sy_text_put(json->text, &bracket, 1);
	json->comma = false;
}

void sy_json_close(struct sy_json *json, char bracket)
{
	sy_text_put(json->text, &bracket, 1);
	json->comma = true;
}

void sy_json_null(struct sy_json *json, const char *key)
{
	sy_json_key(json, key);
	sy_text_puts(json->text, "null");
}

void sy_json_bool(struct sy_json *json, const char *key, bool value)
{
	sy_json_key(json, key);
	sy_text_puts(json->text, value ? "true" : "false");
}

void sy_json_u64(struct sy_json *json, const char *key, uint64_t value)
{
	sy_json_key(json, key);
	sy_text_put_u64(json->text, value);
}

void sy_json_i64(struct sy_json *json, const char *key, int64_t value)
{
	sy_json_key(json, key);
	sy_text_put_i64(json->text, value);
}

void sy_json_f64(struct sy_json *json, const char *key, double value, int decimals)
{
	sy_json_key(json, key);
	sy_text_put_f64(json->text, value, decimals);
}

void sy_json_us(struct sy_json *json, const char *key, uint64_t value_ns)
{
	sy_json_key(json, key);
	sy_text_put_milli(json->text, value_ns);
}

void sy_json_text(struct sy_json *json, const char *key, const char *value)
{
	sy_json_key(json, key);
	if (value == NULL)
		sy_text_puts(json->text, "null");
	else
		sy_text_put_json(json->text, value);
}

void sy_json_time(struct sy_json *json, const char *key, uint64_t ts_ns)
{
	if (ts_ns == 0) {
		sy_json_null(json, key);
		return;
	}
	sy_json_key(json, key);
	sy_text_put(json->text, "\"", 1);
	sy_text_put_time(json->text, ts_ns);
	sy_text_put(json->text, "\"", 1);
}
