#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""synoptic config: prints what loads to the same, the sample, and one line for a file that is wrong.

usage: test_config_verb.py PROGRAM [WORD...]
"""

import os
import sys

import runner

PORTS = "ports:\n  - {name: a, device: eth0, vantage: \"Zürich \\\"1\\\"\"}\n"
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def config(directory, text, name="synoptic.yaml"):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path, runner.Run("config", "-c", path)


def differs(what, found, expected):
    return [] if found == expected else [f"{what}: {found!r}, expected {expected!r}"]


@case
def prints_what_loads_to_the_same(directory):
    _, once = config(directory, PORTS + "interval_s: 7\n")
    _, twice = config(directory, once.stdout)
    return (differs("status", once.status, 0) + differs("again", twice.stdout, once.stdout)
            + ([] if "\ninterval_s: 7\n" in once.stdout else [once.stdout]))


@case
def sample_loads(directory):
    sample = runner.Run("config", "--sample")
    _, run = config(directory, sample.stdout)
    return differs("sample", (sample.status, sample.stderr), (0, "")) + differs(
        "loading it", (run.status, run.stderr), (0, ""))


@case
def says_where(directory):
    path, run = config(directory, PORTS + "side: left\n")
    return differs("status", run.status, 1) + differs("stdout", run.stdout, "") + differs(
        "stderr", run.stderr,
        f'synoptic: {path}:3:1: there is no key "side"; probably ports[].side is meant\n')


@case
def wrong_usage(directory):
    del directory
    complaints = []
    for arguments in (["-c"], ["-x"], ["file"], ["-c", "nowhere/at.all"]):
        run = runner.Run("config", *arguments)
        complaints += differs(f"{arguments}: status", run.status, 1)
        complaints += differs(f"{arguments}: lines", run.stderr.count("\n"), 1)
    return complaints


@case
def full_disk(directory):
    del directory
    with open("/dev/full", "wb") as full:
        status = runner.subprocess.run([runner.program(), "config", "--sample"], stdout=full,
                                       stderr=runner.subprocess.DEVNULL, check=False).returncode
    return differs("status", status, 3)


if __name__ == "__main__":
    sys.exit(runner.run_all(CASES))
