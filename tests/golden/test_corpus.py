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


# Where docs/semantics.md and the independent reading differ. Each rule looks at one field.

def _fin_of_either_side(name, expected, ours):
    """Their after_fin means a FIN of any side, ours one of the RST's sender (section 4); and before
    the final ACK there is no in_data."""
    return name == "rst_phase" and expected == "after_fin" \
        and ours["rst_phase"] == ("in_data" if ours["outcome"] == "established" else "to_synack")


def _icmp_errors_are_read(name, expected, ours):
    """They read no ICMP: unanswered, where an error that quotes the SYN came back (section 3)."""
    return name == "outcome" and expected == "unanswered" and ours["outcome"] == "unreachable" \
        and ours["icmp_from"] is not None


def _copies_are_not_counted(name, expected, ours):
    """They count a packet that the mirror copied twice (section 6)."""
    return name in ("syn_count", "synack_count", "rst_count") and ours["copies"] > 0 \
        and ours[name] < expected


def _valid_rst_speaks(name, _expected, ours):
    """They describe the very first RST, we the first that its receiver would obey (section 3)."""
    return name in ("ttl_rst", "rst_phase") and ours["invalid_refusals"] > 0


def _numbers_decide(name, expected, ours):
    """They let segments of the connection before, on the same ports, answer a new SYN; sequence
    numbers say that they are not of this attempt (section 2)."""
    return name == "outcome" and expected == "one_sided" and ours["outcome"] == "unanswered" \
        and not ours["client_alive"] and not ours["server_alive"]


RULES = (_fin_of_either_side, _icmp_errors_are_read, _copies_are_not_counted, _valid_rst_speaks,
         _numbers_decide)


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


def not_allowed(what, wanted, ours):
    """Complaints about the fields that differ and that no rule covers."""
    left = {name: value for name, value in wanted.items()
            if compare.same(value, ours.get(name))
            or not any(rule(name, value, ours) for rule in RULES)}
    return compare.facts(what, left, ours)


def differences(expected, attempts, copies):
    """`copies`: frames of the capture that were duplicates."""
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
        complaints += not_allowed(what, wanted_facts(connection), dict(found[0], copies=copies))
    complaints += ["nobody else has {client_ip}:{client_port} > {server_ip}:{server_port} isn "
                   "{client_isn}: {outcome}".format(**one) for one in left]
    return complaints


def case(root, expected):
    def run(directory):
        out = os.path.join(directory, "out")
        done = runner.Run("read", "-o", out, os.path.join(root, expected["capture"]))
        if done.status not in (0, 2) or not os.path.isdir(out) \
                or (done.status == 2 and not expected["ambiguous"]):
            return [f"exit status {done.status}: {done.stderr.strip()}"]
        complaints = sums_close(out)
        copies = sum(port["duplicate"] for port in runner.jsonl(out, "ports"))
        found = differences(expected, runner.jsonl(out, "attempts"), copies)
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
