// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "document.h"
#include "schema.h"

/// Takes every value of the file over, key by key. 0, or -errno with one sentence in
/// document->err. `config` holds the defaults.
int sy_config_fill(struct document *document, struct sy_config *config);

/// Checks what keys have to do with each other, and fills in what follows from them. 0, or -EINVAL
/// with one sentence in document->err.
int sy_config_check(struct document *document, struct sy_config *config);
