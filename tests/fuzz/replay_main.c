// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Stands in for libFuzzer: runs each file that is named, or that lies in a folder that is named,
// through the fuzz target once. So what once broke the code is tried again in every test run, with
// any compiler.

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define EXIT_SKIPPED 77

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// The input lies in a block of exactly its size, so that a read past its end is one past the block.
static int replay_file(const char *path, size_t size)
{
	FILE *file = fopen(path, "rb");
	if (file == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	uint8_t *data = malloc(size > 0 ? size : 1);
	size_t got = data != NULL ? fread(data, 1, size, file) : 0;
	fclose(file);
	if (data == NULL || got != size) {
		fprintf(stderr, "%s: cannot be read\n", path);
		free(data);
		return -1;
	}
	printf("%s (%zu bytes)\n", path, size);
	fflush(stdout); // the last name printed is the one that crashed
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 1;
}

static int replay(const char *path);

static int replay_folder(const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);
	if (count < 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	int total = 0;
	for (int i = 0; i < count; i++) {
		char inside[4096];
		int length = snprintf(inside, sizeof(inside), "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.' && total >= 0) {
			int done = length < (int)sizeof(inside) ? replay(inside) : -1;
			total = done < 0 ? -1 : total + done;
		}
		free(entries[i]);
	}
	free(entries);
	return total;
}

// Returns the number of inputs that were run, or -1.
static int replay(const char *path)
{
	struct stat status;
	if (stat(path, &status) != 0) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	return S_ISDIR(status.st_mode) ? replay_folder(path)
				       : replay_file(path, (size_t)status.st_size);
}

int main(int argc, char **argv)
{
	int total = 0;
	for (int i = 1; i < argc; i++) {
		int done = replay(argv[i]);
		if (done < 0)
			return EXIT_FAILURE;
		total += done;
	}
	if (total == 0) {
		printf("no inputs to replay\n");
		return EXIT_SKIPPED;
	}
	printf("%d inputs replayed\n", total);
	return EXIT_SUCCESS;
}
