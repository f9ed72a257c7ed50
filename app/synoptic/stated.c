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

static const struct statement *find(const struct statement *list, uint32_t count, uint64_t key)
{
	for (uint32_t i = 0; i < count; i++)
		if (list[i].key == key)
			return &list[i];
	return NULL;
}

static bool has_changed(const struct statement *before, const struct sy_finding *now)
{
	return before == NULL || before->finding.last_seen_ns != now->last_seen_ns ||
	       before->finding.ended_ns != now->ended_ns || before->finding.weight != now->weight;
}

/// Those that are stated no more and had not ended.
static void take_back(const struct stated *stated, const struct statement *list, uint32_t count,
	uint64_t now_ns, struct sy_findings *news)
{
	for (uint32_t i = 0; i < stated->count; i++) {
		const struct statement *before = &stated->list[i];

		if (before->finding.ended_ns != 0 || find(list, count, before->key) != NULL)
			continue;
		news->list[news->count] = before->finding;
		news->list[news->count++].ended_ns = now_ns;
	}
}

int stated_renew(struct stated *stated, const struct sy_findings *findings, uint64_t now_ns,
	struct sy_findings *news)
{
	size_t most = (size_t)findings->count + stated->count + 1;
	struct statement *list = calloc(findings->count + 1, sizeof(*list));

	*news = (struct sy_findings){.list = calloc(most, sizeof(*news->list))};
	if (list == NULL || news->list == NULL) {
		free(list);
		free(news->list);
		news->list = NULL;
		return -ENOMEM;
	}
	news->capacity = news->max = (uint32_t)most;
	news->dropped = findings->dropped;
	for (uint32_t i = 0; i < findings->count; i++) {
		const struct sy_finding *finding = &findings->list[i];

		list[i] = (struct statement){key_of(finding), *finding};
		list[i].finding.shown_count = 0; // what it points to will change
		if (has_changed(find(stated->list, stated->count, list[i].key), finding))
			news->list[news->count++] = *finding;
	}
	take_back(stated, list, findings->count, now_ns, news);
	free(stated->list);
	*stated = (struct stated){list, findings->count};
	return 0;
}

void stated_free(struct stated *stated)
{
	free(stated->list);
	*stated = (struct stated){NULL, 0};
}
