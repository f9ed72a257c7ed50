// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_config.h"

// The one table of keys. Each entry says where its value stands in the struct, what is allowed and
// what is meant; loader, printer, sample and documentation have no list of keys of their own.

enum key_kind {
	KEY_NUMBER,   ///< uint32_t
	KEY_BOOL,     ///< bool
	KEY_WORD,     ///< an enum, 4 bytes: the index of one of `words`
	KEY_TEXT,     ///< char[size], 0-terminated
	KEY_NUMBERS,  ///< list of uint32_t
	KEY_TEXTS,    ///< list of char[size]
	KEY_SECTION,  ///< mapping, a struct
	KEY_SECTIONS, ///< list of mappings, an array of structs of `size` bytes
};

struct schema_key {
	const char *name;
	enum key_kind kind;
	uint32_t offset;       ///< of the value in the struct of its section
	uint32_t size;         ///< bytes of the value, of lists: of one item
	uint32_t count_offset; ///< lists: of the uint32_t that counts the items
	uint32_t items_min, items_max;
	uint32_t min, max;        ///< numbers: what is allowed, both included
	const char *zero;         ///< what 0 or "" means, which is allowed too; NULL = it is not
	const char *initial;      ///< the default, as in the file; NULL = has to be given
	const char *sample;       ///< for the sample file, where there is no default
	const char *const *words; ///< NULL-terminated
	const struct schema_key *keys;          ///< of a section; the last one has no name
	const char *(*check)(const char *text); ///< texts: NULL, or "is not ..."
	bool fold;        ///< texts: white space of several lines becomes one line
	const char *unit; ///< "seconds"; NULL = none
	const char *doc;  ///< sentences, for sample and documentation
};

/// Top level; the last one has no name.
extern const struct schema_key sy_schema[];
extern const struct schema_key sy_schema_port[];
extern const struct schema_key sy_schema_output[];

// The words of the enums, NULL-terminated.
extern const char *const sy_words_config_side[];
extern const char *const sy_words_config_idle[];
extern const char *const sy_words_config_distribution[];
extern const char *const sy_words_config_tracking[];
extern const char *const sy_words_config_decode[];
extern const char *const sy_words_config_log_level[];

#define KEY_AT(type, field) .offset = offsetof(type, field), .size = sizeof(((type *)0)->field)
#define KEY_LIST(type, field, count)                                            \
	.offset = offsetof(type, field), .size = sizeof(((type *)0)->field[0]), \
	.count_offset = offsetof(type, count)

/// Bytes that sy_key_allowed() writes at most.
#define ALLOWED_SIZE 320

/// What is allowed, to stand after "is not": "a whole number from 1 to 3600 (seconds)".
void sy_key_allowed(const struct schema_key *key, char allowed[static ALLOWED_SIZE]);

/// Sets one value, or one item of a list, at `at`. 0, or -EINVAL with what is wrong, without the
/// key: "left" is not one of both, a, b.
int sy_key_set(const struct schema_key *key, void *at, const char *text, size_t bytes,
	struct sy_error *why);

/// Defaults for all keys of a section whose struct is at `base`; the rest of it is zeroed by the
/// caller.
void sy_keys_init(const struct schema_key *keys, void *base);

/// Bytes that sy_quote() writes at most.
#define QUOTE_SIZE 96

/// Foreign bytes for an error: in quotes, on one line, cut where they are long.
const char *sy_quote(const char *text, size_t bytes, char quoted[static QUOTE_SIZE]);

/// The key that was probably meant by an unknown one, or NULL: `path` gets it, with its section
/// when that is another one than the section whose keys are `keys`.
const char *sy_key_nearest(
	const struct schema_key *keys, const char *unknown, char *path, size_t path_size);

/// NULL, or what is wrong with a device's form.
const char *sy_device_check(const char *device);

/// The form of a device that sy_device_check() accepts.
enum sy_config_device sy_device_kind(const char *device);
