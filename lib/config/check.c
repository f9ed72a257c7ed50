// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// What keys have to do with each other. Each complaint stands at the key that should change.

#include "fill.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct checker {
	struct document *document;
	struct sy_config *config;
};

__attribute__((format(printf, 3, 4))) static int fail_at(
	const struct checker *c, const char *key, const char *format, ...)
{
	char sentence[sizeof(c->document->err->text)];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	return sy_document_fail(
		c->document, &sy_document_find(c->document, key)->start_mark, key, "%s", sentence);
}

static const char *port_key(char key[static 48], uint32_t port, const char *name)
{
	snprintf(key, 48, "ports[%u].%s", port, name);
	return key;
}

// The address, or the vdev's or interface's name: two of them would be one device to DPDK.
static bool same_device(const struct sy_config_port *a, const struct sy_config_port *b)
{
	size_t n = strcspn(a->device, ","), m = strcspn(b->device, ",");

	return n == m && strncasecmp(a->device, b->device, n) == 0 &&
	       (a->device_kind == SY_CONFIG_DEVICE_PCI || memcmp(a->device, b->device, n) == 0);
}

// The kernel interface that a port takes copies from, and its length; 0 = none. af_xdp takes one
// queue of an interface, so several ports may have others.
static size_t interface_of(const struct sy_config_port *port, const char **name)
{
	*name = port->device;
	if (port->device_kind == SY_CONFIG_DEVICE_INTERFACE)
		return strlen(port->device);
	*name = strstr(port->device, "iface=");
	if (*name == NULL || strncmp(port->device, "net_af_xdp", 10) == 0)
		return 0;
	*name += strlen("iface=");
	return strcspn(*name, ",");
}

static bool same_interface(const struct sy_config_port *a, const struct sy_config_port *b)
{
	const char *left, *right;
	size_t n = interface_of(a, &left), m = interface_of(b, &right);

	return n > 0 && n == m && memcmp(left, right, n) == 0;
}

static int check_names(const struct checker *c, uint32_t i)
{
	const struct sy_config_port *port = &c->config->ports[i];
	char key[48];

	for (uint32_t k = 0; k < i; k++) {
		const struct sy_config_port *other = &c->config->ports[k];

		if (strcmp(port->name, other->name) == 0)
			return fail_at(c, port_key(key, i, "name"),
				"\"%s\" is the name of ports[%u] too, and each port needs its own",
				port->name, k);
		if (same_device(port, other) || same_interface(port, other))
			return fail_at(c, port_key(key, i, "device"),
				"\"%.80s\" is the device of ports[%u] (%s) too, and can be opened"
				" only once",
				port->device, k, other->name);
	}
	return 0;
}

// Sides and vantage of the ports of one link, at the last one of them that does not fit.
static int check_link(const struct checker *c, uint32_t i)
{
	const struct sy_config *config = c->config;
	const struct sy_config_port *port = &config->ports[i];
	uint32_t sides[SY_CONFIG_SIDE_COUNT] = {0};
	char key[48];

	for (uint32_t k = 0; k < config->port_count; k++) {
		const struct sy_config_port *other = &config->ports[k];

		if (strcmp(port->link, other->link) != 0)
			continue;
		sides[other->side]++;
		if (k >= i)
			continue;
		if (strcmp(port->vantage, other->vantage) != 0)
			return fail_at(c, port_key(key, i, "vantage"),
				"\"%s\" is not \"%s\", the vantage of ports[%u] on the same link"
				" \"%s\": a link is tapped at one place",
				port->vantage, other->vantage, k, port->link);
		if (port->side == other->side && port->side != SY_CONFIG_SIDE_BOTH)
			return fail_at(c, port_key(key, i, "side"),
				"link \"%s\" has its side %s at ports[%u] already: the two fibres"
				" are one port with side a and one with side b",
				port->link, sy_config_side_name(port->side), k);
		if ((port->side == SY_CONFIG_SIDE_BOTH) != (other->side == SY_CONFIG_SIDE_BOTH))
			return fail_at(c, port_key(key, i, "side"),
				"link \"%s\" has side %s at ports[%u]: either every port of a link"
				" carries both sides, or one carries a and one b",
				port->link, sy_config_side_name(other->side), k);
	}
	if (port->side != SY_CONFIG_SIDE_BOTH && sides[SY_CONFIG_SIDE_BOTH] == 0 &&
		sides[SY_CONFIG_SIDE_A] + sides[SY_CONFIG_SIDE_B] == 1)
		return fail_at(c, port_key(key, i, "side"),
			"link \"%s\" has a side %s and no side %s: give the port of the other fibre"
			" the same link and side %s",
			port->link, sy_config_side_name(port->side),
			port->side == SY_CONFIG_SIDE_A ? "b" : "a",
			port->side == SY_CONFIG_SIDE_A ? "b" : "a");
	return 0;
}

static int find_vantage(const struct checker *c, uint32_t i)
{
	struct sy_config *config = c->config;
	struct sy_config_port *port = &config->ports[i];
	char key[48];

	for (uint32_t v = 0; v < config->vantage_count; v++)
		if (strcmp(config->vantages[v], port->vantage) == 0) {
			port->vantage_index = v;
			return 0;
		}
	if (config->vantage_count == SY_VANTAGE_MAX)
		return fail_at(c, port_key(key, i, "vantage"),
			"\"%s\" is one vantage too many: at most %d can be told apart",
			port->vantage, SY_VANTAGE_MAX);
	port->vantage_index = config->vantage_count;
	memcpy(config->vantages[config->vantage_count++], port->vantage, sizeof(port->vantage));
	return 0;
}

static int check_queues(const struct checker *c, uint32_t i)
{
	const struct sy_config_port *port = &c->config->ports[i];
	uint32_t workers = c->config->workers.core_count;
	char key[48];

	if (port->queues <= workers)
		return 0;
	return fail_at(c, port_key(key, i, "queues"),
		"%u is more than the %u of workers.cores, and each queue needs a worker: write 0 for"
		" one queue for each worker",
		port->queues, workers);
}

static int check_cores(const struct checker *c)
{
	const struct sy_config_workers *workers = &c->config->workers;
	char key[48];

	for (uint32_t i = 0; i < workers->core_count; i++) {
		snprintf(key, sizeof(key), "workers.cores[%u]", i);
		for (uint32_t k = 0; k < i; k++)
			if (workers->cores[i] == workers->cores[k])
				return fail_at(c, key,
					"core %u is workers.cores[%u] too, and each worker needs its"
					" own",
					workers->cores[i], k);
	}
	// A worker that sleeps when nothing comes leaves the manager some time.
	for (uint32_t i = 0; i < workers->core_count; i++)
		if (workers->cores[i] == c->config->manager_core &&
			c->config->idle != SY_CONFIG_IDLE_SLEEP)
			return fail_at(c, "manager_core",
				"core %u is workers.cores[%u], where the manager would hold a worker"
				" up: write a core here that is none of workers.cores, or idle: sleep",
				c->config->manager_core, i);
	return 0;
}

static int check_output(const struct checker *c)
{
	const struct sy_config_output *output = &c->config->output;

	if (output->rotate_s != 0 && output->rotate_s < c->config->interval_s)
		return fail_at(c, "output.rotate_s",
			"%u is less than interval_s, which is %u: a file holds at least one interval",
			output->rotate_s, c->config->interval_s);
	if (output->keep_gib != 0 && output->rotate_mib > output->keep_gib * UINT64_C(1024))
		return fail_at(c, "output.keep_gib",
			"%u GiB have no room for one file of output.rotate_mib, which is %u MiB",
			output->keep_gib, output->rotate_mib);
	return 0;
}

int sy_config_check(struct document *document, struct sy_config *config)
{
	struct checker c = {document, config};
	int status = 0;

	for (uint32_t i = 0; i < config->port_count; i++) {
		struct sy_config_port *port = &config->ports[i];

		port->device_kind = sy_device_kind(port->device);
		if (port->link[0] == '\0')
			memcpy(port->link, port->name, sizeof(port->name));
	}
	for (uint32_t i = 0; i < config->port_count && status == 0; i++) {
		status = check_names(&c, i);
		if (status == 0)
			status = check_link(&c, i);
		if (status == 0)
			status = find_vantage(&c, i);
		if (status == 0)
			status = check_queues(&c, i);
	}
	if (status == 0)
		status = check_cores(&c);
	return status != 0 ? status : check_output(&c);
}
