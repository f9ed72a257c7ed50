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

/// A finding that ended goes on being found as long as its service is known; its figures are no
/// news then.
static bool has_changed(const struct statement *before, const struct sy_finding *now)
{
	if (before == NULL || before->finding.ended_ns != now->ended_ns)
		return true;
	return now->ended_ns == 0 && (before->finding.last_seen_ns != now->last_seen_ns ||
					     before->finding.weight != now->weight);
}

/// That a service has recovered is news for so long, however long it answers then.
static void end_old(struct sy_finding *finding, const struct statement *before,
	const struct stated_clock *clock)
{
	bool recovered = finding->code == SY_CODE_RECOVERED;
	uint64_t last_ns = recovered ? finding->since_ns : finding->last_seen_ns;
	enum sy_ended because = recovered ? SY_ENDED_SETTLED : SY_ENDED_NOT_SEEN_AGAIN;

	if (finding->ended_ns != 0 || sy_time_since(clock->now_ns, last_ns) < clock->patience_ns)
		return;
	finding->ended_because = because;
	finding->ended_ns = clock->now_ns;
	if (before != NULL && before->finding.ended_because == because)
		finding->ended_ns = before->finding.ended_ns;
}

static bool is_about(const struct sy_finding *finding, const struct sy_finding *other)
{
	return sy_addr_equal(&finding->subject, &other->subject) &&
	       (finding->subject_port == other->subject_port || finding->subject_port == 0 ||
		       other->subject_port == 0);
}

/// Why a finding is stated no more: by what is stated instead.
static enum sy_ended why_gone(const struct sy_finding *gone, const struct sy_findings *findings)
{
	static const struct sy_addr monitor;
	enum sy_ended why = findings->dropped > 0 ? SY_ENDED_NO_ROOM : SY_ENDED_WITHDRAWN;

	if (gone->code == SY_CODE_LOSSY_MONITOR)
		return SY_ENDED_NOT_SEEN_AGAIN;
	if (sy_addr_equal(&gone->subject, &monitor))
		return why;
	for (uint32_t i = 0; i < findings->count; i++) {
		const struct sy_finding *other = &findings->list[i];

		if (!is_about(other, gone))
			continue;
		if (other->code == gone->code)
			return other->subject_port == 0 ? SY_ENDED_MERGED : SY_ENDED_SPLIT;
		if (other->ended_ns == 0)
			why = SY_ENDED_REPLACED;
	}
	return why;
}

static struct sy_finding *find_finding(const struct sy_findings *findings, uint64_t key)
{
	for (uint32_t i = 0; i < findings->count; i++)
		if (key_of(&findings->list[i]) == key)
			return &findings->list[i];
	return NULL;
}

/// What the monitor loses is judged by the last interval alone. One in which it lost nothing is no
/// end of that yet, and the next in which it does no beginning.
static void carry_losses(
	const struct stated *stated, struct sy_findings *findings, const struct stated_clock *clock)
{
	for (uint32_t i = 0; i < stated->count; i++) {
		const struct sy_finding *before = &stated->list[i].finding;
		struct sy_finding *now;

		if (before->code != SY_CODE_LOSSY_MONITOR || before->ended_ns != 0)
			continue;
		now = find_finding(findings, stated->list[i].key);
		if (now != NULL)
			now->since_ns = before->since_ns;
		else if (sy_time_since(clock->now_ns, before->last_seen_ns) < clock->patience_ns)
			sy_findings_add(findings, before);
	}
}

/// Those that are stated no more and had not ended.
static void take_back(const struct stated *stated, const struct statement *list,
	const struct sy_findings *findings, uint64_t now_ns, struct sy_findings *news)
{
	for (uint32_t i = 0; i < stated->count; i++) {
		const struct statement *before = &stated->list[i];
		struct sy_finding *gone;

		if (before->finding.ended_ns != 0 ||
			find(list, findings->count, before->key) != NULL)
			continue;
		gone = &news->list[news->count++];
		*gone = before->finding;
		gone->ended_because = why_gone(gone, findings);
		gone->ended_ns = now_ns;
	}
}

int stated_renew(struct stated *stated, struct sy_findings *findings, struct stated_clock clock,
	struct sy_findings *news)
{
	struct statement *list;
	size_t most;

	carry_losses(stated, findings, &clock);
	most = (size_t)findings->count + stated->count + 1;
	list = calloc(findings->count + 1, sizeof(*list));
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
		struct sy_finding *finding = &findings->list[i];
		uint64_t key = key_of(finding);
		const struct statement *before = find(stated->list, stated->count, key);

		end_old(finding, before, &clock);
		list[i] = (struct statement){key, *finding};
		list[i].finding.shown_count = 0; // what it points to will change
		if (has_changed(before, finding))
			news->list[news->count++] = *finding;
	}
	take_back(stated, list, findings, clock.now_ns, news);
	free(stated->list);
	*stated = (struct stated){list, findings->count};
	return 0;
}

void stated_free(struct stated *stated)
{
	free(stated->list);
	*stated = (struct stated){NULL, 0};
}
