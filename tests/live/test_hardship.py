#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""The appliance when its machine goes wrong: a clock that is set, a worker that hangs, a stop with
its tables full.

usage: test_hardship.py PROGRAM [WORD...]      the cases with such a word in their name
"""

import collections
import ctypes
import datetime
import os
import sys
import time

import appliance
import cases
import feed
import records
from cases import HASTE, PATIENCE, case, program

PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT, WALL = 17, 0x4206, 0x4207, 0x40000000


def clock_set(place, seconds):
    """It goes on writing, says so, takes no connection for a failed one, and no interval for longer
    than it was."""
    feed.cable()
    moved = os.path.join(place, "set")
    config = appliance.Config(os.path.join(place, "clock"), **HASTE).port("tap", "tap")
    live = appliance.Appliance(program(), config)
    live.environment = {"LD_PRELOAD": os.environ["SY_SETCLOCK"], "SETCLOCK_FILE": moved}
    live.start()
    stories = feed.flows(200, only=feed.REFUSED)
    frames = feed.play(stories[:100])
    complaints = []
    if not live.await_frames(frames, PATIENCE):
        complaints.append("the first connections are not counted")
    with open(moved + ".new", "w", encoding="ascii") as file:
        file.write(str(seconds))
    os.rename(moved + ".new", moved)
    way = "back" if seconds < 0 else "forward"
    if not live.await_log(f"clock was set {way} by 3600", PATIENCE):
        complaints.append("does not say that the clock was set")
    frames += feed.play(stories[100:])
    if not live.await_frames(frames, PATIENCE):
        complaints.append("writes nothing since the clock was set")
    time.sleep(3)
    complaints += live.end()
    out = records.of_store(config.directory)
    outcomes = collections.Counter((row["outcome"], row["decided_by"]) for row in out.attempts)
    print(f"  {dict(outcomes)}")
    if outcomes != {("refused", "packets"): 200}:
        complaints.append(f"200 refused connections became {dict(outcomes)}")
    for row in out.summaries:
        if not row["started"] < row["ended"] or seconds_of(row) > 1800:
            complaints.append(f"an interval from {row['started']} to {row['ended']}")
    return complaints + out.complaints


def seconds_of(row):
    began, ended = (datetime.datetime.fromisoformat(row[key][:19]) for key in ("started", "ended"))
    return (ended - began).total_seconds()


@case
def clock_set_back(place):
    """An hour."""
    return clock_set(place, -3600)


@case
def clock_set_forward(place):
    """An hour."""
    return clock_set(place, 3600)


class Held:
    """A thread of the program that does not run until it is let go."""

    def __init__(self, process, name):
        tasks = f"/proc/{process.pid}/task"
        self.task = None
        for task in os.listdir(tasks):
            with open(f"{tasks}/{task}/comm", encoding="ascii") as comm:
                if comm.read().strip().endswith(name):
                    self.task = int(task)
        if self.task is None:
            raise RuntimeError(f"there is no thread {name}")
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.trace(PTRACE_SEIZE)
        self.trace(PTRACE_INTERRUPT)
        os.waitpid(self.task, WALL)

    def trace(self, request):
        if self.libc.ptrace(request, self.task, None, None) != 0:
            raise OSError(ctypes.get_errno(), "ptrace")

    def let_go(self):
        self.trace(PTRACE_DETACH)

    def await_end(self, process, seconds):
        """The status of the process, or None. The kernel keeps it until its thread was waited for."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                os.waitpid(self.task, WALL | os.WNOHANG)
            except ChildProcessError:
                pass
            if process.poll() is not None:
                return process.returncode
            time.sleep(0.05)
        return None


@case
def worker_hangs(place):
    """It is said which; it goes on when the worker does; and a stop ends, whatever the worker does."""
    feed.cable()
    feed.cable("feed2", "tap2")
    config = appliance.Config(os.path.join(place, "hangs"), **HASTE).workers(2)
    config.port("one", "tap").port("two", "tap2")
    live = appliance.Appliance(program(), config)
    live.start()
    complaints = []
    held = Held(live.process, "worker-2")
    if not live.await_log(r"worker 1 \(core \d+\) has not handed over", PATIENCE):
        complaints.append("does not say that a worker hangs")
    held.let_go()
    frames = feed.play(feed.flows(100, only=feed.REFUSED))
    if not live.await_frames(frames, PATIENCE):
        complaints.append("does not go on when the worker does")
    held = Held(live.process, "worker-2")
    live.process.terminate()
    status = held.await_end(live.process, appliance.END_SECONDS)
    if status is None:
        complaints.append("does not end while a worker hangs")
        held.let_go()
    elif status != 3:
        complaints.append(f"ended with status {status}")
    if "a worker does not stop" not in live.log():
        complaints.append("does not say why it lost something")
    out = records.of_store(config.directory)
    print(f"  {len(out.attempts)} attempts are written of 100 that two workers had")
    if not 20 < len(out.attempts) <= 100:
        complaints.append("what the other worker has seen is not written")
    return complaints + out.complaints


@case
def stops_with_full_tables(place):
    """Every attempt that is open at a stop has its record."""
    path, count = os.path.join(place, "half-open.pcap"), 30000
    frames = feed.write(path, feed.flows(count, only=feed.HALF_OPEN))
    config = appliance.Config(os.path.join(place, "full"), memory_mib=256)
    config.port("tap", f"net_pcap0,rx_pcap={path}")
    live = appliance.Appliance(program(), config)
    live.start()
    complaints = []
    if not live.await_frames(frames, PATIENCE):
        complaints.append(f"counts {live.metric('synoptic_frames_total')} of {frames} frames")
    complaints += live.end()
    out = records.of_store(config.directory)
    if len(out.attempts) != count:
        complaints.append(f"{len(out.attempts)} attempts of {count} are written")
    return complaints + out.complaints


if __name__ == "__main__":
    sys.exit(cases.main(__doc__))
