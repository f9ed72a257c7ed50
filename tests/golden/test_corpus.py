#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Compares attempts with the independent reading of captures that nobody here wrote.

usage: SYNOPTIC_CORPUS=DIR test_corpus.py PROGRAM [WORD...]

DIR has captures/ and expected/, one JSON document a capture. Where that says `ambiguous`, a correct
product may differ: then only the sums must close, and differences are told as information.
"""

import json
import os
import sys

import compare
import runner
from capgen import iso

SAME_NAME = ("outcome", "client_isn", "syn_count", "synack_count", "server_rtt_us", "client_rtt_us",
             "ttl_syn", "ttl_synack", "rst_count", "refusals", "syn_data_bytes", "simultaneous_open")
OTHER_NAME = {"ecn_syn": "ecn_setup", "ecn_synack": "ecn_accepted", "tfo_opt": "tfo"}
# Their word for the phase of the first RST, and ours.
PHASES = {"reply_to_syn": "to_syn", "client_before_synack": "to_syn", "after_synack": "to_synack",
          "established": "in_data", "after_fin": "after_fin", "simultaneous": "to_synack"}


def sums_close(out):
    complaints = []
    for port in runner.jsonl(out, "ports"):
        total = sum(port[name] for name in compare.BUCKETS)
        if port["received"] != total:
            complaints.append(f"received {port['received']}, buckets sum to {total}")
    attempts = runner.jsonl(out, "attempts")
    summary = runner.document(out, "summary")
    for outcome in {one["outcome"] for one in attempts}:
        count = sum(1 for one in attempts if one["outcome"] == outcome)
        if summary["attempts"][outcome] != count:
            complaints.append(f"summary: {summary['attempts'][outcome]} {outcome}, records {count}")
    services = runner.jsonl(out, "services")
    for outcome in {one["outcome"] for one in attempts}:
        if sum(one[outcome] for one in services) != summary["attempts"][outcome]:
            complaints.append(f"services do not sum to summary for {outcome}")
    return complaints


def wanted_facts(connection):
    facts = {name: connection[name] for name in SAME_NAME if name in connection}
    facts.update({ours: connection[theirs] for theirs, ours in OTHER_NAME.items()
                  if theirs in connection})
    facts["ts"] = iso(connection["first_ns"])
    rst = connection.get("rst_first")
    if rst:
        facts.update(rst_side=rst["side"], ttl_rst=rst["ttl"])
        if rst["phase"] in PHASES:
            facts["rst_phase"] = PHASES[rst["phase"]]
    return facts


def differences(expected, attempts):
    complaints = []
    left = list(attempts)
    for connection in expected["connections"]:
        if connection["outcome"] == "midstream":
            continue
        key = (*connection["client"].split(), *connection["server"].split(),
               connection["client_isn"])
        found = [one for one in left if key == (
            one["client_ip"], str(one["client_port"]), one["server_ip"], str(one["server_port"]),
            one["client_isn"])]
        what = "{}:{} > {}:{} isn {}".format(*key)
        if not found:
            complaints.append(f"{what}: no record ({connection['outcome']})")
            continue
        left.remove(found[0])
        complaints += compare.facts(what, wanted_facts(connection), found[0])
    complaints += ["nobody else has {client_ip}:{client_port} > {server_ip}:{server_port} isn "
                   "{client_isn}: {outcome}".format(**one) for one in left]
    return complaints


def case(root, expected):
    def run(directory):
        out = os.path.join(directory, "out")
        done = runner.Run("read", "-o", out, os.path.join(root, expected["capture"]))
        if done.status != 0 and not (done.status == 2 and expected["ambiguous"]):
            return [f"exit status {done.status}: {done.stderr.strip()}"]
        complaints = sums_close(out)
        found = differences(expected, runner.jsonl(out, "attempts"))
        if not expected["ambiguous"]:
            return complaints + found
        for one in found[:20]:
            print(f"# {expected['capture']}: {one}")
        if len(found) > 20:
            print(f"# {expected['capture']}: and {len(found) - 20} more")
        return complaints
    return run


def main():
    root = os.environ.get("SYNOPTIC_CORPUS")
    if not root:
        print("skipped: SYNOPTIC_CORPUS is not set to a directory with captures/ and expected/")
        return runner.SKIPPED
    cases = {}
    folder = os.path.join(root, "expected")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as text:
                cases[name[:-5]] = case(root, json.load(text))
    return runner.run_all(cases)


if __name__ == "__main__":
    sys.exit(main())
