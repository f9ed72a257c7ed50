// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// The three forms of a device. A name that fits two of them is taken for the first.

#include "schema.h"

#include <string.h>

#define HEX       "0123456789abcdefABCDEF"
#define VDEV_NAME "abcdefghijklmnopqrstuvwxyz0123456789_"

#define INTERFACE_BYTES_MAX 15

// The kernel's own rule (dev_valid_name); a comma is not taken, it separates arguments.
static bool is_interface(const char *name)
{
	size_t bytes = strlen(name);

	return bytes >= 1 && bytes <= INTERFACE_BYTES_MAX && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0 && strpbrk(name, "/:,\" \t\n") == NULL;
}

// `digits` hexadecimal ones and then the character `end`.
static bool is_field(const char **at, size_t digits, char end)
{
	if (strspn(*at, HEX) != digits || (*at)[digits] != end)
		return false;
	*at += digits + 1;
	return true;
}

// DDDD:BB:DD.F, and devargs after a comma.
static bool is_pci(const char *at)
{
	return is_field(&at, 4, ':') && is_field(&at, 2, ':') && is_field(&at, 2, '.') &&
	       at[0] >= '0' && at[0] <= '7' && (at[1] == '\0' || (at[1] == ',' && at[2] != '\0'));
}

static bool is_vdev(const char *device)
{
	size_t name = strspn(device, VDEV_NAME);

	return (strncmp(device, "net_", 4) == 0 || strncmp(device, "virtio_user", 11) == 0) &&
	       name > 4 &&
	       (device[name] == '\0' || (device[name] == ',' && device[name + 1] != '\0'));
}

const char *sy_device_check(const char *device)
{
	if (is_pci(device) || is_vdev(device) || is_interface(device))
		return NULL;
	return "is neither a PCI address such as 0000:3b:00.0, nor a DPDK virtual device such as"
	       " net_af_packet0,iface=m1, nor the name of a kernel interface";
}

enum sy_config_device sy_device_kind(const char *device)
{
	if (is_pci(device))
		return SY_CONFIG_DEVICE_PCI;
	return is_vdev(device) ? SY_CONFIG_DEVICE_VDEV : SY_CONFIG_DEVICE_INTERFACE;
}
