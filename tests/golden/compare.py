# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Compares what the program wrote with what a scenario knows to be true."""

import json
from collections import Counter

import runner

BUCKETS = ("tcp", "duplicate", "filtered", "other_ip", "non_ip", "fragment", "truncated",
           "malformed", "unsupported_tunnel")
KEY = ("client_ip", "client_port", "server_ip", "server_port", "client_isn")


def same(expected, got):
    if isinstance(expected, float) and isinstance(got, (int, float)):
        return abs(expected - got) < 0.0015
    # True == 1 in Python, and is another value in JSON
    return expected == got and isinstance(expected, bool) == isinstance(got, bool)


def facts(what, expected, got):
    """Complaints about each expected field that differs."""
    complaints = []
    for name, value in expected.items():
        if value is ...:
            continue
        if name not in got:
            complaints.append(f"{what}: no field {name}")
        elif not same(value, got[name]):
            complaints.append(f"{what}: {name} is {got[name]!r}, expected {value!r}")
    return complaints


def attempts(truth, lines):
    complaints = []
    left = list(lines)
    for expected in truth.attempts:
        found = [one for one in left if all(one.get(name) == expected[name] for name in KEY)]
        what = "attempt {}:{} > {}:{} isn {}".format(*(expected[name] for name in KEY))
        if len(found) != 1:
            complaints.append(f"{what}: {len(found)} records, expected 1")
            continue
        left.remove(found[0])
        complaints += facts(what, expected, found[0])
    for one in left:
        complaints.append("attempt nobody made: {}:{} > {}:{} isn {} {}".format(
            *(one.get(name) for name in KEY), one.get("outcome")))
    return complaints


def ports(truth, lines):
    """The sums close, and each frame is in the bucket that it belongs to."""
    complaints = []
    if len(lines) != len(truth.buckets):
        return [f"{len(lines)} ports, expected {len(truth.buckets)}"]
    for index, (line, buckets) in enumerate(zip(lines, truth.buckets)):
        complaints += facts(f"port {index}", {name: buckets.get(name, 0) for name in BUCKETS}, line)
        total = sum(line[name] for name in BUCKETS)
        if line["received"] != total or total != sum(buckets.values()):
            complaints.append(f"port {index}: received {line['received']}, buckets sum to {total}, "
                              f"the capture has {sum(buckets.values())}")
    return complaints


def services(truth, lines):
    complaints = []
    by_key = {(line["server_ip"], line["server_port"]): line for line in lines}
    if len(by_key) != len(lines):
        complaints.append("services.jsonl has a service twice")
    counts = {}
    for attempt in truth.attempts:
        key = (attempt["server_ip"], attempt["server_port"])
        counts.setdefault(key, Counter())[attempt["outcome"]] += 1
    for key, outcomes in counts.items():
        line = by_key.get(key)
        if line is None:
            complaints.append(f"service {key[0]}:{key[1]} is missing")
            continue
        expected = dict(outcomes, **truth.services.get(key, {}))
        complaints += facts(f"service {key[0]}:{key[1]}", expected, line)
    for key in by_key.keys() - counts.keys():
        complaints.append(f"service nobody tried: {key[0]}:{key[1]}")
    return complaints


def hosts(truth, lines):
    complaints = []
    for (addr, vantage), expected in truth.hosts.items():
        found = [line for line in lines if line["ip"] == addr]
        if len(found) > 1:
            found = [line for line in found if line["vantage"] == vantage]
        if len(found) != 1:
            complaints.append(f"host {addr}: {len(found)} records, expected 1")
        else:
            complaints += facts(f"host {addr}", expected, found[0])
    return complaints


def findings(truth, lines):
    complaints = []
    got = {(line["code"], line["subject"]) for line in lines}
    if truth.findings is not None and got != truth.findings:
        complaints.append(f"findings {sorted(got)}, expected {sorted(truth.findings)}")
    for (code, subject), expected in truth.finding_facts.items():
        found = [line for line in lines if line["code"] == code and subject in (..., line["subject"])]
        if not found:
            complaints.append(f"no finding {code} about {'any' if subject is ... else subject}; "
                              f"there are {sorted(got)}")
        for line in found:
            complaints += facts(f"finding {code}", expected, line)
    for line in lines:
        if line["code"] in truth.absent_findings:
            complaints.append(f"finding that must not be: {line['code']}: {line['says']}")
        if not line["owner"] or not line["says"]:
            complaints.append(f"finding {line['code']} without owner or sentence")
    return complaints


def rsts_of(summary):
    return Counter({(phase, origin): count
                    for phase, origins in summary["rsts"].items() if isinstance(origins, dict)
                    for origin, count in origins.items() if count})


def summary(truth, whole):
    complaints = []
    buckets = sum(truth.buckets, Counter())
    if whole["packets"] != sum(buckets.values()):
        complaints.append(f"summary: packets {whole['packets']}, expected {sum(buckets.values())}")
    complaints += facts("summary buckets", {name: buckets.get(name, 0) for name in BUCKETS},
                        whole["buckets"])
    complaints += facts("summary attempts", dict(truth.outcomes()), whole["attempts"])
    if truth.rsts is not None and rsts_of(whole) != Counter(truth.rsts):
        complaints.append(f"summary: rsts {dict(rsts_of(whole))}, expected {truth.rsts}")
    if truth.midstream is not None and whole.get("midstream_flows") != truth.midstream:
        complaints.append(f"summary: midstream_flows {whole.get('midstream_flows')!r}, "
                          f"expected {truth.midstream}")
    return complaints


def directory(net, out):
    """Everything that -o DIR wrote."""
    truth = net.truth
    return (attempts(truth, runner.jsonl(out, "attempts")) + ports(truth, runner.jsonl(out, "ports"))
            + services(truth, runner.jsonl(out, "services"))
            + hosts(truth, runner.jsonl(out, "hosts"))
            + findings(truth, runner.jsonl(out, "findings"))
            + summary(truth, runner.document(out, "summary")))


def json_document(net, run):
    """--json: one document, the same facts."""
    try:
        document = json.loads(run.stdout)
    except ValueError as error:
        return [f"--json is no JSON document: {error}"]
    complaints = [f"--json: no {name}" for name in ("summary", "services", "hosts", "findings",
                                                      "ports") if name not in document]
    return complaints or findings(net.truth, document["findings"])
