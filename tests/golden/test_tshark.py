#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Differential test against tshark: the same captures, stream by stream.

usage: test_tshark.py PROGRAM [WORD...]

Reads the golden captures and, when SYNOPTIC_CORPUS names a directory with captures/, those too. Every
difference that is allowed is a rule in tshark_rules.py, explained in tshark_differences.md.
"""

import os
import shutil
import sys

import runner
import scenarios
import tshark_rules
import tshark_streams

FIELDS = ("ts", "ttl_syn", "syn_count", "server_isn", "ttl_synack", "synack_count", "rst_count",
          "ttl_rst", "rst_side", "completeness")
KEY = ("client_ip", "client_port", "server_ip", "server_port", "client_isn")


def differences(path, directory):
    out = os.path.join(directory, "out")
    run = runner.Run("read", "-o", out, path)
    if run.status not in (0, 2) or not os.path.isfile(os.path.join(out, "ports.jsonl")):
        return [f"exit status {run.status}: {run.stderr.strip()}"]
    everything = tshark_streams.segments(path)
    segments = tshark_streams.without_copies(everything)
    port = runner.jsonl(out, "ports")[0]
    if tshark_rules.decoding_differs(everything, port):
        print(f"# {os.path.basename(path)}: not compared, rule decoding_differs")
        return []
    theirs = tshark_streams.attempts(segments)
    attempts = runner.jsonl(out, "attempts")
    complaints, earlier = [], set()
    if port["tcp"] != len(segments):
        complaints.append(f"{port['duplicate']} duplicates, by tshark's rows "
                          f"{len(everything) - len(segments)}")
    for ours in attempts:
        key = tuple(ours[name] for name in KEY)
        what = "{}:{} > {}:{} isn {}".format(*key)
        found = theirs.pop(key, None)
        if found is None:
            if not tshark_rules.same_isn_again(key, earlier):
                complaints.append(f"{what}: tshark has no such SYN")
            continue
        earlier.add(key)
        complaints += [f"{what}: {name} is {ours[name]!r}, tshark {found[name]!r} ({ours['outcome']})"
                       for name in FIELDS if ours[name] != found[name]
                       and not tshark_rules.allows(name, ours, found, port)]
    return complaints + [f"tshark has a SYN that is no attempt here: {key}" for key in theirs
                         if not tshark_rules.answering_syn(key, attempts)]


def golden_case(build):
    def case(directory):
        net = build()
        if net.arguments:
            return []  # a filter is no business of tshark's
        complaints = []
        for given in net.write(directory):
            complaints += differences(given.split("=")[-1], directory)
        return complaints
    return case


def corpus_cases(root):
    cases = {}
    captures = os.path.join(root, "captures")
    for folder, _, names in sorted(os.walk(captures)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            cases["corpus/" + os.path.relpath(path, captures)] = (
                lambda directory, path=path: differences(path, directory))
    return cases


def main():
    if shutil.which("tshark") is None:
        print("skipped: tshark is not installed")
        return runner.SKIPPED
    cases = {name: golden_case(build) for name, build in scenarios.load().items()}
    if os.environ.get("SYNOPTIC_CORPUS"):
        cases.update(corpus_cases(os.environ["SYNOPTIC_CORPUS"]))
    return runner.run_all(cases)


if __name__ == "__main__":
    sys.exit(main())
