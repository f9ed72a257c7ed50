# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Runs the program under test and reads what it wrote. Shared by the golden tests."""

import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

SKIPPED = 77
HERE = os.path.dirname(os.path.abspath(__file__))


def program():
    """The executable: first argument, or SYNOPTIC in the environment."""
    if len(sys.argv) > 1:
        return sys.argv[1]
    if os.environ.get("SYNOPTIC"):
        return os.environ["SYNOPTIC"]
    sys.exit("usage: %s PROGRAM (or set SYNOPTIC)" % sys.argv[0])


class Run:
    """One run of the program: exit status, stdout, stderr as text, and the seconds allowed."""

    def __init__(self, *arguments, stdin=None, env=None, seconds=120):
        done = subprocess.run([program(), *arguments], stdin=stdin or subprocess.DEVNULL,
                              capture_output=True, timeout=seconds, env=env, check=False)
        self.arguments = arguments
        self.status = done.returncode
        self.stdout = done.stdout.decode("utf-8", "backslashreplace")
        self.stderr = done.stderr.decode("utf-8", "backslashreplace")


def jsonl(directory, name):
    """The objects of NAME.jsonl."""
    with open(os.path.join(directory, name + ".jsonl"), encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def document(directory, name):
    with open(os.path.join(directory, name + ".json"), encoding="utf-8") as whole:
        return json.load(whole)


def run_all(cases, jobs=2):
    """`cases`: {name: function(directory) -> list of complaints}. Prints a line a case; returns the
    exit status. Two at a time, each in a directory of its own that is removed afterwards."""
    wanted = sys.argv[2:]
    cases = {name: case for name, case in cases.items()
             if not wanted or any(word in name for word in wanted)}

    def one(case):
        with tempfile.TemporaryDirectory(prefix="synoptic-golden-") as directory:
            try:
                return case(directory)
            except (OSError, KeyError, ValueError, TypeError, subprocess.TimeoutExpired) as error:
                return [f"{type(error).__name__}: {error}"]

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for name, complaints in zip(cases, pool.map(one, cases.values())):
            if complaints:
                failed += 1
                for complaint in complaints[:12]:
                    print(f"FAILED {name}: {complaint}")
                if len(complaints) > 12:
                    print(f"FAILED {name}: and {len(complaints) - 12} more")
            else:
                print(f"ok {name}")
            sys.stdout.flush()
    print(f"{len(cases) - failed} of {len(cases)} passed")
    return 1 if failed or not cases else 0
