// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// synoptic live: watches network ports until it is told to stop.

#include "demo_port.h"
#include "eal.h"
#include "live_ports.h"
#include "live_store.h"
#include "log.h"
#include "manager.h"
#include "notify.h"
#include "reload.h"
#include "say.h"
#include "signals.h"
#include "verbs.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define TURN_US           1000 // of the manager, when there is nothing to do
#define STOP_US           200
#define LOOK_NS           SY_NS_PER_S
#define STOP_PATIENCE_NS  (10 * SY_NS_PER_S) // for workers; TimeoutStopSec of the unit is longer
#define HURRY_NS          SY_NS_PER_S        // after which a second signal ends it at once
#define LEAVE_PATIENCE_NS (2 * SY_NS_PER_S)  // for the others, when one does not stop

static const char help[] =
	"usage: synoptic live [-c FILE]\n"
	"       synoptic live --demo\n"
	"\n"
	"Watches the ports of a configuration and writes what it finds, interval after interval, until\n"
	"it is told to stop (^C, or SIGTERM). SIGHUP reads the configuration again, SIGUSR1 ends the\n"
	"interval at once. `synoptic check` tells beforehand what it would do.\n"
	"\n"
	"  -c, --config FILE   the configuration (default " SY_CONFIG_FILE_DEFAULT ")\n"
	"      --demo          no network card, no root: makes traffic and watches that; a report on\n"
	"                      the terminal every few seconds\n"
	"  -v, --verbose       shows what DPDK says\n"
	"  -h, --help          this text\n"
	"\n"
	"Exit status: 0 stopped as asked, 1 cannot start, 3 results could not be written.\n";

static const struct option long_options[] = {
	{"config", required_argument, NULL, 'c'},
	{"demo", no_argument, NULL, 'd'},
	{"verbose", no_argument, NULL, 'v'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

struct options {
	const char *config;
	bool demo, verbose, help;
};

/// All that `live` makes, so that one place gives it back.
struct living {
	struct options options;
	struct sy_config config;
	struct signals signals;
	struct notify notify;
	struct demo *demo;
	struct sy_ports *ports;
	struct sy_store *store;
	struct live live;
	struct manager manager;
	bool has_signals, has_notify, has_eal;
	uint64_t looked_ns;
};

static int parse(struct options *o, int argc, char **argv, struct sy_error *err)
{
	int option;

	*o = (struct options){.config = NULL};
	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, ":c:vh", long_options, NULL)) != -1) {
		if (option == ':' || option == '?')
			return sy_error_set(err, EINVAL, "%s %s; see synoptic live --help",
				option == ':' ? "a file is missing after" : "unknown option",
				argv[optind - 1]);
		if (option == 'c' && o->config != NULL)
			return sy_error_set(
				err, EINVAL, "-c is given twice: there is one configuration");
		if (option == 'c')
			o->config = optarg;
		o->demo |= option == 'd';
		o->verbose |= option == 'v';
		o->help |= option == 'h';
	}
	if (optind < argc)
		return sy_error_set(err, EINVAL,
			"'%s' is no option: a configuration is given with -c; see synoptic live "
			"--help",
			argv[optind]);
	if (o->demo && o->config != NULL)
		return sy_error_set(err, EINVAL, "--demo has its own configuration: leave out -c");
	if (o->config == NULL)
		o->config = SY_CONFIG_FILE_DEFAULT;
	return 0;
}

static int start(struct living *l, struct sy_error *err)
{
	int status = signals_open(&l->signals, err);

	l->has_signals = status == 0;
	if (status == 0)
		status = telemetry_register(err);
	if (status == 0)
		status = eal_start_live(&l->config, l->options.verbose, err);
	l->has_eal = status == 0;
	if (status == 0 && l->options.demo)
		status = demo_start(
			&l->demo, l->config.workers.core_count, manager_now().wall_ns, err);
	if (status == 0)
		status = sy_ports_open(&l->ports, &l->config, l->options.config, err);
	if (status == 0 && !l->options.demo)
		status = live_store_open(&l->store, &l->config.output, err);
	if (status == 0)
		status = live_init(&l->live, &l->config, l->ports, err);
	if (status == 0)
		status = manager_init(&l->manager, &l->config, &l->live, l->store, err);
	return status;
}

static const char *plural(uint32_t count)
{
	return count == 1 ? "" : "s";
}

static void tell_ports(const struct living *l)
{
	for (uint32_t p = 0; p < sy_ports_count(l->ports); p++) {
		const struct sy_port *port = sy_ports_get(l->ports, p);

		log_info("ports", "%s: %s, %u queue%s, distribution %s (%s), times of %s, link %s",
			port->name, port->driver, port->queues, plural(port->queues),
			sy_port_way_name(port->way), port->why,
			live_has_times(&l->live, p) ? "the frames" : "polling",
			port->up ? "up" : "down");
	}
}

/// What is due once a second.
static void look_around(struct living *l, uint64_t monotonic_ns)
{
	int64_t set_ns;

	if (monotonic_ns - l->looked_ns < LOOK_NS)
		return;
	l->looked_ns = monotonic_ns;
	set_ns = live_clock_tie(&l->live.clock);
	if (set_ns != 0)
		log_warning("live",
			"the wall clock was set %s by %.3f s: all connections end here and begin "
			"anew",
			set_ns < 0 ? "back" : "forward", fabs((double)set_ns) / 1e9);
	live_ports_look(&l->live, monotonic_ns);
	log_tick();
	if (sy_decode_mismatches() > 0)
		log_limited(LOG_HERE, 60 * SY_NS_PER_S, SY_CONFIG_LOG_ERROR, "live",
			"decode: the kernel and the scalar reference differ in %llu frames: please "
			"report this; the results are the reference's",
			(unsigned long long)sy_decode_mismatches());
}

static void reload(struct living *l)
{
	if (l->options.demo) {
		log_info("config", "the demo has no configuration to read again");
		return;
	}
	notify_reloading(&l->notify);
	reload_config(&l->config, l->options.config);
	notify_ready(&l->notify, "watching %u port%s", l->config.port_count,
		plural(l->config.port_count));
}

static void watch(struct living *l)
{
	for (;;) {
		const struct manager_now now = manager_now();
		unsigned wishes = signals_take(&l->signals);
		bool busy;

		if (wishes & SIGNAL_STOP)
			return;
		if (wishes & SIGNAL_RELOAD)
			reload(l);
		if (wishes & SIGNAL_WRITE)
			manager_hurry(&l->manager, &now);
		busy = manager_turn(&l->manager, &now);
		if (l->store != NULL)
			busy |= sy_store_tick(l->store, now.wall_ns);
		look_around(l, now.monotonic_ns);
		// A worker that is stuck ends the service as a manager does: systemd starts it
		// anew.
		if (!manager_is_stuck(&l->manager, &now))
			notify_alive(&l->notify, now.monotonic_ns);
		if (!busy)
			usleep(TURN_US);
	}
}

/// A worker does not stop. What the others have seen is written; the memory that it uses cannot be
/// given back, so there is no other end than this.
__attribute__((noreturn)) static void leave_stuck(struct living *l)
{
	uint64_t until_ns = manager_now().monotonic_ns + LEAVE_PATIENCE_NS;

	log_error("live", "a worker does not stop: what it has seen last is not written");
	while (!manager_abandon(&l->manager) && manager_now().monotonic_ns < until_ns)
		usleep(STOP_US);
	manager_give_up(&l->manager);
	sy_store_close(l->store);
	log_flush();
	_exit(EXIT_OUTPUT);
}

static void run(struct living *l)
{
	uint64_t until_ns;

	tell_ports(l);
	l->manager.shows_report = l->options.demo;
	live_start(&l->live);
	log_info("live", "watching %u port%s with %u worker%s", l->config.port_count,
		plural(l->config.port_count), l->live.worker_count, plural(l->live.worker_count));
	notify_ready(&l->notify, "watching %u port%s", l->config.port_count,
		plural(l->config.port_count));
	watch(l);
	notify_stopping(&l->notify);
	log_info("live", "stopping");
	until_ns = manager_now().monotonic_ns + STOP_PATIENCE_NS;
	while (!manager_end(&l->manager)) {
		// Some who stop a program signal it twice at once: that is no wish to lose
		// anything.
		if ((signals_take(&l->signals) & SIGNAL_STOP_NOW) &&
			manager_now().monotonic_ns > until_ns - STOP_PATIENCE_NS + HURRY_NS) {
			log_error("live", "stopped at once: the last interval is not written");
			_exit(EXIT_OUTPUT);
		}
		if (manager_now().monotonic_ns > until_ns)
			leave_stuck(l);
		usleep(STOP_US);
	}
}

/// 0, or -errno when records could not be written.
static int release(struct living *l)
{
	int status;

	telemetry_close();
	manager_free(&l->manager);
	live_free(&l->live);
	status = sy_store_close(l->store);
	sy_ports_close(l->ports);
	demo_stop(l->demo);
	if (l->has_eal)
		eal_stop();
	notify_close(&l->notify);
	log_flush();
	if (l->has_signals)
		signals_close(&l->signals);
	return status;
}

int verb_live(int argc, char **argv)
{
	static struct living l;
	struct sy_error err = {.text = ""};
	int status;

	status = parse(&l.options, argc, argv, &err);
	if (status == 0 && l.options.help)
		return fputs(help, stdout) == EOF ? EXIT_OUTPUT : EXIT_FINE;
	if (status == 0 && l.options.demo)
		demo_config(&l.config);
	else if (status == 0)
		status = sy_config_load(&l.config, l.options.config, &err);
	if (status != 0) {
		say("%s", err.text);
		return EXIT_USAGE;
	}
	log_open(STDERR_FILENO, l.config.log.level);
	notify_open(&l.notify);
	status = start(&l, &err);
	if (status == 0)
		run(&l);
	else
		log_error("live", "%s", err.text);
	if (release(&l) != 0 && status == 0)
		return EXIT_OUTPUT;
	return status == 0 ? EXIT_FINE : EXIT_USAGE;
}
