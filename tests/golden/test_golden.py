#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Golden test: captures with a known truth in, the program's files out.

usage: test_golden.py PROGRAM [WORD...]   (only scenarios whose name contains a WORD)
"""

import json
import os
import sys

import compare
import runner
import scenarios
import schemas

WORKERS = (1, 2, 3)
# What summary.json says about the run and not about the traffic.
OF_THE_RUN = ("started", "ended", "workers", "flows_max")


def read(arguments, inputs, directory, workers):
    out = os.path.join(directory, f"out{workers}")
    run = runner.Run("read", "--workers", str(workers), *arguments, "-o", out, *inputs)
    return run, out


def files_of(directory):
    content = {}
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), "rb") as whole:
            content[name] = whole.read()
    summary = json.loads(content["summary.json"])
    content["summary.json"] = {name: value for name, value in summary.items()
                               if name not in OF_THE_RUN}
    return content


def same_for_any_number_of_workers(runs):
    """Byte for byte: files and terminal output. Of summary.json, all but what is about the run."""
    complaints = []
    (first, first_out), *others = runs
    reference = files_of(first_out)
    for workers, (run, out) in zip(WORKERS[1:], others):
        other = files_of(out)
        for name in sorted(reference.keys() | other.keys()):
            if reference.get(name) != other.get(name):
                complaints.append(f"{name} differs between 1 and {workers} workers")
        if first.stdout.replace(first_out, out) != run.stdout:
            complaints.append(f"stdout differs between 1 and {workers} workers")
    return complaints


def terminal(run, status):
    complaints = []
    if run.status != status:
        complaints.append(f"exit status {run.status}, expected {status}: {run.stderr.strip()}")
    if "\x1b" in run.stdout + run.stderr:
        complaints.append("escape codes although the output is no terminal")
    return complaints


def check(build, directory):
    net = build()
    inputs = net.write(directory)
    runs = [read(net.arguments, inputs, directory, workers) for workers in WORKERS]
    complaints = terminal(runs[0][0], net.truth.exit_status)
    if complaints:
        return complaints
    out = runs[0][1]
    complaints += compare.directory(net, out)
    complaints += schemas.check_directory(out)
    complaints += same_for_any_number_of_workers(runs)
    document = runner.Run("read", "--json", *net.arguments, *inputs)
    complaints += compare.json_document(net, document)
    return complaints


def main():
    cases = {name: lambda directory, build=build: check(build, directory)
             for name, build in scenarios.load().items()}
    return runner.run_all(cases)


if __name__ == "__main__":
    sys.exit(main())
