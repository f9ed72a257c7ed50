#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""Kernels talk through a router with a firewall, and the program says what became of it.

usage: test_scenarios.py PROGRAM [--engine capture|live] [--tags] [--view VIEW] [--keep DIR]
                         [--router-ttl N] [CASE...]
"""

import argparse
import functools
import sys
import tempfile

import appliance
import engines
import isolate
import judge
import lab
import scenarios
import traffic
from engines import View

# What is watched together, and the place that it is. The forms of devices take turns.
VIEWS = {
    "client": ("client", View({"client": "tap"})),
    "server": ("server", View({"server": "tap"}, "net_af_packet#,iface={}")),
    "both": ("both", View({"client": "client", "server": "server"},
                          "net_af_packet#,iface={},blocksz=65536,framesz=2048,framecnt=16384")),
    "both_polled": ("both", View({"client": "client", "server": "server"})),
    "fibres": ("client", View({"fibre_a": "tap", "fibre_b": "tap"}, fibres=True)),
}
TAGGED_VIEWS = {
    "vlan": ("client", View({"vlan": "tap"})),
    "qinq": ("client", View({"qinq": "tap"}, "net_af_packet#,iface={}")),
}
SHOWN = 40    # complaints of a view
TAGS = {"vlan": lab.VLAN, "qinq": lab.OUTER_VLAN}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("program")
    parser.add_argument("--engine", choices=sorted(engines.ENGINES), default="capture")
    parser.add_argument("--tags", action="store_true", help="the views with VLAN tags, not the others")
    parser.add_argument("--view", action="append", help="only this view")
    parser.add_argument("--keep", metavar="DIR", help="captures and records go to a new directory in it")
    parser.add_argument("--router-ttl", type=int, default=64)
    parser.add_argument("cases", nargs="*", metavar="CASE")
    return parser.parse_intermixed_args()


def choose(options):
    """The cases: those that were named, and the one that shows the server's TTL."""
    unknown = [name for name in options.cases if name not in scenarios.CASES]
    if unknown:
        sys.exit("no such case: " + ", ".join(unknown))
    return {name: case for name, case in scenarios.CASES.items()
            if not options.cases or name in options.cases or name == "listening"}


def choose_views(options):
    views = TAGGED_VIEWS if options.tags else VIEWS
    views = {name: view for name, view in {**VIEWS, **TAGGED_VIEWS}.items()
             if name in (options.view or views)}
    if not options.view:
        # The first would have the same files as both, the second is a test of its own.
        views.pop("both_polled" if options.engine == "capture" else "fibres", None)
    return views


def watch(options, keep, views, cases, world):
    """Plays the cases once, and judges every view. Returns how many failed."""
    engine = engines.ENGINES[options.engine](options.program, keep)
    watched = engine.watch({name: view for name, (_, view) in views.items()}, world)
    failed = 0
    for name, (place, _) in views.items():
        complaints = judge.judge(watched[name], cases, place, TAGS.get(name), engine.has_clock)
        for complaint in complaints[:SHOWN]:
            print(f"FAILED {name}: {complaint}")
        if len(complaints) > SHOWN:
            print(f"FAILED {name}: and {len(complaints) - SHOWN} more")
        if not complaints:
            print(f"ok {name}: {len(watched[name].truth)} connections, {len(cases)} cases")
        failed += bool(complaints)
    return failed


def main():
    options = arguments()
    if options.engine == "live":
        appliance.require_verb(options.program)
    isolate.enter(*lab.TOOLS)
    cases, views = choose(options), choose_views(options)
    world = functools.partial(traffic.world, cases, any(name in TAGS for name in views),
                              options.router_ttl)
    keep = options.keep and tempfile.mkdtemp(prefix=options.engine + "-", dir=options.keep)
    place = tempfile.mkdtemp(prefix="run-", dir=keep or isolate.work())
    failed = watch(options, place, views, cases, world)
    print(f"{len(views) - failed} of {len(views)} passed")
    return 1 if failed or not views else 0


if __name__ == "__main__":
    sys.exit(main())
