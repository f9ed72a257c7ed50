// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Any bytes as a configuration file. What loads is printed, and what was printed loads to the same;
// what does not gives one line that names the file.

#include "sy_config.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
	static struct sy_config config, again;
	struct sy_error err = {0};
	char *text = malloc(bytes + (bytes == 0)), *printed; // exact: ASan sees a read past its end

	if (text == NULL)
		return 0;
	memcpy(text, data, bytes);
	if (sy_config_load_text(&config, "file", text, bytes, &err) != 0) {
		if (strncmp(err.text, "file:", 5) != 0 || strpbrk(err.text, "\r\n") != NULL)
			abort();
		free(text);
		return 0;
	}
	free(text);
	printed = sy_config_format(&config);
	if (printed == NULL ||
		sy_config_load_text(&again, "printed", printed, strlen(printed), &err) != 0 ||
		memcmp(&config, &again, sizeof(config)) != 0)
		abort();
	free(printed);
	return 0;
}
