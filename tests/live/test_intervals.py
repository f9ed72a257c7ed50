#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""What the appliance says of each interval: its files, its report, its log and its metrics agree.

usage: test_intervals.py PROGRAM [WORD...]      the cases with such a word in their name
"""

import json
import os
import re
import sys

import appliance
import cases
import feed
import records
from cases import HASTE, PATIENCE, case, program


def start(place, name, **more):
    feed.cable()
    config = appliance.Config(os.path.join(place, name), output__report=True, **{**HASTE, **more})
    live = appliance.Appliance(program(), config.port("tap", "tap"))
    live.start()
    return live


def rows_of(live, kind):
    """All lines, in the order in which they were written."""
    return records.rows_of_store(live.config.directory, kind)


def report(live):
    try:
        with open(os.path.join(live.config.directory, "report.txt"), encoding="utf-8") as lines:
            return lines.read()
    except FileNotFoundError:
        return ""


def told(live, words):
    return lambda: re.search(words, report(live))


def is_whole(live, findings):
    """current.json has so many findings, and what else belongs there. It follows the report."""
    try:
        with open(os.path.join(live.config.directory, "current.json"), encoding="utf-8") as current:
            document = json.load(current)
    except FileNotFoundError:
        return False
    return (len(document["findings"]) == findings and document["summary"]["ended"] and
            document["ports"])


def rises_and_falls(counts, top):
    """From 0 to the top and back. What happened at once may lie in two intervals."""
    peak = counts.index(top) if top in counts else 0
    return top in counts and counts[-1] == 0 and counts[:peak] == sorted(counts[:peak]) and \
        counts[peak:] == sorted(counts[peak:], reverse=True) and max(counts) == top


def await_attempts(live, count, complaints):
    """All of them have been judged: what comes next is in no interval with them."""
    if not live.await_that(lambda: live.metric("synoptic_attempts_total") == count, PATIENCE):
        complaints.append(f"{live.metric('synoptic_attempts_total')} attempts of {count} are counted")


@case
def findings_end(place):
    """A finding is open, everywhere, until it was not seen for too long; then a record says so."""
    live = start(place, "end")
    feed.play(feed.flows(14, only=feed.REFUSED))
    complaints = []
    quiet = r"0 packets, 0 B\ninterval 20\S+ \S+ → 20\S+ \S+ UTC, (?s:.)*FINDINGS  "
    if not live.await_that(told(live, quiet + "7 open"), PATIENCE):
        complaints.append(f"the report of a quiet interval does not list 7 findings: {report(live)}")
    if not live.await_that(lambda: is_whole(live, 7), PATIENCE):
        complaints.append("current.json has not 7 findings")
    if not live.await_that(lambda: live.metric("synoptic_findings_open") == 7, PATIENCE):
        complaints.append(f"synoptic_findings_open is {live.metric('synoptic_findings_open')}")
    if not live.await_log(r"not_listening, ended \(not_seen_again\)", PATIENCE):
        complaints.append("the log does not say that a finding ended")
    if not live.await_that(lambda: live.metric("synoptic_findings_open") == 0, PATIENCE):
        complaints.append("they are open for ever")
    if not live.await_that(told(live, quiet + "none open"), PATIENCE):
        complaints.append(f"the report lists what is open no longer: {report(live)}")
    complaints += live.end()
    rows = rows_of(live, "findings")
    for port in range(80, 87):
        ends = [row["ended_because"] for row in rows if row["subject_port"] == port]
        if ends[0] is not None or ends[-1] != "not_seen_again" or set(ends[:-1]) != {None}:
            complaints.append(f"the records of port {port} ended because of {ends}")
    ended = {row["ended"] for row in rows if row["ended"]}
    if not ended <= {row["ended"] for row in rows_of(live, "summary")}:
        complaints.append(f"{ended} are no ends of intervals")
    counts = [row["findings"]["not_listening"] for row in rows_of(live, "summary")]
    if not rises_and_falls(counts, 7):
        complaints.append(f"the summaries count {counts} findings")
    return complaints


@case
def findings_merge(place):
    """One that becomes part of a finding about the whole host says so, and no service answered."""
    live = start(place, "merge", timeouts__attempt_s=20)
    feed.play(feed.flows(14, only=feed.REFUSED))
    complaints = []
    if not live.await_log("not_listening: .*:80 refused", PATIENCE):
        complaints.append("does not say that port 80 refuses")
    feed.play(feed.flows(24, 20000, only=feed.REFUSED, ports=12))
    if not live.await_log(r"not_listening, ended \(merged\): .*:80 refused", PATIENCE):
        complaints.append(f"does not say that the findings were merged:\n{live.tail()}")
    complaints += live.end()
    reasons = {row["ended_because"] for row in rows_of(live, "findings") if row["ended"]}
    if reasons != {"merged"}:
        complaints.append(f"findings ended because of {reasons}")
    return complaints


@case
def lines_of_an_interval(place):
    """Every line says to which interval it belongs, has a time, and times do not run backwards."""
    live = start(place, "lines")
    feed.play(feed.flows(14))
    complaints = []
    # Silence ends attempts, and so makes lines, in intervals without a packet.
    if not live.await_that(lambda: live.metric("synoptic_attempts_total") == 14, PATIENCE):
        complaints.append(f"{live.metric('synoptic_attempts_total')} attempts of 14 are counted")
    complaints += live.end()
    intervals = [(row["started"], row["ended"]) for row in rows_of(live, "summary")]
    if any(before[1] != after[0] for before, after in zip(intervals, intervals[1:])):
        complaints.append(f"the intervals do not follow one another: {intervals}")
    for kind in ("services", "hosts", "findings", "ports"):
        rows = rows_of(live, kind)
        strange = {(row["interval_start"], row["interval_end"]) for row in rows} - set(intervals)
        times = [row["ts"] for row in rows]
        if not rows or strange:
            complaints.append(f"{kind}: {len(rows)} lines, of intervals that are none: {strange}")
        if None in times or times != sorted(times):
            complaints.append(f"{kind}: times are missing or run backwards: {times}")
    if len(rows_of(live, "ports")) != len(intervals):
        complaints.append("the ports have no line for each interval")
    return complaints


@case
def history_of_a_service(place):
    """A service that answered and now refuses: the line of the interval has the counts of the
    interval, and knows what was before."""
    live = start(place, "history")
    feed.play(feed.flows(5, only=feed.CLOSED, ports=1))
    complaints = []
    if not live.await_that(told(live, ":80 +listening"), PATIENCE):
        complaints.append(f"does not see that the service listens: {report(live)}")
    await_attempts(live, 5, complaints)
    feed.play(feed.flows(5, 20000, only=feed.REFUSED, ports=1))
    if not live.await_log("not_listening: .*:80 refused", PATIENCE):
        complaints.append(f"does not see that the service refuses:\n{live.tail()}")
    await_attempts(live, 10, complaints)
    complaints += live.end()
    rows = [row for row in rows_of(live, "services") if row["server_port"] == 80]
    good = [row for row in rows if row["established"]]
    bad = [row for row in rows if row["refused"]]
    first, answered, last = good[0], good[-1], rows[-1]
    wanted = {"state": "refusing", "established": 0, "recovered": False,
              "first_seen": first["first_seen"], "last_answered": answered["last_answered"]}
    complaints += [f"{field} is {row[field]}, not {value}" for row in bad
                   for field, value in wanted.items() if row[field] != value]
    for field in ("refused", "attempts"):
        if sum(row[field] for row in bad) != 5:
            complaints.append(f"{field} is {[row[field] for row in bad]}, not 5")
    if first["state"] != "listening" or first["last_answered"] is None or not last["last_failed"]:
        complaints.append(f"the first line is {first}, the last {last}")
    server = [row for row in rows_of(live, "hosts") if row["ip"] == last["server_ip"]]
    if len({row["first_seen"] for row in server}) != 1 or server[-1]["ttl_synack"] is None:
        complaints.append(f"the lines of the host forget: {server}")
    return complaints


@case
def evidence_of_its_own(place):
    """A closed port, and then a firewall that drops: another finding, with packets of its own."""
    live = start(place, "evidence", timeouts__attempt_s=2)
    feed.play(feed.flows(4, only=feed.REFUSED, ports=1))
    complaints = []
    if not live.await_log("not_listening: .*:80 refused", PATIENCE):
        complaints.append(f"does not see that the service refuses:\n{live.tail()}")
    await_attempts(live, 4, complaints)
    feed.play(feed.flows(5, 20000, only=feed.SILENT, ports=1))
    if not live.await_log("service_silent: .*it refused with RST until", PATIENCE):
        complaints.append(f"does not see that it is silent:\n{live.tail()}")
    await_attempts(live, 9, complaints)
    complaints += live.end()
    silent = [row for row in rows_of(live, "findings") if row["code"] == "service_silent"]
    closed = [row for row in rows_of(live, "findings") if row["code"] == "not_listening"]
    if not silent or silent[-1]["attempts"] != 5 or any("[R" in line for line in silent[-1]["packets"]):
        complaints.append(f"the evidence of silence is {silent[-1:]}")
    if closed[-1]["ended_because"] not in ("replaced", "not_seen_again"):
        complaints.append(f"the other finding ended because of {closed[-1]['ended_because']}")
    if len({row["last_seen"] for row in closed}) != 1:
        complaints.append(f"a refusal was last seen {[row['last_seen'] for row in closed]}")
    return complaints


if __name__ == "__main__":
    sys.exit(cases.main(__doc__))
