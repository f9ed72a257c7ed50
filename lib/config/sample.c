// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The sample file. A line of prose begins with "# ", a key that is commented out with "#" alone, so
// that taking that character away gives the key with its default.

#include "page.h"
#include "schema.h"

#include <stdio.h>
#include <string.h>

static const char head[] =
	"# Configuration of synoptic. Each key: what it does, what is allowed, its default. A key that\n"
	"# is commented out has its default; take the # before it away to change it. Only ports have to\n"
	"# be given.\n"
	"#\n"
	"#   synoptic config -c FILE    prints what a file means, all defaults filled in\n"
	"#\n"
	"# A passive tap has two fibres, which arrive on two ports:\n"
	"#\n"
	"#   ports:\n"
	"#     - {name: uplink-a, device: \"0000:3b:00.0\", link: uplink, side: a}\n"
	"#     - {name: uplink-b, device: \"0000:3b:00.1\", link: uplink, side: b}\n"
	"#\n"
	"# Two places on the network, each seen through a mirror port:\n"
	"#\n"
	"#   ports:\n"
	"#     - {name: clients, device: eth1, vantage: before-firewall}\n"
	"#     - {name: servers, device: eth2, vantage: behind-firewall}\n";

static void add_allowed(struct page *page, const struct schema_key *key, const char *prefix)
{
	char allowed[ALLOWED_SIZE], line[ALLOWED_SIZE + 96];
	bool text = key->kind == KEY_TEXT;

	sy_key_allowed(key, allowed);
	if (key->initial == NULL)
		snprintf(line, sizeof(line), "Has to be given: %s.", allowed);
	else if (key->kind >= KEY_NUMBERS)
		snprintf(line, sizeof(line), "Default [%s]; %s.", key->initial, allowed);
	else
		snprintf(line, sizeof(line), "Default %s%s%s; %s.", text ? "\"" : "", key->initial,
			text ? "\"" : "", allowed);
	sy_page_add_wrapped(page, prefix, line);
}

static void add_key(struct page *page, const struct schema_key *key, const char *lead)
{
	const char *off = key->initial != NULL ? "#" : "";
	const char *value = key->initial != NULL ? key->initial : key->sample;

	if (key->kind >= KEY_NUMBERS) {
		sy_page_add(page, "%s%s%s: [%s]\n", lead, off, key->name, value);
	} else if (key->kind == KEY_TEXT) {
		sy_page_add(page, "%s%s%s: ", lead, off, key->name);
		sy_page_add_quoted(page, value);
		sy_page_add(page, "\n");
	} else {
		sy_page_add(page, "%s%s%s: %s\n", lead, off, key->name, value);
	}
}

static void add_keys(struct page *page, const struct schema_key *keys, int indent, bool item)
{
	char lead[16], prefix[16], dash[16];

	snprintf(lead, sizeof(lead), "%*s", indent, "");
	snprintf(prefix, sizeof(prefix), "%*s# ", indent, "");
	snprintf(dash, sizeof(dash), "%*s- ", indent - 2, "");
	for (const struct schema_key *key = keys; key->name != NULL; key++) {
		sy_page_add(page, "%s", indent == 0 || key != keys ? "\n" : "");
		sy_page_add_wrapped(page, prefix, key->doc);
		if (key->keys == NULL) {
			add_allowed(page, key, prefix);
			add_key(page, key, item && key == keys ? dash : lead);
			continue;
		}
		sy_page_add(page, "%s%s:\n", lead, key->name);
		add_keys(page, key->keys, indent + (key->kind == KEY_SECTIONS ? 4 : 2),
			key->kind == KEY_SECTIONS);
	}
}

char *sy_config_sample(void)
{
	struct page page = {0};

	sy_page_add(&page, "%s", head);
	add_keys(&page, sy_schema, 0, false);
	return sy_page_take(&page);
}
