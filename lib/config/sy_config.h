// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

#pragma once

#include "sy_attempt.h"
#include "sy_error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The configuration of the appliance: a YAML file in, a validated struct out. What each key means
// in full, its unit, range and default stand in one table (schema*.c), which the loader, the
// printer, the sample file and docs/configuration.md are made from.
//
// The struct owns nothing and points nowhere: it may be copied with =, and two configurations that
// mean the same are equal byte for byte, so memcmp() compares them. It is large (some 55 KB):
// better static or on the heap than on a thread's stack.
//
// Thread-safety: the functions have no state; any thread may call them, each on its own struct.

#define SY_CONFIG_PORTS_MAX   64
#define SY_CONFIG_WORKERS_MAX 32
#define SY_CONFIG_EAL_MAX     64
#define SY_CONFIG_FILE_BYTES  (1u << 20) ///< a larger file is refused

/// Where `synoptic` looks when no file is named.
#define SY_CONFIG_FILE_DEFAULT "/etc/synoptic/synoptic.yaml"

/// What of a tapped link a port carries.
enum sy_config_side {
	SY_CONFIG_SIDE_BOTH, ///< both directions: a mirror port
	SY_CONFIG_SIDE_A,    ///< one fibre of a passive tap
	SY_CONFIG_SIDE_B,    ///< the other one
	SY_CONFIG_SIDE_COUNT,
};

/// In which of its three forms a device was given.
enum sy_config_device {
	SY_CONFIG_DEVICE_PCI,       ///< 0000:3b:00.0, with devargs after a comma if there are any
	SY_CONFIG_DEVICE_VDEV,      ///< net_af_packet0,iface=m1: as EAL's --vdev takes it
	SY_CONFIG_DEVICE_INTERFACE, ///< the kernel's name: stands for af_packet on it
	SY_CONFIG_DEVICE_COUNT,
};

/// What a worker does when no port has a frame for it.
enum sy_config_idle {
	SY_CONFIG_IDLE_POLL,
	SY_CONFIG_IDLE_SLEEP,   ///< of the operating system, 0.1 ms at a time
	SY_CONFIG_IDLE_PAUSE,   ///< of the processor, 1 us at a time
	SY_CONFIG_IDLE_MONITOR, ///< of the processor, until the card writes a descriptor
	SY_CONFIG_IDLE_COUNT,
};

/// How both directions of a connection come to one worker.
enum sy_config_distribution {
	SY_CONFIG_DISTRIBUTION_AUTO,
	SY_CONFIG_DISTRIBUTION_RSS,
	SY_CONFIG_DISTRIBUTION_SOFTWARE,
	SY_CONFIG_DISTRIBUTION_COUNT,
};

enum sy_config_tracking {
	SY_CONFIG_TRACKING_FULL,
	SY_CONFIG_TRACKING_HANDSHAKE,
	SY_CONFIG_TRACKING_COUNT,
};

enum sy_config_decode {
	SY_CONFIG_DECODE_BEST,
	SY_CONFIG_DECODE_SCALAR,
	SY_CONFIG_DECODE_AVX2,
	SY_CONFIG_DECODE_AVX512,
	SY_CONFIG_DECODE_VERIFY,
	SY_CONFIG_DECODE_COUNT,
};

/// Each level includes those before it.
enum sy_config_log_level {
	SY_CONFIG_LOG_ERROR,
	SY_CONFIG_LOG_WARNING,
	SY_CONFIG_LOG_INFO,
	SY_CONFIG_LOG_DEBUG,
	SY_CONFIG_LOG_COUNT,
};

/// The words of the file; "?" for a value out of range.
const char *sy_config_side_name(enum sy_config_side side);
const char *sy_config_tracking_name(enum sy_config_tracking tracking);
const char *sy_config_decode_name(enum sy_config_decode decode);
const char *sy_config_log_level_name(enum sy_config_log_level level);

/// One port. Names are unique, and so are devices. Ports of one link have one vantage, and are
/// either all SY_CONFIG_SIDE_BOTH or exactly one A and one B.
struct sy_config_port {
	char name[32]; ///< of a-z, 0-9, _ and -
	char device[256];
	enum sy_config_device device_kind; ///< follows from `device`
	char link[64];                     ///< the port's name where the file has none
	char vantage[64];
	uint32_t vantage_index; ///< follows from `vantage`: into sy_config.vantages
	enum sy_config_side side;
	uint32_t queues; ///< 0 = one for each worker; never more than there are workers
	uint32_t descriptors;
	bool promiscuous;
};

struct sy_config_workers {
	uint32_t cores[SY_CONFIG_WORKERS_MAX]; ///< CPU numbers, no two the same
	uint32_t core_count;                   ///< workers; at least 1
};

struct sy_config_timeouts {
	uint32_t attempt_s;
	uint32_t idle_s;
	uint32_t linger_s;
	uint32_t reorder_window_ms;   ///< 0 = packets are taken as they come
	uint32_t duplicate_window_ms; ///< 0 = duplicates are not looked for
};

struct sy_config_output {
	char directory[512];
	bool attempts;        ///< attempts.jsonl too, which grows with the traffic
	bool report;          ///< the readable report of the last interval
	uint32_t rotate_s;    ///< 0 = not by age; never less than interval_s
	uint32_t rotate_mib;  ///< 0 = not by size
	uint32_t compress;    ///< zstd level of closed files; 0 = they stay as they are
	uint32_t keep_days;   ///< 0 = whatever their age
	uint32_t keep_gib;    ///< 0 = whatever they take; else at least one file of rotate_mib
	char prometheus[512]; ///< a file NAME.prom; "" = none
};

struct sy_config_log {
	enum sy_config_log_level level;
};

/// The whole file, defaults filled in and everything checked that can be without the machine.
/// Whether devices, cores, directories and memory exist is for the caller to find out.
struct sy_config {
	struct sy_config_port ports[SY_CONFIG_PORTS_MAX];
	uint32_t port_count;               ///< at least 1
	char vantages[SY_VANTAGE_MAX][64]; ///< follows from the ports: by first appearance
	uint32_t vantage_count;
	struct sy_config_workers workers;
	uint32_t manager_core; ///< none of workers.cores, unless they sleep when idle
	enum sy_config_idle idle;
	enum sy_config_distribution distribution;
	enum sy_config_tracking tracking;
	enum sy_config_decode decode;
	uint32_t memory_mib; ///< for tables, shared by the workers
	uint32_t mbufs;      ///< 0 = to be computed from ports, queues and descriptors
	uint32_t interval_s;
	struct sy_config_timeouts timeouts;
	char filter[4096]; ///< pcap-filter(7), in one line, not yet compiled; "" = every frame
	struct sy_config_output output;
	struct sy_config_log log;
	bool huge_pages;
	char eal[SY_CONFIG_EAL_MAX][256]; ///< arguments for rte_eal_init(), as they are
	uint32_t eal_count;
};

/// Fills in the defaults of every key; no ports, which have none. Cannot fail.
void sy_config_init(struct sy_config *config);

/// Reads a file. 0, or -errno with one sentence in err: FILE:LINE:COLUMN, the key, what was found
/// and what is allowed (-EINVAL); without a line where the file cannot be read (-ENOENT, -EACCES,
/// -EISDIR, ...), is too large (-EFBIG) or memory is short (-ENOMEM). After an error the struct is
/// not to be used.
int sy_config_load(struct sy_config *config, const char *path, struct sy_error *err);

/// The same from memory, without a terminating 0; `name` stands in errors in place of the path.
int sy_config_load_text(struct sy_config *config, const char *name, const char *text, size_t size,
	struct sy_error *err);

/// The column and line of a key of a file that was loaded, for complaints that need the machine
/// ("ports[0].device: there is no such device"): reads the file again and writes the sentence as
/// the loader would, FILE:LINE:COLUMN: KEY: SENTENCE. A key that is not in the file stands for the
/// section that would have it. `key` is as in errors: ports[0].device, workers.cores[2],
/// output.directory. Returns -EINVAL; when the file cannot be read again only the line is missing.
__attribute__((format(printf, 4, 5))) int sy_config_complain(
	const char *path, struct sy_error *err, const char *key, const char *sentence, ...);

/// The effective configuration as YAML, every key, which loads to an equal struct. The caller
/// frees it; NULL = no memory.
char *sy_config_format(const struct sy_config *config);

/// Told of one key that two configurations have different: as in errors (ports[0].device), with
/// both values as they stand in the file; of lists of ports how many there are. Texts are valid
/// during the call.
typedef void sy_config_difference_fn(
	void *arg, const char *key, const char *before, const char *after);

/// Tells of every key that is different. 0, or -ENOMEM: not all were told.
int sy_config_differences(const struct sy_config *before, const struct sy_config *after,
	sy_config_difference_fn *each, void *arg);

/// The commented sample file: every key with its meaning, unit, range and default; what has a
/// default is commented out. The caller frees it; NULL = no memory.
char *sy_config_sample(void);

/// The reference part of docs/configuration.md. The caller frees it; NULL = no memory.
char *sy_config_describe(void);
