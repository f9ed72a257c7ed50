#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""`--tracking handshake` gives the same attempts and services as `--tracking full`, and says null for
what it did not look at: over all generated captures, and over those of SYNOPTIC_CORPUS when set.

usage: test_tracking.py PROGRAM [WORD...]
"""

import json
import os
import sys

import runner
import scenarios

# What the handshake mode cannot know of an attempt: null there.
UNKNOWN = ("bytes_client", "bytes_server", "packets_client", "packets_server", "history",
           "completeness", "end_ts")
# What depends on whether a RST in the middle is inside the window, which only full tracking knows.
WINDOW = ("rst_phase", "rst_valid", "rst_origin", "rst_side", "ttl_rst", "close", "conn_state",
          "data_after_rst", "vantages")
SERVICE_WINDOW = ("rsts_up", "rst_ttls")


def read(mode, directory, arguments, inputs):
    out = os.path.join(directory, mode)
    run = runner.Run("read", "--tracking", mode, *arguments, "-o", out, *inputs)
    return run, out


def had_stray_rst(attempt):
    return attempt["outcome"] in ("established", "one_sided") and attempt["rst_phase"] == "stray"


def attempt_complaints(full, handshake):
    complaints = []
    what = "{client_ip}:{client_port} > {server_ip}:{server_port} isn {client_isn}".format(**full)
    for name, value in full.items():
        if name in UNKNOWN:
            if handshake[name] is not None:
                complaints.append(f"{what}: {name} is {handshake[name]}, should be null")
        elif value != handshake[name] and not (name in WINDOW and had_stray_rst(full)):
            complaints.append(f"{what}: {name} is {value} and {handshake[name]}")
    return complaints


def compare(full_out, handshake_out):
    full, handshake = (runner.jsonl(out, "attempts") for out in (full_out, handshake_out))
    if len(full) != len(handshake):
        return [f"{len(full)} attempts and {len(handshake)}"]
    complaints = []
    for one, other in zip(full, handshake):
        complaints += attempt_complaints(one, other)
    for one, other in zip(*(runner.jsonl(out, "services") for out in (full_out, handshake_out))):
        differ = [name for name in one if one[name] != other[name] and name not in SERVICE_WINDOW]
        if differ:
            complaints.append(f"service {one['server_ip']}:{one['server_port']}: {differ}")
    return complaints


def case(arguments, inputs_of):
    def run(directory):
        inputs = inputs_of(directory)
        full, full_out = read("full", directory, arguments, inputs)
        handshake, handshake_out = read("handshake", directory, arguments, inputs)
        if full.status != handshake.status:
            return [f"exit status {full.status} and {handshake.status}: {handshake.stderr}"]
        return compare(full_out, handshake_out) if os.path.isdir(full_out) else []
    return run


def generated():
    cases = {}
    for name, build in scenarios.load().items():
        net = build()
        cases[name] = case(net.arguments, net.write)
    return cases


def foreign(root):
    cases = {}
    for name in sorted(os.listdir(os.path.join(root, "expected"))):
        with open(os.path.join(root, "expected", name), encoding="utf-8") as document:
            path = os.path.join(root, json.load(document)["capture"])
        cases[name.removesuffix(".json")] = case((), lambda _directory, path=path: [path])
    return cases


def main():
    cases = generated()
    root = os.environ.get("SYNOPTIC_CORPUS")
    if root:
        cases.update(foreign(root))
    else:
        print("# SYNOPTIC_CORPUS is not set: generated captures only")
    return runner.run_all(cases)


if __name__ == "__main__":
    sys.exit(main())
