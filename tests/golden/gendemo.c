// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Writes the traffic of `synoptic live --demo` to a capture file (/dev/stdout is one).
//
//   gendemo OUT.pcap SECONDS [SEED [CONNECTIONS_S]]

#include "../bench/gencap_frame.h"

#include "sy_demo.h"
#include "sy_time.h"

#include <stdlib.h>

static bool write_demo(struct gen_file *file, uint64_t seed, uint32_t connections_s, uint64_t ns)
{
	struct sy_demo_config config = {.start_ns = file->ts_ns, .connections_s = connections_s};
	struct sy_demo *demo = sy_demo_create(seed, &config);
	uint8_t frame[SY_DEMO_FRAME_MAX], port;
	uint32_t bytes;

	if (demo == NULL)
		return false;
	for (;;) {
		file->ts_ns = sy_demo_due(demo);
		bytes = sy_demo_next(demo, config.start_ns + ns, frame, sizeof(frame), &port);
		if (bytes == 0)
			break;
		gen_write_frame(file, frame, bytes);
	}
	sy_demo_destroy(demo);
	return true;
}

int main(int argc, char **argv)
{
	uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
	uint32_t connections_s = argc > 4 ? (uint32_t)strtoul(argv[4], NULL, 10) : 0;
	struct gen_file file;
	bool good;

	if (argc < 3) {
		fprintf(stderr, "usage: gendemo OUT.pcap SECONDS [SEED [CONNECTIONS_S]]\n");
		return 2;
	}
	if (!gen_file_open(&file, argv[1], 0)) {
		perror(argv[1]);
		return 1;
	}
	good = write_demo(&file, seed, connections_s, strtoull(argv[2], NULL, 10) * SY_NS_PER_S);
	return gen_file_close(&file) && good ? 0 : 1;
}
