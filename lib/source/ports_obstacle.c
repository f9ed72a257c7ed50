// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// Why a device cannot be opened, as far as the system tells: EAL does not.

#include "ports_internal.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define PCI_DEVICES "/sys/bus/pci/devices/"
#define ADDRESS     12 // DDDD:BB:DD.F

/// The kernel's driver of a PCI device; "" when it has none.
static void read_driver(const char *address, char driver[static 64])
{
	char path[128], target[256];
	ssize_t length;

	driver[0] = '\0';
	snprintf(path, sizeof(path), PCI_DEVICES "%s/driver", address);
	length = readlink(path, target, sizeof(target) - 1);
	if (length <= 0)
		return;
	target[length] = '\0';
	const char *name = strrchr(target, '/');
	snprintf(driver, 64, "%.63s", name != NULL ? name + 1 : target);
}

static bool is_for_dpdk(const char *driver)
{
	return strcmp(driver, "vfio-pci") == 0 || strcmp(driver, "igb_uio") == 0 ||
	       strcmp(driver, "uio_pci_generic") == 0 || strncmp(driver, "mlx", 3) == 0;
}

static bool has_iommu_group(const char *address)
{
	char path[128];

	snprintf(path, sizeof(path), PCI_DEVICES "%s/iommu_group", address);
	return access(path, F_OK) == 0;
}

static int pci_obstacle(const char *device, struct sy_error *err)
{
	char address[ADDRESS + 1], path[128], driver[64];

	snprintf(address, sizeof(address), "%.*s", ADDRESS, device);
	for (char *c = address; *c != '\0'; c++)
		*c |= *c >= 'A' && *c <= 'F' ? 0x20 : 0;
	snprintf(path, sizeof(path), PCI_DEVICES "%s", address);
	if (access(path, F_OK) != 0)
		return sy_error_set(err, ENODEV,
			"there is no PCI device %s; `lspci -D | grep -i ethernet` shows those there are",
			address);
	read_driver(address, driver);
	if (!is_for_dpdk(driver))
		return sy_error_set(err, EBUSY,
			"%s is bound to %s%s, not to vfio-pci: "
			"`synoptic-prepare bind %s`, which refuses a card that the host needs",
			address, driver[0] != '\0' ? "the kernel's driver " : "no driver", driver,
			address);
	if (strcmp(driver, "vfio-pci") == 0 && !has_iommu_group(address))
		return sy_error_set(err, ENODEV,
			"%s is bound to vfio-pci, but there is no IOMMU: boot with intel_iommu=on "
			"iommu=pt, or, where there is none, "
			"`echo 1 > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode`",
			address);
	if (strcmp(driver, "vfio-pci") == 0 && access("/dev/vfio", R_OK | X_OK) != 0)
		return sy_error_set(err, EACCES,
			"this user may not open /dev/vfio: run as root, or give it the device's group "
			"in /dev/vfio");
	return 0;
}

/// May this process open a packet socket?
static bool may_capture(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno != EPERM && errno != EACCES;
	close(fd);
	return true;
}

static void read_program(char path[static 256])
{
	ssize_t length = readlink("/proc/self/exe", path, 255);

	path[length > 0 ? length : 0] = '\0';
}

static int interface_obstacle(const char *name, struct sy_error *err)
{
	char program[256];

	if (if_nametoindex(name) == 0)
		return sy_error_set(err, ENODEV,
			"there is no interface %s; `ip -br link` shows those there are", name);
	if (may_capture())
		return 0;
	read_program(program);
	return sy_error_set(err, EPERM,
		"this user may not read %s: run as root, or "
		"`setcap cap_net_raw,cap_net_admin,cap_ipc_lock+ep %s`",
		name, program);
}

/// The driver locks its rings into memory, and says nothing of use when it may not. Nothing is
/// touched here, so nothing is taken.
static int lock_obstacle(
	const struct sy_config *config, uint32_t first, uint32_t last, struct sy_error *err)
{
	size_t bytes = 0;
	void *memory;

	for (uint32_t i = first; i <= last; i++)
		if (config->ports[i].device_kind == SY_CONFIG_DEVICE_INTERFACE)
			bytes += SY_PORT_PACKET_RING * sy_ports_queues(config, i);
	memory = mmap(NULL, bytes, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_LOCKED, -1, 0);
	if (memory == MAP_FAILED)
		return sy_error_set(err, EPERM,
			"this user may not lock the %zu MiB of memory that the rings of kernel "
			"interfaces take: `ulimit -l unlimited` (LimitMEMLOCK=infinity in a systemd "
			"unit), or run as root",
			bytes >> 20);
	munmap(memory, bytes);
	return 0;
}

/// The value of NAME= among a vdev's arguments; false when there is none.
static bool argument(const char *device, const char *name, char value[static IFNAMSIZ])
{
	const char *at = strchr(device, ',');

	for (; at != NULL; at = strchr(at, ',')) {
		at++;
		if (strncmp(at, name, strlen(name)) == 0 && at[strlen(name)] == '=') {
			at += strlen(name) + 1;
			snprintf(value, IFNAMSIZ, "%.*s", (int)strcspn(at, ","), at);
			return true;
		}
	}
	return false;
}

int sy_ports_device_obstacle(
	const struct sy_config *config, uint32_t i, bool others_open, struct sy_error *err)
{
	const char *device = config->ports[i].device;
	char interface[IFNAMSIZ];
	int status;

	switch (config->ports[i].device_kind) {
	case SY_CONFIG_DEVICE_PCI:
		return pci_obstacle(device, err);
	case SY_CONFIG_DEVICE_INTERFACE:
		status = interface_obstacle(device, err);
		return status != 0 ? status : lock_obstacle(config, others_open ? i : 0, i, err);
	default:
		break;
	}
	// Those drivers that read an interface of the kernel, and do not make it.
	if ((strncmp(device, "net_af_packet", 13) == 0 || strncmp(device, "net_af_xdp", 10) == 0 ||
		    strncmp(device, "net_pcap", 8) == 0) &&
		(argument(device, "iface", interface) || argument(device, "rx_iface", interface) ||
			argument(device, "rx_iface_in", interface)))
		return interface_obstacle(interface, err);
	return 0;
}
