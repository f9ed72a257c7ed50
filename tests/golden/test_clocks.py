#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Vantages whose clocks differ, and captures of several places that nobody named.

A capture with a clock that is wrong must give the very records of the one with the right clock.

usage: test_clocks.py PROGRAM [WORD...]
"""

import os
import re
import shutil
import subprocess
import sys

import runner
from capgen import Net, Vantage, ms, s, us

TABLES = ("attempts", "services", "hosts", "findings")
CASES = {}


def case(function):
    CASES[function.__name__] = function
    return function


def talk(net, connections=20, ident=True, seen=None):
    """Connections from either end's point of view, one of which nobody answers at the far tap."""
    client, server = net.client(hops=(0, 1, 2)), net.server(hops=(3, 2, 1))
    for index in range(connections):
        net.wait(ms(30))
        t = net.tcp(client, server, seen=seen)
        if index % 5 == 4:
            t.syn(seen={"client"} if seen is None else seen).syn(after=s(1), seen=seen)
        else:
            more = {} if ident else {"ident": 0}
            t.syn(**more).synack(after=ms(4), **more).ack(**more).talk().close()
    net.tick(s(2))


def captures(directory, name, *vantages, story=talk, **form):
    """Writes one file for each vantage; their paths by name."""
    net = Net(*vantages, **form)
    story(net)
    place = os.path.join(directory, name)
    os.mkdir(place)
    return [one.split("=", 1) for one in net.write(place)]


def read(directory, name, inputs, *arguments):
    out = os.path.join(directory, name + ".out")
    run = runner.Run("read", *arguments, "-o", out, *inputs)
    if run.status != 0:
        raise ValueError(f"{name}: exit status {run.status}: {run.stderr}")
    return run, out


def named(pairs):
    return ["=".join(pair) for pair in pairs]


def offsets(out):
    return {one["vantage"]: one["clock_offset_ns"]
            for one in runner.document(out, "summary")["inputs"]}


def differing(right, wrong):
    complaints = []
    for table in TABLES:
        one, other = runner.jsonl(right, table), runner.jsonl(wrong, table)
        complaints += [f"{table}: {a} without an offset, {b} with it"
                       for a, b in zip(one, other) if a != b][:2]
        if len(one) != len(other):
            complaints.append(f"{table}: {len(one)} records without an offset, {len(other)} with it")
    return complaints


def two(offset, transit=us(250), name="server"):
    return Vantage("client"), Vantage(name, transit, offset)


def corrected(directory, offset, expected=None, story=talk, **form):
    """With this offset: the same records as without; says so."""
    _, right = read(directory, "right", named(captures(directory, "a", *two(0), story=story, **form)))
    run, wrong = read(directory, "wrong",
                      named(captures(directory, "b", *two(offset), story=story, **form)))
    complaints = differing(right, wrong)
    expected = offset if expected is None else expected
    if offsets(wrong) != {"client": 0, "server": expected}:
        complaints.append(f"offsets {offsets(wrong)}, expected {expected} at server")
    way = "ahead of" if offset > 0 else "behind"
    if not re.search(rf"clock of server is \S+ \S+ {way} client's: corrected \(", run.stderr):
        complaints.append(f"does not say so: {run.stderr!r}")
    return complaints


for label, ns in (("2s", s(2)), ("minus_1h", -s(3600)), ("700us", us(700)), ("minus_3ms", -ms(3)),
                  ("400ms", ms(400)), ("a_week", s(7 * 86400))):
    CASES["corrects_" + label] = lambda directory, ns=ns: corrected(directory, ns)
CASES["corrects_pcapng"] = lambda directory: corrected(directory, s(2), kind="pcapng")
CASES["corrects_without_ip_ids"] = lambda directory: corrected(
    directory, -s(90), story=lambda net: talk(net, ident=False))


def unchanged(directory, offset, transit):
    pairs = captures(directory, "a", *two(offset, transit))
    run, out = read(directory, "out", named(pairs))
    complaints = [] if set(offsets(out).values()) == {0} else [f"offsets {offsets(out)}"]
    summary = runner.document(out, "summary")
    for pair in summary["transit_us"]:
        expected = (transit + (offset if pair["from"] == "client" else -offset)) / 1000
        if not pair["min"] == pair["max"] == expected or pair["count"] == 0:
            complaints.append(f"transit of {expected} us: {pair}")
    if [pair["from"] for pair in summary["transit_us"]] != ["client", "server"]:
        complaints.append(f"transit {summary['transit_us']}")
    return complaints + ([run.stderr] if run.stderr else [])


CASES["one_clock"] = lambda directory: unchanged(directory, 0, us(250))
CASES["less_than_transit"] = lambda directory: unchanged(directory, us(700), ms(1))
CASES["less_than_transit_behind"] = lambda directory: unchanged(directory, -us(700), ms(1))


def one_direction(net, to_server):
    client, server = net.client(hops=(0, 1)), net.server(hops=(3, 2))
    for _ in range(20):
        net.wait(ms(30))
        t = net.tcp(client, server)
        both, near = {"client", "server"}, {"client"}
        t.syn(seen=both if to_server else near)
        t.synack(after=ms(4), seen=near if to_server else both)
        t.ack(seen=both if to_server else near)
    net.tick(s(2))


def one_way(directory, offset, to_server, expected):
    pairs = captures(directory, "a", *two(offset), story=lambda net: one_direction(net, to_server))
    _, out = read(directory, "out", named(pairs))
    got = offsets(out)["server"]
    return [] if got == expected else [f"offset {got}, expected {expected}"]


# The fastest packet is taken to need no time; a packet may be slow, but not arrive before its time.
CASES["one_way_ahead"] = lambda directory: one_way(directory, s(2), True, s(2) + us(250))
CASES["one_way_behind"] = lambda directory: one_way(directory, -ms(5), True, -ms(5) + us(250))
CASES["one_way_slow"] = lambda directory: one_way(directory, ms(300), True, 0)
CASES["one_way_back"] = lambda directory: one_way(directory, ms(5), False, ms(5) - us(250))


@case
def three_places(directory):
    """The third shares packets with the second only."""
    def story(net):
        talk(net, 10, seen={"client", "middle"})
        talk(net, 10, seen={"middle", "server"})
    pairs = captures(directory, "a", Vantage("client"), Vantage("middle", us(200), s(5)),
                     Vantage("server", us(400), -s(60)), story=story)
    _, out = read(directory, "out", named(pairs))
    expected = {"client": 0, "middle": s(5), "server": -s(60)}
    return [] if offsets(out) == expected else [f"{offsets(out)}, expected {expected}"]


@case
def files_of_a_vantage_share_its_clock(directory):
    (_, near), (_, far) = captures(directory, "a", *two(s(2)))
    with open(far, "rb") as whole:
        content = whole.read()
    position = 24
    for _ in range(60):
        position += 16 + int.from_bytes(content[position + 8:position + 12], "little")
    parts = []
    for name, part in (("one", content[:position]), ("two", content[:24] + content[position:])):
        parts.append(os.path.join(directory, name + ".pcap"))
        with open(parts[-1], "wb") as out:
            out.write(part)
    _, whole = read(directory, "whole", ["client=" + near, "server=" + far])
    _, cut = read(directory, "cut", ["client=" + near, *("server=" + part for part in parts)])
    got = [one["clock_offset_ns"] for one in runner.document(cut, "summary")["inputs"]]
    complaints = [] if got == [0, s(2), s(2)] else [f"offsets {got}"]
    return complaints + differing(whole, cut)


@case
def nothing_in_common(directory):
    """Different traffic: the clocks are left alone, and that is said."""
    (_, near), _ = captures(directory, "a", *two(0))
    def other(net):
        net.ports = 50000
        talk(net)
    _, (_, far) = captures(directory, "b", *two(s(2)), story=other)
    run, out = read(directory, "out", ["client=" + near, "server=" + far])
    complaints = [] if set(offsets(out).values()) == {0} else [f"offsets {offsets(out)}"]
    if "clock of server is taken as it is" not in run.stderr:
        complaints.append(f"says {run.stderr!r}")
    return complaints


@case
def pipe_is_read_once(directory):
    """A pipe cannot be looked into beforehand."""
    (_, near), (_, far) = captures(directory, "a", *two(0))
    with open(far, "rb") as stdin:
        run = runner.Run("read", "client=" + near, "server=-", stdin=stdin)
    return [] if run.status == 0 and not run.stderr else [f"{run.status}: {run.stderr}"]


@case
def pairs_with_workers(directory):
    """The correction is the same for any number of workers."""
    inputs = named(captures(directory, "a", *two(s(2))))
    _, one = read(directory, "one", inputs)
    _, three = read(directory, "three", inputs, "--workers", "3")
    return differing(one, three)


# Captures without names

@case
def unnamed_become_vantages(directory):
    pairs = captures(directory, "a", *two(s(2)))
    paths = [path for _, path in pairs]
    _, right = read(directory, "right", named(pairs))
    run, out = read(directory, "out", paths)
    complaints = differing(right, out)
    if offsets(out) != {"client": 0, "server": s(2)}:
        complaints.append(f"offsets {offsets(out)}")
    if f"{paths[0]} and {paths[1]} show the same packets: name the places" not in run.stderr:
        complaints.append(f"says {run.stderr!r}")
    return complaints


@case
def unnamed_with_equal_stems(directory):
    pairs = captures(directory, "a", *two(0))
    paths = []
    for name, path in pairs:
        os.mkdir(os.path.join(directory, name))
        paths.append(os.path.join(directory, name, "cap.pcap"))
        shutil.move(path, paths[-1])
    subprocess.run(["gzip", paths[1]], check=True)
    paths[1] += ".gz"
    _, out = read(directory, "out", paths)
    return [] if list(offsets(out)) == paths else [f"vantages {list(offsets(out))}"]


@case
def unnamed_copies_are_one_place(directory):
    """A file and a part of it: the same packets at the same times were captured once."""
    (_, path), _ = captures(directory, "a", *two(0))
    copy = os.path.join(directory, "copy.pcap")
    shutil.copy(path, copy)
    run, out = read(directory, "out", [path, copy])
    complaints = [] if set(offsets(out)) == {"tap"} else [f"vantages {list(offsets(out))}"]
    return complaints + ([] if "copies of one capture" in run.stderr else [f"says {run.stderr!r}"])


@case
def unnamed_pieces_are_one_place(directory):
    """Two overlapping captures beside one that is something else: only the suggestion."""
    pairs = captures(directory, "a", *two(0))
    def other(net):
        net.ports = 50000
        net.wait(s(60))
        talk(net)
    _, (_, more) = captures(directory, "b", *two(0), story=other)
    run, out = read(directory, "out", [*(path for _, path in pairs), more])
    complaints = [] if set(offsets(out)) == {"tap"} else [f"vantages {list(offsets(out))}"]
    return complaints + ([] if "show the same packets" in run.stderr else [f"says {run.stderr!r}"])


@case
def unnamed_rotation_is_silent(directory):
    _, (_, first) = captures(directory, "a", *two(0))
    def other(net):
        net.ports = 50000
        net.wait(s(60))
        talk(net)
    _, (_, second) = captures(directory, "b", *two(0), story=other)
    run, out = read(directory, "out", [first, second])
    return [] if set(offsets(out)) == {"tap"} and not run.stderr else [run.stderr or str(offsets(out))]


def main():
    return runner.run_all(CASES)


if __name__ == "__main__":
    sys.exit(main())
