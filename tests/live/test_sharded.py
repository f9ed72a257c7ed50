#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright (c) 2026 The Synoptic authors

"""A port of several queues that are filled as symmetric RSS fills them: virtio_user sends into a vhost
port, in huge pages.

usage: test_sharded.py PROGRAM [WORD...]      the cases with such a word in their name
"""

import collections
import contextlib
import fcntl
import os
import subprocess
import sys
import threading
import time

import appliance
import cases
import feed
import isolate
import records
from cases import PATIENCE, case, program

HUGE_PAGES = "/sys/kernel/mm/hugepages/hugepages-2048kB"
WANTED_PAGES = 320    # 200 for the appliance, 100 for the sender
SENDING_SECONDS = 120


def read_number(path):
    with open(path, encoding="ascii") as file:
        return int(file.read())


class HugePages:
    """So many of them are free, for the time of the test. They are the machine's: another run of this
    test waits."""

    def __enter__(self):
        try:
            self.lock = os.open(HUGE_PAGES, os.O_RDONLY)
            fcntl.flock(self.lock, fcntl.LOCK_EX)
            self.before = read_number(HUGE_PAGES + "/nr_hugepages")
            free = read_number(HUGE_PAGES + "/free_hugepages")
        except OSError as error:
            isolate.skip(f"there are no huge pages here: {error}")
        self.set(self.before + max(0, WANTED_PAGES - free))
        if read_number(HUGE_PAGES + "/free_hugepages") < WANTED_PAGES:
            self.set(self.before)
            isolate.skip(f"{WANTED_PAGES} huge pages cannot be had here")
        return self

    def __exit__(self, *_):
        self.set(self.before)
        os.close(self.lock)

    @staticmethod
    def set(count):
        try:
            with open(HUGE_PAGES + "/nr_hugepages", "w", encoding="ascii") as file:
                file.write(f"{count}\n")
        except OSError as error:
            isolate.skip(f"huge pages cannot be set here: {error}")


@contextlib.contextmanager
def send(socket_path, capture, queues, loops=1):
    """Sends, and yields how many frames each queue got. What was not taken until then waits in the
    port's rings, which are there until the context ends."""
    words = [os.environ["SY_SHARD"], "--lcores=0@0", "-m", "128", "--in-memory",
             "--single-file-segments", "--file-prefix=shard", "--no-pci", "--no-telemetry",
             "--log-level=*:error", "--vdev",
             f"net_virtio_user0,path={socket_path},queues={queues},queue_size=256",
             "--", capture, str(queues), str(loops)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:
        timer = threading.Timer(SENDING_SECONDS, process.kill)
        timer.start()
        try:
            sent = [process.stdout.readline() for _ in range(queues)]
            timer.cancel()
            if all(sent):
                yield [int(line) for line in sent]
            _, said = process.communicate(timeout=PATIENCE)
            if process.returncode != 0:
                raise RuntimeError(f"the sender ended with {process.returncode}: {said[-500:]}")
        finally:
            timer.cancel()
            process.kill()


def sharded(place, name, workers, queues, **more):
    """An appliance with such a port, which runs, and the port's socket."""
    socket_path = os.path.join(place, name + ".sock")
    config = appliance.Config(os.path.join(place, name), huge_pages=True, mbufs=16384, **more)
    config.set("eal", ["--single-file-segments", "--log-level=*:error"])
    config.workers(workers).port("card", f"net_vhost0,iface={socket_path},queues={queues}",
                                 queues=queues)
    live = appliance.Appliance(program(), config)
    live.start()
    return live, socket_path


@case
def queues_of_a_card(place):
    """Two queues, one or two workers, by the queue or by hand: the same, packet for packet."""
    capture = os.path.join(place, "whole.pcap")
    frames = feed.write(capture, feed.flows(2000))
    right = records.reference(program(), place, capture)
    complaints = []
    for name, workers, queues, way in (("one", 1, 1, "auto"), ("trusted", 2, 2, "rss"),
                                       ("handed-over", 2, 2, "software")):
        live, path = sharded(place, name, workers, queues, distribution=way)
        with send(path, capture, queues) as sent:
            if sum(sent) != frames or min(sent) < frames / queues / 3:
                complaints.append(f"{name}: {sent} frames were sent, not {frames}")
            if not live.await_frames(frames, PATIENCE):
                complaints.append(f"{name}: counts {live.metric('synoptic_frames_total')} of {frames}")
        moved = live.metric("synoptic_moved_segments_total")
        if (way == "software") != (moved > 0):
            complaints.append(f"{name}: {moved} segments were handed over")
        complaints += live.end()
        complaints += records.compare(name, records.of_store(live.config.directory), right, frames)
    return complaints


@case
def soak(place):
    """Millions of frames: every one in a bucket, every connection in an outcome."""
    flows, loops = 2000, 300
    capture = os.path.join(place, "whole.pcap")
    frames = feed.write(capture, feed.flows(flows)) * loops
    right = records.reference(program(), place, capture)
    wanted = {outcome: count * loops for outcome, count in
              collections.Counter(row["outcome"] for row in right.attempts).items()}
    live, path = sharded(place, "soak", 2, 2, distribution="rss", memory_mib=256,
                         output__attempts=False)
    began = time.monotonic()
    complaints = []
    with send(path, capture, 2, loops) as sent:
        took = time.monotonic() - began
        if sum(sent) != frames or not live.await_frames(frames, PATIENCE):
            complaints.append(f"{live.metric('synoptic_frames_total')} frames of {frames} came, "
                              f"{sum(sent)} were sent")
    complaints += live.end()
    out = records.of_store(live.config.directory)
    outcomes = collections.Counter()
    for row in out.summaries:
        outcomes.update({word: count for word, count in row["attempts"].items() if count})
        lost = {what: row["losses"][what] for what in records.LOSSES if row["losses"][what]}
        if lost:
            complaints.append(f"lost: {lost}")
    print(f"  {frames} frames in {took:.1f} s, {sum(outcomes.values())} attempts")
    if dict(outcomes) != wanted:
        complaints.append(f"outcomes {dict(outcomes)}, not {wanted}")
    for row in out.ports:
        if row["received"] != sum(row[bucket] for bucket in records.BUCKETS):
            complaints.append(f"the buckets do not add up: {row}")
    return complaints + out.complaints


def main():
    isolate.enter()
    with HugePages():
        return cases.main(__doc__)


if __name__ == "__main__":
    sys.exit(main())
