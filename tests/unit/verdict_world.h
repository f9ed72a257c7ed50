// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "export_cmocka.h"
#include "make_attempt.h"

#include "sy_finding.h"

#include <stdlib.h>

#define CLIENT v4(10, 0, 0, 1)
#define SERVER v4(10, 0, 1, 2)

// A run of the verdict over hand-made attempts. With SHOW in the environment, the findings are
// printed as a user would read them.

struct world {
	struct sy_stats *stats;
	struct sy_facts *facts;
	struct sy_findings *findings;
};

static inline int set_up(void **context)
{
	static struct world world;

	world = (struct world){.stats = make_stats(4096)};
	*context = &world;
	return world.stats == NULL ? -1 : 0;
}

static inline int tear_down(void **context)
{
	struct world *world = *context;

	sy_findings_destroy(world->findings);
	sy_facts_destroy(world->facts);
	sy_stats_destroy(world->stats);
	return 0;
}

static inline void judge_at(struct world *world, uint32_t vantages, uint32_t max)
{
	static const char *const names[] = {"near", "far"};
	struct sy_facts_inputs inputs = {
		.stats = world->stats, .vantage_names = names, .vantage_count = vantages};
	struct sy_verdict_config config = sy_verdict_config_default();

	config.max_findings = max;
	world->facts = sy_facts_create(&inputs);
	assert_non_null(world->facts);
	world->findings = sy_verdict_run(world->facts, &config);
	assert_non_null(world->findings);
	for (uint32_t i = 0; getenv("SHOW") != NULL && i < world->findings->count; i++) {
		const struct sy_finding *f = &world->findings->list[i];
		print_message("%s/%s %s | %s | %s\n", sy_code_name(f->code),
			sy_certainty_name(f->certainty), f->subject_text, f->owner, f->says);
		for (uint32_t p = 0; p < f->packet_count; p++)
			print_message("    %s\n", f->packets[p]);
		for (uint32_t a = 0; a < f->alternative_count; a++)
			print_message("    not: %s: %s\n", f->alternatives[a].what,
				f->alternatives[a].why);
	}
}

static inline void judge(struct world *world)
{
	judge_at(world, 1, 1000);
}

static inline const struct sy_finding *find(struct world *world, enum sy_code code, uint16_t port)
{
	for (uint32_t i = 0; i < world->findings->count; i++) {
		const struct sy_finding *f = &world->findings->list[i];
		if (f->code == code && f->subject_port == port)
			return f;
	}
	return NULL;
}

static inline uint32_t count(struct world *world, enum sy_code code)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < world->findings->count; i++)
		found += world->findings->list[i].code == code;
	return found;
}

static inline void answer(struct world *world, struct sy_addr server, uint16_t port, double s)
{
	struct sy_attempt a = make_established(make_syn(CLIENT, 1, server, port, s, 1, 1), 127, 1);
	feed(world->stats, &a);
}

static inline void stay_silent(
	struct world *world, struct sy_addr server, uint16_t port, double s, uint16_t syns)
{
	struct sy_attempt a = make_unanswered(
		make_syn(CLIENT, 2, server, port, s, syns, 1), SY_DECIDED_BY_TIMEOUT, 75);
	feed(world->stats, &a);
}

static inline void refuse(
	struct world *world, struct sy_addr server, uint16_t port, double s, uint8_t ttl)
{
	struct sy_attempt a = make_refused(make_syn(CLIENT, 3, server, port, s, 1, 1), ttl, 1);
	feed(world->stats, &a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
