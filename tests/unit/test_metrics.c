// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "metrics_sample.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect(const char *text, const char *line)
{
	if (strstr(text, line) == NULL)
		fail_msg("not there: %s", line);
}

static void test_text(void **state)
{
	struct metrics_sample s;
	struct sy_text out;

	(void)state;
	metrics_sample_init(&s);
	sy_text_init(&out, -1);
	sy_metrics_write(&out, &s.metrics);
	const char *text = sample_text(&out);
	expect(text, "\nsynoptic_build_info{version=\"0.1.0\"} 1\n");
	expect(text, "\nsynoptic_start_time_seconds 1795336380\n");
	expect(text, "\nsynoptic_interval_lag_seconds 0.0015\n");
	expect(text,
		"\nsynoptic_frames_total{port=\"0000:17:00.0\",vantage=\"client\",bucket=\"tcp\"} 1234000\n");
	expect(text,
		"\nsynoptic_frames_total{port=\"a\\\"b\\\\c\\n-\xef\xbf\xbd\",vantage=\"\",bucket=\"tcp\"} 1\n");
	expect(text, "\nsynoptic_attempts_total{outcome=\"refused\"} 7\n");
	expect(text, "\nsynoptic_rsts_total{phase=\"to_syn\"} 7\n");
	expect(text, "\nsynoptic_findings_open{code=\"reset_by_path\"} 1\n");
	expect(text, "\nsynoptic_capture_loss_estimate_ratio{vantage=\"client\"} 0.015\n");
	expect(text, "\nsynoptic_evicted_flows_total{state=\"half_open\"} 5\n");
	expect(text,
		"\nsynoptic_transit_seconds{from=\"client\",to=\"ser\\\"ver\",quantile=\"0.99\"} 0.00012\n");
	expect(text,
		"\nsynoptic_transit_seconds{from=\"ser\\\"ver\",to=\"client\",quantile=\"0.5\"} NaN\n");
	expect(text, "\nsynoptic_transit_seconds_sum{from=\"client\",to=\"ser\\\"ver\"} 0.00012\n");
	expect(text, "\nsynoptic_transit_seconds_count{from=\"client\",to=\"ser\\\"ver\"} 1\n");
	expect(text, "\nsynoptic_port_up{port=\"0000:17:00.0\",vantage=\"client\"} 1\n");
	expect(text, "\nsynoptic_store_writing 1\n");
	expect(text, "\nsynoptic_store_not_written_lines_total{file=\"attempts\"} 77\n");
	sy_text_free(&out);

	s.metrics.store = NULL;
	sy_text_init(&out, -1);
	sy_metrics_write(&out, &s.metrics);
	assert_null(strstr(sample_text(&out), "synoptic_store"));
	sy_text_free(&out);
}

// 0.9, 1.0 and 55.5 ms, twice.
static void test_histogram(void **state)
{
	struct metrics_sample s;
	struct sy_text out;

	(void)state;
	metrics_sample_init(&s);
	sy_rtt_sums_add(&s.rtt[SY_SERVER], &s.sample.totals.rtt[SY_SERVER]);
	assert_int_equal(s.rtt[SY_SERVER].count, 6);
	double sum_ns = 2 * (900000.0 + 1000000.0 + 55533250.0);
	assert_true((double)s.rtt[SY_SERVER].sum_ns > sum_ns * 31 / 32);
	assert_true((double)s.rtt[SY_SERVER].sum_ns < sum_ns * 33 / 32);
	sy_text_init(&out, -1);
	sy_metrics_write(&out, &s.metrics);
	const char *text = sample_text(&out);
	expect(text, "_bucket{side=\"server\",le=\"0.000065536\"} 0\n");
	expect(text, "_bucket{side=\"server\",le=\"0.000524288\"} 0\n");
	expect(text, "_bucket{side=\"server\",le=\"0.001048576\"} 4\n");
	expect(text, "_bucket{side=\"server\",le=\"0.033554432\"} 4\n");
	expect(text, "_bucket{side=\"server\",le=\"0.067108864\"} 6\n");
	expect(text, "_bucket{side=\"server\",le=\"2.147483648\"} 6\n");
	expect(text, "_bucket{side=\"server\",le=\"+Inf\"} 6\n");
	expect(text, "_count{side=\"server\"} 6\n");
	expect(text, "_count{side=\"client\"} 0\n");
	sy_text_free(&out);
}

// Each bound lies on a step: what is just below it counts, and what is at it does not.
static void test_bounds(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < SY_RTT_BOUNDS; i++) {
		uint64_t bound_ns = UINT64_C(1) << (SY_RTT_FIRST_BOUND_BITS + i);
		struct sy_rtt_sums sums = {0};
		struct sy_hist hist = {0};
		sy_hist_add(&hist, bound_ns - 1);
		sy_hist_add(&hist, bound_ns);
		sy_rtt_sums_add(&sums, &hist);
		assert_int_equal(sums.below[i], 1);
		assert_true(i == 0 || sums.below[i - 1] == 0);
		assert_true(i + 1 == SY_RTT_BOUNDS || sums.below[i + 1] == 2);
		assert_int_equal(sums.count, 2);
	}
}

static void test_file(void **state)
{
	char dir[] = "/tmp/test_metrics.XXXXXX", path[64], temporary[80];
	struct metrics_sample s;
	struct sy_error err = {""};
	struct stat st;

	(void)state;
	metrics_sample_init(&s);
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/synoptic.prom", dir);
	snprintf(temporary, sizeof(temporary), "%s.tmp", path);
	assert_int_equal(symlink("/nonexistent/victim", temporary), 0); // a left-over of any kind
	umask(077);                                                     // as a service has it
	for (int i = 0; i < 2; i++)
		assert_int_equal(sy_metrics_write_file(path, &s.metrics, &err), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(st.st_size > 1000);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(access(temporary, F_OK), -1);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(sy_metrics_write_file(path, &s.metrics, &err), -ENOENT);
	assert_non_null(strstr(err.text, "/synoptic.prom: No such file or directory"));
}

// docs/output.md names every metric, with its type.
static void test_documented(void **state)
{
	static char page[1 << 20];
	struct metrics_sample s;
	struct sy_text out;
	char name[64], type[16], want[128];

	(void)state;
	FILE *file = fopen(SY_SOURCE_ROOT "/docs/output.md", "r");
	assert_non_null(file);
	assert_true(fread(page, 1, sizeof(page) - 1, file) > 0);
	fclose(file);
	metrics_sample_init(&s);
	sy_text_init(&out, -1);
	sy_metrics_write(&out, &s.metrics);
	const char *at = sample_text(&out);
	uint32_t count = 0;
	while ((at = strstr(at, "# TYPE ")) != NULL) {
		assert_int_equal(sscanf(at, "# TYPE %63s %15s", name, type), 2);
		snprintf(want, sizeof(want), "| `%s` | %s |", name, type);
		expect(page, want);
		count++;
		at++;
	}
	assert_true(count > 20);
	sy_text_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_histogram),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_documented),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
