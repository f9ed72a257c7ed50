# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Holds what the program says against what happened. Every function returns complaints."""

import ipaddress

import lab
import records
import scenarios


def same_addr(one, other):
    return ipaddress.ip_address(one) == ipaddress.ip_address(other)


def name(addr):
    return str(ipaddress.ip_address(addr))


def key(task):
    return name(task["addr"]), task["port"], task["client_port"]


def expected_facts(case, place, task, tag, ordered):
    """The facts of the case as fields of the record, or None when it is not seen there."""
    facts = case.facts[place]
    if facts is None:
        return None
    facts, version = dict(facts), task["version"]
    kind, sender = facts.pop("icmp", None), facts.pop("icmp_sender", None)
    if kind is not None:
        codes = scenarios.ICMP_4 if version == 4 else scenarios.ICMP_6
        facts["icmp_type"], facts["icmp_code"] = codes[kind]
        facts["icmp_from"] = lab.router(version) if sender == "router" else task["addr"]
    if place == "both" and not ordered:
        facts["ttl_syn"] = 128, 127, 64    # as it came to either tap, by the proxy or not
    facts.setdefault("ttl_syn", 127 if place == "server" else 128)
    facts["vlan"] = tag
    if place != "server":
        facts.setdefault("syn_count", task["syns"])
    return facts


def differs(field, value, wanted):
    if field == "rst_origin" and wanted is None and value is not None:
        return False    # None = the TTL cannot tell; "nothing came" is written as rst_count 0
    if field == "icmp_from":
        return value is None or not same_addr(value, wanted)
    return value not in wanted if isinstance(wanted, tuple) else value != wanted


def judge_attempts(out, cases, place, tasks, tag, ordered):
    complaints, rows = [], {}
    for row in out.attempts:
        where = name(row["server_ip"]), row["server_port"], row["client_port"]
        if where in rows:
            complaints.append(f"two attempts for one connection: {where}")
        rows[where] = row
    for task in tasks:
        row = rows.pop(key(task), None)
        facts = expected_facts(cases[task["case"]], place, task, tag, ordered)
        who = f"{task['case']} IPv{task['version']} from port {task['client_port']}"
        if (row is None) != (facts is None):
            complaints.append(f"{who}: {'no attempt' if row is None else 'an attempt, unseen here'}")
        if row is None or facts is None:
            continue
        complaints += [f"{who}: {field} is {row[field]!r}, not {wanted!r}"
                       for field, wanted in facts.items() if differs(field, row[field], wanted)]
        if row["waited_ms"] < 1000 and row["outcome"] in ("unanswered", "half_open"):
            complaints.append(f"{who}: was watched for {row['waited_ms']} ms only")
    return complaints + [f"an attempt that nobody made: {where}" for where in rows]


def subject(version, case):
    return name(lab.server(case.host, version)), None if case.host == "dead" else case.port


def judge_findings(out, cases, place, tasks):
    """Every finding that must be there, and no other that has not ended."""
    complaints, wanted = [], {}
    for task in tasks:
        case = cases[task["case"]]
        code = case.findings.get(place)
        if code is not None:
            wanted[(code, *subject(task["version"], case))] = task["case"], case
    stated = {}
    for row in out.findings:
        addr = row["subject_ip"] and name(row["subject_ip"])
        stated[row["code"], addr, row["subject_port"]] = row
    for finding, (case_name, case) in wanted.items():
        row = stated.pop(finding, None)
        if row is None:
            complaints.append(f"{case_name}: no finding {' '.join(str(word) for word in finding)}")
            continue
        if row["ended"] is not None:
            complaints.append(f"{case_name}: {row['code']} is said to have ended")
        if case.owner_between and place == "both" and "between client and server" not in row["owner"]:
            complaints.append(f"{case_name}: {row['code']} names as owner {row['owner']!r}")
    return complaints + [f"a finding too many: {row['code']} {row['subject']}: {row['says']}"
                         for row in stated.values() if row["ended"] is None]


def judge_sums(out, tasks_seen):
    """Every frame is in one bucket, nothing was lost, and the attempts are all in the files."""
    complaints = list(out.complaints)
    if not out.ports:
        complaints.append("no record of any port")
    for row in out.ports:
        if row["received"] != sum(row[bucket] for bucket in records.BUCKETS):
            complaints.append(f"port {row['port']}: the buckets do not add up to {row['received']}")
        complaints += [f"port {row['port']}: {loss} is {row[loss]}"
                       for loss in records.LOSSES if row[loss] != 0]
        complaints += [f"port {row['port']}: {row[bucket]} frames in the bucket {bucket}"
                       for bucket in ("duplicate", "truncated", "malformed", "unsupported_tunnel")
                       if row[bucket] != 0]
    for port, rows in records.by_port(out.ports).items():
        if max(records.totals(rows, lambda row: row["tcp"])) == 0:
            complaints.append(f"port {port}: saw no TCP at all")
    counted = records.totals(out.summaries, lambda row: sum(row["attempts"].values()))
    if tasks_seen not in counted:
        complaints.append(f"the summary counts {sorted(counted)} attempts of {tasks_seen}")
    # The second SYN of a proxy comes when the attempt is up, and may have been summed up before.
    again = [row["syn_count"] - 1 for row in out.attempts]
    late = sum(row["syn_count"] - 1 for row in out.attempts
               if same_addr(row["server_ip"], lab.server("proxied", 4)))
    counted = records.totals(out.summaries, lambda row: row["syn_retransmits"])
    if not any(sum(again) - late <= count <= sum(again) for count in counted):
        complaints.append(f"the summary counts {sorted(counted)} SYNs again, the attempts {sum(again)}")
    return complaints


def judge_vantages(out, cases, tasks, ordered):
    """At two vantages: where each packet of the handshake was seen, `ordered`: in the order of its way,
    which polled ports can only tell while nothing holds up the polling."""
    complaints = []
    ways = {"syn": ["client", "server"], "synack": ["server", "client"], "ack": ["client", "server"]}
    complete = {key(task) for task in tasks if task["case"] == "listening"}
    stopped = {key(task) for task in tasks
               if cases[task["case"]].facts["server"] is None}
    for row in out.attempts:
        where = name(row["server_ip"]), row["server_port"], row["client_port"]
        seen = {packet: [one["vantage"] for one in row["vantages"][packet]] for packet in
                ("syn", "synack", "ack", "rst")}
        if where in complete:
            complaints += [f"{where}: its {packet} was seen at {seen[packet]}, not {way}"
                           for packet, way in ways.items()
                           if (seen[packet] if ordered else sorted(seen[packet], key=way.index)) != way]
        elif where in stopped:
            complaints += [f"{where}: its {packet} was seen at {places}"
                           for packet, places in seen.items() if "server" in places]
    return complaints


def judge_truth(cases, tasks):
    """The kernels did what the scenario is about."""
    return [f"{task['case']} IPv{task['version']}: the client was told {task['result']}, and that is "
            "not what this scenario is" for task in tasks
            if task["result"] not in cases[task["case"]].result] + [
            f"{task['case']}: only {task['syns']} SYNs" for task in tasks
            if task["result"] == "timeout" and task["syns"] < 3]


def judge(watched, cases, place, tag=None, ordered=True):
    tasks, out = watched.truth, watched.out
    if out is None:
        return watched.problems
    seen = sum(cases[task["case"]].facts[place] is not None for task in tasks)
    complaints = watched.problems + judge_truth(cases, tasks)
    complaints += judge_attempts(out, cases, place, tasks, tag, ordered)
    complaints += judge_findings(out, cases, place, tasks) + judge_sums(out, seen)
    if place == "both":
        complaints += judge_vantages(out, cases, tasks, ordered)
    return complaints
