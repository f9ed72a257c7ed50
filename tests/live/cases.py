# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Cases of the appliance's tests: each in a place of its own, which is cleared up in any case."""

import os
import shutil
import subprocess
import sys
import time

import appliance
import isolate
import lab

PATIENCE = 60    # seconds for what takes one or two, on a machine that has other things to do
HASTE = {"timeouts__linger_s": 1, "timeouts__attempt_s": 1}    # attempts are soon in the files
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def program():
    return sys.argv[1]


def run(name, function):
    place = os.path.join(isolate.work(), name)
    os.mkdir(place)
    try:
        return function(place)
    except (OSError, KeyError, ValueError, RuntimeError, subprocess.SubprocessError) as error:
        return [f"{type(error).__name__}: {error}"]
    finally:
        appliance.kill_all()
        for interface in ("feed", "feed2"):
            subprocess.run(["ip", "link", "del", interface], capture_output=True, check=False)
        shutil.rmtree(place, ignore_errors=True)


def main(usage):
    if len(sys.argv) < 2:
        sys.exit(usage)
    appliance.require_verb(program())
    isolate.enter()
    lab.command("ip", "link", "set", "lo", "up")
    chosen = {name: function for name, function in CASES.items()
              if len(sys.argv) == 2 or any(word in name for word in sys.argv[2:])}
    failed = 0
    for name, function in chosen.items():
        began = time.monotonic()
        complaints = run(name, function)
        for complaint in complaints[:12]:
            print(f"FAILED {name}: {complaint}")
        if len(complaints) > 12:
            print(f"FAILED {name}: and {len(complaints) - 12} more")
        failed += bool(complaints)
        print(f"{'FAILED' if complaints else 'ok'} {name} ({time.monotonic() - began:.0f} s)")
        sys.stdout.flush()
    print(f"{len(chosen) - failed} of {len(chosen)} passed")
    return 1 if failed or not chosen else 0
