// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#include "unnamed.h"

#include "say.h"

#include <stdio.h>
#include <string.h>

#define COMMON_MIN   3 // packets that two captures of one traffic share at least
#define COMMON_SHARE 5 // and 1 in so many of the smaller one

enum kinship {
	KIN_NONE,
	KIN_SAME_PACKETS, ///< seen at two places
	KIN_COPY,         ///< one file is a copy, or a part, of the other
};

uint32_t unnamed_count(const struct read_options *o)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < o->input_count; i++)
		count += !o->inputs[i].named;
	return count;
}

static enum kinship compare(const struct sample *a, const struct sample *b)
{
	uint32_t smaller = a->count < b->count ? a->count : b->count;
	struct sample_match match = sample_compare(a, b, NULL, 0);

	if (match.count < COMMON_MIN || match.count <= smaller / COMMON_SHARE)
		return KIN_NONE;
	return match.same_times ? KIN_COPY : KIN_SAME_PACKETS;
}

/// The file's name without directory and without ".pcap.gz" and the like.
static void stem_of(const char *path, char stem[static VANTAGE_NAME_BYTES])
{
	static const char *const endings[] = {
		".gz", ".zst", ".lz4", ".pcap", ".pcapng", ".cap", ".dump"};
	const char *slash = strrchr(path, '/');

	snprintf(stem, VANTAGE_NAME_BYTES, "%s", slash != NULL ? slash + 1 : path);
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t length = strlen(stem), ending = strlen(endings[i]);

		if (length > ending && strcmp(&stem[length - ending], endings[i]) == 0)
			stem[length - ending] = '\0';
	}
}

/// Names that are taken already make the stems ambiguous: then the paths are the names.
static bool stems_are_unique(const struct read_options *o)
{
	for (uint32_t i = 0; i < o->input_count; i++)
		for (uint32_t j = 0; j < o->input_count; j++) {
			const char *other = o->inputs[j].named
						    ? o->vantage_names[o->inputs[j].vantage]
						    : o->inputs[j].stem;

			if (i != j && !o->inputs[i].named && strcmp(o->inputs[i].stem, other) == 0)
				return false;
		}
	return true;
}

static void name_each(struct read_options *o)
{
	const char *old_names[SY_VANTAGE_MAX];
	bool unique;

	memcpy(old_names, o->vantage_names, sizeof(old_names));
	for (uint32_t i = 0; i < o->input_count; i++)
		if (!o->inputs[i].named)
			stem_of(o->inputs[i].path, o->inputs[i].stem);
	unique = stems_are_unique(o);
	o->vantage_count = 0;
	for (uint32_t i = 0; i < o->input_count; i++) {
		struct read_input *input = &o->inputs[i];
		const char *name = unique ? input->stem : input->path;

		if (input->named)
			name = old_names[input->vantage];
		input->vantage = (uint8_t)read_options_vantage(o, name);
	}
}

static void say_same_packets(const char *a, const char *b)
{
	say("%s and %s show the same packets: name the places where they were captured, as in: "
	    "synoptic read a=%s b=%s",
		a, b, a, b);
}

static void say_copy(const char *a, const char *b)
{
	say("%s and %s hold the same packets with the same times, as copies of one capture do: "
	    "give only one of them",
		a, b);
}

void unnamed_resolve(struct read_options *o, const struct sample *samples)
{
	uint32_t places = o->vantage_count - 1 + unnamed_count(o);
	uint32_t pairs = 0, same = 0;
	bool said = false;

	for (uint32_t i = 0; i < o->input_count; i++)
		for (uint32_t j = i + 1; j < o->input_count; j++) {
			enum kinship kinship;

			if (o->inputs[i].named || o->inputs[j].named)
				continue;
			kinship = compare(&samples[i], &samples[j]);
			pairs++;
			same += kinship == KIN_SAME_PACKETS;
			if (kinship != KIN_NONE && !said)
				(kinship == KIN_COPY ? say_copy : say_same_packets)(
					o->inputs[i].path, o->inputs[j].path);
			said |= kinship != KIN_NONE;
		}
	if (pairs > 0 && same == pairs && places <= SY_VANTAGE_MAX)
		name_each(o);
}
