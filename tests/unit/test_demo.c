// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The generator of demo traffic: the same whenever it is asked, and in order. That it tells its
// stories is tested by what the program makes of it (tests/golden/test_demo.py).

#include "export_cmocka.h"

#include "sy_demo.h"
#include "sy_time.h"

#define START_NS UINT64_C(1795336380000000000)

static uint64_t digest(uint64_t hash, const uint8_t *bytes, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

struct run {
	uint64_t hash, frames, port_frames[2];
};

/// Asks every `step_ns` for what is due.
static struct run run(uint64_t seed, const struct sy_demo_config *config, uint64_t step_ns)
{
	struct sy_demo *demo = sy_demo_create(seed, config);
	struct run run = {.hash = UINT64_C(0xcbf29ce484222325)};
	uint64_t end_ns = config->start_ns + 4 * SY_NS_PER_S, last_ns = config->start_ns;
	uint8_t frame[SY_DEMO_FRAME_MAX + 1], port;

	assert_non_null(demo);
	frame[SY_DEMO_FRAME_MAX] = 0x5a;
	for (uint64_t now_ns = config->start_ns; now_ns <= end_ns; now_ns += step_ns) {
		uint64_t due_ns = sy_demo_due(demo);
		uint32_t bytes;

		while ((bytes = sy_demo_next(demo, now_ns, frame, SY_DEMO_FRAME_MAX, &port)) > 0) {
			assert_true(due_ns >= last_ns && due_ns <= now_ns);
			assert_in_range(bytes, 60, SY_DEMO_FRAME_MAX);
			assert_in_range(port, 0, 1);
			last_ns = due_ns;
			run.hash = digest(run.hash, frame, bytes);
			run.frames++;
			run.port_frames[port]++;
			due_ns = sy_demo_due(demo);
		}
		assert_true(sy_demo_due(demo) > now_ns);
	}
	assert_int_equal(frame[SY_DEMO_FRAME_MAX], 0x5a);
	assert_int_equal(sy_demo_skipped(demo), 0);
	sy_demo_destroy(demo);
	return run;
}

static void same_whenever_asked(void **state)
{
	struct sy_demo_config config = {.start_ns = START_NS};
	struct run often = run(3, &config, SY_NS_PER_MS / 10);
	struct run seldom = run(3, &config, 2 * SY_NS_PER_S);
	struct run other = run(4, &config, 2 * SY_NS_PER_S);

	(void)state;
	assert_true(often.frames > 4 * 1000);
	assert_int_equal(often.frames, seldom.frames);
	assert_true(often.hash == seldom.hash);
	assert_true(often.hash != other.hash);
}

static void two_fibres_or_a_mirror(void **state)
{
	struct sy_demo_config config = {.start_ns = START_NS, .connections_s = 50};
	struct run tap = run(3, &config, SY_NS_PER_S), mirror;

	(void)state;
	config.one_port = true;
	mirror = run(3, &config, SY_NS_PER_S);
	assert_true(tap.port_frames[0] > tap.frames / 4 && tap.port_frames[1] > tap.frames / 4);
	assert_int_equal(mirror.port_frames[1], 0);
	assert_true(mirror.hash == tap.hash);
}

static void little_room(void **state)
{
	struct sy_demo *demo = sy_demo_create(1, &(struct sy_demo_config){.start_ns = START_NS});
	uint8_t frame[SY_DEMO_FRAME_MAX], port;
	uint64_t due_ns = sy_demo_due(demo);

	(void)state;
	assert_int_equal(sy_demo_next(demo, due_ns, frame, SY_DEMO_FRAME_MAX - 1, &port), 0);
	assert_int_equal(sy_demo_next(demo, due_ns - 1, frame, SY_DEMO_FRAME_MAX, &port), 0);
	assert_true(sy_demo_due(demo) == due_ns);
	assert_true(sy_demo_next(demo, due_ns, frame, SY_DEMO_FRAME_MAX, &port) > 0);
	sy_demo_destroy(demo);
	sy_demo_destroy(NULL);
}

// More connections than can be open: counted, and the rest goes on.
static void too_many(void **state)
{
	struct sy_demo_config config = {.start_ns = START_NS, .connections_s = 1000000};
	struct sy_demo *demo = sy_demo_create(1, &config);
	uint8_t frame[SY_DEMO_FRAME_MAX], port;
	uint64_t frames = 0;

	(void)state;
	while (sy_demo_next(demo, START_NS + SY_NS_PER_S / 10, frame, sizeof(frame), &port) > 0)
		frames++;
	assert_true(sy_demo_skipped(demo) > 1000);
	assert_true(frames > 10000);
	sy_demo_destroy(demo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_whenever_asked),
		cmocka_unit_test(two_fibres_or_a_mirror),
		cmocka_unit_test(little_room),
		cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
