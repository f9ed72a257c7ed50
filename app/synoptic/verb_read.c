// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Synoptic authors

// synoptic read FILE...: from captures to a verdict.

#include "align.h"
#include "eal.h"
#include "read_options.h"
#include "read_output.h"
#include "run.h"
#include "say.h"
#include "verbs.h"

#include "sy_decode.h"
#include "sy_facts.h"
#include "sy_finding.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/// All that `read` makes, so that one place gives it back.
struct reading {
	struct read_options options;
	struct sy_filter *filter;
	struct sy_files *files;
	struct spool *spool;
	struct run run;
	struct sy_facts *facts;
	struct sy_findings *findings;
	bool eal;
	uint64_t started_ns;
};

/// A kernel that cannot run here is an error, never replaced silently.
static int check_decode(const char *name, struct sy_error *err)
{
	int error = 0;
	const char *kernel, *obstacle;

	if (sy_decode_kernel(name, &error) != NULL)
		return 0;
	for (uint32_t i = 0; sy_decode_kernel_list(i, &kernel, &obstacle); i++)
		if (strcmp(kernel, name) == 0 && obstacle != NULL)
			return sy_error_set(
				err, ENOTSUP, "--decode %s cannot run here: %s", name, obstacle);
	return sy_error_set(
		err, EINVAL, "--decode takes scalar, avx2, avx512, best or verify, not '%s'", name);
}

/// Opens what the command line names, cheapest first. An exit status; sentence in err.
static int prepare(struct reading *r, struct sy_error *err)
{
	struct read_options *o = &r->options;

	if (check_decode(o->decode, err) != 0)
		return EXIT_USAGE;
	if (o->filter != NULL && sy_filter_create(&r->filter, o->filter, err) != 0)
		return EXIT_USAGE;
	if (o->output_dir != NULL && (sy_files_open(&r->files, o->output_dir, err) != 0 ||
					     spool_create(&r->spool, o->output_dir, err) != 0))
		return EXIT_USAGE;
	if (eal_start_offline(o->workers, o->verbose, err) != 0)
		return EXIT_USAGE;
	r->eal = true;
	if (align_inputs(o, err) != 0)
		return EXIT_INPUT;
	return run_init(&r->run, o, r->filter, err) == 0 ? EXIT_FINE : EXIT_INPUT;
}

static int judge(struct reading *r, struct sy_error *err)
{
	struct sy_facts_inputs inputs = {
		.stats = r->run.workers[0].stats,
		.ports = r->run.poller.ports,
		.port_count = r->options.input_count,
		.vantage_of_port = r->run.vantage_of_port,
		.vantage_names = r->options.vantage_names,
		.vantage_count = r->options.vantage_count,
	};
	struct sy_verdict_config config = sy_verdict_config_default();

	r->facts = sy_facts_create(&inputs);
	if (r->facts != NULL)
		r->findings = sy_verdict_run(r->facts, &config);
	if (r->findings != NULL && (r->options.json || r->options.output_dir != NULL) &&
		sy_facts_sort_hosts(r->facts) != 0)
		return sy_error_set(err, ENOMEM, "no memory to list the hosts");
	if (r->findings == NULL)
		return sy_error_set(err, ENOMEM, "no memory for the verdicts");
	return 0;
}

/// Tells of inputs that ended badly or hold no TCP. EXIT_INPUT when one was cut off.
static int describe_inputs(const struct reading *r, struct sy_run_input *inputs)
{
	int status = EXIT_FINE;
	uint64_t received = 0, tcp = 0;

	for (uint32_t i = 0; i < r->options.input_count; i++) {
		const struct sy_source_end *end = sy_source_end(r->run.source, i);

		inputs[i] = (struct sy_run_input){
			.path = r->options.inputs[i].path,
			.clock_offset_ns = r->options.inputs[i].clock_offset_ns,
		};
		received += r->run.poller.ports[i].received;
		tcp += r->run.poller.ports[i].bucket[SY_BUCKET_TCP];
		if (end->cut_off) {
			inputs[i].cut_off = true;
			status = EXIT_INPUT;
		}
		if (end->why.text[0] != '\0') {
			inputs[i].why = end->why.text;
			say("%s", end->why.text);
		}
	}
	if (received == 0)
		say("no packets: the capture is empty");
	else if (tcp == 0)
		say("no TCP among the %llu packets", (unsigned long long)received);
	return status;
}

static struct sy_run_info run_info(const struct reading *r, const struct sy_run_input *inputs)
{
	const struct sy_flow_counters *c = &r->run.flow_counters;

	return (struct sy_run_info){
		.version = SYNOPTIC_VERSION,
		.clock_source = "capture file",
		.tracking = r->options.handshake_only ? "handshake" : "full",
		.inputs = inputs,
		.input_count = r->options.input_count,
		.workers = r->options.workers,
		.started_ns = r->started_ns,
		.ended_ns = sy_clock_ns(CLOCK_REALTIME),
		.evicted_ended = c->evicted[SY_RANK_ENDED],
		.evicted_midstream = c->evicted[SY_RANK_MIDSTREAM],
		.evicted_half_open = c->evicted[SY_RANK_HALF_OPEN],
		.no_slot = c->no_slot,
		.no_record = c->no_record,
		.flows_max = c->used_max,
	};
}

/// Reads, judges and writes. An exit status; sentence in err.
static int work(struct reading *r, struct sy_error *err)
{
	struct sy_run_input inputs[SY_PORT_MAX];
	struct sy_run_info info;
	struct sy_summary summary;
	int status;

	if (run_execute(&r->run, r->spool, err) != 0 || judge(r, err) != 0)
		return EXIT_OUTPUT;
	status = describe_inputs(r, inputs);
	if (sy_decode_mismatches() > 0)
		say("decode: the kernel and the scalar reference differ in %llu frames: please report "
		    "this; the results are the reference's",
			(unsigned long long)sy_decode_mismatches());
	info = run_info(r, inputs);
	summary = (struct sy_summary){.run = &info, .facts = r->facts, .findings = r->findings};
	if (r->files != NULL) {
		struct sy_files *files = r->files;

		r->files = NULL;
		if (read_output_files(files, r->spool, &summary, r->options.csv, err) != 0)
			return EXIT_OUTPUT;
	}
	if (read_output_print(&summary, r->options.json) != 0) {
		sy_error_set(err, EIO, "cannot write to standard output");
		return EXIT_OUTPUT;
	}
	return status;
}

static void release(struct reading *r)
{
	sy_findings_destroy(r->findings);
	sy_facts_destroy(r->facts);
	sy_files_abort(r->files);
	spool_destroy(r->spool);
	if (r->eal) {
		run_free(&r->run);
		eal_stop();
	}
	sy_filter_destroy(r->filter);
}

int verb_read(int argc, char **argv)
{
	static struct reading reading;
	struct sy_error err = {.text = ""};
	int status;

	reading.started_ns = sy_clock_ns(CLOCK_REALTIME);
	if (read_options_parse(&reading.options, argc, argv, &err) != 0) {
		say("%s", err.text);
		return EXIT_USAGE;
	}
	if (reading.options.help) {
		fputs(read_help, stdout);
		return EXIT_FINE;
	}
	status = prepare(&reading, &err);
	if (status == EXIT_FINE)
		status = work(&reading, &err);
	if (err.text[0] != '\0')
		say("%s", err.text);
	release(&reading);
	return status;
}
