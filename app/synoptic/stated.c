// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "stated.h"

#include "sy_hash.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/// Two findings of one list share it with a chance of one in many billions; then one is written
/// again without need.
static uint64_t key_of(const struct sy_finding *finding)
{
	static const struct sy_hash_key fixed = {{1, 2, 3, 4}};
	uint64_t words[2], text = 0;

	memcpy(words, finding->subject.b, sizeof(words));
	// A vantage is no address: its name stands in the text.
	for (const char *c = finding->subject_text; *c != '\0'; c++)
		text = sy_hash_fold(
			text ^ (uint64_t)(unsigned char)*c, UINT64_C(0x9e3779b97f4a7c15));
	return sy_hash_words(&fixed, words[0] ^ text, words[1],
		(uint64_t)finding->code << 16 | finding->subject_port);
}

static struct statement state(const struct sy_finding *f)
{
	return (struct statement){key_of(f), f->last_seen_ns, f->ended_ns, f->weight};
}

static bool is_known(const struct stated *stated, const struct statement *now)
{
	for (uint32_t i = 0; i < stated->count; i++)
		if (stated->list[i].key == now->key)
			return memcmp(&stated->list[i], now, sizeof(*now)) == 0;
	return false;
}

int stated_renew(
	struct stated *stated, const struct sy_findings *findings, struct sy_findings *news)
{
	size_t count = findings->count > 0 ? findings->count : 1;
	struct statement *list = calloc(count, sizeof(*list));

	*news = (struct sy_findings){.list = calloc(count, sizeof(*news->list))};
	if (list == NULL || news->list == NULL) {
		free(list);
		free(news->list);
		news->list = NULL;
		return -ENOMEM;
	}
	news->capacity = news->max = findings->count;
	news->dropped = findings->dropped;
	for (uint32_t i = 0; i < findings->count; i++) {
		list[i] = state(&findings->list[i]);
		if (!is_known(stated, &list[i]))
			news->list[news->count++] = findings->list[i];
	}
	free(stated->list);
	*stated = (struct stated){list, findings->count};
	return 0;
}

void stated_free(struct stated *stated)
{
	free(stated->list);
	*stated = (struct stated){NULL, 0};
}
