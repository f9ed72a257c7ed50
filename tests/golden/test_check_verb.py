#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""synoptic check: what it says of a configuration that would run here, and of what is in the way.

usage: test_check_verb.py PROGRAM [WORD...]
"""

import fcntl
import os
import re
import sys

import runner

CASES = {}
CORES = sorted(os.sched_getaffinity(0))


def case(function):
    CASES[function.__name__] = function
    return function


def check(directory, text, env=None, cores=True):
    """Runs it on a configuration of small demands; `text` begins with the ports."""
    path = os.path.join(directory, "synoptic.yaml")
    if cores:
        text += f"workers: {{cores: [{CORES[1]}]}}\nmanager_core: {CORES[0]}\n"
    if "directory:" not in text:
        text += f"output: {{directory: {directory}}}\n"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "memory_mib: 16\n")
    return path, runner.Run("check", "-c", path, env=env)


def joined(run):
    """Standard output with its broken lines joined, so that sentences can be found."""
    return re.sub(r"\n {7,}", " ", run.stdout)


def says(run, status, *texts):
    """Complaints when the status or one of the texts is missing, or a line is too long."""
    found = joined(run)
    wrong = [f"does not say {text!r}: {run.stdout}" for text in texts if text not in found]
    wrong += [f"more than 80 columns: {line!r}" for line in run.stdout.split("\n")
              if len(line) > 80 and " " in line.strip()[:65]]
    if run.status != status:
        wrong.append(f"status {run.status}, expected {status}: {run.stdout}")
    return wrong


@case
def would_start(directory):
    _, run = check(directory, "ports:\n  - {name: a, device: net_null0}\n"
                   "  - {name: mirror-of-uplink, device: net_null1}\nhuge_pages: false\n")
    return says(run, 0, f"worker 0     CPU {CORES[1]}, NUMA node 0",
                "a            net_null0: net_null, ", "1 queue of 2048",
                "single: there is one worker", "mirror-of-uplink net_null1: net_null, ",
                "\n0 errors, ", ": live would start\n") + (
                    [] if run.stderr == "" else [run.stderr])


@case
def no_such_cpu(directory):
    cores = f"workers: {{cores: [{CORES[0]}, {CORES[1]}]}}\nmanager_core: 1000\n"
    _, run = check(directory, "ports: [{name: a, device: net_null0}]\nhuge_pages: false\n" + cores,
                   cores=False)
    return says(run, 1, "error: manager_core: there is no CPU 1000 for this process",
                "1 error, ", "live would not start")


@case
def every_device_that_is_not_there(directory):
    _, run = check(directory, "ports:\n"
                   "  - {name: a, device: nosuchif}\n"
                   "  - {name: b, device: \"00fe:3b:00.0\"}\n"
                   "  - {name: c, device: \"net_af_packet0,iface=neither\"}\nhuge_pages: false\n")
    return says(run, 1,
                "error: ports[0].device: there is no interface nosuchif; `ip -br link` shows",
                "error: ports[1].device: there is no PCI device 00fe:3b:00.0; `lspci -D",
                "error: ports[2].device: there is no interface neither",
                "3 errors, ")


@case
def a_device_that_dpdk_cannot_open(directory):
    path, run = check(directory, "ports:\n  - {name: a, device: net_null0}\n"
                      "  - {name: b, device: \"net_pcap0,rx_pcap=/none\"}\nhuge_pages: false\n")
    return says(run, 1, f"error: {path}:3:23: ports[1].device: DPDK cannot open",
                "`synoptic check -v` shows what the driver says", "1 error, ")


@case
def directories(directory):
    _, run = check(directory, "ports: [{name: a, device: net_null0}]\nhuge_pages: false\n"
                   f"output: {{directory: {directory}/no/ne, prometheus: {directory}/no/x.prom}}\n")
    return says(run, 1, f"error: output.directory: {directory}/no/ne: there is no such directory: "
                f"`mkdir -p {directory}/no/ne`", "error: output.prometheus: ", "2 errors, ")


@case
def a_directory_that_live_makes(directory):
    _, run = check(directory, "ports: [{name: a, device: net_null0}]\nhuge_pages: false\n"
                   f"output: {{directory: {directory}/new}}\n")
    return says(run, 0, f"warning: output.directory: {directory}/new is not there: live makes it",
                "live would start") + (["it was made"] if os.path.exists(f"{directory}/new") else [])


@case
def directories_that_nobody_makes(directory):
    """A kernel's, whatever its modes are, and what a dangling link stands for."""
    os.symlink(f"{directory}/nowhere", f"{directory}/link")
    complaints = []
    for path in ("/proc/none", f"{directory}/link"):
        _, run = check(directory, "ports: [{name: a, device: net_null0}]\nhuge_pages: false\n"
                       f"output: {{directory: {path}}}\n")
        complaints += says(run, 1, f"error: output.directory: {path}: there is no such directory: ",
                           "live would not start")
    return complaints


@case
def a_directory_in_use(directory):
    lock = os.open(directory, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        _, run = check(directory, "ports: [{name: a, device: net_null0}]\nhuge_pages: false\n"
                       f"output: {{directory: {directory}}}\n")
    finally:
        os.close(lock)
    return says(run, 0, "warning: output.directory: another process is writing to ", "live would start")


@case
def memory(directory):
    _, run = check(directory, "ports: [{name: a, device: net_null0}]\nmbufs: 16777216\n")
    return says(run, 1, "error: huge_pages: ", " MiB are needed and ", "`synoptic-prepare hugepages 0:")


@case
def a_filter_that_does_not_compile(directory):
    _, run = check(directory, "ports: [{name: a, device: net_null0}]\nhuge_pages: false\n"
                   "filter: tcp and port\n")
    return says(run, 1, "error: filter: ")


@case
def a_file_that_is_wrong(directory):
    path, run = check(directory, "ports: 7\n")
    return says(run, 1) + ([] if run.stderr.startswith(f"synoptic: {path}:1:") else [run.stderr])


@case
def wrong_usage(directory):
    run = runner.Run("check", "-x")
    return says(run, 1) + ([] if "unknown option -x" in run.stderr else [run.stderr])


def main():
    if len(CORES) < 2:
        print("one CPU: there is none for a worker beside the manager")
        return runner.SKIPPED
    return runner.run_all(CASES)


sys.exit(main())
