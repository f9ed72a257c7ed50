// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Writes the traffic of `synoptic live --demo` to standard output as a capture file.
//
//   gendemo SECONDS [SEED [CONNECTIONS_S]]

#include "sy_demo.h"
#include "sy_time.h"

#include <stdio.h>
#include <stdlib.h>

#define START_NS UINT64_C(1795336380000000000) // 2026-11-22T08:33:00Z

int main(int argc, char **argv)
{
	const uint32_t header[6] = {0xa1b23c4d, 4 << 16 | 2, 0, 0, 262144, 1};
	struct sy_demo_config config = {.start_ns = START_NS};
	uint8_t frame[SY_DEMO_FRAME_MAX], port;
	struct sy_demo *demo;
	uint64_t end_ns;

	if (argc < 2) {
		fprintf(stderr, "usage: gendemo SECONDS [SEED [CONNECTIONS_S]]\n");
		return 2;
	}
	end_ns = START_NS + strtoull(argv[1], NULL, 10) * SY_NS_PER_S;
	if (argc > 3)
		config.connections_s = (uint32_t)strtoul(argv[3], NULL, 10);
	demo = sy_demo_create(argc > 2 ? strtoull(argv[2], NULL, 10) : 1, &config);
	if (demo == NULL)
		return 1;
	fwrite(header, sizeof(header), 1, stdout);
	for (;;) {
		uint64_t ts_ns = sy_demo_due(demo);
		uint32_t bytes = sy_demo_next(demo, end_ns, frame, sizeof(frame), &port);
		const uint32_t record[4] = {(uint32_t)(ts_ns / SY_NS_PER_S),
			(uint32_t)(ts_ns % SY_NS_PER_S), bytes, bytes};

		if (bytes == 0)
			break;
		fwrite(record, sizeof(record), 1, stdout);
		fwrite(frame, bytes, 1, stdout);
	}
	sy_demo_destroy(demo);
	return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
