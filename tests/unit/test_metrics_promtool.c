// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What Prometheus' own checker says of the metrics: nothing.

#include "metrics_sample.h"

#include <stdlib.h>
#include <sys/wait.h>

int main(void)
{
	struct metrics_sample s;
	struct sy_text out;

	if (system("command -v promtool >/dev/null") != 0) {
		puts("skipped: promtool is not installed (package prometheus)");
		return 77;
	}
	metrics_sample_init(&s);
	sy_text_init(&out, -1);
	sy_metrics_write(&out, &s.metrics);
	FILE *promtool = popen("promtool check metrics 2>&1", "w");
	if (promtool == NULL || fwrite(out.data, 1, out.size, promtool) != out.size)
		return 1;
	int status = pclose(promtool);
	sy_text_free(&out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
