// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What somebody meant who wrote a key that is none.

#include "schema.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define WORD_MAX 31

// Letters that were left out, added, changed or swapped with their neighbour; case does not count,
// nor does - for _.
static uint32_t distance(const char *a, const char *b)
{
	uint32_t rows[3][WORD_MAX + 1];
	size_t n = strlen(a), m = strlen(b);

	for (size_t j = 0; j <= m; j++)
		rows[0][j] = (uint32_t)j;
	for (size_t i = 1; i <= n; i++) {
		uint32_t *row = rows[i % 3], *above = rows[(i + 2) % 3],
			 *before = rows[(i + 1) % 3];

		row[0] = (uint32_t)i;
		for (size_t j = 1; j <= m; j++) {
			uint32_t best = above[j - 1] + (a[i - 1] != b[j - 1]);

			best = best < above[j] + 1 ? best : above[j] + 1;
			best = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[n % 3][m];
}

static const struct schema_key *nearest_in(
	const struct schema_key *keys, const char *unknown, uint32_t *at_most)
{
	const struct schema_key *nearest = NULL;

	for (const struct schema_key *key = keys; key->name != NULL; key++) {
		uint32_t d = distance(unknown, key->name);

		if (d <= *at_most) {
			nearest = key;
			*at_most = d > 0 ? d - 1 : 0;
		}
	}
	return nearest;
}

static bool exact_elsewhere(const char *word, char *path, size_t path_size)
{
	const struct schema_key *found;
	uint32_t at_most = 0;

	found = nearest_in(sy_schema, word, &at_most);
	if (found != NULL) {
		snprintf(path, path_size, "%s at the top level", found->name);
		return true;
	}
	for (const struct schema_key *key = sy_schema; key->name != NULL; key++) {
		found = key->keys != NULL ? nearest_in(key->keys, word, &at_most) : NULL;
		if (found != NULL) {
			snprintf(path, path_size, "%s%s.%s", key->name,
				key->kind == KEY_SECTIONS ? "[]" : "", found->name);
			return true;
		}
	}
	return false;
}

const char *sy_key_nearest(
	const struct schema_key *keys, const char *unknown, char *path, size_t path_size)
{
	const struct schema_key *nearest;
	char word[WORD_MAX + 1];
	size_t bytes = strlen(unknown);
	uint32_t at_most = (uint32_t)bytes / 3 + 1;

	if (bytes > WORD_MAX || bytes < 2)
		return NULL;
	for (size_t i = 0; i <= bytes; i++)
		word[i] = unknown[i] == '-' ? '_' : (char)tolower((unsigned char)unknown[i]);
	// A slip of case or hyphen, the right word in the wrong section, or else a slip of letters.
	if (nearest_in(keys, word, &(uint32_t){0}) == NULL &&
		exact_elsewhere(word, path, path_size))
		return path;
	nearest = nearest_in(keys, word, &at_most);
	if (nearest == NULL)
		return NULL;
	snprintf(path, path_size, "%s", nearest->name);
	return path;
}
